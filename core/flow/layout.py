"""Where each number of a flow lives in its flat parameter vector, and which may be nonzero.

Torch-free: the server needs no torch to send a flow to the browser. A masked network (MADE,
Germain et al. 2015) is stored as an ordinary one whose forbidden weights are zero; a gradient
multiplied by ``free_parameters`` keeps them so, and no product with a mask is ever needed.
"""

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core import layout
from core.flow.config import FlowConfig, LayerConfig
from core.layout import Flat, Layout, Shape, affine_shapes, lay_out


def parameters_per_dim(config: FlowConfig, layer: LayerConfig) -> int:
    """How many numbers ``h_i`` the transformer of ``layer`` takes for each dimension."""
    return {"additive": 1, "affine": 2, "spline": 3 * config.bins - 1, "wave": 0}[
        layer.transformer
    ]


def network_sizes(config: FlowConfig, layer: LayerConfig) -> list[int]:
    """Sizes of the layers of a conditioning network, input first; a linear one has no hidden."""
    hidden = config.hidden_features if layer.conditioner == "made" else ()
    return [config.data_dim, *hidden, config.data_dim * parameters_per_dim(config, layer)]


@lru_cache(maxsize=64)
def parameter_layout(config: FlowConfig) -> Layout:
    """The place of every tensor in the flat vector, by name; weights are ``[out, in]``."""
    shapes: list[tuple[str, Shape]] = []
    for k, layer in enumerate(config.layers):
        if layer.conditioner in ("linear", "made"):
            shapes += affine_shapes(str(k), network_sizes(config, layer))
        elif layer.conditioner == "none" and parameters_per_dim(config, layer):
            shapes.append((f"{k}.constant", (config.data_dim, parameters_per_dim(config, layer))))
    return lay_out(shapes)


def parameter_count(config: FlowConfig) -> int:
    """P, the length of the flat vector."""
    return layout.total_size(parameter_layout(config))


def unflatten(flat: Flat, config: FlowConfig) -> dict[str, Flat]:
    """Views into ``flat``, an array or a tensor with shape ``[P]``, by name."""
    return layout.unflatten(flat, parameter_layout(config))


@lru_cache(maxsize=64)
def free_parameters(config: FlowConfig) -> NDArray[np.bool_]:
    """Which parameters can change the flow, ``[P]``, read-only (MADE, Germain et al. 2015).

    A hidden unit of degree m sees dimensions up to m; the parameters of dimension i see units of
    degree below i. So ``h_i`` depends on dimensions before i only.
    """
    free = np.ones(parameter_count(config), dtype=bool)
    named = unflatten(free, config)
    for k, layer in enumerate(config.layers):
        if layer.conditioner in ("linear", "made"):
            degrees = _degrees(config, layer)
            for i, (before, after) in enumerate(itertools.pairwise(degrees)):
                last = i == len(degrees) - 2
                allowed = after[:, None] > before if last else after[:, None] >= before
                named[f"{k}.{i}.weight"][:] = allowed
                if not last and config.data_dim == 1:  # nothing to condition on
                    named[f"{k}.{i}.weight"][:] = False
                    named[f"{k}.{i}.bias"][:] = False
    free.flags.writeable = False
    return free


def _degrees(config: FlowConfig, layer: LayerConfig) -> list[NDArray[np.int64]]:
    """Degrees ``[width]`` of inputs, of hidden units, and of outputs (Germain et al. 2015)."""
    dim = config.data_dim
    inputs = np.arange(1, dim + 1)
    hidden = [
        1 + np.arange(width) % max(1, dim - 1) for width in network_sizes(config, layer)[1:-1]
    ]
    return [inputs, *hidden, np.repeat(inputs, parameters_per_dim(config, layer))]


@lru_cache(maxsize=64)
def orders(config: FlowConfig) -> tuple[tuple[int, ...], ...]:
    """How dimensions are reordered after each layer, ``u_new = u[order]``; the last: not at all.

    ``flip`` reverses them; ``permute`` draws an order from the seed.
    """
    dim, count = config.data_dim, len(config.layers)
    same = tuple(range(dim))
    if config.between == "flip":
        between = [same[::-1]] * (count - 1)
    elif config.between == "permute":
        generator = np.random.default_rng([config.seed, 7])
        between = [tuple(int(i) for i in generator.permutation(dim)) for _ in range(count - 1)]
    else:
        between = [same] * (count - 1)
    return (*between, same)


def inverse_order(order: tuple[int, ...]) -> tuple[int, ...]:
    """The order that undoes ``order``."""
    return tuple(int(i) for i in np.argsort(order))


def passes(config: FlowConfig) -> tuple[int, int]:
    """Conditioner passes of one layer: to sample (z → x), and to evaluate a density (x → z).

    Conditioned on z, all of z is there at once when x is asked for; the other way round, one
    dimension has to be known before the next. The passes really made are counted by
    ``core.flow.compose`` and compared in ``test_passes_are_those_announced``.
    """
    return (1, config.data_dim) if config.conditioned_on == "z" else (config.data_dim, 1)
