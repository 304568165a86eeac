"""Where each weight of a hierarchical VAE lives in its flat parameter vector: torch-free."""

from typing import Literal

from core import layout
from core.hierarchy.config import HierarchyConfig
from core.layout import Flat, Layout, Shape, affine_shapes, lay_out

Variance = Literal["head", "vector", "none"]
"""Emitted beside the mean; one for all; or 1."""


def parameter_shapes(config: HierarchyConfig, data_dim: int) -> list[tuple[str, Shape]]:
    """Names and shapes; weights are ``[out, in]``.

    ``encoder``: x → z1, ``top``: z1 → z2, or what the encoder's hidden layer says → z2 where z2 is
    inferred from x, ``link``: z2 → z1, ``decoder``: z1 (and z2) → x. A head emits mean and
    log-variance, the mean first; where a map is linear its log-variance is one vector.
    """
    low, top = config.latent_dim, config.top_dim
    hidden = () if config.is_linear else (config.width,)
    top_hidden = () if config.is_linear else (config.top_width,)
    own = variance_of(config, "encoder")
    seen = config.width if config.sees_x else low
    link_hidden = () if config.link == "linear" else top_hidden
    return [
        *_gaussian("encoder", [data_dim, *hidden, low], own),
        *_gaussian("top", [seen, *top_hidden, top], own),
        *_gaussian("link", [top, *link_hidden, low], variance_of(config, "link")),
        *affine_shapes("decoder", [low + top if config.skip else low, *hidden, data_dim]),
    ]


def variance_of(config: HierarchyConfig, name: str) -> Variance:
    """Where the log-variance of a Gaussian map stands: ``encoder``, ``top`` or ``link``."""
    if name == "link" and config.link_variance == "unit":
        return "none"
    is_linear = config.link == "linear" if name == "link" else config.is_linear
    return "vector" if is_linear else "head"


def _gaussian(name: str, sizes: list[int], variance: Variance) -> list[tuple[str, Shape]]:
    """A map through layers of these sizes to a mean, and its log-variance."""
    *before, size = sizes
    shapes = affine_shapes(name, [*before, 2 * size if variance == "head" else size])
    return [*shapes, (f"{name}.log_var", (size,))] if variance == "vector" else shapes


def parameter_layout(config: HierarchyConfig, data_dim: int) -> Layout:
    """The place of every tensor in the flat vector, by name."""
    return lay_out(parameter_shapes(config, data_dim))


def parameter_count(config: HierarchyConfig, data_dim: int) -> int:
    """P, the length of the flat vector."""
    return layout.total_size(parameter_layout(config, data_dim))


def unflatten(flat: Flat, config: HierarchyConfig, data_dim: int) -> dict[str, Flat]:
    """Views into ``flat``, an array or a tensor with shape ``[P]``, by name."""
    return layout.unflatten(flat, parameter_layout(config, data_dim))
