"""The maps of a hierarchical VAE as functions of named weights (``core.hierarchy.layout``)."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.hierarchy.config import LINK_LOG_VARIANCE_FLOOR, HierarchyConfig
from core.hierarchy.layout import variance_of

Weights = Mapping[str, Tensor]


def hidden(weights: Weights, config: HierarchyConfig, x: Tensor) -> Tensor:
    """What the encoder makes of x before its head, ``[..., width]``; x itself where linear."""
    return x if config.is_linear else _layer(weights, "encoder.0", x).relu()


def encode(weights: Weights, config: HierarchyConfig, seen: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of what x says of z1, ``[..., L1]``, from ``hidden``."""
    return _head(weights, config, "encoder", 0 if config.is_linear else 1, seen)


def infer_top(weights: Weights, config: HierarchyConfig, seen: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of ``q(z2|z1)``, or of ``q(z2|x)``, ``[..., L2]``.

    ``seen`` is z1 ``[..., L1]``, or ``hidden`` of x where z2 is inferred from x.
    """
    if config.is_linear:
        return _head(weights, config, "top", 0, seen)
    return _head(weights, config, "top", 1, _layer(weights, "top.0", seen).relu())


def link(weights: Weights, config: HierarchyConfig, z2: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of ``p(z1|z2)``, ``[..., L1]`` each, for z2 ``[..., L2]``.

    A learned log-variance is kept above its floor smoothly: ``floor + softplus(raw − floor)``.
    """
    depth = 0 if config.link == "linear" else 1
    seen = z2 if depth == 0 else _layer(weights, "link.0", z2).relu()
    mean, raw = _head(weights, config, "link", depth, seen)
    if config.link_variance == "unit":
        return mean, raw
    floor = LINK_LOG_VARIANCE_FLOOR
    return mean, floor + functional.softplus(raw - floor)


def decode(weights: Weights, config: HierarchyConfig, z1: Tensor, z2: Tensor) -> Tensor:
    """Mean of ``p(x|z1)``, or of ``p(x|z1, z2)`` with a skip, ``[..., D]``.

    Perceptrons end with a sigmoid where x is an image, as all images lie in [0, 1].
    """
    z = torch.cat([z1, z2], dim=-1) if config.skip else z1
    if config.is_linear:
        return _layer(weights, "decoder.0", z)
    head = _layer(weights, "decoder.1", _layer(weights, "decoder.0", z).relu())
    return head.sigmoid() if config.is_image else head


def product_of(
    mean: Tensor, log_var: Tensor, other_mean: Tensor, other_log_var: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of the normalised product of two Gaussians, elementwise."""
    precision, other = (-log_var).exp(), (-other_log_var).exp()
    variance = 1.0 / (precision + other)
    return variance * (mean * precision + other_mean * other), variance.log()


def _layer(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _head(
    weights: Weights, config: HierarchyConfig, name: str, place: int, x: Tensor
) -> tuple[Tensor, Tensor]:
    out = _layer(weights, f"{name}.{place}", x)
    variance = variance_of(config, name)
    if variance == "head":
        mean, log_var = out.chunk(2, dim=-1)
        return mean, log_var
    if variance == "vector":
        return out, weights[f"{name}.log_var"].expand_as(out)
    return out, torch.zeros_like(out)
