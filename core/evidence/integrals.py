"""Expectations under a proposal, each with the difference to a coarser rule. Torch-free.

Those of a polynomial ``log p(x, z)`` are exact by Gauss–Hermite; logarithms of mixtures and
importance weights go by the trapezoidal rule.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.evidence.problem import Integral, rounding_of
from core.evidence.proposals import Gaussian, Proposal
from core.quadrature import tensor_grid

Array = NDArray[np.float64]
Function = Callable[[Array], Array]
"""From z with shape ``[..., L]`` to values with shape ``[...]``."""

HERMITE_NODES, FEWER_HERMITE_NODES = 16, 10
"""Nodes along each dimension, of the rule and of the one it is compared with."""

WIDTHS = 12.0
"""A Gaussian beyond so many standard deviations is left out: a mass of 4·10⁻³³."""

PANELS_OF_GAUSSIAN = 17


@lru_cache(maxsize=8)
def hermite_nodes(dim: int, count: int) -> tuple[Array, Array]:
    """Of ``E g(ε)``, ``ε ~ N(0, I)``: nodes ``[count^L, L]`` and weights ``[count^L]``.

    Exact for polynomials of degree below ``2 count`` along every dimension.
    """
    axis, weights = np.polynomial.hermite_e.hermegauss(count)
    nodes = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    product = np.ones(1)
    for _ in range(dim):
        product = np.multiply.outer(product, weights / weights.sum()).ravel()
    return nodes, product


def hermite_mean(function: Function, q: Proposal) -> Integral:
    """``E_q f(z)`` by Gauss–Hermite under every component of q."""
    fine, coarse = (
        sum(share * float(weights @ function(part.sample(nodes))) for share, part in q.components)
        for nodes, weights in (
            hermite_nodes(q.dim, count) for count in (HERMITE_NODES, FEWER_HERMITE_NODES)
        )
    )
    return Integral(fine, abs(fine - coarse) + rounding_of(fine))


class Nodes(NamedTuple):
    """Places and weights of ``E_q g(z)``.

    Attributes:
        z: shape ``[N, L]``.
        weights: the finest rule and coarser ones, ``[R, N]``.
    """

    z: Array
    weights: Array

    def mean(self, values: Array) -> Integral:
        """``E_q g(z)`` from the values at the nodes, ``[N]``."""
        found = self.weights @ values
        error = np.abs(found[1:] - found[0]).max()
        return Integral(float(found[0]), float(error) + rounding_of(float(found[0])))


def proposal_nodes(q: Proposal, halvings: int = 0) -> Nodes:
    """The trapezoidal rule under every component of q."""
    epsilon, fine, coarse = tensor_grid(q.dim, halvings)
    rules = np.vstack([fine, coarse])
    return Nodes(
        np.concatenate([part.sample(epsilon) for _, part in q.components]),
        np.concatenate([share * rules for share, _ in q.components], axis=1),
    )


def line_edges(q: Proposal) -> Array:
    """Ends of panels in one dimension that resolve every component of q, ``[n]``, sorted."""
    return np.unique(np.concatenate([_edges_of(part) for _, part in q.components]))


def _edges_of(part: Gaussian) -> Array:
    offsets = np.linspace(-WIDTHS, WIDTHS, PANELS_OF_GAUSSIAN)
    edges: Array = part.mean[0] + part.scales[0] * offsets
    return edges
