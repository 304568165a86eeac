"""A separable f along one coordinate of q_φ, on panels that are fine where it is steep."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.estimators.functions import FUNCTIONS
from core.quadrature import HalfLine, half_line

Array = NDArray[np.float64]


@lru_cache(maxsize=16)
def line_of(function: str, k: float, mu: float, sigma: float) -> HalfLine:
    """``h(μ + σε)`` and ``h'(μ + σε)``, the two values of the line.

    Raises:
        ValueError: for a function that is not separable.
    """
    f = FUNCTIONS[function]
    term, slope = f.term, f.slope
    if term is None or slope is None:
        raise ValueError(f"`function` must be separable, got '{function}'")

    def values(epsilon: Array) -> Array:
        z = mu + sigma * epsilon
        return np.stack([term(np, z, k), slope(np, z, k)])

    return half_line(values, [(bend - mu) / sigma for bend in f.bends(k)])
