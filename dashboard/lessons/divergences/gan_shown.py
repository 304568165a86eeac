"""What the pictures of the GAN are drawn of: densities, D on the plane, a run's records."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.divergences.config import GanConfig, JudgeConfig
from core.divergences.game_answers import GamePicture
from core.divergences.losses import Loss
from core.divergences.plane import EXTENT, density_of
from core.divergences.staircase import staircase
from core.divergences.targets import TARGETS, target_of
from core.run import Run
from dashboard.charts.panel import Axis

Array = NDArray[np.float64]

FRAME = (-EXTENT, EXTENT, -EXTENT, EXTENT)

METRICS = {"js": "js", "triangular": "tri", "tv": "tv", "hellinger": "h2"}
"""The record that holds a divergence; of the triangular one half of it, as R needs it."""

TINY = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """Everything that is drawn of a game, or of a judge of it.

    Attributes:
        run: that the strip steers.
        gan: configuration of the game.
        judge: of the judge; None while the game is on.
        loss: ℓ of the discriminator that is seen.
        picture: densities, D and numbers of one moment; None while they are not known.
        step: of that moment.
        has_dots: whether G's samples are drawn.
        is_live: whether the run goes on: fewer cells travel to the browser.
        said_by_game: what the game's own D said when G was frozen.
    """

    run: Run
    gan: GanConfig
    judge: JudgeConfig | None
    loss: Loss
    picture: GamePicture | None = None
    step: int = 0
    has_dots: bool = False
    is_live: bool = False
    said_by_game: float | None = None

    @property
    def modes(self) -> Array:
        """The centres, ``[K, 2]``."""
        return TARGETS[self.gan.target].modes

    @property
    def data(self) -> Array:
        """p_d on the cells."""
        return density_of(target_of(self.gan.target))

    @property
    def density(self) -> Array | None:
        """p_g on the cells, lowest row first; None while it is not known."""
        return None if self.picture is None else self.picture.model.astype(np.float64)

    @property
    def critic(self) -> Array | None:
        """D on the cells; None while it is not known."""
        return None if self.picture is None else self.picture.critic.astype(np.float64)

    @property
    def metric(self) -> str:
        """The record of the divergence that the loss is."""
        return METRICS[self.loss.divergence]

    @property
    def latest(self) -> Mapping[str, float]:
        """The newest record; empty before the first."""
        return self.run.history.latest()

    @property
    def step_axis_end(self) -> float:
        """How far the steps are drawn."""
        return float(max(self.run.step, 100))


def divergence(shown: Shown, picture: GamePicture) -> float:
    """The divergence that the loss is, of one moment; as R has it."""
    found: dict[str, float] = vars(picture)
    return found[shown.loss.divergence]


def stairs(loss: Loss, modes: int) -> Array:
    """The divergence of a loss where 1 … K of K modes are covered, as its R has it, ``[K]``."""
    found: dict[str, Array] = vars(staircase(modes))
    half = 0.5 if loss.divergence == "triangular" else 1.0
    return half * found[loss.divergence]


def covered(loss: Loss, modes: int, value: float) -> int:
    """How many covered modes, 0 … K, come nearest to a divergence: with none it is R(equal)."""
    steps = np.concatenate([[loss.at_equal], stairs(loss, modes)])
    return int(np.abs(steps - value).argmin())


def optimum(shown: Shown, least: float = 1e-5) -> Array | None:
    """D* on the cells; NaN where both densities are below ``least`` of their highest value."""
    if shown.density is None:
        return None
    p, q = shown.data, shown.density
    log_t = np.log(np.maximum(p, TINY)) - np.log(np.maximum(q, TINY))
    both = p + q
    best: Array = np.where(both > least * both.max(), shown.loss.optimum(log_t), np.nan)
    return best


def coarse(values: Array, size: int) -> Array:
    """Means of square blocks, ``[size, size]``; a grid that is as coarse stays as it is."""
    share = len(values) // size
    if share <= 1:
        return values
    blocks: Array = values.reshape(size, share, size, share).mean((1, 3))
    return blocks


def plane_axes() -> tuple[Axis, Axis]:
    """Of every picture of the plane."""
    return tuple(Axis(title=f"x{n}", low=-EXTENT, high=EXTENT) for n in "₁₂")  # type: ignore[return-value]
