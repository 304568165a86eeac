"""What a determinant costs, and what a direction costs: measured where it runs."""

from dataclasses import replace
from functools import partial

import numpy as np
import torch

from core.flow.answers import Cost, Pace
from core.flow.compose import base_sample, forward, log_prob
from core.flow.config import FlowConfig, FlowControls, LayerConfig
from core.flow.initial import initial_parameters, new_run
from core.flow.layout import unflatten
from core.flow.timing import Stopwatch
from core.training import resolve

DIMS = (2, 4, 8, 16, 32, 64, 128, 256)
DIMS_OF_PASSES = (2, 4, 8, 16, 32, 64, 128)
ROWS = 64

STEP_ROUNDS = 5
STEP_SECONDS = 0.02
"""How often, and for how long at least, training steps of each direction are repeated."""


def cost() -> Cost:
    """Log-determinants of a batch of 64 matrices, and both directions of an affine MADE layer."""
    generator, watch = torch.Generator().manual_seed(0), Stopwatch()
    diagonal, general = [], []
    for dim in DIMS:
        matrix = torch.randn(ROWS, dim, dim, generator=generator).tril() + dim * torch.eye(dim)
        diagonals = torch.diagonal(matrix, dim1=-2, dim2=-1).contiguous()
        diagonal.append(watch.seconds(partial(_from_diagonal, diagonals)))
        general.append(watch.seconds(partial(torch.linalg.slogdet, matrix)))
    ways = {on: [both_ways(on, dim, watch) for dim in DIMS_OF_PASSES] for on in ("z", "x")}
    return Cost(
        dims=np.array(DIMS),
        diagonal=np.array(diagonal),
        general=np.array(general),
        dims_of_passes=np.array(DIMS_OF_PASSES),
        sample_on_z=np.array([way[0] for way in ways["z"]]),
        density_on_z=np.array([way[1] for way in ways["z"]]),
        sample_on_x=np.array([way[0] for way in ways["x"]]),
        density_on_x=np.array([way[1] for way in ways["x"]]),
        calm=watch.calm(),
    )


def _from_diagonal(diagonals: torch.Tensor) -> torch.Tensor:
    return diagonals.abs().log().sum(-1)


@torch.no_grad()
def both_ways(on: str, dim: int, watch: Stopwatch) -> tuple[float, float]:
    """Seconds to sample and to evaluate 64 points with one affine MADE layer."""
    layer = LayerConfig(transformer="affine", conditioner="made")
    config = FlowConfig(layers=(layer,), data_dim=dim, conditioned_on="z" if on == "z" else "x")
    weights = unflatten(torch.tensor(initial_parameters(config, np.float32)), config)
    z = base_sample(config, ROWS, torch.Generator().manual_seed(0), torch.float32)
    return (
        watch.seconds(lambda: forward(weights, config, z)),
        watch.seconds(lambda: log_prob(weights, config, z)),
    )


def pace(config: FlowConfig) -> Pace:
    """Seconds of a training step of this flow, conditioned on z and on x, measured in turns.

    Raises:
        ValueError: when maximum likelihood cannot train it.
    """
    watch, controls = Stopwatch(), FlowControls()

    def steps(on: str, *, by_hand: bool) -> partial[None]:
        flow = replace(config, conditioned_on="z" if on == "z" else "x")
        trainer = resolve(flow.trainer)(flow, "float32")
        trainer.by_hand = trainer.by_hand and by_hand
        trainer.load(new_run(flow, controls).state)
        return partial(trainer.train_step, 0, controls)

    works = [steps("z", by_hand=True), steps("x", by_hand=True), steps("x", by_hand=False)]
    on_z, on_x, plain = watch.in_turns(works, rounds=STEP_ROUNDS, least=STEP_SECONDS)
    return Pace(on_z=on_z, on_x=on_x, on_x_by_autograd=plain, calm=watch.calm())
