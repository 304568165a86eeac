"""Integrals over a standard normal: torch-free. Every rule comes with a coarser one of its own.

The difference of the two is the achieved error that a page shows.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REACH = 9.0
"""ε beyond this is left out: a mass of 2·10⁻¹⁹."""

PANELS = 400
NODES_PER_PANEL = 8
GRID_NODES = {1: 1601, 2: 161, 3: 61}
"""Nodes per dimension of a tensor grid; odd, so that every second node is a grid, too."""


@lru_cache(maxsize=256)
def line(*jumps: float, panels: int = PANELS) -> tuple[Array, Array]:
    """Nodes ε and weights of ``E g(ε)``, ``ε ~ N(0, 1)``: Gauss–Legendre panels.

    Args:
        jumps: where g may be discontinuous: panels end there.
        panels: how many.
    """
    edges = np.linspace(-REACH, REACH, panels + 1)
    edges = np.unique(np.concatenate([edges, [j for j in jumps if abs(j) < REACH]]))
    x, w = np.polynomial.legendre.leggauss(NODES_PER_PANEL)
    half = 0.5 * np.diff(edges)[:, None]
    nodes = (edges[:-1, None] + half * (1 + x)).ravel()
    weights = (half * w).ravel() * normal_density(nodes)
    return nodes, weights


def normal_density(epsilon: Array) -> Array:
    """The density of N(0, 1)."""
    density: Array = np.exp(-0.5 * epsilon**2) / np.sqrt(2 * np.pi)
    return density


@lru_cache(maxsize=4)
def tensor_grid(dim: int) -> tuple[Array, Array, Array]:
    """Nodes ``[N, d]``, weights and coarse weights ``[N]`` of ``E g(ε)``, ``ε ~ N(0, I)``, d ≤ 3.

    The trapezoidal rule, of exponential accuracy for smooth g and robust where g has kinks. The
    coarse weights use every second node along each dimension.
    """
    count = GRID_NODES[dim]
    axis = np.linspace(-REACH, REACH, count)
    weights = normal_density(axis) * (axis[1] - axis[0])
    coarse = np.where(np.arange(count) % 2 == 0, 2 * weights, 0.0)
    nodes = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    return nodes, _outer(weights, dim), _outer(coarse, dim)


def _outer(weights: Array, dim: int) -> Array:
    product = np.ones(1)
    for _ in range(dim):
        product = np.multiply.outer(product, weights).ravel()
    return product
