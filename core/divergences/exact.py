"""Divergences of two densities on a line, and the least risk of every loss: torch-free, float64.

Two kinds of number must not be mixed. ``floor`` is the infimum of ``risk`` on the same nodes and
weights: no D is below it, whatever the nodes. What is displayed as exact comes from
``split_line``, where no kink is left inside of a panel.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.divergences.critic_1d import w1_of
from core.divergences.line import Line, sides_of, split_line
from core.divergences.losses import LOG_2, LOSSES, DivergenceKey, Loss, LossKey
from core.divergences.pair import PairConfig, Sides

Array = NDArray[np.float64]

COARSE_ORDER = 12
"""Of the panels that the error is told by."""

FARTHEST_ALPHA = 30.0
STEP = 0.01
STRIDES = (100, 10, 1)
"""The α-grid is searched first in whole numbers, then ten times finer, then at every point."""


@dataclass(frozen=True, kw_only=True)
class Divergences:
    """How far p_g is from p_d.

    Attributes:
        tv: total variation, ``½ ∫ |p_d − p_g|``.
        triangular: Δ, ``∫ (p_d − p_g)² / (p_d + p_g)``.
        js: Jensen–Shannon, nats.
        hellinger: H², ``1 − ∫ √(p_d p_g)``.
        kl_data: KL(p_d ‖ p_g), nats.
        kl_model: KL(p_g ‖ p_d), nats.
        w1: Wasserstein-1, in units of x.
        error: the largest difference to a coarser quadrature, relative above 1.
    """

    tv: float
    triangular: float
    js: float
    hellinger: float
    kl_data: float
    kl_model: float
    w1: float
    error: float

    def of(self, key: DivergenceKey) -> float:
        """The divergence with this name."""
        return float(getattr(self, key))


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Three ways to the least risk.

    Attributes:
        infimum: the least on a grid of α at every x, then integrated.
        by_f: ``−½ ∫ f(p_d/p_g) p_g``.
        by_divergence: R(equal) less the divergence.
    """

    infimum: float
    by_f: float
    by_divergence: float


def risk(loss: Loss, alphas: Array, line: Line) -> float:
    """``R(D) = ½ ∫ p_d ℓ(D) + p_g ℓ(−D)`` of any D ``[N]`` on the nodes.

    A cost is left out where its mass is 0 in float64, so that none of them is 0 · ∞.
    """
    total = _weighed(line.data_masses, loss.cost(alphas))
    return 0.5 * (total + _weighed(line.model_masses, loss.cost(-alphas)))


def _weighed(masses: Array, costs: Array) -> float:
    return float(np.where(masses > 0, masses * np.where(masses > 0, costs, 0.0), 0.0).sum())


def floor(loss: Loss, line: Line) -> float:
    """The infimum of ``risk`` over all D on these nodes and weights: ``−½ Σ w f(p_d/p_g) p_g``.

    −∞ for the Wasserstein loss unless the densities are equal, bit for bit.
    """
    return float(-0.5 * line.weights @ loss.curve_weighted(line.log_p, line.log_q))


@lru_cache(maxsize=64)
def divergences_of(pair: PairConfig | Sides) -> Divergences:
    """Every divergence of the pair, with the error that was reached."""
    w1 = w1_of(pair)
    fine = np.array(_integrals(split_line(pair)))
    coarse = np.array(_integrals(split_line(pair, COARSE_ORDER)))
    error = np.abs(fine - coarse) / np.maximum(1, np.abs(fine))
    tv, triangular, js, hellinger, kl_data, kl_model = fine.tolist()
    return Divergences(
        tv=tv,
        triangular=triangular,
        js=js,
        hellinger=hellinger,
        kl_data=kl_data,
        kl_model=kl_model,
        w1=w1,
        error=float(error.max()),
    )


def _integrals(line: Line) -> tuple[float, ...]:
    """TV, Δ, JS, H² and both KL, on one set of nodes.

    Each integrand is at least 0 at every x (those of KL with ``p_g − p_d`` added, which
    integrates to 0), so that small divergences keep their digits.
    """
    p, q, log_t = np.exp(line.log_p), np.exp(line.log_q), line.log_t
    total, apart = p + q, np.abs(p - q)
    share = np.divide(apart, total, out=np.zeros_like(total), where=total > 0)
    roots = np.square(np.exp(line.log_p / 2) - np.exp(line.log_q / 2))
    half = np.abs(log_t) / 2
    log_cosh = half + np.log1p(np.exp(-2 * half)) - LOG_2
    js = 0.5 * (p - q) * log_t / 2 - 0.5 * total * log_cosh
    integrands = apart / 2, share * apart, js, roots / 2, p * log_t - p + q, q - p - q * log_t
    tv, triangular, jensen, hellinger, kl_data, kl_model = (
        float(line.weights @ values) for values in integrands
    )
    return tv, triangular, jensen, hellinger, kl_data, kl_model


def exact_risk(loss: Loss, pair: PairConfig | Sides) -> float:
    """R*, as displayed: R(equal) less the divergence; for Wasserstein under ``|D'| ≤ 1``."""
    return loss.at_equal - loss.factor * divergences_of(pair).of(loss.divergence)


@lru_cache(maxsize=128)
def _two_ways(key: LossKey, sides: Sides) -> tuple[float, float]:
    line, loss = split_line(sides), LOSSES[key]
    least = _least_on_a_grid(loss, line.data_masses, line.model_masses)
    return 0.5 * float(least.sum()), floor(loss, line)


def three_ways(loss: Loss, pair: PairConfig | Sides) -> Ways:
    """The least risk by an infimum at every x, by f and by the divergence.

    They agree to the coarseness of the grid of α (``test_three_ways_agree``). For the
    Wasserstein loss only the last is a number, unless the densities are equal.
    """
    infimum, by_f = _two_ways(loss.key, sides_of(pair))
    return Ways(infimum=infimum, by_f=by_f, by_divergence=exact_risk(loss, pair))


def _least_on_a_grid(loss: Loss, p: Array, q: Array) -> Array:
    """``min_α p ℓ(α) + q ℓ(−α)`` over α = −30, −29.99, …, 30, shape ``[N]``.

    Knows nothing of D*. The sum is convex in α, or has the sign of α only (0–1 loss): so the
    least of a coarse grid is next to the least of the fine one
    (``test_the_searched_grid_is_the_whole_grid``).
    """
    if loss.key == "wasserstein":
        return np.where(p == q, 0.0, -np.inf)
    steps = round(FARTHEST_ALPHA / STEP)
    costs = loss.cost(np.arange(-steps, steps + 1) * STEP)
    best = _outer_least(costs, p, q)
    for coarse, fine in pairwise(STRIDES):
        offsets = np.arange(-coarse, coarse + 1, fine)
        tried = np.clip(best + offsets[:, None], 0, 2 * steps)
        values = p * costs[tried] + q * costs[2 * steps - tried]
        best = np.take_along_axis(tried, values.argmin(0)[None], 0)[0]
    return np.asarray(p * costs[best] + q * costs[2 * steps - best])


def _outer_least(costs: Array, p: Array, q: Array) -> NDArray[np.int64]:
    """Index of the best α among every hundredth, shape ``[N]``."""
    chosen = costs[:: STRIDES[0]]
    values = np.stack([chosen, chosen[::-1]], 1) @ np.stack([p, q])
    return np.asarray(values.argmin(0) * STRIDES[0])
