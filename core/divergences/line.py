"""Nodes and weights on a line with both log densities at them: torch-free, float64.

``line_of`` is the trapezoid on which everything that is drawn or trained is judged: spectrally
exact for smooth integrands, O(h²) where two densities cross. ``split_line`` has panels of
Gauss's nodes that end where the densities, or their distribution functions, cross, so that a
kink lies inside of none.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.divergences.pair import Component, PairConfig, Sides

Array = NDArray[np.float64]

NODES = 4001
REACH = 10.0
"""Deviations that the line goes on beyond the outermost centres."""

PANELS = 250
ORDER = 16
HALVINGS = 24
CLOSE = 1e-7
"""Panels narrower than this are joined to the one before; a kink so near an end costs nothing."""

LOG_NOISE, NOISE = 1e-9, 1e-13
"""Differences of log densities, and of distribution functions, that are rounding only."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """Quadrature nodes of a pair.

    Attributes:
        nodes: x, increasing, shape ``[N]``.
        weights: of the quadrature, shape ``[N]``.
        log_p: log p_d at the nodes, nats, shape ``[N]``.
        log_q: log p_g at the nodes, nats, shape ``[N]``.
    """

    nodes: Array
    weights: Array
    log_p: Array
    log_q: Array

    @property
    def log_t(self) -> Array:
        """``log p_d − log p_g``, nats, shape ``[N]``."""
        return np.asarray(self.log_p - self.log_q)

    @property
    def data_masses(self) -> Array:
        """``w p_d`` of each node, shape ``[N]``."""
        return np.asarray(self.weights * np.exp(self.log_p))

    @property
    def model_masses(self) -> Array:
        """``w p_g`` of each node, shape ``[N]``."""
        return np.asarray(self.weights * np.exp(self.log_q))


def sides_of(pair: PairConfig | Sides) -> Sides:
    """The densities of a pair."""
    return pair if isinstance(pair, Sides) else pair.sides


def ends_of(sides: Sides) -> tuple[float, float]:
    """Ten of their own deviations beyond the outermost centres."""
    every = sides.data + sides.model
    return min(c - REACH * s for _, c, s in every), max(c + REACH * s for _, c, s in every)


def line_of(pair: PairConfig | Sides, nodes: int = NODES) -> Line:
    """The trapezoid of a pair; the arrays of one pair are made once and not to be written to."""
    return _trapezoid(sides_of(pair), nodes)


@lru_cache(maxsize=64)
def _trapezoid(sides: Sides, count: int) -> Line:
    low, high = ends_of(sides)
    nodes = np.linspace(low, high, count)
    weights = np.full(count, (high - low) / (count - 1))
    weights[[0, -1]] /= 2
    return _line(sides, nodes, weights)


def _line(sides: Sides, nodes: Array, weights: Array) -> Line:
    log_p, log_q = (mixture.log_prob(nodes[:, None]) for mixture in sides.mixtures)
    for array in (nodes, weights, log_p, log_q):
        array.flags.writeable = False
    return Line(nodes=nodes, weights=weights, log_p=log_p, log_q=log_q)


def split_line(
    pair: PairConfig | Sides, order: int = ORDER, ends: tuple[float, float] | None = None
) -> Line:
    """Gauss's nodes in panels that end at every crossing, shape ``[N]``.

    ``ends`` widens the line for an integrand that lies beyond the densities themselves.
    """
    sides = sides_of(pair)
    return _split(sides, order, ends or ends_of(sides))


@lru_cache(maxsize=64)
def _split(sides: Sides, order: int, ends: tuple[float, float]) -> Line:
    edges = np.linspace(*ends, PANELS + 1)
    crossed = np.concatenate([density_crossings(sides), distribution_crossings(sides)])
    edges = np.unique(np.concatenate([edges, crossed]))
    edges = edges[np.diff(edges, prepend=-np.inf) > CLOSE]
    unit, shares = np.polynomial.legendre.leggauss(order)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    nodes = (middle[:, None] + half[:, None] * unit).ravel()
    return _line(sides, nodes, (half[:, None] * shares).ravel())


@lru_cache(maxsize=64)
def density_crossings(sides: Sides) -> Array:
    """Where p_d = p_g, increasing, shape ``[C]``."""
    line = line_of(sides)

    def difference(x: Array) -> Array:
        log_p, log_q = (mixture.log_prob(x[:, None]) for mixture in sides.mixtures)
        return np.asarray(log_p - log_q)

    return _roots(difference, line.nodes, line.log_t, LOG_NOISE)


@lru_cache(maxsize=64)
def distribution_crossings(sides: Sides) -> Array:
    """Where F_d = F_g, increasing, shape ``[C]``."""
    line = line_of(sides)

    def difference(x: Array) -> Array:
        return distribution(sides.data, x) - distribution(sides.model, x)

    return _roots(difference, line.nodes, difference(line.nodes), NOISE)


def _roots(
    difference: Callable[[Array], Array], nodes: Array, values: Array, noise: float
) -> Array:
    above = values > 0
    clear = np.maximum(np.abs(values[1:]), np.abs(values[:-1])) > noise
    at = np.flatnonzero((above[1:] != above[:-1]) & clear)
    low, high, start = nodes[at].copy(), nodes[at + 1].copy(), above[at]
    for _ in range(HALVINGS if len(at) else 0):
        middle = (low + high) / 2
        same = (difference(middle) > 0) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray((low + high) / 2)


def distribution(components: tuple[Component, ...], x: Array) -> Array:
    """``F(x) = Σ w Φ((x − c)/s)``, shape ``[N]``; each tail as precise as the other's."""
    total = sum(w for w, _, _ in components)
    found = np.zeros(len(x))
    for w, c, s in components:
        found += w / total * normal_distribution((x - c) / s)
    return found


def normal_distribution(z: Array) -> Array:
    """``Φ(z) = ½ erfc(−z/√2)``, shape ``[N]``."""
    scaled = (-z / math.sqrt(2)).tolist()
    return np.fromiter(map(math.erfc, scaled), np.float64, len(scaled)) / 2


def distribution_integral(components: tuple[Component, ...], x: Array) -> Array:
    """``∫_{−∞}^x F``, shape ``[N]``: ``Σ w s (z Φ(z) + φ(z))`` with ``z = (x − c)/s``."""
    total = sum(w for w, _, _ in components)
    found = np.zeros(len(x))
    for w, c, s in components:
        z = (x - c) / s
        height = np.exp(-0.5 * np.square(z)) / math.sqrt(2 * math.pi)
        found += w / total * s * (z * normal_distribution(z) + height)
    return found
