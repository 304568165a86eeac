"""Encoder and decoder as functions of named weights.

A *weights* mapping holds views into one flat vector (see ``core.vae.layout``), so that the
optimiser sees one buffer and the equations see matrices.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig

Weights = Mapping[str, Tensor]

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "silu": functional.silu}


def encode(weights: Weights, config: VAEConfig, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of ``q(z|x)`` (PIMA-7 §2), each ``[B, L]``, for ``x`` ``[B, D]``."""
    head = _perceptron(weights, config, "encoder", x)
    if config.network == "linear":
        return head, weights["encoder.log_var"].expand_as(head)
    mean, log_var = head.chunk(2, dim=-1)
    return mean, log_var


def decode(weights: Weights, config: VAEConfig, z: Tensor) -> tuple[Tensor, Tensor | None]:
    """Mean ``x_hat`` of ``p(x|z)`` (PIMA-7 §2), ``[..., D]`` for ``z`` with shape ``[..., L]``.

    The second value is the log-variance ``[..., D]`` of a heteroscedastic decoder, kept above
    its floor, otherwise ``None``.
    """
    head = _perceptron(weights, config, "decoder", z)
    log_var = None
    if config.variance == "heteroscedastic":
        head, raw = head.chunk(2, dim=-1)
        log_var = above_floor(raw)
    return (torch.sigmoid(head) if config.output == "sigmoid" else head), log_var


def above_floor(raw: Tensor) -> Tensor:
    """A log-variance kept above ``LOG_VARIANCE_FLOOR`` smoothly (Rybkin et al. 2020).

    ``floor + softplus(raw − floor)``, elementwise: the identity far above, never below it.
    """
    return LOG_VARIANCE_FLOOR + functional.softplus(raw - LOG_VARIANCE_FLOOR)


def _perceptron(weights: Weights, config: VAEConfig, name: str, x: Tensor) -> Tensor:
    activation = ACTIVATIONS[config.activation]
    depth = len(config.widths)
    for i in range(depth):
        x = activation(
            functional.linear(x, weights[f"{name}.{i}.weight"], weights[f"{name}.{i}.bias"])
        )
    return functional.linear(x, weights[f"{name}.{depth}.weight"], weights[f"{name}.{depth}.bias"])
