"""The learned prior ``p(z1) = ∫ p(z1|z2) p(z2) dz2`` by quadrature: numpy, torch-free, nats.

For any link and L2 ≤ 2. The trapezoidal rule over z2 makes of it a mixture of as many Gaussians as
there are nodes. A rule that uses every second node only tells the achieved error: a steep narrow
link on a coarse comb may be off by nats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.mixtures import CACHED, LOG_2PI, Mixture, as_rows
from core.quadrature import trapezoidal_grid
from core.validation import require_number

Array = NDArray[np.float64]

Conditional = Callable[[Array], tuple[Array, Array]]
"""From n places, ``[n, L]``, to means and variances of independent Gaussians, ``[n, L']`` each."""

REACH, STEP = 8.0, 0.1
"""z2 beyond this is left out, a mass of 10⁻¹⁵; distance of the nodes at first: 161 of them."""

MOST_NODES = {1: 10_241, 2: 321}
"""Nodes per dimension that are never exceeded."""

RESOLVED = 0.5
"""Means of neighbouring nodes are at most so many deviations apart."""

FAINTEST = 1e-280
"""A density on a grid that is fainter, as a share of what row and column may have, is not told."""


class LogDensity(NamedTuple):
    """``log p`` and how far the rougher rule is from it, nats, of the same shape."""

    value: Array
    error: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkMarginal:
    """``p(z1)`` as a mixture, a component per node of z2.

    Attributes:
        mixture: K components with diagonal covariances.
        nodes: z2 of each, ``[K, L2]``.
        rough_weights: of the rule that uses every second node, ``[K]``.
        step: distance of neighbouring nodes.
        is_resolved: whether ``MOST_NODES`` were enough.
    """

    mixture: Mixture
    nodes: Array
    rough_weights: Array
    step: float
    is_resolved: bool

    @cached_property
    def polynomials(self) -> Array:
        """Coefficients of ``log p(z1|z2_k)`` by ``powers`` of z1, ``[1 + 2 L1, K]``."""
        m, v = self.mixture.means.T, np.diagonal(self.mixture.covariances, axis1=1, axis2=2).T
        constant = -0.5 * (np.log(v) + LOG_2PI + m**2 / v).sum(0)
        return np.concatenate([constant[None], m / v, -0.5 / v])

    def log_prob(self, z1: ArrayLike) -> LogDensity:
        """``log p(z1)`` at places ``[n, L1]``, nats, ``[n]``: as ``mixture``, but faster."""
        places = as_rows(z1, self.mixture.dim)
        polynomials = self.polynomials.copy()
        polynomials[0] += np.log(self.mixture.weights)
        rules = np.stack([np.ones(len(self.nodes)), self.rough_weights / self.mixture.weights])
        found = np.empty((2, len(places)))
        size = max(64, CACHED // len(self.nodes))
        for start in range(0, len(places), size):
            table = powers(places[start : start + size]) @ polynomials
            top = table.max(1)
            sums = rules @ np.exp(np.subtract(table, top[:, None], out=table), out=table).T
            found[:, start : start + size] = top + np.log(np.maximum(sums, FAINTEST))
        return LogDensity(found[0], np.abs(found[1] - found[0]))

    def log_prob_on_grid(self, axes: tuple[Array, ...]) -> LogDensity:
        """``log p(z1)`` where these L1 axes cross, ``[n1]`` or ``[n1, n2]``; see the function."""
        rules = np.stack([self.mixture.weights, self.rough_weights])
        value, rough = _on_grid(self.mixture, axes, rules)
        return LogDensity(value, np.abs(rough - value))


def powers(z1: Array) -> Array:
    """``1, z1, z1²`` of every dimension, ``[n, 1 + 2 L1]``."""
    return np.concatenate([np.ones((len(z1), 1)), z1, z1**2], axis=1)


def link_marginal(
    link: Conditional, top_dim: int, *, reach: float = REACH, finest: float = STEP
) -> LinkMarginal:
    """Lay nodes over z2, ever denser until neighbouring components of p(z1) overlap.

    That is where the means of neighbours are within half a deviation of either: the node spacing
    times the slope of the link is at most half its deviation.

    Args:
        link: p(z1|z2): from z2 ``[n, L2]`` to mean and variance, ``[n, L1]`` each.
        top_dim: L2, 1 or 2.
        reach: z2 beyond it is left out.
        finest: distance of nodes to begin with.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("top_dim", top_dim, at_least=1, at_most=2)
    require_number("finest", finest, above=0)
    most = MOST_NODES[top_dim]
    count = min(most, 2 * int(np.ceil(round(reach / finest, 6))) + 1)
    while True:
        nodes, weights, coarse = trapezoidal_grid(top_dim, count, reach)
        mean, variance = link(nodes)
        is_resolved = _overlap(mean, np.sqrt(variance), count, top_dim)
        if is_resolved or count == most:
            break
        count = min(most, 2 * count - 1)
    mixture = Mixture(weights=weights / weights.sum(), means=mean, covariances=_diagonal(variance))
    return LinkMarginal(
        mixture=mixture,
        nodes=nodes,
        rough_weights=coarse[0] / coarse[0].sum(),
        step=2 * reach / (count - 1),
        is_resolved=is_resolved,
    )


def _overlap(mean: Array, deviation: Array, count: int, dim: int) -> bool:
    """Whether neighbours along every axis of z2 are near enough, for means ``[count^L2, L1]``."""
    shape = (*[count] * dim, mean.shape[1])
    mean, deviation = mean.reshape(shape), deviation.reshape(shape)
    for axis in range(dim):
        m, s = np.moveaxis(mean, axis, 0), np.moveaxis(deviation, axis, 0)
        if np.any(np.abs(np.diff(m, axis=0)) > RESOLVED * np.minimum(s[1:], s[:-1])):
            return False
    return True


def aggregated_posterior(mean: ArrayLike, variance: ArrayLike) -> Mixture:
    """``q̄(z1) = 1/N Σ_n q(z1|x_n)``, for means and variances ``[N, L1]``."""
    means = np.asarray(mean, dtype=np.float64)
    covariances = _diagonal(np.asarray(variance, dtype=np.float64))
    return Mixture(
        weights=np.full(len(means), 1 / len(means)), means=means, covariances=covariances
    )


def log_prob_on_grid(mixture: Mixture, axes: tuple[Array, ...]) -> Array:
    """``log p`` where L1 = 1 or 2 axes cross, ``[n1]`` or ``[n1, n2]``, nats.

    For diagonal covariances, whose exponentials factorise: one matrix product. Where p is less
    than 10⁻²⁸⁰ of the largest that row and column allow, an upper bound is given instead:
    hundreds of nats below anything that is drawn.

    Args:
        mixture: with diagonal covariances.
        axes: coordinates along each dimension, ``[n1]`` and ``[n2]``.
    """
    found: Array = _on_grid(mixture, axes, mixture.weights[None])[0]
    return found


def _on_grid(mixture: Mixture, axes: tuple[Array, ...], rules: Array) -> Array:
    """The same for several weights of the components, ``[R, K]``: shape ``[R, n1(, n2)]``."""
    variance = np.diagonal(mixture.covariances, axis1=1, axis2=2)
    assert mixture.dim == len(axes) <= 2
    assert np.count_nonzero(mixture.covariances) == variance.size, "covariances are not diagonal"
    tops, factors = [], []
    for axis, m, v in zip(axes, mixture.means.T, variance.T, strict=True):
        table = np.square((axis[:, None] - m) / np.sqrt(v))
        table = -0.5 * (table + np.log(v) + LOG_2PI)
        tops.append(table.max(1))
        factors.append(np.exp(np.subtract(table, tops[-1][:, None], out=table), out=table))
    found = []
    for rule in rules:
        kept = slice(None) if rule.all() else np.flatnonzero(rule)
        first = factors[0][:, kept] * rule[kept]
        total = first @ factors[1][:, kept].T if len(axes) == 2 else first.sum(1)
        found.append(np.log(np.maximum(total, FAINTEST)))
    return np.asarray(np.stack(found) + (np.add.outer(*tops) if len(axes) == 2 else tops[0]))


def _diagonal(variance: Array) -> Array:
    """Covariances ``[K, L, L]`` of variances ``[K, L]``."""
    covariances: Array = variance[:, :, None] * np.eye(variance.shape[1])
    return covariances
