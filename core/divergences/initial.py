"""The first values of a critic's, a GAN's and a judge's run, before any step. Torch-free."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.divergences.config import (
    CriticConfig,
    CriticControls,
    GanConfig,
    GanControls,
    JudgeConfig,
    JudgeControls,
)
from core.history import History
from core.network_shape import initial_parameters
from core.run import Run, TrainState

MAX_SNAPSHOTS = 16

GAN_MOMENT_ROWS = 3
"""Adam's two moments, and a row whose first places say what else its steps depend on."""


def new_critic(
    config: CriticConfig, controls: CriticControls, dtype: DTypeLike = np.float32
) -> Run:
    """A critic's run at step 0: the same config and seed give the same weights."""
    return _run(config, controls, initial_parameters(config.critic_shape, config.seed, dtype))


def new_judge(config: JudgeConfig, controls: JudgeControls, dtype: DTypeLike = np.float32) -> Run:
    """A judge's run at step 0."""
    return _run(config, controls, initial_parameters(config.critic_shape, config.seed, dtype))


def new_gan(config: GanConfig, controls: GanControls, dtype: DTypeLike = np.float32) -> Run:
    """A GAN's run at step 0: G's parameters, then D's, in one vector.

    The third row of the moments starts as zeros: the trainer keeps there, beside each other, β₁
    in force and the steps of G and of D since the moments were started anew.
    """
    both = np.concatenate(
        [
            initial_parameters(config.generator_shape, config.seed, dtype),
            initial_parameters(config.critic_shape, config.seed + 1, dtype),
        ]
    )
    return _run(config, controls, both, GAN_MOMENT_ROWS)


def _run(config: Any, controls: Any, parameters: NDArray[Any], moment_rows: int = 2) -> Run:
    state = TrainState(
        parameters=parameters,
        moments=np.zeros((moment_rows, parameters.size), dtype=parameters.dtype),
        generator=b"",
    )
    return Run(
        config=config,
        controls=controls,
        state=state,
        history=History(max_snapshots=MAX_SNAPSHOTS),
    )
