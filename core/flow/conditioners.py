"""Conditioners ``h_i = c_i(u_1 … u_{i−1})``: what gives a transformer its parameters."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.flow.config import FlowConfig
from core.flow.layout import network_sizes, parameters_per_dim

Weights = Mapping[str, Tensor]


def none(weights: Weights, config: FlowConfig, k: int, u: Tensor) -> Tensor:
    """The same parameters for every u: ``[D, P]``, or nothing at all for the wave."""
    if parameters_per_dim(config, config.layers[k]) == 0:
        return u.new_zeros(config.data_dim, 0)
    return weights[f"{k}.constant"]


def cumulative_sum(weights: Weights, config: FlowConfig, k: int, u: Tensor) -> Tensor:
    """PIMA-6's example: ``h_i = Σ_{j<i} u_j``, shape ``[..., D, 1]``."""
    total = torch.cumsum(u, -1)
    return functional.pad(total[..., :-1], (1, 0)).unsqueeze(-1)


def masked_network(weights: Weights, config: FlowConfig, k: int, u: Tensor) -> Tensor:
    """A network whose output i sees ``u_j``, j < i, only (MADE, Germain et al. 2015).

    A linear one has no hidden layers.

    The masks are zeros inside the weights (``core.flow.layout.free_parameters``).

    Returns:
        Shape ``[..., D, P]``.
    """
    depth = len(network_sizes(config, config.layers[k])) - 1
    for i in range(depth):
        u = functional.linear(u, weights[f"{k}.{i}.weight"], weights[f"{k}.{i}.bias"])
        if i < depth - 1:
            u = u.relu_()
    return u.reshape(*u.shape[:-1], config.data_dim, -1)


CONDITIONERS: dict[str, Callable[[Weights, FlowConfig, int, Tensor], Tensor]] = {
    "none": none,
    "cumulative_sum": cumulative_sum,
    "linear": masked_network,
    "made": masked_network,
}
"""Every conditioner by name: weights, configuration, layer k and u ``[..., D]`` give h."""


def condition(weights: Weights, config: FlowConfig, k: int, u: Tensor) -> Tensor:
    """``h`` of layer k for u with shape ``[..., D]``: shape ``[..., D, P]`` or ``[D, P]``."""
    return CONDITIONERS[config.layers[k].conditioner](weights, config, k, u)
