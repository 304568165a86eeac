"""Expectations of ``log P`` under a Gaussian, by composite Gauss–Legendre rules. Torch-free.

The panels follow q, ``z = m + s u`` with u in [−10, 10], and are laid ever finer towards the
places where ``log P`` turns from one component to another. What is cut off has a mass of 2·10⁻²³.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.foundations.target import Target1D

Array = NDArray[np.float64]

REACH = 10.0
"""In u: how far the panels go to both sides."""

NODES = 12
WIDEST = 2.5
"""Width of a panel, in u."""

RATIO = 4.0
"""By how much a panel is wider than its neighbour on the side of a bend."""

GRADES = RATIO ** np.arange(14)


class Rule(NamedTuple):
    """``E_q g ≈ Σ w g(z)``.

    Attributes:
        z: nodes, ``[n]``.
        weights: w, the density of q included, ``[n]``.
    """

    z: Array
    weights: Array


@lru_cache(maxsize=1)
def _panel() -> tuple[Array, Array]:
    """Nodes and weights of one panel, on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return 0.5 * (1 + nodes), 0.5 * weights


def panels(target: "Target1D", low: float, high: float, widest: float) -> tuple[Array, Array]:
    """Nodes and weights of ``∫ g dz`` over [low, high], each ``[n]``, for g made of ``log P``.

    Args:
        target: P.
        low: where the integral begins.
        high: where it ends.
        widest: width that no panel exceeds.
    """
    edges = np.linspace(low, high, int(np.ceil((high - low) / widest)) + 1)
    places, scales = target.bends
    offsets = scales[:, None] * GRADES
    row, grade = np.nonzero(offsets < widest)
    near, ahead = places[row], offsets[row, grade]
    extra = np.concatenate([near - ahead, near, near + ahead])
    extra = extra[(extra > low) & (extra < high)]
    edges = np.unique(np.concatenate([edges, extra]))
    left, width = edges[:-1, None], np.diff(edges)[:, None]
    nodes, weights = _panel()
    return (left + width * nodes).ravel(), (width * weights).ravel()


def rule(target: "Target1D", mean: float, sd: float) -> Rule:
    """For expectations under ``q = N(m, s²)`` of what is made of ``log P``."""
    z, widths = panels(target, mean - REACH * sd, mean + REACH * sd, WIDEST * sd)
    white = (z - mean) / sd
    return Rule(z, widths * np.exp(-0.5 * white * white) / (sd * np.sqrt(2 * np.pi)))


def expected_log_density(target: "Target1D", mean: float, sd: float) -> float:
    """``E_q log P``, nats, for ``q = N(m, s²)``."""
    z, weights = rule(target, mean, sd)
    return float(weights @ target.log_density(z))


def entropy(target: "Target1D") -> float:
    """``H(P) = −E_P log P``, nats: each component's expectation by its own rule."""
    parts = zip(target.weights, target.means, target.sds, strict=True)
    return -sum(share * expected_log_density(target, mean, sd) for share, mean, sd in parts)
