"""Exact variances for a separable f and a diagonal factor, in any dimension. Torch-free.

All coordinates of the configured q_φ are alike, so the first stands for each: ``f = h(z₁) + R``, R
the sum over the others, independent of ``z₁``. Every expectation is then an integral over one
coordinate (by quadrature), whatever the dimension. Two rules on the same nodes give every variance
twice, as arrays ``[2]``: the finer one's is the answer, their difference its error. Agreement with
the closed forms is checked by ``test_variances_of_the_table``, with sampling by
``test_measured_variances_are_the_exact_ones``, of the claimed errors with finer integration by
``test_a_variance_is_within_its_claimed_error``. The estimators: PIMA-7 §1 and Mohamed, Rosca,
Figurnov and Mnih 2020, "Monte Carlo gradient estimation in machine learning".
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.estimators.answers import ROUNDING
from core.estimators.config import EstimatorsConfig
from core.estimators.lines import line_of

Array = NDArray[np.float64]

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, kw_only=True)
class ExactVariance:
    """A variance by quadrature, and how far off it may be."""

    value: float
    error: float


def has_exact_variance(config: EstimatorsConfig) -> bool:
    """Whether ``exact_variance`` has an answer."""
    return config.test_function.term is not None and not config.is_full


def exact_variance(config: EstimatorsConfig, name: str) -> ExactVariance | None:
    """Variance of one component of the estimate ``name`` from n draws; ``None`` if not known."""
    return exact_variances(config, (name,)).get(name)


def exact_variances(config: EstimatorsConfig, names: Iterable[str]) -> dict[str, ExactVariance]:
    """The same for several estimators at once; empty if not known."""
    if not has_exact_variance(config):
        return {}
    coordinate = Coordinate(config)
    n = config.num_samples
    return {name: _VARIANCES[name](coordinate, n).known() for name in names}


@dataclass(frozen=True)
class Sum:
    """A variance as the sum of terms, some negative: so that its rounding is known, too.

    Attributes:
        terms: each by the fine and by the coarse rule, ``[2]``.
        noise: mean square of what rounding leaves of the function whose square is averaged.
    """

    terms: list[Array]
    noise: float = 0.0

    def __truediv__(self, n: float) -> "Sum":
        """Of a mean of n."""
        return Sum([term / n for term in self.terms], self.noise / n)

    def known(self) -> ExactVariance:
        """The value, not below 0; its error is what the rules differ by, and rounding."""
        size = sum(float(np.abs(term).max()) for term in self.terms)
        fine, coarse = (float(row) for row in np.sum(self.terms, axis=0))
        error = abs(fine - coarse) + ROUNDING * size + math.sqrt(size * self.noise)
        return ExactVariance(value=max(0.0, fine), error=error)


class Coordinate:
    """Expectations over the first coordinate; ``s`` is its score ``∂ log q/∂φ₁``.

    A function of ε is an array ``[2, n]``: at the nodes x > 0, and at −x. ``E s = 0``, so
    ``E f s = E h s = G``, the gradient; h is kept as its mean and its deviation from it, which
    changes no variance and spares it the rounding of large numbers.
    """

    def __init__(self, config: EstimatorsConfig) -> None:
        """Evaluate h on the nodes."""
        self.config, self.others = config, config.dim - 1
        self.line = line_of(config.function, config.k, config.mu, config.sigma)
        self.x = self.line.nodes
        h, slope = self.line.values
        is_mean = config.block == "mean"
        epsilon = np.stack([self.x, -self.x])
        self.s = epsilon / config.sigma if is_mean else (epsilon**2 - 1) / config.sigma
        self.path = slope if is_mean else slope * epsilon
        self.centre = float(self.mean(h)[0])
        self.h = h - self.centre
        self.h_noise = (EPSILON * float(np.abs(h).max())) ** 2
        self.path_noise = (EPSILON * float(np.abs(self.path).max())) ** 2

    def mean(self, values: Array) -> Array:
        """``E`` of a function of the first coordinate, ``[2]``."""
        return self.line.mean(*values)

    @cached_property
    def gradient(self) -> Array:
        """``G = E h s``, ``[2]``."""
        return self.mean(self.h * self.s)

    def spread(self, values: Array) -> list[Array]:
        """Terms, ``[2]`` each, of the variance of values ``[2, n]`` of the first coordinate."""
        deviation = values - self.mean(values)[0]
        return [self.mean(deviation**2), -(self.mean(deviation) ** 2)]

    def squared_with_others(self, values: Array) -> Array:
        """``E (g + R)² s²``, ``[2]``: R sums independent copies of ``g``."""
        s2 = self.s**2
        mean = self.mean(values)
        r1 = self.others * mean
        r2 = self.others * (self.mean(values**2) - mean**2) + r1**2
        own = self.mean(values**2 * s2)
        return own + 2 * r1 * self.mean(values * s2) + r2 * self.mean(s2)

    @cached_property
    def moments(self) -> "ScoreMoments":
        """The moments that all score function estimators are made of."""
        count, s2 = self.others + 1, self.s**2
        mean, square = self.mean(self.h), self.mean(self.h**2)
        return ScoreMoments(
            f=count * (self.centre + mean),
            var_f=count * (square - mean**2),
            s2=self.mean(s2),
            gs2=self.mean(self.h * s2),
            g2s2=self.squared_with_others(self.h),
            gradient=self.gradient,
            noise=4 * count * self.h_noise * float(self.mean(s2)[0]),
        )


@dataclass(frozen=True, kw_only=True)
class ScoreMoments:
    """Moments of one draw, with ``g = f − E f``, each by both rules, ``[2]``.

    ``E f``, ``Var f``, ``E s²``, ``E g s²``, ``E g² s²`` and ``G = E f s``; ``noise`` is the
    square of what rounding leaves of ``f s``.
    """

    f: Array
    var_f: Array
    s2: Array
    gs2: Array
    g2s2: Array
    gradient: Array
    noise: float

    def variance(self, baseline: float | Array) -> Sum:
        """Of ``(f − b) s``, one draw: ``E (g + (E f − b))² s² − G²`` (PIMA-7 §1)."""
        rest = self.f - baseline
        return Sum(
            [self.g2s2, 2 * rest * self.gs2, rest**2 * self.s2, -(self.gradient**2)], self.noise
        )


def best_baseline(config: EstimatorsConfig) -> float:
    """``b* = E[f s²]/E[s²]``: any b between 0 and 2b* lowers the variance (PIMA-7 §1)."""
    moments = Coordinate(config).moments
    return float((moments.f + moments.gs2 / moments.s2)[0])


def mean_value(config: EstimatorsConfig) -> float:
    """``E f``."""
    return float(Coordinate(config).moments.f[0])


def _pathwise(c: Coordinate, n: int) -> Sum:
    return Sum(c.spread(c.path), c.path_noise) / n


def _antithetic(c: Coordinate, n: int) -> Sum:
    """A pair is ``½(path(ε) + path(−ε))``."""
    return Sum(c.spread(0.5 * (c.path + c.path[::-1])), c.path_noise) / (n / 2)


def _naive(c: Coordinate, n: int) -> Sum:
    return Sum([np.zeros(2)])


def _score_function(c: Coordinate, n: int) -> Sum:
    return c.moments.variance(0.0) / n


def _constant_baseline(c: Coordinate, n: int) -> Sum:
    moments = c.moments
    chosen = c.config.baseline
    return moments.variance(moments.f if chosen is None else chosen) / n


def _optimal_baseline(c: Coordinate, n: int) -> Sum:
    """``E g² s² − (E g s²)²/E s² − G²``."""
    m = c.moments
    return Sum([m.g2s2, -(m.gs2**2) / m.s2, -(m.gradient**2)], m.noise) / n


def _leave_one_out(c: Coordinate, n: int) -> Sum:
    """It is the U-statistic of ``½(g(x) − g(y))(s(x) − s(y))`` (Hoeffding 1948).

    ``(4(n−2) ζ₁ + 2 ζ₂)/(n(n−1))`` with ``ζ₁ = ¼Var(g s)`` and ``ζ₂ = ½(E g²s² + E g² E s²)``.
    """
    m = c.moments
    first = [(n - 2) * m.g2s2, -(n - 2) * m.gradient**2]
    second = [m.g2s2, m.var_f * m.s2]
    return Sum([*first, *second], n * m.noise) / (n * (n - 1))


def _score_antithetic(c: Coordinate, n: int) -> Sum:
    """A pair is ``½(f⁺ − f⁻)s`` where s is odd (μ), ``½(f⁺ + f⁻)s`` where it is even (σ)."""
    is_mean = c.config.block == "mean"
    pair = 0.5 * (c.h - c.h[::-1]) if is_mean else 0.5 * (c.h + c.h[::-1]) + c.centre
    noise = 4 * (c.others + 1) * c.h_noise * float(c.mean(c.s**2)[0])
    return Sum([c.squared_with_others(pair), -(c.gradient**2)], noise) / (n / 2)


def _measure_valued(c: Coordinate, n: int) -> Sum:
    """The other coordinates of ``z⁺`` and ``z⁻`` are the same, so only h differs.

    For μ, w is Rayleigh, with density ``w exp(−w²/2)``. For σ, ``z⁺`` is at y, double-sided
    Maxwell with density ``y² φ(y)``, and ``z⁻`` at ``y u``, u uniform on [0, 1]; with the
    primitives ``A = ∫₀^y h`` and ``B = ∫₀^y h²``::

        ∫₀¹ (h(y) − h(yu))² du = h(y)² − 2 h(y) A(y)/y + B(y)/y
    """
    sigma, x = c.config.sigma, c.x
    if c.config.block == "mean":
        difference = (c.h[0] - c.h[1]) / (sigma * np.sqrt(2 * np.pi))
        square = np.sqrt(np.pi / 2) * c.line.mean(x * difference**2, x * difference**2)
        return Sum([square, -(c.gradient**2)], c.h_noise / sigma**2) / n
    terms = [c.mean(c.h**2 * x**2), np.zeros(2), np.zeros(2), -((sigma * c.gradient) ** 2)]
    nothing = np.zeros_like(x)
    for h in c.h:
        terms[1] -= 2 * c.line.mean(x * h * c.line.primitive(h), nothing)
        terms[2] += c.line.mean(x * c.line.primitive(h**2), nothing)
    return Sum(terms, 3 * c.h_noise) / (n * sigma**2)


_VARIANCES: dict[str, Callable[[Coordinate, int], Sum]] = {
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
