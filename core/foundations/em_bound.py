"""The bound that touches the log-likelihood and is climbed: numpy, torch-free, nats.

``ℓ(θ) = ELBO(r, θ) + Σ_n KL(r_n ‖ p(k|x_n, θ))`` for every table r: E makes the gap 0, M raises
the bound, and ℓ rises by at least as much (Dempster, Laird and Rubin 1977; IT5410).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.mixtures import Mixture, log_sum_exp

Array = NDArray[np.float64]


def elbo(x: ArrayLike, responsibilities: Array, mixture: Mixture) -> float:
    """``Σ_nk r_nk (log π_k N(x_n; μ_k, Σ_k) − log r_nk)``, nats; r has shape ``[N, K]``.

    −∞ where a row is given to a component of weight 0.
    """
    return _expected(responsibilities, mixture.component_log_probs(x)) + entropy(responsibilities)


def entropy(responsibilities: Array) -> float:
    """``−Σ_nk r_nk log r_nk`` of a table ``[N, K]``, nats; ``0 log 0 = 0``."""
    there = responsibilities[responsibilities > 0]
    return -float((there * np.log(there)).sum())


def responsibility_kl(old: Array, new: Array) -> float:
    """``Σ_n KL(r_old ‖ r_new) = Σ_nk r_old (log r_old − log r_new)``, both ``[N, K]``, nats.

    What ℓ(θ_new) has above ELBO(r_old, θ_new) (test_the_gap_is_the_kl_of_responsibilities). Where
    ``r_new`` underflows to 0 beside a positive ``r_old`` it is ∞; take the gap itself there.
    """
    there = old > 0
    with np.errstate(divide="ignore"):
        ratio = np.log(old[there]) - np.log(new[there])
    return float((old[there] * ratio).sum())


def interpolate(before: Mixture, after: Mixture, place: float) -> Mixture:
    """``θ_old + t (θ_new − θ_old)`` in weights, means and covariances.

    All between 0 and 1 are mixtures: both sets are convex.

    Raises:
        ValueError: beyond, where a weight falls below 0 or a covariance loses its volume.
    """
    weights, means, covariances = (
        (1 - place) * old + place * new
        for old, new in (
            (before.weights, after.weights),
            (before.means, after.means),
            (before.covariances, after.covariances),
        )
    )
    return Mixture(weights=weights, means=means, covariances=covariances)


def segment(
    x: ArrayLike, before: Mixture, after: Mixture, responsibilities: Array, places: ArrayLike
) -> tuple[Array, Array]:
    """ℓ and ``ELBO(r, ·)`` along ``θ_old + t (θ_new − θ_old)``, both ``[P]``, nats.

    With r of ``before`` they are equal and equally steep at t = 0; with ``after`` of the M step
    the bound has its top at t = 1 (test_the_bound_touches_and_has_its_top_at_the_m_step).

    Args:
        x: ``[N, D]``.
        before: θ_old.
        after: θ_new.
        responsibilities: r, ``[N, K]``.
        places: t, ``[P]``.

    Raises:
        ValueError: at a place beyond 0 and 1 where θ is no mixture any more.
    """
    places = np.asarray(places, dtype=np.float64)
    total, bound = np.empty(len(places)), np.empty(len(places))
    spare = entropy(responsibilities)
    for index, place in enumerate(places):
        terms = interpolate(before, after, float(place)).component_log_probs(x)
        total[index] = log_sum_exp(np.ascontiguousarray(terms.T)).sum()
        bound[index] = _expected(responsibilities, terms) + spare
    return total, bound


def _expected(responsibilities: Array, terms: Array) -> float:
    """``Σ_nk r_nk terms_nk``, both ``[N, K]``, where r is not 0."""
    there = responsibilities > 0
    return float((responsibilities[there] * terms[there]).sum())
