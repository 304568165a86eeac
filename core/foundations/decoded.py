"""One held-out digit under K draws of the shipped VAE's decoder: for workers, with torch."""

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from core.decoded_lattice import find_evidence
from core.foundations.answers import Decoded
from core.foundations.config import MOST_DRAWS, LimitConfig
from core.foundations.infinity import decoder_mixture_log_prob
from core.vae.decoder_model import held_out, model_of
from core.vae.ready import ready_vae

Array = NDArray[np.float64]

KEPT = 36
"""Components that are shown as images."""


def decode(config: LimitConfig) -> Decoded:
    """Draw z from the prior, decode, and compare with the digit (IT5410; Evidence lesson).

    Raises:
        ValueError: where there is no such digit.
    """
    run = ready_vae()
    assert run is not None
    means, variance = _components(config.seed)
    x = held_out(run.config, config.row).astype(np.float64)
    model = model_of(run.state.parameters, run.config, run.controls)
    exact = find_evidence(model.decoder, model.grid, x)
    return Decoded(
        x=x,
        components=means[:KEPT],
        log_probs=decoder_mixture_log_prob(x, means, variance),
        log_p=exact.log_integral,
        error=exact.error,
        variance=variance,
        step=run.step,
    )


@lru_cache(maxsize=2)
def _components(seed: int) -> tuple[NDArray[np.float32], float]:
    """``f(z_k)`` of seeded draws of the prior, ``[K, D]``, and σ²."""
    run = ready_vae()
    assert run is not None
    decoder = model_of(run.state.parameters, run.config, run.controls).decoder
    assert decoder.x_log_var is not None
    noise = np.random.default_rng(seed).standard_normal((MOST_DRAWS, run.config.latent_dim))
    z = decoder.prior_mean + np.sqrt(decoder.prior_variance) * noise
    with torch.no_grad():
        dtype = next(iter(decoder.weights.values())).dtype
        means, _ = decoder.networks.decode(decoder.weights, torch.as_tensor(z, dtype=dtype))
    return means.numpy().astype(np.float32), float(decoder.x_log_var.exp())
