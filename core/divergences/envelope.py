"""f as the upper envelope of lines, one for each answer α of the discriminator: torch-free."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.divergences.losses import Loss

Array = NDArray[np.float64]

LEAST_T, MOST_T = 1e-3, 1e3
CHECKED = 2001
SLACK = 1e-12
"""Rounding that a slope may go the wrong way by, per unit of slope."""


def envelope(loss: Loss, alphas: ArrayLike, t: ArrayLike) -> tuple[Array, Array]:
    """The lines ``−ℓ(α) t − ℓ(−α)``, shape ``[A, T]``, and f(t), shape ``[T]``, of t > 0.

    No line is above f (``test_no_line_is_above_f``). f of the Wasserstein loss is ∞ but at 1.
    """
    chosen, ratios = np.asarray(alphas, dtype=np.float64), np.asarray(t, dtype=np.float64)
    lines = -loss.cost(chosen)[:, None] * ratios - loss.cost(-chosen)[:, None]
    return lines, loss.curve(np.log(ratios))


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How f runs from t = 0.001 to 1000, by divided differences.

    Attributes:
        least_bend: the smallest increase from one slope to the next; not below 0 if convex.
        most_slope: the largest slope; not above 0 if f never rises.
        convex: ``least_bend`` is at least 0, to rounding.
        falls: ``most_slope`` is at most 0, to rounding.
    """

    least_bend: float
    most_slope: float
    convex: bool
    falls: bool


def shape_of(loss: Loss) -> Shape | None:
    """Whether f is convex and never rises, found on numbers; None where f is infinite."""
    t = np.geomspace(LEAST_T, MOST_T, CHECKED)
    values = loss.curve(np.log(t))
    if not np.isfinite(values).all():
        return None
    slopes = np.diff(values) / np.diff(t)
    bends = np.diff(slopes)
    slack = SLACK * max(1.0, float(np.abs(slopes).max()))
    least, most = float(bends.min()), float(slopes.max())
    return Shape(least_bend=least, most_slope=most, convex=least >= -slack, falls=most <= slack)
