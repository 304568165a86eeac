"""Jacobians in full, for the lesson: what the layers' diagonals stand for."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import jacrev, vmap

from core.flow.compose import forward, layer_forward
from core.flow.conditioners import Weights
from core.flow.config import FlowConfig
from core.flow.layout import orders


class Jacobians(NamedTuple):
    """At n points: each layer's in its own order ``[n, K, D, D]``; the flow's ``[n, D, D]``."""

    layers: Tensor
    whole: Tensor


def jacobians(weights: Weights, config: FlowConfig, z: Tensor) -> Jacobians:
    """``∂x/∂z`` at base points ``[n, D]`` by autograd (PIMA-6): of each layer, and of all."""
    found = []
    u = z
    for k, order in enumerate(orders(config)):
        found.append(vmap(jacrev(lambda v, k=k: layer_forward(weights, config, k, v).value))(u))
        u = layer_forward(weights, config, k, u).value[..., list(order)]
    whole = vmap(jacrev(lambda v: forward(weights, config, v).value))(z)
    return Jacobians(torch.stack(found, 1), whole)
