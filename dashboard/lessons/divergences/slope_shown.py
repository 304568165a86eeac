"""What the slope tab shows: the losses at one θ, exact and as trained there."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.divergences.answers import TrainedSlope
from core.divergences.losses import LOSSES, LossKey
from core.divergences.slopes import ROWS, Row, pushes, slopes
from dashboard.kit.words import with_minus

Array = NDArray[np.float64]
Dots = Mapping[tuple[LossKey, float], TrainedSlope]

THETA = "theta"
"""The handle of the separation, in both pictures."""

LEAST, MOST = 0.1, 10.0
"""Bounds of θ: at 0 there is nothing to pull."""

PULLS = 0.01
"""A loss whose slope is less stalls."""

TRAINED: tuple[LossKey, ...] = tuple(dict.fromkeys(row.loss for row in ROWS))
"""Losses that a D is trained with at every θ, in this order."""

HUGE = 100.0
"""A larger slope is said to explode."""

SAMPLES = 9
CURVE = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class SlopeShown:
    """Everything that is drawn of one separation.

    Attributes:
        theta: θ, how far p_g = N(θ, 1) stands from p_d = N(0, 1).
        right: where the axis of x ends.
        exact: the slope of every row at θ.
        dots: of discriminators that were really trained, here and where θ was before.
    """

    theta: float
    right: float
    exact: Mapping[str, float]
    dots: Dots

    def trained(self, row: Row) -> float | None:
        """The slope of a row against the D trained at this θ; None while there is none."""
        found = self.dots.get((row.loss, self.theta))
        return None if found is None else slope_of(row, found)

    @property
    def pulling(self) -> list[Row]:
        """Rows that still pull."""
        return [row for row in ROWS if self.exact[row.key] >= PULLS]

    @property
    def stalling(self) -> list[Row]:
        """Rows that stall."""
        return [row for row in ROWS if self.exact[row.key] < PULLS]


def slope_shown(theta: float, right: float, dots: Dots) -> SlopeShown:
    """What is drawn at θ."""
    exact = {key: float(values[0]) for key, values in slopes([theta]).items()}
    return SlopeShown(theta=theta, right=right, exact=exact, dots=dots)


def slope_of(row: Row, found: TrainedSlope) -> float:
    """The row's own slope among those of a trained D."""
    return row.share * (found.minimax if row.kind == "minimax" else found.non_saturating)


@lru_cache(maxsize=1)
def curves() -> tuple[Array, dict[str, Array]]:
    """Every row over all θ."""
    thetas = np.linspace(LEAST, MOST, CURVE)
    return thetas, slopes(thetas)


def samples(theta: float) -> Array:
    """Places of p_g that split it into parts of equal mass, ``[SAMPLES]``."""
    shares = (np.arange(SAMPLES) + 0.5) / SAMPLES
    return theta + np.array([NormalDist().inv_cdf(share) for share in shares.tolist()])


def pushed(row: Row, theta: float, x: Array) -> Array:
    """By how much a step of rate 1 moves each place to the right, ``[N]``."""
    return -row.share * pushes(LOSSES[row.loss], row.kind, theta, x)


def number(value: float | None) -> str:
    """A slope, to four digits; a dash while it is not known."""
    if value is None:
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    is_plain = value == 0 or 1e-3 <= abs(value) < 1e4
    return with_minus(f"{value:.4g}" if is_plain else f"{value:.2e}")
