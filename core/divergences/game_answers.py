"""What workers answer about a GAN: numpy values, for a server without torch."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class GamePicture:
    """A GAN at one moment, on the cells of ``[−4, 4]²``: x₁ along the columns.

    Attributes:
        data: p_d, ``[256, 256]``.
        model: p_g, ``[256, 256]``.
        critic: D, ``[256, 256]``.
        samples: draws of ``G(z) + hε``, ``[n, 2]``, of the same z and ε at every step.
        js: nats, with all nodes.
        tv: total variation.
        triangular: ½Δ.
        hellinger: H².
        mass: of p_g in the square.
        near: share of p_g nearest to each centre, ``[K]``.
        within: mass of p_g within three standard deviations of each centre, ``[K]``.
        risk: R(D).
        floor: R* on the same cells.
        says: ``R(equal) − R(D)``.
        error: difference of the JS to that with twice the nodes; NaN where it was not asked.
    """

    data: Values
    model: Values
    critic: Values
    samples: Values
    js: float
    tv: float
    triangular: float
    hellinger: float
    mass: float
    near: NDArray[np.float64]
    within: NDArray[np.float64]
    risk: float
    floor: float
    says: float
    error: float


@dataclass(frozen=True, kw_only=True, eq=False)
class GameStage:
    """One stage of the very next step: numbers and points, before anything is changed.

    Attributes:
        key: ``draw`` (z and noise made into points), ``judge`` (D on them), ``learn`` (gradient
            and update).
        player: ``critic`` or ``generator``, whose step it is.
        data: the data of the batch, ``[B, 2]``; empty in the generator's step.
        z: ``[B, 2]``.
        generated: ``G(z) + hε``, ``[B, 2]``.
        on_data: D of the data, ``[B]``; empty before ``judge`` and in the generator's step.
        on_generated: D of the generated points, ``[B]``; empty before ``judge``.
        push: where the generator's loss pushes each generated point, ``[B, 2]``: minus its
            gradient; empty but in the generator's ``judge`` and ``learn``.
        loss: of the batch, of the player; NaN before ``judge``.
        gradient_norm: of the player's parameters; NaN before ``learn``.
        update_norm: of what is added to the player's parameters; NaN before ``learn``.
        turn: which of D's steps, from 1.
    """

    key: Literal["draw", "judge", "learn"]
    player: Literal["critic", "generator"]
    data: Values
    z: Values
    generated: Values
    on_data: Values
    on_generated: Values
    push: Values
    loss: float
    gradient_norm: float
    update_norm: float
    turn: int
