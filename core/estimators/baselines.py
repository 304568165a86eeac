"""Baselines of the score function, from pilot draws that no estimate uses (PIMA-7 §1)."""

import dataclasses

from core.estimators.config import EstimatorsConfig
from core.estimators.estimators import Draws, score_function
from core.estimators.problem import Problem, generator_for, standard_normal
from core.estimators.work import work_per_draw

PILOT_STREAM = 1
PILOT_DRAWS = 20_000
BASELINED = {"constant_baseline", "optimal_baseline"}
PILOT_WORK = 1e6


def with_baselines(
    problem: Problem, config: EstimatorsConfig, most: int = PILOT_DRAWS, index: int = 0
) -> Problem:
    """The problem with its baselines, from pilot draws that no estimate uses.

    ``b* = E[y s]/E[s²]`` per component, y the score function's contribution; ``b = E f`` unless
    the visitor chose one. Another ``index`` means other draws.
    """
    if not BASELINED & set(config.competitors):
        return problem
    count = max(200, min(most, int(PILOT_WORK / work_per_draw(config))))
    generator = generator_for(config, PILOT_STREAM, index)
    noise = standard_normal((1, count, config.size), generator, problem.mean.dtype)
    draws = Draws(problem, noise, generator)
    score = draws.score
    best = (score_function(problem, draws) * score).mean((0, 1)) / score.square().mean((0, 1))
    chosen = config.baseline
    constant = draws.value.mean().item() if chosen is None else chosen
    return dataclasses.replace(problem, best_baseline=best, constant_baseline=constant)
