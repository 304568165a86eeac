"""What workers answer about critics of the line: numpy values, for a server without torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.divergences.losses import LossKey

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CriticValues:
    """A trained D on the line.

    Attributes:
        x: ``[n]``.
        values: D, ``[n]``.
        slopes: dD/dx, ``[n]``.
    """

    x: Array
    values: Array
    slopes: Array


@dataclass(frozen=True, kw_only=True)
class TrainedSlope:
    """What a really trained D tells the generator: N(0, 1) against N(θ, 1).

    Attributes:
        theta: θ.
        loss: ℓ.
        minimax: ``½ E_g ℓ'(−D) D'``, by which R(D) falls when p_g moves on by dθ.
        non_saturating: ``E_g ℓ'(D) D'``, by which ``E_g ℓ(D)`` rises.
        gap: R(D) − R*, how far D is from the best; NaN of an unleashed loss.
        steps: that D was trained.
        seed: of its run.
    """

    theta: float
    loss: LossKey
    minimax: float
    non_saturating: float
    gap: float
    steps: int
    seed: int
