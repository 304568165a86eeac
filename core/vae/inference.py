"""What a trained VAE is asked: codes, reconstructions, samples, bounds.

Every function takes a flat numpy parameter vector and returns numpy arrays, so that it can run in
any process; torch's global generator is never used.
"""

import math
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from core.dataset import load_dataset
from core.progress import note_progress
from core.vae.answers import Bound, Picture
from core.vae.config import VAEConfig, VAEControls
from core.vae.layout import unflatten
from core.vae.networks import Weights, decode, encode
from core.vae.objective import log_likelihood, prior, scalar_log_var
from core.validation import require_number

Array = NDArray[Any]

BLOCK_ROWS = 4096
"""Largest number of decoded rows held at once by the importance-weighted bound."""


def load_weights(parameters: Array, config: VAEConfig) -> Weights:
    """Named tensors over a copy of ``parameters``, shape ``[P]``."""
    data_dim = load_dataset(config.dataset).data_dim
    return unflatten(torch.tensor(parameters), config, data_dim)


@torch.no_grad()
def picture(
    parameters: Array, config: VAEConfig, num_codes: int, rows: tuple[int, ...], num_samples: int
) -> Picture:
    """Codes, reconstructions and samples of one parameter vector, in one call.

    Args:
        parameters: shape ``[P]``.
        config: the experiment.
        num_codes: training rows to encode, the first ones.
        rows: held-out rows to reconstruct.
        num_samples: draws from the prior.

    Raises:
        ValueError: when a row lies outside the held-out data.
    """
    dataset = load_dataset(config.dataset)
    for row in rows:
        require_number("row", row, at_least=0, at_most=len(dataset.x_test) - 1)
    weights = load_weights(parameters, config)
    dtype = weights["decoder.0.weight"].dtype
    x = torch.tensor(dataset.x_train[:num_codes], dtype=dtype)
    mean, log_var = encode(weights, config, x)
    held_out = torch.tensor(dataset.x_test[list(rows)], dtype=dtype)
    x_hat, _ = decode(weights, config, encode(weights, config, held_out)[0])
    z = prior_draws(weights, config, num_samples)
    samples, _ = decode(weights, config, z)
    return Picture(
        mean=mean.numpy(),
        log_var=log_var.contiguous().numpy(),
        reconstructions=x_hat.numpy(),
        samples=samples.numpy(),
    )


def prior_draws(weights: Weights, config: VAEConfig, num_samples: int) -> Tensor:
    """Draws from ``p(z)`` with shape ``[num_samples, L]``, seeded by the configuration."""
    generator = torch.Generator().manual_seed(config.seed + 2)
    like = weights["decoder.0.weight"]
    noise = torch.randn(num_samples, config.latent_dim, generator=generator, dtype=like.dtype)
    mean, log_var = prior(weights, config)
    return mean + (torch.as_tensor(0.5 * log_var, dtype=like.dtype)).exp() * noise


@torch.no_grad()
def decode_codes(parameters: Array, config: VAEConfig, z: Array) -> Array:
    """``x_hat`` with shape ``[n, D]`` for codes ``z`` with shape ``[n, L]``."""
    weights = load_weights(parameters, config)
    x_hat, _ = decode(weights, config, torch.tensor(z, dtype=weights["decoder.0.weight"].dtype))
    return x_hat.numpy()


@torch.no_grad()
def decoder_log_variance(
    weights: Weights, config: VAEConfig, controls: VAEControls, num_rows: int = 500
) -> Tensor:
    """The scalar log σ² in force, shape ``[]``; the optimal one is found on training rows.

    Raises:
        ValueError: for a heteroscedastic decoder, which has no single σ².
    """
    if config.variance == "heteroscedastic":
        raise ValueError("`variance` must not be 'heteroscedastic' where one σ² is asked for")
    dtype = weights["decoder.0.weight"].dtype
    x = torch.tensor(load_dataset(config.dataset).x_train[:num_rows], dtype=dtype)
    mean, log_var = encode(weights, config, x)
    generator = torch.Generator().manual_seed(config.seed + 1)
    noise = torch.randn(mean.shape, generator=generator, dtype=dtype)
    z = mean + (0.5 * log_var).exp() * noise if config.is_variational else mean
    squared = (x - decode(weights, config, z)[0]).square()
    return scalar_log_var(weights, config, controls, squared)


def importance_bound(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    num_samples: int,
    num_rows: int = 200,
    repeats: int = 4,
    seed: int = 0,
) -> Bound:
    """The importance-weighted bound ``L_K`` on held-out rows (Burda et al. 2016), in nats.

    ``L_K = E log (1/K) Σ_k p(x, z_k)/q(z_k|x)``, ``z_k ~ q(z|x)``, by logsumexp;
    ``ELBO = L_1 ≤ L_K ≤ log p(x)`` in expectation, checked by
    ``test_the_bounds_are_in_order_within_standard_errors``.

    Args:
        parameters: shape ``[P]``.
        config: the experiment, variational.
        controls: what holds now.
        num_samples: K.
        num_rows: held-out rows, the first ones.
        repeats: independent estimates per row, for the standard error.
        seed: of the draws.

    Raises:
        ValueError: for a plain autoencoder, or when a number is out of bounds.
    """
    require_number("num_samples", num_samples, at_least=1, at_most=100_000)
    require_number("repeats", repeats, at_least=2, at_most=100)
    if not config.is_variational:
        raise ValueError(
            "`mode` must be 'vae' for an importance-weighted bound, got 'autoencoder'"
        )
    weights = load_weights(parameters, config)
    dtype = weights["decoder.0.weight"].dtype
    x = torch.tensor(load_dataset(config.dataset).x_test[:num_rows], dtype=dtype)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        x_log_var = (
            None
            if config.variance == "heteroscedastic"
            else decoder_log_variance(weights, config, controls)
        )
        estimates = torch.stack(
            [
                _log_mean_weight(weights, config, x, num_samples, x_log_var, generator)
                for _ in range(repeats)
            ]
        )
    per_row_variance = estimates.var(0) / repeats
    return Bound(
        value=estimates.mean().item(),
        standard_error=per_row_variance.sum().sqrt().item() / len(x),
    )


def _log_mean_weight(
    weights: Weights,
    config: VAEConfig,
    x: Tensor,
    num_samples: int,
    x_log_var: Tensor | None,
    generator: torch.Generator,
) -> Tensor:
    """``log (1/K) Σ_k p(x, z_k)/q(z_k|x)`` (Burda et al. 2016), ``[B]``, in bounded memory."""
    mean, log_var = encode(weights, config, x)
    block = max(1, BLOCK_ROWS // len(x))
    total = torch.full((len(x),), -math.inf, dtype=x.dtype)
    for start in range(0, num_samples, block):
        count = min(block, num_samples - start)
        noise = torch.randn((count, *mean.shape), generator=generator, dtype=x.dtype)
        z = mean + (0.5 * log_var).exp() * noise
        log_weight = log_joint(weights, config, x, z, x_log_var) - _log_normal(z, mean, log_var)
        total = torch.logaddexp(total, log_weight.logsumexp(0))
        note_progress()
    return total - math.log(num_samples)


def log_joint(
    weights: Weights, config: VAEConfig, x: Tensor, z: Tensor, x_log_var: Tensor | None
) -> Tensor:
    """``log p(x|z) + log p(z)`` (PIMA-7 §2), ``[K, B]`` for ``z`` with shape ``[K, B, L]``."""
    x_hat, own_log_var = decode(weights, config, z)
    squared = (x - x_hat).square()
    chosen = own_log_var if own_log_var is not None else x_log_var
    assert chosen is not None
    prior_mean, prior_log_var = prior(weights, config)
    log_prior = _log_normal(z, prior_mean, torch.as_tensor(prior_log_var, dtype=z.dtype))
    return log_likelihood(squared, chosen) + log_prior


def _log_normal(z: Tensor, mean: Tensor | float, log_var: Tensor) -> Tensor:
    squared = (z - mean).square()
    return log_likelihood(squared, log_var.expand_as(squared))
