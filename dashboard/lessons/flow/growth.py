"""How a measured time grows with the dimension: an exponent with its error. No streamlit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

GROWN = 4.0
"""A time counts once it is this many times the smallest: below, calling costs most of it."""

FEWEST, MOST = 3, 4
"""Dimensions that a slope is fitted to: the largest ones, where the growth is nearest its end."""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """``seconds ∝ D^exponent`` over the largest dimensions.

    Attributes:
        exponent: by least squares on log axes.
        error: one standard error of it, from the residuals.
        first: the smallest D of the fit.
    """

    exponent: float
    error: float
    first: int


def growth(dims: Array, seconds: Array) -> Growth | None:
    """The exponent over the largest dimensions; None where too few times have grown at all."""
    grown = np.flatnonzero(seconds >= GROWN * seconds.min())
    if not len(grown):
        return None
    start = max(int(grown[0]), len(dims) - MOST)
    if len(dims) - start < FEWEST:
        return None
    x, y = np.log(dims[start:]), np.log(seconds[start:])
    spread = np.square(x - x.mean()).sum()
    exponent = float(((x - x.mean()) @ y) / spread)
    left = y - y.mean() - exponent * (x - x.mean())
    error = float(np.sqrt(np.square(left).sum() / (len(x) - 2) / spread))
    return Growth(exponent=exponent, error=error, first=int(dims[start]))
