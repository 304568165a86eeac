"""The ELBO, the divergence to the posterior, and what importance weights say. Torch-free, nats.

Exact numbers are an ``Integral`` with its achieved error, sampled ones an ``Estimate`` with its
standard error. The divergence is computed on its own, so that ``log p(x) = ELBO + KL`` (SUT-DL4
Q1 step 2; IT5410) is a check: ``test_elbo_and_kl_add_up_to_the_evidence``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.evidence.integrals import hermite_mean, line_edges, proposal_nodes
from core.evidence.models import SquarePosterior
from core.evidence.panels import line_integral
from core.evidence.problem import ROUNDING, Integral, Problem, rounding_of
from core.evidence.proposals import Gaussian, Proposal

Array = NDArray[np.float64]


class Estimate(NamedTuple):
    """Sampled numbers and their standard errors, of one shape.

    Attributes:
        value: the estimates.
        standard_error: NaN where one draw alone says nothing of it.
    """

    value: Array
    standard_error: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Importance weights ``w_k = p(x, z_k) / q(z_k)`` of K draws, by their logarithms.

    Attributes:
        log_w: ``log w_k``, nats, shape ``[..., K]``.
    """

    log_w: Array

    @property
    def num_samples(self) -> int:
        """K."""
        return int(self.log_w.shape[-1])

    @property
    def log_p(self) -> Estimate:
        """``log p̂ = log (1/K) Σ w_k``, ``[...]``; its error by the delta method.

        ``p̂`` is unbiased, its logarithm is low (``bias.find_log_bias``). The standard error is
        that of ``p̂/p``, ``√((K/ESS − 1)/(K − 1))``: it means nothing where χ² is infinite.
        """
        K = self.num_samples
        value = log_sum_exp(self.log_w) - np.log(K)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = np.maximum(K / self.ess - 1, 0.0) / np.float64(K - 1)
        return Estimate(value, np.sqrt(variance))

    @property
    def elbo(self) -> Estimate:
        """The mean of ``log w_k``: an unbiased estimate of the ELBO (SUT-DL4 Q1 step 4)."""
        return mean_estimate(self.log_w)

    @property
    def ess(self) -> Array:
        """Effective sample size ``(Σ w)² / Σ w²``, between 1 and K, ``[...]``."""
        size: Array = np.exp(2 * log_sum_exp(self.log_w) - log_sum_exp(2 * self.log_w))
        return size

    @property
    def normalised(self) -> Array:
        """Every draw's share ``w_k / Σ w``, ``[..., K]``."""
        shares: Array = np.exp(self.log_w - log_sum_exp(self.log_w)[..., None])
        return shares


def weigh(problem: Problem, q: Proposal, noise: Array) -> tuple[Array, Weights]:
    """Draws from q, ``[..., K, L]``, and their weights.

    Args:
        problem: the model and its datum.
        q: the proposal, of the problem's dimension.
        noise: standard normal numbers, ``[..., K, q.noise_dim]``.

    Raises:
        ValueError: where q has another dimension than z.
    """
    _require_same_dim(problem.latent_dim, q)
    z = q.sample(noise)
    return z, Weights(log_w=problem.log_joint(z) - q.log_density(z))


def mean_estimate(values: Array) -> Estimate:
    """The mean over the last axis, ``[...]``, and its standard error."""
    K = values.shape[-1]
    centred = values - values.mean(-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        variance = np.square(centred).sum(-1) / np.float64(K - 1)
    return Estimate(values.mean(-1), np.sqrt(variance / K))


def log_sum_exp(values: Array) -> Array:
    """``log Σ exp`` over the last axis; −∞ where every value is."""
    top = values.max(-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total: Array = top[..., 0] + np.log(np.exp(values - top).sum(-1))
    return total


def find_elbo(problem: Problem, q: Proposal) -> Integral:
    """``E_q log p(x, z) + H(q)``, nats (SUT-DL4 Q1 step 2), by Gauss–Hermite and not by sampling.

    The first term is exact for the line, the plane and the square: polynomials of z.

    Raises:
        ValueError: where q has another dimension than z.
    """
    _require_same_dim(problem.latent_dim, q)
    energy, entropy = hermite_mean(problem.log_joint, q), find_entropy(q)
    return Integral(energy.value + entropy.value, energy.error + entropy.error)


def find_entropy(q: Proposal) -> Integral:
    """``−E_q log q``, nats: closed form for a Gaussian, else by the trapezoidal rule."""
    if isinstance(q, Gaussian):
        return Integral(q.entropy, rounding_of(q.entropy))
    nodes = proposal_nodes(q)
    return nodes.mean(-q.log_density(nodes.z))


def find_kl(q: Proposal, posterior: Gaussian | SquarePosterior) -> Integral:
    """``KL(q ‖ p(z|x)) = E_q (log q − log p(z|x))``, nats, without the evidence.

    Closed form between Gaussians, ``½(tr V⁻¹C + (m−μ)ᵀV⁻¹(m−μ) − L + log det V/det C)``;
    otherwise by panels in one dimension and by the trapezoidal rule in two.

    Raises:
        ValueError: where q has another dimension than the posterior.
    """
    _require_same_dim(len(posterior.mean), q)
    if isinstance(posterior, SquarePosterior):
        edges = np.unique(np.concatenate([line_edges(q), posterior.peaks]))
        return line_integral(lambda z: _kl_density(q, posterior, z), edges)
    if isinstance(q, Gaussian):
        return _gaussian_kl(q, posterior)
    nodes = proposal_nodes(q)
    return nodes.mean(q.log_density(nodes.z) - posterior.log_density(nodes.z))


def _kl_density(q: Proposal, posterior: SquarePosterior, z: Array) -> Array:
    log_q = q.log_density(z)
    density: Array = np.exp(log_q) * (log_q - posterior.log_density(z))
    return density


def _gaussian_kl(q: Gaussian, posterior: Gaussian) -> Integral:
    difference = q.mean - posterior.mean
    terms = np.array(
        [
            np.trace(posterior.precision @ q.covariance),
            difference @ posterior.precision @ difference,
            -float(q.dim),
            2 * posterior.log_volume,
            -2 * q.log_volume,
        ]
    )
    return Integral(0.5 * float(terms.sum()), ROUNDING * float(np.abs(terms).sum()))


def _require_same_dim(latent_dim: int, q: Proposal) -> None:
    if q.dim != latent_dim:
        raise ValueError(f"`q` must have as many dimensions as z, {latent_dim}, got {q.dim}")
