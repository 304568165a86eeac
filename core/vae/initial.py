"""The first value of a VAE run: seeded weights, before any step. Torch-free."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.dataset import load_dataset
from core.history import History
from core.run import MAX_RUN_BYTES, Run, TrainState
from core.vae.config import VAEConfig, VAEControls
from core.vae.layout import parameter_count, unflatten

LEAST_MEAN = 0.005
"""About one grey level: a pixel that is always black starts there, not at minus infinity."""

HISTORY_RESERVE = 6 * 2**20
"""Bytes of a run's bound kept for its records; the rest may hold snapshots."""


def new_run(config: VAEConfig, controls: VAEControls, dtype: DTypeLike = np.float32) -> Run:
    """A run at step 0: the same config and seed give the same weights.

    Args:
        config: the experiment.
        controls: what holds at first.
        dtype: of parameters and moments; training computes in it.
    """
    mean = load_dataset(config.dataset).x_train.mean(axis=0, dtype=np.float64)
    parameters = initial_parameters(config, mean, dtype)
    moments = np.zeros((2 if config.optimizer == "adam" else 0, parameters.size), dtype=dtype)
    state = TrainState(parameters=parameters, moments=moments, generator=b"")
    room = MAX_RUN_BYTES - HISTORY_RESERVE - state.nbytes
    max_snapshots = min(16, max(2, room // parameters.nbytes))
    return Run(
        config=config,
        controls=controls,
        state=state,
        history=History(max_snapshots=max_snapshots),
    )


def initial_parameters(config: VAEConfig, mean: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Seeded initial weights, flat, shape ``[P]``.

    The encoder starts with weights that keep the variance from layer to layer (He et al. 2015)
    and without biases, the decoder with both uniform within ``±1/√fan_in``, its last bias at
    ``mean``: the first steps need not learn the average (as in Burda et al. 2016). Log-variances
    and prior start at 0, so that p(z) and p(x|z) start with unit variance where they are learned.

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
        if network == "decoder":
            bound = 1.0 / math.sqrt(named[f"decoder.{kind[0]}.weight"].shape[1])
            values[:] = generator.uniform(-bound, bound, size=values.shape)
        elif kind.endswith("weight"):
            is_hidden = int(kind[0]) < len(config.widths)
            gain = 2.0 if is_hidden and config.activation != "tanh" else 1.0
            bound = math.sqrt(3.0 * gain / values.shape[1])
            values[:] = generator.uniform(-bound, bound, size=values.shape)
    last_bias = named[f"decoder.{len(config.widths)}.bias"]
    last_bias[: len(mean)] = logit_of(mean) if config.output == "sigmoid" else mean
    return parameters


def logit_of(mean: NDArray[Any]) -> NDArray[Any]:
    """Where a sigmoid gives ``mean``, ``[D]``, kept inside ``LEAST_MEAN`` of its ends."""
    kept = np.clip(mean, LEAST_MEAN, 1.0 - LEAST_MEAN)
    logit: NDArray[Any] = np.log(kept / (1.0 - kept))
    return logit
