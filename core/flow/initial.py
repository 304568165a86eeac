"""The first value of a flow run: seeded weights, before any step. Torch-free."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.flow.config import LOG_SCALE_BOUND, FlowConfig, FlowControls
from core.flow.layout import (
    free_parameters,
    network_sizes,
    parameter_count,
    parameters_per_dim,
    unflatten,
)
from core.history import History
from core.run import Run, TrainState

LAST_LAYER_SCALE = 0.1
"""The last layer starts this much smaller: a fresh flow is close to the identity."""


def new_run(config: FlowConfig, controls: FlowControls, dtype: DTypeLike = np.float32) -> Run:
    """A run at step 0: the same config and seed give the same weights."""
    parameters = initial_parameters(config, dtype)
    moments = np.zeros((2, parameters.size), dtype=dtype)
    state = TrainState(parameters=parameters, moments=moments, generator=b"")
    return Run(config=config, controls=controls, state=state, history=History(max_snapshots=16))


def initial_parameters(config: FlowConfig, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """First parameters, flat, shape ``[P]``: drawn from the seed, or set by hand.

    Weights and biases are uniform within ``±1/√(inputs seen)`` (LeCun et al. 1998); masked
    weights are zero.
    """
    parameters = np.zeros(parameter_count(config), dtype=np.float64)
    if config.start == "hand":
        _set_by_hand(config, unflatten(parameters, config))
    else:
        _draw(config, parameters)
    return (parameters * free_parameters(config)).astype(dtype)


def _draw(config: FlowConfig, parameters: NDArray[Any]) -> None:
    generator = np.random.default_rng(config.seed)
    named = unflatten(parameters, config)
    free = unflatten(free_parameters(config).copy(), config)
    for name, values in named.items():
        if name.endswith(".constant"):
            values[:] = LAST_LAYER_SCALE * generator.uniform(-1, 1, size=values.shape)
        elif name.endswith(".weight"):
            k, i, _ = name.split(".")
            seen = max(1, int(free[name].sum(1).max()))
            sizes = network_sizes(config, config.layers[int(k)])
            shrink = LAST_LAYER_SCALE if int(i) == len(sizes) - 2 else 1.0
            bound = shrink / math.sqrt(seen)
            values[:] = generator.uniform(-bound, bound, size=values.shape)
            bias = named[f"{k}.{i}.bias"]
            bias[:] = generator.uniform(-bound, bound, size=bias.shape)


def _set_by_hand(config: FlowConfig, named: dict[str, NDArray[Any]]) -> None:
    """``h_i = own + coupling · Σ_{j<i} u_j · pattern``, ``[P]`` for each i, in every layer.

    An affine layer gets its log-scale and shift; a spline the heights of its bins, bent by the
    log-scale around the middle. A hidden layer cannot be set by hand: its network stays constant.
    """
    for k, layer in enumerate(config.layers):
        own, pattern = _by_hand(config, parameters_per_dim(config, layer), layer.transformer)
        if layer.conditioner == "none" and len(own):
            named[f"{k}.constant"][:] = own
        elif layer.conditioner in ("linear", "made"):
            last = len(network_sizes(config, layer)) - 2
            named[f"{k}.{last}.bias"][:] = np.tile(own, config.data_dim)
            if layer.conditioner == "linear":
                weight = np.tile(config.coupling * pattern, config.data_dim)
                named[f"{k}.0.weight"][:] = weight[:, None]


def _by_hand(
    config: FlowConfig, per_dim: int, transformer: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Own parameters of a dimension and which of them those before it move, ``[per_dim]`` each."""
    own, pattern = np.zeros(per_dim), np.zeros(per_dim)
    if transformer == "additive":
        own[0], pattern[0] = config.shift, 1.0
    elif transformer == "affine":
        own[:], pattern[1] = (_unclamped(config.log_scale), config.shift), 1.0
    elif transformer == "spline":
        middle = np.linspace(-1.0, 1.0, config.bins)
        own[config.bins : 2 * config.bins] = config.log_scale * (2 * np.square(middle) - 1)
        pattern[config.bins : 2 * config.bins] = -middle
    return own, pattern


def _unclamped(log_scale: float) -> float:
    """What the layer's soft clamp makes ``log_scale`` of.

    Tests: ``test_a_log_scale_set_by_hand_is_that_of_the_map``.
    """
    return log_scale / (1.0 - abs(log_scale) / LOG_SCALE_BOUND)
