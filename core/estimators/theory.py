"""Closed forms: expected values, their gradients, and variances of one draw. Torch-free.

For a separable ``f(z) = Σ_i h(z_i)`` every coordinate counts for itself: with ``z_i ~ N(m, s²)``
and ``H(m, s) = E h(z_i)``, ``∂/∂μ_i = ∂H/∂m`` and ``∂/∂Σ_ij = ∂H/∂s · Σ_ij/s`` (PIMA-7 §1).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import Block

Array = NDArray[np.float64]


class Term(NamedTuple):
    """``H = E h(z)`` and its derivatives with respect to m and s."""

    value: Any
    by_mean: Any
    by_scale: Any


def linear(k: float, m: Any, s: Any) -> Term:
    """``h = k z``."""
    return Term(k * m, k + 0 * m, 0 * s)


def quadratic(k: float, m: Any, s: Any) -> Term:
    """``h = (z − k)²``: ``d² + s²`` with ``d = m − k``."""
    d = m - k
    return Term(d**2 + s**2, 2 * d, 2 * s)


def bump(k: float, m: Any, s: Any) -> Term:
    """``h = exp(−k z²)``: ``v^{−1/2} exp(−k m²/v)`` with ``v = 1 + 2 k s²``."""
    v = 1 + 2 * k * s**2
    H = np.exp(-k * m**2 / v) / np.sqrt(v)
    return Term(H, -2 * k * m / v * H, H * (-2 * k * s / v + 4 * k**2 * m**2 * s / v**2))


def cosine(k: float, m: Any, s: Any) -> Term:
    """``h = cos(k z)``: ``cos(k m) exp(−k² s²/2)``."""
    fade = np.exp(-0.5 * k**2 * s**2)
    H = np.cos(k * m) * fade
    return Term(H, -k * np.sin(k * m) * fade, -(k**2) * s * H)


def step(k: float, m: Any, s: Any) -> Term:
    """``h = 1[z > k]``: ``Φ(a)`` with ``a = (m − k)/s``."""
    a = (m - k) / s
    density = np.exp(-0.5 * a**2) / math.sqrt(2 * math.pi)
    return Term(_normal_cdf(a), density / s, -a * density / s)


def _normal_cdf(a: Any) -> Any:
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(a / math.sqrt(2)))


CLOSED_FORMS: dict[str, Callable[[float, Any, Any], Term]] = {
    "linear": linear,
    "quadratic": quadratic,
    "exp": bump,
    "cos": cosine,
    "step": step,
}
"""Functions of ``core.estimators.functions.FUNCTIONS`` whose expectation has a closed form."""


def kl_gradient(mean: float, scale: float, block: Block) -> float:
    """Of ``KL(N(m, s²) ‖ N(0, 1)) = ½(m² + s² − log s² − 1)``: with respect to m, or to log s².

    (PIMA-7 §2.) All that Naot gets of the ELBO in closed form; checked against his estimates by
    ``test_naot_gets_the_gradient_of_the_kl_alone``.
    """
    return mean if block == "mean" else 0.5 * (scale**2 - 1)


def quadratic_variance(name: str, d: float, sigma: float, block: str) -> float | None:
    """Variance of one draw for ``f = (z − k)²`` in one dimension, ``d = μ − k`` (mathematics §2).

    ``None`` where there is no entry. Checked by ``test_variances_of_the_table``.
    """
    d2, s2 = d**2, sigma**2
    by_mean = {
        "pathwise": 4 * s2,
        "naive": 0.0,
        "score_function": d2**2 / s2 + 14 * d2 + 15 * s2,
        "optimal_baseline": 8 * d2 + 6 * s2,
    }
    by_scale = {
        "pathwise": 4 * d2 + 8 * s2,
        "naive": 0.0,
        "score_function": 2 * d2**2 / s2 + 60 * d2 + 74 * s2,
        "optimal_baseline": 40 * d2 + 24 * s2,
    }
    return (by_mean if block == "mean" else by_scale).get(name)


def cosine_variance(name: str, k: float, mu: float, sigma: float) -> float | None:
    """Variance of one draw for ``f = cos(k z)`` with respect to μ, in one dimension.

    Pathwise ``k²(1 − cos(2kμ)e^{−2k²σ²})/2 − G²``; score function
    ``(1 + cos(2kμ)e^{−2k²σ²}(1 − 4k²σ²))/(2σ²) − G²``, ``G = −k sin(kμ)e^{−k²σ²/2}``.
    """
    gradient = float(cosine(k, mu, sigma).by_mean)
    double = math.cos(2 * k * mu) * math.exp(-2 * k**2 * sigma**2)
    if name == "pathwise":
        return 0.5 * k**2 * (1 - double) - gradient**2
    if name == "score_function":
        return (1 + double * (1 - 4 * k**2 * sigma**2)) / (2 * sigma**2) - gradient**2
    return None
