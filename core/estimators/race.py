"""Gradient descent on ``E f`` over (μ, log σ), every estimator from the same start and draws."""

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.estimators.answers import Race
from core.estimators.baselines import BASELINED, with_baselines
from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.estimators import ESTIMATORS, Draws
from core.estimators.instance import estimators_dtype, problem_of
from core.estimators.problem import Problem, generator_for, standard_normal
from core.estimators.reference import expected_term
from core.estimators.work import work_per_draw
from core.progress import note_progress

Array = NDArray[np.float64]

RACE_STREAM, LOSS_STREAM = 4, 5
RACE_WORK = 1e5
"""Work of one step of all: more draws than that are not made."""

PILOT = 200
"""Pilot draws of each step: a baseline that fitted the start would not fit later."""

LOSS_DRAWS = 64
FARTHEST = 1e3
"""Beyond this a path counts as diverged."""

LOG_SIGMA = (-8.0, 5.0)
"""log σ is kept within."""


def run_race(config: RaceConfig) -> Race:
    """Every estimator's path; the noise of step t is the same for all of them.

    Raises:
        ValueError: when the VAE is not there.
    """
    start = dataclasses.replace(config.start, factor="diagonal")
    affordable = max(2, int(RACE_WORK / work_per_draw(start)) // 2 * 2)
    count = min(start.num_samples, affordable)
    start = dataclasses.replace(start, num_samples=count)
    problem = problem_of(start, blocks=("mean", "factor"), dtype=estimators_dtype(start))
    generator = generator_for(start, RACE_STREAM)
    shape = (config.train_steps, 1, count, start.size)
    noise = standard_normal(shape, generator, problem.mean.dtype)
    paths = {name: _path(config, start, problem, name, noise) for name in start.competitors}
    exact = _exact_path(config, start, problem) if start.test_function.term is not None else None
    return Race(
        paths={name: path[:, :, 0] for name, path in paths.items()},
        losses={name: _losses(start, problem, path) for name, path in paths.items()},
        exact=None if exact is None else exact[:, :, 0],
        exact_loss=None if exact is None else _losses(start, problem, exact),
        num_samples=count,
    )


def _path(
    config: RaceConfig, start: EstimatorsConfig, problem: Problem, name: str, noise: Tensor
) -> Array:
    """``(μ, log σ)`` after every step, shape ``[T + 1, 2, d]``.

    ``∂/∂log σ = σ ∂/∂σ``, which is twice ``∂/∂log σ²``.
    """
    mean, log_sigma = problem.mean.clone(), problem.factor.log()
    path = [torch.stack([mean, log_sigma])]
    for t, step_noise in enumerate(noise):
        now = dataclasses.replace(problem, mean=mean, factor=log_sigma.exp())
        if name in BASELINED:
            now = with_baselines(now, start, PILOT, t + 1)
        draws = Draws(now, step_noise, generator_for(start, RACE_STREAM, t + 1))
        by_mean, by_factor = ESTIMATORS[name](now, draws)[0].mean(0).chunk(2)
        by_log = 2 * by_factor if now.by_log_variance else now.factor * by_factor
        mean = mean - config.learning_rate * by_mean
        log_sigma = (log_sigma - config.learning_rate * by_log).clamp(*LOG_SIGMA)
        path.append(torch.stack([mean, log_sigma]))
        note_progress()
        if not (mean.abs() < FARTHEST).all():
            break
    found = torch.stack(path).double().numpy()
    return _until_it_diverges(found, config.train_steps + 1)


def _until_it_diverges(path: Array, length: int) -> Array:
    full = np.full((length, *path.shape[1:]), np.nan)
    full[: len(path)] = path
    lost = ~(np.abs(full) < FARTHEST).all((1, 2))
    full[lost] = np.nan
    return full


def _exact_path(config: RaceConfig, start: EstimatorsConfig, problem: Problem) -> Array:
    """Descent along the exact gradient of a separable f, shape ``[T + 1, 2, d]``."""
    mean, log_sigma = problem.mean.numpy().copy(), problem.factor.log().numpy()
    path = [np.stack([mean, log_sigma])]
    for _ in range(config.train_steps):
        sigma = np.exp(log_sigma)
        term = expected_term(start.function, start.k, mean, sigma)
        mean = mean - config.learning_rate * term.by_mean
        log_sigma = log_sigma - config.learning_rate * sigma * term.by_scale
        log_sigma = np.clip(log_sigma, *LOG_SIGMA)
        path.append(np.stack([mean, log_sigma]))
        if not (np.abs(mean) < FARTHEST).all():
            break
    return _until_it_diverges(np.stack(path), config.train_steps + 1)


@torch.no_grad()
def _losses(start: EstimatorsConfig, problem: Problem, path: Array) -> Array:
    """``E f``, ``[T + 1]``, along a path ``[T + 1, 2, d]``: exact, or from the same few draws."""
    mean, sigma = path[:, 0], np.exp(path[:, 1])
    if start.test_function.term is not None:
        term = expected_term(start.function, start.k, mean, sigma)
        losses: Array = np.asarray(term.value).sum(-1)
        return losses
    generator = generator_for(start, LOSS_STREAM)
    noise = standard_normal((LOSS_DRAWS, start.size), generator, problem.mean.dtype)
    found = []
    for m, s in zip(mean, sigma, strict=True):
        now = dataclasses.replace(
            problem,
            mean=torch.as_tensor(m, dtype=noise.dtype),
            factor=torch.as_tensor(s, dtype=noise.dtype),
        )
        z = now.place(now.parameters, noise)
        found.append(now.value(z, now.parameters).mean().item())
        note_progress()
    return np.array(found)
