"""The shipped VAE, or a visitor's own with L ≤ 2, as a model whose evidence can be computed.

For workers: the lattice that was decoded last stays with them.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.dataset import load_dataset
from core.decoded_lattice import decode_coarse, make_lattice
from core.decoder import Decoder, Networks, Weights
from core.lattice_evidence import CODES, Model
from core.vae.config import MAX_LATTICE_DIM, VAEConfig, VAEControls
from core.vae.inference import decoder_log_variance, load_weights, log_joint
from core.vae.networks import decode, encode
from core.vae.objective import prior
from core.validation import require_number


def model_of(parameters: NDArray[Any], config: VAEConfig, controls: VAEControls) -> Model:
    """The model of one parameter vector ``[P]``; the last one is remembered.

    Raises:
        ValueError: for a plain autoencoder, or a latent space of more than two dimensions.
    """
    variance = VAEControls(decoder_variance=controls.decoder_variance)  # the rest is training's
    return _remembered(parameters.tobytes(), parameters.dtype.str, config, variance)


@lru_cache(maxsize=1)
def _remembered(parameters: bytes, dtype: str, config: VAEConfig, controls: VAEControls) -> Model:
    decoder = load_decoder(np.frombuffer(parameters, dtype=dtype), config, controls)
    lattice = make_lattice(decoder, load_dataset(config.dataset).x_test[:CODES])
    return Model(decoder, decode_coarse(decoder, lattice))


def load_decoder(parameters: NDArray[Any], config: VAEConfig, controls: VAEControls) -> Decoder:
    """The decoder of one parameter vector, in its precision.

    Args:
        parameters: shape ``[P]``.
        config: the experiment: variational, L ≤ 2.
        controls: what holds now: σ², where it is fixed.

    Raises:
        ValueError: for a plain autoencoder, or a latent space of more than two dimensions.
    """
    if not config.is_variational:
        raise ValueError("`mode` must be 'vae' for log p(x), got 'autoencoder'")
    require_number("latent_dim", config.latent_dim, at_least=1, at_most=MAX_LATTICE_DIM)
    weights = load_weights(parameters, config)
    has_own = config.variance == "heteroscedastic"
    mean, log_var = (torch.as_tensor(part).double() for part in prior(weights, config))
    saturates = bool(config.widths) and config.activation == "tanh"
    return Decoder(
        weights=weights,
        networks=_networks(config),
        x_log_var=None if has_own else decoder_log_variance(weights, config, controls),
        prior_mean=mean.expand(config.latent_dim).numpy(),
        prior_variance=log_var.exp().item(),
        data_dim=load_dataset(config.dataset).data_dim,
        is_bounded=config.output == "sigmoid" or saturates,
    )


def _networks(config: VAEConfig) -> Networks:
    def joint(weights: Weights, x: Tensor, z: Tensor, x_log_var: Tensor | None) -> Tensor:
        return log_joint(weights, config, x, z, x_log_var)

    return Networks(
        decode=lambda weights, z: decode(weights, config, z),
        encode=lambda weights, x: encode(weights, config, x),
        log_joint=joint,
    )


def held_out(config: VAEConfig, row: int) -> NDArray[np.float32]:
    """One held-out row, shape ``[D]``.

    Raises:
        ValueError: when it lies outside the held-out data.
    """
    data = load_dataset(config.dataset).x_test
    require_number("row", row, at_least=0, at_most=len(data) - 1)
    found: NDArray[np.float32] = data[row]
    return found
