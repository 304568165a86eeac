"""The critic of the Wasserstein loss on a line, in closed form (Arjovsky 2017): torch-free."""

import numpy as np
from numpy.typing import NDArray

from core.divergences.line import (
    Line,
    distribution,
    distribution_crossings,
    distribution_integral,
    sides_of,
)
from core.divergences.pair import PairConfig, Sides

Array = NDArray[np.float64]


def critic_slope(pair: PairConfig | Sides, x: Array) -> Array:
    """``D'(x) = sign(F_g − F_d)``, shape ``[N]``; 0 where both are equal in float64."""
    sides = sides_of(pair)
    return np.asarray(np.sign(distribution(sides.model, x) - distribution(sides.data, x)))


def critic_of(pair: PairConfig | Sides, line: Line) -> Array:
    """The D with ``|D'| ≤ 1`` that makes ``E_d D − E_g D`` largest, on the nodes, shape ``[N]``.

    Summed up from its slope between the nodes, 0 in the middle of the line; the corners are at
    the crossings of the distribution functions. What it earns is W₁
    (``test_the_critic_earns_w1``).
    """
    corners = distribution_crossings(sides_of(pair))
    knots = np.unique(np.concatenate([line.nodes, corners]))
    slopes = critic_slope(pair, (knots[1:] + knots[:-1]) / 2)
    heights = np.concatenate([[0.0], np.cumsum(slopes * np.diff(knots))])
    heights = heights[np.searchsorted(knots, line.nodes)]
    return np.asarray(heights - heights[len(heights) // 2])


def w1_of(pair: PairConfig | Sides) -> float:
    """``W₁ = ∫ |F_d − F_g|``, in closed form between the crossings of F_d and F_g.

    With ``H = ∫ F_d − F_g`` up to x, each stretch is a difference of H; the last one ends at
    ``E_g x − E_d x``, the limit of H.
    """
    sides = sides_of(pair)
    corners = distribution_crossings(sides)
    areas = distribution_integral(sides.data, corners)
    areas = areas - distribution_integral(sides.model, corners)
    data, model = (float((mixture.weights @ mixture.means)[0]) for mixture in sides.mixtures)
    return float(np.abs(np.diff(np.concatenate([[0.0], areas, [model - data]]))).sum())


def w1_on(line: Line) -> float:
    """W₁ between the two sets of masses on the nodes: what bounds a critic judged on them.

    ``R(D) ≥ −½ steepness · W₁`` then holds to rounding
    (``test_no_critic_beats_w1_times_its_steepness``).
    """
    ahead = np.cumsum(line.data_masses - line.model_masses)[:-1]
    return float(np.abs(ahead) @ np.diff(line.nodes))


def steepness(line: Line, alphas: Array) -> float:
    """The largest ``|ΔD / Δx|`` between neighbouring nodes, of D ``[N]``."""
    return float(np.abs(np.diff(alphas) / np.diff(line.nodes)).max())
