"""The first value of a run of two levels: seeded weights, before any step. Torch-free."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.dataset import load_dataset
from core.hierarchy.config import START_SCALES, HierarchyConfig, HierarchyControls
from core.hierarchy.layout import parameter_count, unflatten
from core.history import History
from core.run import Run, TrainState
from core.vae.initial import logit_of

MAX_SNAPSHOTS = 16


def new_run(
    config: HierarchyConfig, controls: HierarchyControls, dtype: DTypeLike = np.float32
) -> Run:
    """A run at step 0: the same config and seed give the same weights.

    Args:
        config: the experiment.
        controls: what holds at first.
        dtype: of parameters and moments; training computes in it.
    """
    mean = load_dataset(config.dataset).x_train.mean(axis=0, dtype=np.float64)
    parameters = initial_parameters(config, mean, dtype)
    state = TrainState(
        parameters=parameters,
        moments=np.zeros((2, parameters.size), dtype=dtype),
        generator=b"",
    )
    return Run(
        config=config,
        controls=controls,
        state=state,
        history=History(max_snapshots=MAX_SNAPSHOTS),
    )


def initial_parameters(
    config: HierarchyConfig, mean: NDArray[Any], dtype: DTypeLike
) -> NDArray[Any]:
    """Seeded initial weights, flat, shape ``[P]``.

    Weights and biases uniform within ``±1/√fan_in``, as those of ``torch.nn.Linear``; the last
    layers around z2 smaller by ``config.start``; log-variances of linear maps 0; the decoder's
    last bias at ``mean``, so that the first steps need not learn the average.

    Args:
        config: the experiment.
        mean: of the training data, shape ``[D]``.
        dtype: of the result.
    """
    generator = np.random.default_rng(config.seed)
    parameters = np.zeros(parameter_count(config, len(mean)), dtype=dtype)
    named = unflatten(parameters, config, len(mean))
    for name, values in named.items():
        network, _, kind = name.partition(".")
        if kind == "log_var":
            continue
        bound = 1.0 / math.sqrt(named[f"{network}.{kind[0]}.weight"].shape[1])
        values[:] = generator.uniform(-bound, bound, size=values.shape)
        is_last = f"{network}.{int(kind[0]) + 1}.weight" not in named
        if network in ("top", "link") and is_last:
            values *= START_SCALES[config.start]
    last_bias = named["decoder.0.bias" if config.is_linear else "decoder.1.bias"]
    is_sigmoid = config.is_image and not config.is_linear
    last_bias[:] = logit_of(mean) if is_sigmoid else mean
    return parameters
