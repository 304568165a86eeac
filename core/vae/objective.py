"""The terms of the ELBO and the objective that is trained (mathematics of PIMA-7 §2).

ELBO (reported) ``= E_q log p(x|z) − KL``; objective (trained) ``= E_q log p(x|z) − β·KL``, with
free bits where they act. All in nats; the Gaussian's constant is kept.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.networks import Weights, above_floor, decode, encode

LOG_2PI = math.log(2.0 * math.pi)


def kl_per_dim(
    mean: Tensor,
    log_var: Tensor,
    prior_mean: Tensor | float = 0.0,
    prior_log_var: Tensor | float = 0.0,
) -> Tensor:
    """``KL(N(mean, e^log_var) ‖ N(prior_mean, e^prior_log_var))`` per dimension, in nats.

    For the standard normal prior ``½(σ_φ² + μ² − 1 − s)``, ``s = log σ_φ²`` (PIMA-7 (6)–(10)).
    All arguments broadcast to ``[B, L]``, the shape of the result.
    Equality with ``torch.distributions`` is checked by
    ``test_kl_per_dim_equals_torch_distributions``.
    """
    relative = log_var - prior_log_var
    deviation = (mean - prior_mean).square() * _exp(-prior_log_var)
    return 0.5 * (relative.exp() + deviation - 1.0 - relative)


def log_likelihood(squared: Tensor, log_var: Tensor) -> Tensor:
    """``log N(x; x_hat, e^log_var)`` over features, constant kept, in nats (PIMA-7 §2).

    ``−‖x − x_hat‖²/(2σ²) − (D/2) log(2πσ²)`` when ``log_var`` is a scalar.

    Args:
        squared: ``(x − x_hat)²`` with shape ``[..., D]``.
        log_var: scalar, or one per feature with shape ``[..., D]``.
    """
    if log_var.dim() == 0:
        features = squared.shape[-1]
        return -0.5 * (squared.sum(-1) * (-log_var).exp() + features * (LOG_2PI + log_var))
    return -0.5 * (squared * (-log_var).exp() + LOG_2PI + log_var).sum(-1)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms for a batch, averaged over M Monte Carlo samples.

    Attributes:
        log_likelihood: ``E_q log p(x|z)``, shape ``[B]``, nats.
        kl: ``KL(q(z|x) ‖ p(z))`` per dimension, shape ``[B, L]``, nats.
        squared_error: ``E_q ‖x − x_hat‖²``, shape ``[B]``.
        mean: of q(z|x), shape ``[B, L]``.
        log_var: the decoder's log σ² in use, scalar or ``[M, B, D]``.
    """

    log_likelihood: Tensor
    kl: Tensor
    squared_error: Tensor
    mean: Tensor
    log_var: Tensor


def elbo_terms(
    weights: Weights,
    config: VAEConfig,
    controls: VAEControls,
    x: Tensor,
    noise: Tensor,
    optimal_log_var: Tensor | None = None,
) -> Terms:
    """Every term of the ELBO for one batch (PIMA-7 §2).

    Args:
        weights: named weights.
        config: the experiment.
        controls: what holds now.
        x: data, shape ``[B, D]``.
        noise: ``ε ~ N(0, I)``, shape ``[M, B, L]``; not used by a plain autoencoder.
        optimal_log_var: for the "optimal" variance, log σ̂² found elsewhere; otherwise it is
            this batch's own.
    """
    mean, log_var = encode(weights, config, x)
    if config.is_variational:
        z = mean + (0.5 * log_var).exp() * noise
        kl = kl_per_dim(mean, log_var, *prior(weights, config))
    else:
        z = mean.unsqueeze(0)
        kl = torch.full_like(mean, math.nan)
    x_hat, x_log_var = decode(weights, config, z)
    squared = (x - x_hat).square()
    if x_log_var is None:
        x_log_var = scalar_log_var(weights, config, controls, squared, optimal_log_var)
    return Terms(
        log_likelihood=log_likelihood(squared, x_log_var).mean(0),
        kl=kl,
        squared_error=squared.sum(-1).mean(0),
        mean=mean,
        log_var=x_log_var,
    )


def prior(weights: Weights, config: VAEConfig) -> tuple[Tensor | float, Tensor | float]:
    """Mean ``[L]`` and log-variance of ``p(z)``: ``N(0, I)``, or learned (SUT-DL4 Q1)."""
    if config.prior == "learned":
        return weights["prior.mean"], weights["prior.log_var"]
    return 0.0, 0.0


def scalar_log_var(
    weights: Weights,
    config: VAEConfig,
    controls: VAEControls,
    squared: Tensor,
    optimal_log_var: Tensor | None = None,
) -> Tensor:
    """Log σ² of a decoder with one variance for all features.

    ``squared`` has shape ``[..., D]``. The optimal one is ``log E‖x − x_hat‖²/D`` (Rybkin et al.
    2020), a constant to the gradient: at the optimum the objective's derivative with respect to it
    is zero.
    """
    if config.variance == "learned":
        return above_floor(weights["likelihood.log_var"]).squeeze(0)
    if config.variance == "optimal":
        if optimal_log_var is not None:
            return optimal_log_var
        return squared.detach().mean().log().clamp_min(LOG_VARIANCE_FLOOR)
    return squared.new_tensor(math.log(controls.decoder_variance))


def objective(config: VAEConfig, terms: Terms, kl_weight: float, free_bits: float) -> Tensor:
    """What is trained, to be maximised: ``E_q log p(x|z) − β Σ_j max(λ_fb, KL_j)``, ``[]``.

    ``KL_j`` is averaged over the batch before it is compared with the free bits (SUT-DL4 Q2).
    A plain autoencoder has no KL.
    """
    fit = terms.log_likelihood.mean()
    if not config.is_variational:
        return fit
    paid = terms.kl.mean(0)
    if free_bits > 0.0:
        paid = paid.clamp_min(free_bits)
    return fit - kl_weight * paid.sum()


def _exp(value: Tensor | float) -> Tensor | float:
    return value.exp() if isinstance(value, Tensor) else math.exp(value)
