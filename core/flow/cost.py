"""What a determinant costs, and what a direction costs: measured where it runs."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from core.flow.answers import Cost
from core.flow.compose import base_sample, forward, log_prob
from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from core.flow.layout import unflatten
from core.progress import note_progress

DIMS = (2, 4, 8, 16, 32, 64, 128, 256)
DIMS_OF_PASSES = (2, 4, 8, 16, 32)
ROWS = 64
LEAST_SECONDS = 0.002
"""Each measurement is repeated until it has taken this long; the best of three counts."""


def cost() -> Cost:
    """Log-determinants of a batch of 64 matrices, and both directions of an affine MADE layer."""
    generator = torch.Generator().manual_seed(0)
    diagonal, general = [], []
    for dim in DIMS:
        matrix = torch.randn(ROWS, dim, dim, generator=generator).tril() + dim * torch.eye(dim)
        diagonals = torch.diagonal(matrix, dim1=-2, dim2=-1).contiguous()
        diagonal.append(seconds(partial(_from_diagonal, diagonals)))
        general.append(seconds(partial(torch.linalg.slogdet, matrix)))
    ways = {on: [_both_ways(on, dim) for dim in DIMS_OF_PASSES] for on in ("z", "x")}
    return Cost(
        dims=np.array(DIMS),
        diagonal=np.array(diagonal),
        general=np.array(general),
        dims_of_passes=np.array(DIMS_OF_PASSES),
        sample_on_z=np.array([way[0] for way in ways["z"]]),
        density_on_z=np.array([way[1] for way in ways["z"]]),
        sample_on_x=np.array([way[0] for way in ways["x"]]),
        density_on_x=np.array([way[1] for way in ways["x"]]),
    )


def _from_diagonal(diagonals: torch.Tensor) -> torch.Tensor:
    return diagonals.abs().log().sum(-1)


@torch.no_grad()
def _both_ways(on: str, dim: int) -> tuple[float, float]:
    """Seconds to sample and to evaluate 64 points with one affine MADE layer."""
    layer = LayerConfig(transformer="affine", conditioner="made")
    config = FlowConfig(layers=(layer,), data_dim=dim, conditioned_on="z" if on == "z" else "x")
    weights = unflatten(torch.tensor(initial_parameters(config, np.float32)), config)
    z = base_sample(config, ROWS, torch.Generator().manual_seed(0), torch.float32)
    return (
        seconds(lambda: forward(weights, config, z)),
        seconds(lambda: log_prob(weights, config, z)),
    )


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one call: the best of three rounds."""
    work()
    rounds = []
    for _ in range(3):
        count, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < LEAST_SECONDS:
            work()
            count += 1
        rounds.append(passed / count)
        note_progress()
    return min(rounds)
