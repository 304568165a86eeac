"""The fold, for the lesson: ``x = z + a sin(bz)`` on a standard normal z, exactly. Torch-free.

The same curve falling, ``x = −(z + a sin bz)``, is as invertible as the rising one.

Between two critical points the map is monotone, so all roots of ``τ(z) = x`` are found by
bisection, one per monotone piece. Where τ folds, the change-of-variables formula with one root
loses the mass of the others; the sum over all roots ``Σ_k p_Z(z_k)/|τ'(z_k)|`` does not
(PIMA-6; mathematics §3).
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.validation import require_number

Array = NDArray[np.float64]

REACH = 9.0
"""Base values beyond ± this are left out: their mass is below 10⁻¹⁸."""

BISECTIONS = 60
NODES = 64


@dataclass(frozen=True, kw_only=True)
class Wave:
    """``τ(z) = z + a sin(bz)``, or that with a minus sign before it.

    Attributes:
        amplitude: a.
        frequency: b.
        falls: whether ``τ(z) = −(z + a sin bz)``.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    amplitude: float
    frequency: float
    falls: bool = False

    def __post_init__(self) -> None:
        """Check both."""
        require_number("amplitude", self.amplitude, at_least=0, at_most=10)
        require_number("frequency", self.frequency, above=0, at_most=10)

    def value(self, z: Array) -> Array:
        """τ, with the shape of z."""
        return self._sign * (z + self.amplitude * np.sin(self.frequency * z))

    def slope(self, z: Array) -> Array:
        """``τ' = ±(1 + ab cos(bz))``, with the shape of z."""
        steepness = self.amplitude * self.frequency
        return self._sign * (1.0 + steepness * np.cos(self.frequency * z))

    @property
    def _sign(self) -> float:
        return -1.0 if self.falls else 1.0

    @property
    def folds(self) -> bool:
        """Whether τ' changes its sign: ``ab > 1``."""
        return self.amplitude * self.frequency > 1.0

    def critical_points(self) -> Array:
        """Where ``τ' = 0`` within the reach, ascending, ``[c]``; empty without a fold."""
        if not self.folds:
            return np.zeros(0)
        first = math.acos(-1.0 / (self.amplitude * self.frequency))
        turns = 2.0 * np.pi * np.arange(-60, 61)
        both = np.concatenate([turns + first, turns - first]) / self.frequency
        found: Array = np.sort(both[np.abs(both) < REACH])
        return found

    def flattest_points(self) -> Array:
        """Where τ' is least within the reach, ``[c]``: ``bz = π`` and every turn from there."""
        found: Array = np.arange(-61.0, 62.0, 2.0) * (np.pi / self.frequency)
        return found[np.abs(found) < REACH]

    @property
    def touches(self) -> bool:
        """Whether τ' reaches 0 without changing its sign: ``ab = 1``."""
        return self.amplitude * self.frequency == 1.0

    def flat_points(self) -> Array:
        """Where ``τ' = 0`` within the reach, ascending, ``[c]``: there p_X is infinite."""
        return self.flattest_points() if self.touches else self.critical_points()

    def pieces(self) -> Array:
        """Ends of the monotone pieces within the reach, ascending, ``[pieces + 1]``."""
        return np.concatenate([[-REACH], self.critical_points(), [REACH]])


def roots(wave: Wave, x: Array) -> Array:
    """All z with ``τ(z) = x`` (PIMA-6), ``[n, pieces]``, NaN where a piece has none; x ``[n]``."""
    ends = wave.pieces()
    at_ends = wave.value(ends)
    found = np.full((len(x), len(ends) - 1), np.nan)
    for j in range(len(ends) - 1):
        low, high = sorted((at_ends[j], at_ends[j + 1]))
        inside = (x >= low) & (x < high)
        if inside.any():
            found[inside, j] = _bisect(wave, x[inside], ends[j], ends[j + 1])
    return found


def _bisect(wave: Wave, x: Array, left: float, right: float) -> Array:
    rising = wave.value(np.array([right]))[0] > wave.value(np.array([left]))[0]
    low, high = np.full(len(x), left), np.full(len(x), right)
    middle: Array = 0.5 * (low + high)
    for _ in range(BISECTIONS):
        beyond = (wave.value(middle) > x) == rising
        high = np.where(beyond, middle, high)
        low = np.where(beyond, low, middle)
        middle = 0.5 * (low + high)
    return middle


def densities(wave: Wave, x: Array) -> tuple[Array, Array]:
    """``p_X`` at x ``[n]``: of the leftmost root, and ``Σ_k p_Z(z_k)/|τ'(z_k)|`` (PIMA-6)."""
    found = roots(wave, x)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.exp(-0.5 * np.square(found)) / np.sqrt(2 * np.pi) / np.abs(wave.slope(found))
    present = np.isfinite(found)
    terms = np.where(present, terms, 0.0)
    first = np.argmax(present, axis=1)
    one = np.where(present.any(1), terms[np.arange(len(x)), first], 0.0)
    return one, terms.sum(1)


def integrals(wave: Wave) -> tuple[float, float]:
    """``∫ p_X dx`` with one root and with all, by Gauss–Legendre quadrature between the folds.

    At a fold ``p_X`` grows like ``distance^(−1/2)``, at ab = 1 like ``distance^(−2/3)`` where τ is
    flattest; with ``x = low + length·s³(10 − 15s + 6s²)`` the integrand is finite at both ends.
    """
    ends = np.unique(wave.value(np.concatenate([wave.pieces(), wave.flattest_points()])))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    s = 0.5 * (nodes + 1.0)
    share, rate = s**3 * (10 - 15 * s + 6 * s**2), 30 * np.square(s * (1 - s))
    total_one = total_all = 0.0
    for low, high in _cut(ends):
        x = low + (high - low) * share
        measure = 0.5 * weights * (high - low) * rate
        one, every = densities(wave, x)
        total_one += float(measure @ one)
        total_all += float(measure @ every)
    return total_one, total_all


def telling_points(wave: Wave, reach: float, count: int = 361) -> Array:
    """Values of x within ± ``reach``, ascending, ``[n]``, finer where τ is flat.

    The density is infinite there, which an even grid would miss.
    """
    ends = wave.value(wave.flat_points())
    near = (ends[:, None] + 0.04 * np.linspace(-1, 1, 14)).ravel()
    grid: Array = np.sort(np.concatenate([np.linspace(-reach, reach, count), near]))
    return grid[np.abs(grid) <= reach]


def _cut(ends: Array, longest: float = 0.5) -> list[tuple[float, float]]:
    """Intervals between the ends ``[n]``, the long ones cut: a Gaussian wants several pieces."""
    cuts: list[tuple[float, float]] = []
    for low, high in itertools.pairwise(ends):
        count = max(1, math.ceil((high - low) / longest))
        inner = np.linspace(low, high, count + 1)
        cuts += [(float(a), float(b)) for a, b in itertools.pairwise(inner)]
    return cuts
