"""The shipped VAE, or a visitor's own, as a model of one held-out row: for workers, with torch.

``z ~ p(z)``, ``x|z ~ N(μ_θ(z), σ²)`` with one σ² or one per feature and z (PIMA-7 §2), L ≤ 2, so
that ``log p(x)`` can be computed.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.dataset import load_dataset
from core.progress import note_progress
from core.vae.config import VAEConfig, VAEControls
from core.vae.inference import decoder_log_variance, load_weights, log_joint
from core.vae.networks import Weights, decode, encode
from core.vae.objective import prior
from core.validation import require_number

Array = NDArray[np.float64]

BLOCK = 2048
"""Rows decoded at once: they stay in the cache."""

MAX_LATENT_DIM = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoder:
    """A Gaussian decoder with its prior and, for comparison, its encoder.

    Attributes:
        weights: by name, all of one dtype.
        config: the experiment.
        x_log_var: log σ², shape ``[]``; ``None`` where the decoder emits its own.
    """

    weights: Weights
    config: VAEConfig
    x_log_var: Tensor | None

    @property
    def dtype(self) -> torch.dtype:
        """Of the products."""
        return self.weights["decoder.0.weight"].dtype

    @property
    def latent_dim(self) -> int:
        """L."""
        return self.config.latent_dim

    @cached_property
    def prior_mean(self) -> Array:
        """Of p(z), shape ``[L]``."""
        mean = torch.as_tensor(prior(self.weights, self.config)[0])
        return mean.double().expand(self.latent_dim).numpy()

    @cached_property
    def prior_variance(self) -> float:
        """Of p(z), in every dimension."""
        return float(torch.as_tensor(prior(self.weights, self.config)[1]).double().exp())

    @property
    def is_bounded(self) -> bool:
        """Whether ``μ_θ(z)`` stays bounded however far z goes."""
        config = self.config
        return config.output == "sigmoid" or (bool(config.widths) and config.activation == "tanh")

    def in_double(self) -> "Decoder":
        """The same in float64."""
        weights = {name: weight.double() for name, weight in self.weights.items()}
        log_var = None if self.x_log_var is None else self.x_log_var.double()
        return replace(self, weights=weights, x_log_var=log_var)

    def log_joint(self, x: Tensor, z: Tensor) -> Tensor:
        """``log p(x, z)`` in nats, shape ``[...]``, for x ``[D]`` and z ``[..., L]``."""
        return log_joint(self.weights, self.config, x, z, self.x_log_var)

    @torch.no_grad()
    def log_joint_at(self, x: NDArray[Any], z: Array) -> Array:
        """``log p(x, z)`` in nats, shape ``[n]``, for x ``[D]`` and z ``[n, L]``, in blocks."""
        row = torch.tensor(x, dtype=self.dtype)
        found = np.empty(len(z))
        for start in range(0, len(z), BLOCK):
            block = torch.tensor(z[start : start + BLOCK], dtype=self.dtype)
            found[start : start + BLOCK] = self.log_joint(row, block).numpy()
            note_progress()
        return found

    @torch.no_grad()
    def decode(self, z: Array) -> tuple[Tensor, Tensor | None]:
        """Mean and own log-variance of ``p(x|z)``, ``[n, D]`` each, for z ``[n, L]``."""
        return decode(self.weights, self.config, torch.tensor(z, dtype=self.dtype))

    @torch.no_grad()
    def encode(self, x: NDArray[Any]) -> tuple[Array, Array]:
        """Means and variances of the encoder's q(z|x), ``[n, L]`` each, for x ``[n, D]``."""
        mean, log_var = encode(self.weights, self.config, torch.tensor(x, dtype=self.dtype))
        return mean.double().numpy(), log_var.double().exp().numpy()


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
    require_number("latent_dim", config.latent_dim, at_least=1, at_most=MAX_LATENT_DIM)
    weights = load_weights(parameters, config)
    has_own = config.variance == "heteroscedastic"
    log_var = None if has_own else decoder_log_variance(weights, config, controls)
    return Decoder(weights=weights, config=config, x_log_var=log_var)


def held_out(config: VAEConfig, row: int) -> NDArray[np.float32]:
    """One held-out row, shape ``[D]``.

    Raises:
        ValueError: when it lies outside the held-out data.
    """
    data = load_dataset(config.dataset).x_test
    require_number("row", row, at_least=0, at_most=len(data) - 1)
    found: NDArray[np.float32] = data[row]
    return found
