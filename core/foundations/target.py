"""The density that a Gaussian is to be like: a mixture of one to four Gaussians on a line."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.validation import require_number

Array = NDArray[np.float64]

LOG_2PI = math.log(2 * math.pi)

MOST_BUMPS = 4
MOST_PLACE = 8.0
LEAST_SD, MOST_SD = 0.05, 4.4
LEAST_SHARE = 1e-6
"""A component's least weight, as a share of all."""

UNSEEN = 40.0
"""Nats by which others exceed a component where it is not seen: a share of 4·10⁻¹⁸."""


class Slopes(NamedTuple):
    """``log P``, nats, and its first two derivatives, each with the shape of z.

    Attributes:
        value: ``log P(z)``.
        first: ``d log P/dz``, the score.
        second: ``d² log P/dz²``.
    """

    value: Array
    first: Array
    second: Array


@dataclass(frozen=True, kw_only=True)
class Target1D:
    """``P(z) = Σ_k w_k N(z; μ_k, σ_k²)`` (IT5410, Gaussian mixture model).

    Attributes:
        weights: any positive numbers; they are divided by their sum here, w.
        means: μ, within ±8.
        sds: σ, from 0.05 to 4.4.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    weights: tuple[float, ...] = (0.7, 0.3)
    means: tuple[float, ...] = (-1.5, 2.0)
    sds: tuple[float, ...] = (0.6, 0.4)

    def __post_init__(self) -> None:
        """Check every field, and let the weights sum to 1."""
        count = len(self.means)
        require_number("number of components", count, at_least=1, at_most=MOST_BUMPS)
        if len(self.weights) != count or len(self.sds) != count:
            raise ValueError(
                "`weights`, `means` and `sds` must be as many, got "
                f"{len(self.weights)}, {count} and {len(self.sds)}"
            )
        for weight, mean, sd in zip(self.weights, self.means, self.sds, strict=True):
            require_number("weight", weight, above=0, at_most=1e6)
            require_number("mean", mean, at_least=-MOST_PLACE, at_most=MOST_PLACE)
            require_number("sd", sd, at_least=LEAST_SD, at_most=MOST_SD)
        total = math.fsum(self.weights)
        shares = tuple(float(weight / total) for weight in self.weights)
        require_number("share of a component", min(shares), at_least=LEAST_SHARE)
        object.__setattr__(self, "weights", shares)
        object.__setattr__(self, "means", tuple(float(mean) for mean in self.means))
        object.__setattr__(self, "sds", tuple(float(sd) for sd in self.sds))

    @property
    def num_components(self) -> int:
        """K."""
        return len(self.means)

    @cached_property
    def _columns(self) -> tuple[Array, Array, Array]:
        """Means, ``1/σ_k`` and ``log w_k − log σ_k − ½ log 2π``, each ``[K, 1]``."""
        w, means, sds = (np.array(row)[:, None] for row in (self.weights, self.means, self.sds))
        return means, 1 / sds, np.log(w) - np.log(sds) - 0.5 * LOG_2PI

    def component_log_densities(self, z: Array) -> Array:
        """``log w_k + log N(z_n; μ_k, σ_k²)``, nats, shape ``[K, n]``, at z ``[n]``."""
        means, inverse, heights = self._columns
        white = (z - means) * inverse
        terms: Array = heights - 0.5 * white * white
        return terms

    def log_density(self, z: ArrayLike) -> Array:
        """``log P(z)``, nats, with the shape of z: also where P itself underflows."""
        places = np.asarray(z, dtype=np.float64)
        terms = self.component_log_densities(places.ravel())
        top = terms.max(0)
        found = top + np.log(np.exp(terms - top).sum(0))
        return np.asarray(found.reshape(places.shape))

    def density(self, z: ArrayLike) -> Array:
        """``P(z)``, with the shape of z."""
        return np.asarray(np.exp(self.log_density(z)))

    def slopes(self, z: Array) -> Slopes:
        """``log P`` and its derivatives at z, ``[n]`` (``test_slopes_are_autograds``).

        With ``r_k`` the responsibilities and ``a_k = (μ_k − z)/σ_k²``: ``Σ r a`` and
        ``Σ r ((a − Σ r a)² − 1/σ²)``.
        """
        means, inverse, _ = self._columns
        terms = self.component_log_densities(z)
        top = terms.max(0)
        shares = np.exp(terms - top)
        total = shares.sum(0)
        shares /= total
        pulls = (means - z) * inverse**2
        first = (shares * pulls).sum(0)
        second = (shares * ((pulls - first) ** 2 - inverse**2)).sum(0)
        return Slopes(top + np.log(total), first, second)

    def moments(self, group: tuple[int, ...] | None = None) -> tuple[float, float]:
        """Mean and standard deviation of P, or of these of its components alone."""
        chosen = [*(range(self.num_components) if group is None else group)]
        w, means, sds = (
            np.array([row[k] for k in chosen]) for row in (self.weights, self.means, self.sds)
        )
        w = w / w.sum()
        mean = float(w @ means)
        return mean, math.sqrt(w @ (np.square(means - mean) + np.square(sds)))

    def sample(self, count: int, generator: np.random.Generator) -> Array:
        """Draws, shape ``[count]``."""
        chosen = generator.choice(self.num_components, size=count, p=self.weights)
        noise = generator.standard_normal(count)
        return np.asarray(np.array(self.means)[chosen] + np.array(self.sds)[chosen] * noise)

    @cached_property
    def bends(self) -> tuple[Array, Array]:
        """Where ``log P`` turns from one component to another, and how sharply, each ``[b]``.

        ``log(e^a + e^b)`` has its singularities where ``a − b = ±iπ``: a complex number whose real
        part is the place and whose imaginary part the scale on which the function bends there.
        """
        found = []
        means, inverse, heights = (column[:, 0] for column in self._columns)
        squares, slopes = -0.5 * inverse**2, means * inverse**2
        offsets = heights + squares * means**2
        for j in range(self.num_components):
            for k in range(j):
                roots = _roots(
                    squares[j] - squares[k], slopes[j] - slopes[k], offsets[j] - offsets[k]
                )
                found += [root for root in roots if self._is_seen(root.real, j, k)]
        places = np.array(found, dtype=np.complex128)
        return np.asarray(places.real), np.maximum(np.abs(places.imag), 1e-6)

    def _is_seen(self, place: float, j: int, k: int) -> bool:
        """Whether one of the two components counts there."""
        terms = self.component_log_densities(np.array([place]))[:, 0]
        return bool(max(terms[j], terms[k]) > terms.max() - UNSEEN)


def _roots(a: float, b: float, c: float) -> list[complex]:
    """Of ``a z² + b z + c = iπ``, those that are not very far away; stable where a is small."""
    constant = complex(c, -math.pi)
    root = np.sqrt(complex(b) ** 2 - 4 * a * constant)
    larger = -0.5 * (b + (root if (b * root.conjugate()).real >= 0 else -root))
    found = [constant / larger] if larger != 0 else []
    if a != 0 and larger != 0:
        found.append(larger / a)
    return [complex(z) for z in found if abs(z) < 1e3]


def symmetric_pair(half_distance: float, sd: float = 1.0) -> Target1D:
    """``½ N(−a, σ²) + ½ N(a, σ²)``."""
    return Target1D(weights=(0.5, 0.5), means=(-half_distance, half_distance), sds=(sd, sd))
