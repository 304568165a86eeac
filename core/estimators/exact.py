"""The exact gradient, or the nearest thing to it, with what it is and how far off it may be."""

import numpy as np
import torch
from numpy.typing import NDArray

from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.estimators import Draws, naive, pathwise
from core.estimators.instance import estimators_dtype, problem_of
from core.estimators.problem import Problem, generator_for, standard_normal
from core.estimators.reference import exact_gradient
from core.estimators.work import BLOCK_NUMBERS
from core.progress import note_progress
from core.quadrature import GRID_NODES, tensor_grid

Array = NDArray[np.float64]

TOO_COARSE = 0.01
"""A claimed error of more than this share of the largest component is worth many draws."""

NEGLIGIBLE = 1e-14
"""Nodes with less than this share of the largest weight are left out."""

LEFT_OUT = 1e-10
"""What they and rounding cost at most, as a share of the integral of the absolute value."""

REFERENCE_STREAM = 2
REFERENCE_DRAWS = 200_000
REFERENCE_NUMBERS = 5e7
"""Fewer draws are made where a draw's gradient is large: a full factor in many dimensions."""


def worked_out(config: EstimatorsConfig) -> ExactGradient:
    """At once where that is possible, by quadrature in up to three dimensions, or by many draws.

    Draws also are asked where a grid is too coarse for a steep f: the smaller error counts.

    Raises:
        ValueError: when the factor is singular, the VAE is not there, or f is discontinuous in
            more than three dimensions (a step has a closed form instead).
    """
    known = exact_gradient(config)
    if known is not None:
        return known
    if config.size in GRID_NODES:
        found = by_quadrature(config)
        if found.error.max() <= TOO_COARSE * np.abs(found.value).max():
            return found
        drawn = by_many_draws(config)
        return min(found, drawn, key=lambda gradient: float(gradient.error.max()))
    if not config.test_function.is_continuous:
        raise ValueError("`function` must be continuous for a pathwise reference, got a step")
    return by_many_draws(config)


def by_quadrature(config: EstimatorsConfig) -> ExactGradient:
    """``E[f s] + E[∂_φ f]`` on a grid; the error is that of grids of half the nodes a dimension.

    In the score's form only f is integrated, not its slope: kinks of f (the ReLU of a decoder)
    cost less. The grid is made of 2^d coarser ones, which see such kinks at different places: the
    worst of them counts. In float64 also for the ELBO: with a narrow q_φ its score is large.
    """
    problem = problem_of(config)
    nodes, fine, coarse = tensor_grid(config.size)
    heavy = fine > NEGLIGIBLE * fine.max()
    nodes, weights = nodes[heavy], np.vstack([fine[heavy], coarse[:, heavy]])
    sums = np.zeros((len(weights), config.num_parameters))
    size = np.zeros(config.num_parameters)
    centre = _centre(problem)
    for start in range(0, len(nodes), 4096):
        part = slice(start, start + 4096)
        integrand = _integrand(problem, nodes[part], centre)
        sums += weights[:, part] @ integrand
        size += weights[0, part] @ np.abs(integrand)
        note_progress()
    value, rough = sums[0], sums[1:]
    error = np.abs(rough - value).max(0) + LEFT_OUT * size
    return ExactGradient(value=value, error=error, how="quadrature")


def _centre(problem: Problem) -> float:
    """``f(μ)``: a baseline for the integrand, which changes nothing but the rounding."""
    with torch.no_grad():
        return float(problem.value(problem.mean, problem.parameters))


def _integrand(problem: Problem, nodes: Array, centre: float) -> Array:
    noise = torch.as_tensor(nodes, dtype=problem.mean.dtype).unsqueeze(0)
    draws = Draws(problem, noise, torch.Generator())
    total = (draws.value.unsqueeze(-1) - centre).double() * problem.score(noise).double()
    if problem.depends_on_parameters:
        total = total + naive(problem, draws).double()
    found: Array = total[0].numpy()
    return found


def by_many_draws(config: EstimatorsConfig) -> ExactGradient:
    """Boopy with up to ``REFERENCE_DRAWS`` draws of their own stream, and the standard error."""
    problem = problem_of(config, dtype=estimators_dtype(config))
    block = max(1, BLOCK_NUMBERS // config.num_parameters)
    total = np.zeros(config.num_parameters)
    squares = np.zeros(config.num_parameters)
    done = 0
    wanted = min(REFERENCE_DRAWS, int(REFERENCE_NUMBERS / config.num_parameters))
    for index in range(-(-wanted // block)):
        generator = generator_for(config, REFERENCE_STREAM, index)
        noise = standard_normal((1, block, config.size), generator, problem.mean.dtype)
        found = pathwise(problem, Draws(problem, noise, generator))[0]
        total += found.sum(0).numpy()
        squares += found.square().sum(0).numpy()
        done += block
        note_progress()
    mean = total / done
    return ExactGradient(
        value=mean, error=np.sqrt(np.maximum(squares / done - mean**2, 0) / done), how="pathwise"
    )
