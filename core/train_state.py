"""What trainers do alike with the state of a run: noise, values copied out, a last check."""

import math

import numpy as np
import torch
from torch import Tensor

from core.run import TrainingDiverged, TrainState


def restore(noise: torch.Generator, stored: bytes, seed: int) -> None:
    """Let the noise go on from a stored state; from the seed where there is none, at step 0."""
    if stored:
        state = np.frombuffer(stored, dtype=np.uint8)
        noise.set_state(torch.from_numpy(state.copy()))
    else:
        noise.manual_seed(seed)


def copied_out(
    parameters: Tensor, moments: Tensor, noise: torch.Generator | None = None
) -> TrainState:
    """Parameters ``[P]``, moments ``[k, P]`` and noise as a value; no noise: a step draws none."""
    return TrainState(
        parameters=parameters.numpy().copy(),
        moments=moments.numpy().copy(),
        generator=b"" if noise is None else noise.get_state().numpy().tobytes(),
    )


def require_finite(step: int, parameters: Tensor) -> None:
    """Refuse parameters ``[P]`` one of which has left the finite numbers.

    Raises:
        TrainingDiverged: naming the step and their sum.
    """
    total = parameters.detach().sum().item()
    if not math.isfinite(total):
        raise TrainingDiverged(step, "the sum of the parameters", total)
