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

HISTORY_RESERVE = 6 * 2**20
"""Bytes of a run's bound kept for its records; the rest may hold snapshots."""


def new_run(config: VAEConfig, controls: VAEControls, dtype: DTypeLike = np.float32) -> Run:
    """A run at step 0: the same config and seed give the same weights.

    Args:
        config: the experiment.
        controls: what holds at first.
        dtype: of parameters and moments; training computes in it.
    """
    parameters = initial_parameters(config, load_dataset(config.dataset).data_dim, dtype)
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


def initial_parameters(config: VAEConfig, data_dim: int, dtype: DTypeLike) -> NDArray[Any]:
    """Seeded initial weights, flat, shape ``[P]``.

    Weights and biases are uniform within ``±1/√fan_in``; log-variances and prior start at 0,
    so that q(z|x), p(z) and p(x|z) start with unit variance where they are learned.
    """
    generator = np.random.default_rng(config.seed)
    parameters = np.zeros(parameter_count(config, data_dim), dtype=dtype)
    named = unflatten(parameters, config, data_dim)
    for name, values in named.items():
        if name.endswith(".weight"):
            bound = 1.0 / math.sqrt(values.shape[1])
            values[:] = generator.uniform(-bound, bound, size=values.shape)
            bias = named[name.replace(".weight", ".bias")]
            bias[:] = generator.uniform(-bound, bound, size=bias.shape)
    return parameters
