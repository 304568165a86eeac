"""Where each weight of a VAE lives in its flat parameter vector: torch-free.

The server needs no torch to cut the decoder out of a run and send it to the browser.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vae.config import VAEConfig


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One named tensor inside the flat vector."""

    name: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """The number of its elements."""
        return int(np.prod(self.shape))


def parameter_shapes(config: VAEConfig, data_dim: int) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes, encoder first; weights are ``[out, in]``.

    The encoder's head emits mean and log-variance in one product, ``[2L, H]``; in a linear
    network it emits the mean only and ``encoder.log_var`` is one vector. A heteroscedastic
    decoder's head emits mean and log-variance, ``[2D, H]``, the mean first.
    """
    latent_dim, widths = config.latent_dim, config.widths
    linear = config.network == "linear"
    shapes: list[tuple[str, tuple[int, ...]]] = []
    encoder_out = latent_dim if linear else 2 * latent_dim
    shapes += _chain("encoder", [data_dim, *widths, encoder_out])
    if linear:
        shapes.append(("encoder.log_var", (latent_dim,)))
    decoder_out = 2 * data_dim if config.variance == "heteroscedastic" else data_dim
    shapes += _chain("decoder", [latent_dim, *reversed(widths), decoder_out])
    if config.variance == "learned":
        shapes.append(("likelihood.log_var", (1,)))
    if config.prior == "learned":
        shapes += [("prior.mean", (latent_dim,)), ("prior.log_var", (1,))]
    return shapes


def _chain(name: str, sizes: list[int]) -> list[tuple[str, tuple[int, ...]]]:
    shapes: list[tuple[str, tuple[int, ...]]] = []
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        shapes.append((f"{name}.{i}.weight", (fan_out, fan_in)))
        shapes.append((f"{name}.{i}.bias", (fan_out,)))
    return shapes


def parameter_layout(config: VAEConfig, data_dim: int) -> dict[str, Entry]:
    """The place of every tensor in the flat vector, by name, without gaps."""
    layout: dict[str, Entry] = {}
    offset = 0
    for name, shape in parameter_shapes(config, data_dim):
        layout[name] = Entry(name=name, shape=shape, offset=offset)
        offset += layout[name].size
    return layout


def parameter_count(config: VAEConfig, data_dim: int) -> int:
    """P, the length of the flat vector."""
    return sum(entry.size for entry in parameter_layout(config, data_dim).values())


def unflatten(
    parameters: NDArray[Any], config: VAEConfig, data_dim: int
) -> dict[str, NDArray[Any]]:
    """Views into ``parameters`` (shape ``[P]``), by name."""
    return {
        name: parameters[entry.offset : entry.offset + entry.size].reshape(entry.shape)
        for name, entry in parameter_layout(config, data_dim).items()
    }


def decoder_layers(
    parameters: NDArray[Any], config: VAEConfig, data_dim: int
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Weights ``[out, in]`` and biases ``[out]`` of the decoder's mean, in order of use."""
    named = unflatten(parameters, config, data_dim)
    count = len(config.widths) + 1
    layers = [(named[f"decoder.{i}.weight"], named[f"decoder.{i}.bias"]) for i in range(count)]
    weight, bias = layers[-1]
    layers[-1] = (weight[:data_dim], bias[:data_dim])
    return layers
