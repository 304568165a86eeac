"""Every estimator on the same draws, block by block."""

import time

import torch
from torch import Tensor

from core.estimators.baselines import PILOT_DRAWS, with_baselines
from core.estimators.config import EstimatorsConfig
from core.estimators.estimators import ESTIMATORS, Draws
from core.estimators.instance import estimators_dtype, problem_of
from core.estimators.lineup import LINEUP
from core.estimators.problem import Problem, generator_for, standard_normal
from core.estimators.tally import BATCHES, LEAST_SHOWN, SHOWN, SHOWN_NUMBERS, Tally, Trial
from core.estimators.work import blocks_in_all, estimates_per_block
from core.progress import note_progress

DRAWS_STREAM = 0


def run_trial(
    config: EstimatorsConfig,
    first: int,
    count: int,
    *,
    pilot: int = PILOT_DRAWS,
    timed: bool = True,
) -> Trial:
    """Blocks ``first`` to ``first + count`` of a configuration's draws.

    Every block has a seed of its own, so the answer does not depend on how blocks are shared out.

    Args:
        config: the problem.
        first: the first block.
        count: how many.
        pilot: most draws that baselines are found from.
        timed: whether the costs of the tallies are to be compared: then all are run once before.

    Raises:
        ValueError: when the factor is singular or the VAE is not there.
    """
    problem = with_baselines(problem_of(config, dtype=estimators_dtype(config)), config, pilot)
    tallies: dict[str, Tally] = {}
    if timed:
        _warm_up(problem, config)
    for index in range(first, min(first + count, blocks_in_all(config))):
        draws = draw_block(problem, config, index)
        started = time.thread_time()
        if any(LINEUP[name].uses_value for name in config.competitors):
            _ = draws.value, draws.score
        shared = time.thread_time() - started
        for name in config.competitors:
            own_share = shared if LINEUP[name].uses_value else 0.0
            tally = tally_block(name, problem, draws, own_share, _to_show(config, index))
            tallies[name] = tallies[name].merged(tally) if name in tallies else tally
            note_progress()
    return Trial(tallies=tallies, blocks_done=count, blocks_in_all=blocks_in_all(config))


def _warm_up(problem: Problem, config: EstimatorsConfig) -> None:
    """Run everybody once on a draw or two: a first call takes long, and costs are compared."""
    generator = generator_for(config, DRAWS_STREAM)
    shape = (1, min(2, config.num_samples), config.size)
    noise = standard_normal(shape, generator, problem.mean.dtype)
    for name in config.competitors:
        ESTIMATORS[name](problem, Draws(problem, noise, generator))


def draw_block(problem: Problem, config: EstimatorsConfig, index: int) -> Draws:
    """The draws of block ``index``, the same for all estimators."""
    generator = generator_for(config, DRAWS_STREAM, index)
    shape = (estimates_per_block(config), config.num_samples, config.size)
    noise = standard_normal(shape, generator, problem.mean.dtype)
    return Draws(problem, noise, generator)


def _to_show(config: EstimatorsConfig, index: int) -> int:
    """How many estimates of a block are kept for the picture: of the first blocks only."""
    most = min(SHOWN, max(LEAST_SHOWN, SHOWN_NUMBERS // config.num_parameters))
    return max(0, most - index * estimates_per_block(config))


def tally_block(
    name: str, problem: Problem, draws: Draws, shared_seconds: float, keep: int
) -> Tally:
    """One estimator on one block; the first ``keep`` estimates are kept."""
    draws.refusal = None
    started = time.thread_time()
    contributions = ESTIMATORS[name](problem, draws)
    groups = _groups(contributions, LINEUP[name].group)
    mean = groups.mean(0)
    squares, batches = _squares(groups - mean)
    seconds = time.thread_time() - started
    return Tally(
        count=len(groups),
        mean=mean.double().numpy(),
        squares=squares.double().numpy(),
        draws=contributions.shape[0] * contributions.shape[1],
        seconds=seconds + shared_seconds,
        shown=contributions[:keep].mean(1).double().numpy(),
        batches=len(batches),
        batch_sum=batches.sum(0).double().numpy(),
        batch_squares=batches.double().square().sum(0).numpy(),
        refusal=draws.refusal,
    )


def _squares(deviations: Tensor) -> tuple[Tensor, Tensor]:
    """Sum of squares over all groups, ``[P]``, and mean squares of batches of them, ``[B, P]``."""
    count = min(BATCHES, len(deviations) // 2)
    size = len(deviations) // max(count, 1)
    parts = deviations[: count * size].view(count, size, deviations.shape[-1])
    sums = torch.linalg.vector_norm(parts, dim=1).square()
    rest = torch.linalg.vector_norm(deviations[count * size :], dim=0).square()
    return sums.sum(0) + rest, sums / size


def _groups(contributions: Tensor, group: int | None) -> Tensor:
    """Means of the groups of draws that are independent of each other, ``[groups, P]``."""
    if group is None:
        return contributions.mean(1)
    flat = contributions.flatten(0, 1)
    if group == 1:
        return flat
    first, *others = flat.view(-1, group, flat.shape[-1]).unbind(1)  # faster than .mean(1)
    total: Tensor = sum(others, start=first)
    return total / group
