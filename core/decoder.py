"""A Gaussian decoder and one datum's ``log p(x, z)``: for workers, with torch.

``z ~ N(μ, τI)``, ``x|z ~ N(μ_θ(z), σ²)`` with one σ² or one per feature and z (PIMA-7 §2), L ≤ 2.
Which networks these are is said where a decoder is made (``core.vae.decoder_model``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.progress import note_progress

Array = NDArray[np.float64]
Weights = Mapping[str, Tensor]

BLOCK = 2048
"""Rows decoded at once: they stay in the cache."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Networks:
    """What is computed with named weights; each takes them first.

    Attributes:
        decode: from z ``[..., L]``: the mean of ``p(x|z)`` and its own log-variance, or ``None``.
        encode: from x ``[n, D]``: mean and log-variance of q(z|x), ``[n, L]`` each.
        log_joint: from x ``[D]``, z ``[..., L]`` and log σ²: ``log p(x, z)``, ``[...]``, nats.
    """

    decode: Callable[[Weights, Tensor], tuple[Tensor, Tensor | None]]
    encode: Callable[[Weights, Tensor], tuple[Tensor, Tensor]]
    log_joint: Callable[[Weights, Tensor, Tensor, Tensor | None], Tensor]


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoder:
    """A Gaussian decoder with its prior and, for comparison, its encoder.

    Attributes:
        weights: by name, all of one dtype.
        networks: what is computed with them.
        x_log_var: log σ², shape ``[]``; ``None`` where the decoder emits its own.
        prior_mean: of p(z), shape ``[L]``.
        prior_variance: of p(z), in every dimension.
        data_dim: D.
        is_bounded: whether ``μ_θ(z)`` stays bounded however far z goes.
    """

    weights: Weights
    networks: Networks
    x_log_var: Tensor | None
    prior_mean: Array
    prior_variance: float
    data_dim: int
    is_bounded: bool

    @property
    def dtype(self) -> torch.dtype:
        """Of the products."""
        return next(iter(self.weights.values())).dtype

    @property
    def latent_dim(self) -> int:
        """L."""
        return len(self.prior_mean)

    def in_double(self) -> "Decoder":
        """The same in float64."""
        weights = {name: weight.double() for name, weight in self.weights.items()}
        log_var = None if self.x_log_var is None else self.x_log_var.double()
        return replace(self, weights=weights, x_log_var=log_var)

    def log_joint(self, x: Tensor, z: Tensor) -> Tensor:
        """``log p(x, z)`` in nats, shape ``[...]``, for x ``[D]`` and z ``[..., L]``."""
        return self.networks.log_joint(self.weights, x, z, self.x_log_var)

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
        return self.networks.decode(self.weights, torch.tensor(z, dtype=self.dtype))

    @torch.no_grad()
    def encode(self, x: NDArray[Any]) -> tuple[Array, Array]:
        """Means and variances of the encoder's q(z|x), ``[n, L]`` each, for x ``[n, D]``."""
        rows = torch.tensor(x, dtype=self.dtype)
        mean, log_var = self.networks.encode(self.weights, rows)
        return mean.double().numpy(), log_var.double().exp().numpy()
