"""Layers and their composition: ``forward`` (z → x), ``inverse`` (x → z), densities, samples.

A layer is ``x_i = τ(z_i; h_i)`` with ``h_i = c_i(z_{1:i−1})`` or, conditioned on x (MAF,
Papamakarios et al. 2017), ``h_i = c_i(x_{1:i−1})``. What is known at once takes one pass of the
conditioner; what is found one dimension after the other takes D.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from core.flow.conditioners import Weights, condition
from core.flow.config import FlowConfig
from core.flow.layout import inverse_order, orders
from core.flow.transformers import TRANSFORMERS

LOG_2PI = math.log(2.0 * math.pi)

CHUNK_ROWS = 4500
"""Points whose density is evaluated at once: their tables then fit the processor's cache."""


class Mapped(NamedTuple):
    """Points carried through a layer or a flow.

    ``value`` has shape ``[..., D]``; ``log_slopes`` is the log of the Jacobian's diagonal
    ``log |∂x_i/∂z_i|`` in the layer's own order, ``[..., D]``, of a flow ``[K, ..., D]``, base
    first; ``passes`` counts conditioner evaluations.
    """

    value: Tensor
    log_slopes: Tensor
    passes: int


def reordered(u: Tensor, order: tuple[int, ...]) -> Tensor:
    """``u[..., order]``; a flip and no change at all are quicker than an index."""
    count = len(order)
    if order == tuple(range(count)):
        return u
    if order == tuple(range(count))[::-1]:
        return torch.flip(u, (-1,))
    return u[..., list(order)]


def layer_forward(weights: Weights, config: FlowConfig, k: int, z: Tensor) -> Mapped:
    """Layer k from base to data, before any reordering: ``x_i = τ(z_i; h_i)`` (PIMA-6).

    z has shape ``[..., D]``.
    """
    transformer = TRANSFORMERS[config.layers[k].transformer]
    if config.conditioned_on == "z":
        x, log_slope = transformer.forward(z, condition(weights, config, k, z), config)
        return Mapped(x, log_slope, 1)
    return _one_by_one(transformer.forward, weights, config, k, z)


def layer_inverse(weights: Weights, config: FlowConfig, k: int, x: Tensor) -> Mapped:
    """Layer k from data to base: ``z_i = τ⁻¹(x_i; h_i)`` (PIMA-6), x with shape ``[..., D]``.

    Raises:
        NotInvertible: where there is no inverse.
    """
    transformer = TRANSFORMERS[config.layers[k].transformer]
    if config.conditioned_on == "x":
        z, log_slope = transformer.inverse(x, condition(weights, config, k, x), config)
        return Mapped(z, log_slope, 1)
    return _one_by_one(transformer.inverse, weights, config, k, x)


def _one_by_one(
    map_: object, weights: Weights, config: FlowConfig, k: int, given: Tensor
) -> Mapped:
    """One dimension of ``[..., D]`` after another: ``found_i`` needs all before it (PIMA-6)."""
    assert callable(map_)
    dim = config.data_dim
    found: list[Tensor] = []
    slopes: list[Tensor] = []
    for i in range(dim):
        known = torch.stack([*found, *([torch.zeros_like(given[..., 0])] * (dim - i))], -1)
        h = condition(weights, config, k, known)
        value, slope = map_(given[..., i : i + 1], h[..., i : i + 1, :], config)
        found.append(value[..., 0])
        slopes.append(slope[..., 0])
    return Mapped(torch.stack(found, -1), torch.stack(slopes, -1), dim)


def forward(weights: Weights, config: FlowConfig, z: Tensor) -> Mapped:
    """``x = f(z)`` through all layers, both ``[..., D]`` (PIMA-6)."""
    log_slopes, passes = [], 0
    for k, order in enumerate(orders(config)):
        mapped = layer_forward(weights, config, k, z)
        z = reordered(mapped.value, order)
        log_slopes.append(mapped.log_slopes)
        passes += mapped.passes
    return Mapped(z, torch.stack(log_slopes), passes)


def inverse(weights: Weights, config: FlowConfig, x: Tensor) -> Mapped:
    """``z = f⁻¹(x)`` through all layers, both ``[..., D]``; log-slopes as ``forward`` has them."""
    log_slopes, passes = [], 0
    for k in reversed(range(len(config.layers))):
        x = reordered(x, inverse_order(orders(config)[k]))
        mapped = layer_inverse(weights, config, k, x)
        x = mapped.value
        log_slopes.append(mapped.log_slopes)
        passes += mapped.passes
    return Mapped(x, torch.stack(log_slopes[::-1]), passes)


def log_abs_det(mapped: Mapped) -> Tensor:
    """``log |det J| = Σ log |∂τ/∂z_i|`` of a whole flow, shape ``[...]``, nats (PIMA-6)."""
    return mapped.log_slopes.sum((0, -1))


def base_log_prob(config: FlowConfig, z: Tensor) -> Tensor:
    """``log p_Z``, shape ``[...]``, nats (PIMA-6); ``−∞`` outside of the uniform base's cube."""
    if config.base == "normal":
        return -0.5 * (z.square().sum(-1) + z.shape[-1] * LOG_2PI)
    inside = ((z >= 0.0) & (z <= 1.0)).all(-1)
    return torch.where(inside, z.new_zeros(()), z.new_tensor(-torch.inf))


def base_sample(
    config: FlowConfig, count: int, generator: torch.Generator, dtype: torch.dtype
) -> Tensor:
    """Draws from the base, ``[count, D]``."""
    shape = (count, config.data_dim)
    if config.base == "normal":
        return torch.randn(shape, generator=generator, dtype=dtype)
    return torch.rand(shape, generator=generator, dtype=dtype)


def log_prob(weights: Weights, config: FlowConfig, x: Tensor) -> Tensor:
    """``log p_X(x) = log p_Z(f⁻¹(x)) − log |det J|``, nats, shape ``[...]`` (PIMA-6).

    ``−∞`` where z leaves the finite numbers: there the base has no density.
    """
    return density_of(config, inverse(weights, config, x))


def density_of(config: FlowConfig, mapped: Mapped) -> Tensor:
    """``log p_X``, nats, shape ``[...]``, of points carried to the base."""
    log_p = base_log_prob(config, mapped.value) - log_abs_det(mapped)
    return torch.where(log_p.isnan(), log_p.new_tensor(-torch.inf), log_p)


@torch.no_grad()
def log_prob_in_chunks(weights: Weights, config: FlowConfig, x: Tensor) -> Tensor:
    """``log_prob`` of many points ``[n, D]``, evaluated in cache-sized chunks."""
    return torch.cat([log_prob(weights, config, part) for part in torch.split(x, CHUNK_ROWS)])


@torch.no_grad()
def sample(
    weights: Weights,
    config: FlowConfig,
    count: int,
    generator: torch.Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws from ``p_X``, ``[count, D]``: ``x = f(z)``, ``z ~ p_Z`` (PIMA-6)."""
    return forward(weights, config, base_sample(config, count, generator, dtype)).value
