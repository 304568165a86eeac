"""``χ²(p(z|x) ‖ q) = Var_q w / p(x)²``: the variance of importance weights. Torch-free.

``E_q w² / p(x)² = 1 + χ²``. It is infinite where q has thinner tails than the posterior squared
(Owen 2013, "Monte Carlo theory, methods and examples", section 9.2).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.evidence.integrals import line_edges
from core.evidence.models import SquarePosterior
from core.evidence.panels import log_line_integral
from core.evidence.problem import rounding_of
from core.evidence.proposals import Gaussian, Proposal
from core.quadrature import tensor_grid

Array = NDArray[np.float64]

BOUNDARY = 1e-9
"""``2/v_p − 1/v_q`` below this share of ``1/v_q`` counts as infinite variance."""

BLENDS = 257
"""Weighted geometric means of a mixture's components that are tried as a bound."""


class ChiSquared(NamedTuple):
    """χ² by its logarithm: it may be finite and beyond every floating-point number.

    Attributes:
        log_moment: ``log (1 + χ²)``, nats; ``inf`` where the weights have no finite variance.
        error: achieved error of ``log_moment``.
    """

    log_moment: float
    error: float

    @property
    def is_finite(self) -> bool:
        """Whether the weights have a finite variance."""
        return math.isfinite(self.log_moment)

    @property
    def value(self) -> float:
        """χ²; ``inf`` where it is infinite, or larger than the largest floating-point number."""
        with np.errstate(over="ignore"):
            return float(np.expm1(self.log_moment))

    @property
    def relative_ess(self) -> float:
        """``1/(1 + χ²)``: what ``ESS/K`` tends to; 0 where the variance is infinite."""
        return math.exp(-self.log_moment)


def find_chi_squared(q: Proposal, posterior: Gaussian | SquarePosterior) -> ChiSquared:
    """``χ²(p(z|x) ‖ q) = ∫ p(z|x)²/q(z) dz − 1``.

    For a Gaussian posterior and a Gaussian q it is finite iff ``2V⁻¹ − C⁻¹ ≻ 0``: q needs more
    than half of the posterior's variance, in every direction. The posterior of the square falls as
    ``exp(−z⁴)``: finite for every q.

    Raises:
        ValueError: where q has another dimension than the posterior.
    """
    if q.dim != len(posterior.mean):
        raise ValueError(
            f"`q` must have as many dimensions as z, {len(posterior.mean)}, got {q.dim}"
        )
    if isinstance(posterior, SquarePosterior):
        edges = np.unique(np.concatenate([line_edges(q), posterior.peaks]))
        log_moment = log_line_integral(
            lambda z: 2 * posterior.log_density(z) - q.log_density(z), edges
        )
        return ChiSquared(*log_moment)
    bound = _gaussian_bound(q, posterior)
    return ChiSquared(math.inf, 0.0) if bound is None else _under(bound, q, posterior)


def _gaussian_bound(q: Proposal, posterior: Gaussian) -> Gaussian | None:
    """The Gaussian that is proportional to a bound of ``p²/q``, the smallest; ``None``: no bound.

    ``q ≥ Π (w_i q_i)^λ_i`` for weights λ that sum to 1, hence ``p²/q`` is bounded by a Gaussian
    of precision ``2V⁻¹ − Σ λ_i C_i⁻¹``. In one dimension, and for one component, p²/q has a finite
    integral iff one of these is positive definite with λ = 0 or 1; of two components in two
    dimensions λ is sought on a grid (that one exists is Yuan's lemma, 1990).
    """
    best, lowest = None, np.inf
    for blend in _blends(len(q.components)):
        parts = [(share, part) for share, (_, part) in zip(blend, q.components, strict=True)]
        bound = _blended(parts, posterior)
        if bound is None:
            continue
        c = bound.mean
        log_q = sum(
            share * (np.log(weight) + part.log_density(c))
            for share, (weight, part) in zip(blend, q.components, strict=True)
        )
        log_size = float(2 * posterior.log_density(c) - log_q - bound.log_density(c))
        if log_size < lowest:
            best, lowest = bound, log_size
    return best


def _blends(count: int) -> Array:
    """Weights λ, ``[n, count]``."""
    if count == 1:
        return np.ones((1, 1))
    first = np.linspace(0, 1, BLENDS)
    return np.stack([first, 1 - first], axis=1)


def _blended(parts: list[tuple[float, Gaussian]], posterior: Gaussian) -> Gaussian | None:
    """Of precision ``2V⁻¹ − Σ λ_i C_i⁻¹``, where that is positive definite."""
    taken: Array = np.sum([share * part.precision for share, part in parts], axis=0)
    shift: Array = np.sum([share * part.precision @ part.mean for share, part in parts], axis=0)
    whitening = np.linalg.inv(np.linalg.cholesky(taken))
    ratio = 2 * whitening @ posterior.precision @ whitening.T - np.eye(len(taken))
    if np.linalg.eigvalsh(ratio)[0] <= BOUNDARY:
        return None
    covariance = np.linalg.inv(2 * posterior.precision - taken)
    covariance = 0.5 * (covariance + covariance.T)
    mean = covariance @ (2 * posterior.precision @ posterior.mean - shift)
    return Gaussian(mean=mean, covariance=covariance)


def _under(bound: Gaussian, q: Proposal, posterior: Gaussian) -> ChiSquared:
    """``∫ p²/q``: the closed form at the bound's centre, or the trapezoidal rule under it."""
    epsilon, finer, coarser = tensor_grid(q.dim, halvings=1)
    rules = np.vstack([finer, coarser])
    if isinstance(q, Gaussian):
        epsilon, rules = np.zeros((1, q.dim)), np.ones((2, 1))
    z = bound.sample(epsilon)
    logs = 2 * posterior.log_density(z) - q.log_density(z) - bound.log_density(z)
    top = float(logs.max())
    fine, *coarse = rules @ np.exp(logs - top)
    error = float(np.abs(np.array(coarse) / fine - 1).max()) + rounding_of(top)
    return ChiSquared(max(top + float(np.log(fine)), 0.0), error)
