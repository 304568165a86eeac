"""Exact variances for a separable f and a diagonal factor, in any dimension. Torch-free.

All coordinates of the configured q_φ are alike, so the first stands for each: ``f = h(z₁) + R``, R
the sum over the others, independent of ``z₁``. Every expectation is then an integral over one
coordinate (by quadrature), whatever the dimension. Agreement with the closed forms is checked by
``test_variances_of_the_table``, with sampling by ``test_measured_variances_are_the_exact_ones``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import EstimatorsConfig
from core.quadrature import line

Array = NDArray[np.float64]


def has_exact_variance(config: EstimatorsConfig) -> bool:
    """Whether ``exact_variance`` has an answer."""
    return config.test_function.term is not None and not config.is_full


def exact_variance(config: EstimatorsConfig, name: str) -> float | None:
    """Variance of one component of the estimate ``name`` from n draws; ``None`` if not known."""
    return exact_variances(config, (name,)).get(name)


def exact_variances(config: EstimatorsConfig, names: Iterable[str]) -> dict[str, float]:
    """The same for several estimators at once; empty if not known."""
    if not has_exact_variance(config):
        return {}
    coordinate = Coordinate(config)
    return {name: max(0.0, _VARIANCES[name](coordinate, config.num_samples)) for name in names}


class Coordinate:
    """Expectations over the first coordinate; ``s`` is its score ``∂ log q/∂φ₁``.

    ``E s = 0``, so ``E f s = E h s = G``, the gradient.
    """

    def __init__(self, config: EstimatorsConfig) -> None:
        """Evaluate h on the nodes."""
        function, self.config = config.test_function, config
        assert function.term is not None
        assert function.slope is not None
        jump = () if function.is_continuous else ((config.k - config.mu) / config.sigma,)
        self.jump = jump[0] if jump else None
        self.nodes, self.weights = line(*jump, *(-j for j in jump))
        self.others = config.dim - 1
        is_mean = config.block == "mean"
        sigma = config.sigma
        self.s = self.nodes / sigma if is_mean else (self.nodes**2 - 1) / sigma
        self.h = self.term(self.nodes)
        self.mirrored = self.term(-self.nodes)
        slope = function.slope(np, config.mu + sigma * self.nodes, config.k)
        back = function.slope(np, config.mu - sigma * self.nodes, config.k)
        self.path = slope if is_mean else slope * self.nodes
        self.path_mirrored = back if is_mean else -back * self.nodes

    def term(self, epsilon: Array) -> Array:
        """``h(μ + σε)``."""
        function = self.config.test_function
        assert function.term is not None
        value: Array = function.term(
            np, self.config.mu + self.config.sigma * epsilon, self.config.k
        )
        return value

    def mean(self, values: Array) -> float:
        """``E`` of a function of the first coordinate given on the nodes."""
        return float(self.weights @ values)

    @property
    def gradient(self) -> float:
        """``G = E h s``."""
        return self.mean(self.h * self.s)

    def squared_with_others(self, own: Array, other: Array, weight: Array) -> float:
        """``E (own + R)² weight``: R sums independent copies of ``other``."""
        mean, square = self.mean(other), self.mean(other**2)
        r1 = self.others * mean
        r2 = self.others * (square - mean**2) + r1**2
        return (
            self.mean(own**2 * weight) + 2 * r1 * self.mean(own * weight) + r2 * self.mean(weight)
        )


@dataclass(frozen=True, kw_only=True)
class ScoreMoments:
    """``E f``, ``Var f``, ``E s²``, ``E f s²``, ``E f² s²`` and ``G = E f s`` for one draw."""

    f: float
    var_f: float
    s2: float
    fs2: float
    f2s2: float
    gradient: float

    def variance(self, baseline: float) -> float:
        """Of ``(f − b) s``, one draw."""
        shifted = self.f2s2 - 2 * baseline * self.fs2 + baseline**2 * self.s2
        return shifted - self.gradient**2


def score_moments(coordinate: Coordinate) -> ScoreMoments:
    """The moments that all score function estimators are made of."""
    c = coordinate
    count = c.others + 1
    mean, s2 = c.mean(c.h), c.s**2
    return ScoreMoments(
        f=count * mean,
        var_f=count * (c.mean(c.h**2) - mean**2),
        s2=c.mean(s2),
        fs2=c.mean(c.h * s2) + c.others * mean * c.mean(s2),
        f2s2=c.squared_with_others(c.h, c.h, s2),
        gradient=c.gradient,
    )


def best_baseline(config: EstimatorsConfig) -> float:
    """``b* = E[f s²]/E[s²]``: any b strictly between 0 and 2b* lowers the variance."""
    moments = score_moments(Coordinate(config))
    return moments.fs2 / moments.s2


def mean_value(config: EstimatorsConfig) -> float:
    """``E f``."""
    return score_moments(Coordinate(config)).f


def _pathwise(c: Coordinate, n: int) -> float:
    return (c.mean(c.path**2) - c.mean(c.path) ** 2) / n


def _antithetic(c: Coordinate, n: int) -> float:
    pair = 0.5 * (c.path + c.path_mirrored)
    return 2 * (c.mean(pair**2) - c.mean(pair) ** 2) / n


def _naive(c: Coordinate, n: int) -> float:
    return 0.0


def _score_function(c: Coordinate, n: int) -> float:
    return score_moments(c).variance(0.0) / n


def _constant_baseline(c: Coordinate, n: int) -> float:
    moments = score_moments(c)
    chosen = c.config.baseline
    return moments.variance(moments.f if chosen is None else chosen) / n


def _optimal_baseline(c: Coordinate, n: int) -> float:
    moments = score_moments(c)
    return moments.variance(moments.fs2 / moments.s2) / n


def _leave_one_out(c: Coordinate, n: int) -> float:
    """It is the U-statistic of ``½(f(x) − f(y))(s(x) − s(y))`` (Hoeffding 1948).

    ``(4(n−2) ζ₁ + 2 ζ₂)/(n(n−1))`` with ``ζ₁ = ¼Var((f − E f)s)`` and
    ``ζ₂ = ½(E f²s² + E f² E s²) − E f E fs²``.
    """
    m = score_moments(c)
    zeta1 = 0.25 * m.variance(m.f)
    f2 = m.var_f + m.f**2
    zeta2 = 0.5 * (m.f2s2 + f2 * m.s2) - m.f * m.fs2
    return (4 * (n - 2) * zeta1 + 2 * zeta2) / (n * (n - 1))


def _score_antithetic(c: Coordinate, n: int) -> float:
    """A pair is ``½(f⁺ − f⁻)s`` where s is odd (μ), ``½(f⁺ + f⁻)s`` where it is even (σ)."""
    sign = -1.0 if c.config.block == "mean" else 1.0
    pair = 0.5 * (c.h + sign * c.mirrored)
    return 2 * (c.squared_with_others(pair, pair, c.s**2) - c.gradient**2) / n


def _measure_valued(c: Coordinate, n: int) -> float:
    """The other coordinates of ``z⁺`` and ``z⁻`` are the same, so only h differs."""
    sigma = c.config.sigma
    if c.config.block == "mean":  # w is Rayleigh: density w exp(−w²/2), the even part of |ε|
        difference = (c.h - c.mirrored) / (sigma * np.sqrt(2 * np.pi))
        square = np.sqrt(np.pi / 2) * c.mean(np.abs(c.nodes) * difference**2)
        return float(square - c.gradient**2) / n
    x, w = np.polynomial.legendre.leggauss(32)
    u, w = 0.5 * (x + 1), 0.5 * w  # on [0, 1]
    cut = np.full_like(c.nodes, 0.5)
    if c.jump is not None:
        cut = np.clip(c.jump / c.nodes, 0.0, 1.0)
    total = np.zeros_like(c.nodes)
    for start, width in ((np.zeros_like(cut), cut), (cut, 1 - cut)):
        shrunk = c.nodes[:, None] * (start[:, None] + width[:, None] * u)
        total += width * ((c.h[:, None] - c.term(shrunk)) ** 2 @ w)
    return (c.mean(total * c.nodes**2) / sigma**2 - c.gradient**2) / n


_VARIANCES = {
    "pathwise": _pathwise,
    "naive": _naive,
    "score_function": _score_function,
    "constant_baseline": _constant_baseline,
    "optimal_baseline": _optimal_baseline,
    "leave_one_out": _leave_one_out,
    "measure_valued": _measure_valued,
    "antithetic": _antithetic,
    "score_antithetic": _score_antithetic,
}
