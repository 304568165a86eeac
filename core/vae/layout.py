"""Where each weight of a VAE lives in its flat parameter vector: torch-free.

The server needs no torch to cut the decoder out of a run and send it to the browser.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import layout
from core.layout import Flat, Layout, Shape, affine_shapes, lay_out
from core.vae.config import VAEConfig

MOST_LOG_VAR = 40.0
"""A learned prior is drawn no wider and no narrower."""


def parameter_shapes(config: VAEConfig, data_dim: int) -> list[tuple[str, Shape]]:
    """Names and shapes, encoder first; weights are ``[out, in]``.

    The encoder's head emits mean and log-variance in one product, ``[2L, H]``; in a linear
    network it emits the mean only and ``encoder.log_var`` is one vector. A heteroscedastic
    decoder's head emits mean and log-variance, ``[2D, H]``, the mean first.
    """
    latent_dim, widths = config.latent_dim, config.widths
    linear = config.network == "linear"
    shapes: list[tuple[str, Shape]] = []
    encoder_out = latent_dim if linear else 2 * latent_dim
    shapes += affine_shapes("encoder", [data_dim, *widths, encoder_out])
    if linear:
        shapes.append(("encoder.log_var", (latent_dim,)))
    decoder_out = 2 * data_dim if config.variance == "heteroscedastic" else data_dim
    shapes += affine_shapes("decoder", [latent_dim, *reversed(widths), decoder_out])
    if config.variance == "learned":
        shapes.append(("likelihood.log_var", (1,)))
    if config.prior == "learned":
        shapes += [("prior.mean", (latent_dim,)), ("prior.log_var", (1,))]
    return shapes


def parameter_layout(config: VAEConfig, data_dim: int) -> Layout:
    """The place of every tensor in the flat vector, by name."""
    return lay_out(parameter_shapes(config, data_dim))


def parameter_count(config: VAEConfig, data_dim: int) -> int:
    """P, the length of the flat vector."""
    return layout.total_size(parameter_layout(config, data_dim))


def unflatten(flat: Flat, config: VAEConfig, data_dim: int) -> dict[str, Flat]:
    """Views into ``flat``, an array or a tensor with shape ``[P]``, by name."""
    return layout.unflatten(flat, parameter_layout(config, data_dim))


def decoder_layers(
    parameters: NDArray[Any], config: VAEConfig, data_dim: int
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Weights ``[out, in]`` and biases ``[out]`` of the decoder's mean, in order of use."""
    *first, (weight, bias) = decoder_head(parameters, config, data_dim)
    return [*first, (weight[:data_dim], bias[:data_dim])]


def decoder_head(
    parameters: NDArray[Any], config: VAEConfig, data_dim: int
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """The same with all that the last layer emits: of a heteroscedastic decoder ``[2D, H]``."""
    named = unflatten(parameters, config, data_dim)
    count = len(config.widths) + 1
    return [(named[f"decoder.{i}.weight"], named[f"decoder.{i}.bias"]) for i in range(count)]


def prior_moments(
    parameters: NDArray[Any], config: VAEConfig, data_dim: int
) -> tuple[NDArray[Any], float]:
    """Mean ``[L]`` and variance of p(z): ``N(0, I)``, or learned (SUT-DL4 Q1)."""
    if config.prior != "learned":
        return np.zeros(config.latent_dim), 1.0
    named = unflatten(parameters, config, data_dim)
    log_var = float(np.clip(named["prior.log_var"][0], -MOST_LOG_VAR, MOST_LOG_VAR))
    return np.asarray(named["prior.mean"], dtype=np.float64), float(np.exp(log_var))
