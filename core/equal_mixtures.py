"""Mixtures of Gaussians in the plane, of equal diagonal covariance: numpy, torch-free.

Faster than a general ``core.mixtures.Mixture`` and with a density on a grid. Two moons are one,
too: the noise around an arc is a Gaussian, and the integral along the arc is done by
Gauss–Legendre quadrature, whose nodes are then the components.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CHUNK = 4096
"""Points evaluated at once, so that the ``[points, components]`` table stays in the cache."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EqualMixture:
    """``p(x) = Σ_k w_k N(x; c_k, diag(deviation²))``.

    Attributes:
        centres: ``[K, 2]``.
        weights: ``[K]``, summing to 1.
        deviation: ``[2]``.
    """

    centres: Array
    weights: Array
    deviation: Array

    def log_density(self, x: ArrayLike) -> Array:
        """``log Σ_k w_k N(x; c_k, Σ)`` (IT5410), nats, shape ``[n]``, at points ``[n, 2]``."""
        points = np.asarray(x, dtype=np.float64) / self.deviation
        centres = self.centres / self.deviation
        with np.errstate(divide="ignore"):
            constant = np.log(self.weights) - np.log(2 * np.pi * self.deviation.prod())
        offset = constant - 0.5 * np.square(centres).sum(1)
        values = np.empty(len(points))
        for start in range(0, len(points), CHUNK):
            part = points[start : start + CHUNK]
            terms = part @ centres.T + offset
            top = terms.max(1, keepdims=True)
            total = top[:, 0] + np.log(np.exp(terms - top).sum(1))
            values[start : start + CHUNK] = total - 0.5 * np.square(part).sum(1)
        return values

    def grid_density(self, x1: Array, x2: Array) -> Array:
        """``p`` on a grid, shape ``[len(x1), len(x2)]``: exponentials factorise, one product."""
        one, two = (
            np.exp(-0.5 * np.square((axis[:, None] - self.centres[:, j]) / self.deviation[j]))
            for j, axis in enumerate((x1, x2))
        )
        grid: Array = (one * self.weights) @ two.T / (2 * np.pi * self.deviation.prod())
        return grid

    def standardised(self, mean: Array, scale: Array) -> "EqualMixture":
        """The density of ``(x − mean) / scale``, each ``[2]``."""
        return EqualMixture(
            centres=(self.centres - mean) / scale,
            weights=self.weights,
            deviation=self.deviation / scale,
        )

    def moments(self) -> tuple[Array, Array]:
        """Mean and standard deviation of each coordinate, each ``[2]``."""
        mean = self.weights @ self.centres
        variance = self.weights @ np.square(self.centres - mean) + np.square(self.deviation)
        return mean, np.sqrt(variance)


def arcs(noise: float, nodes: int = 200) -> EqualMixture:
    """Two moons: half circles ``(cos t, sin t)`` and ``(1 − cos t, ½ − sin t)`` with noise."""
    roots, weights = np.polynomial.legendre.leggauss(nodes)
    t = 0.5 * np.pi * (roots + 1.0)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    return EqualMixture(
        centres=np.concatenate([upper, [1.0, 0.5] - upper]),
        weights=np.tile(weights, 2) / 4.0,
        deviation=np.full(2, noise),
    )


def circle_of(count: int, radius: float, deviation: float) -> EqualMixture:
    """``count`` Gaussians evenly on a circle."""
    angle = 2 * np.pi * np.arange(count) / count
    return EqualMixture(
        centres=radius * np.stack([np.cos(angle), np.sin(angle)], axis=1),
        weights=np.full(count, 1.0 / count),
        deviation=np.full(2, deviation),
    )
