"""What the two classmates hand in, run as it is shown on the page."""

import inspect
from collections.abc import Callable

import torch
from torch import Tensor

from core.estimators.answers import Submission, Witness
from core.estimators.baselines import with_baselines
from core.estimators.config import EstimatorsConfig
from core.estimators.estimators import ESTIMATORS, Draws
from core.estimators.functions import SLICE_POINTS, SLICE_REACH
from core.estimators.instance import estimators_dtype, problem_of
from core.estimators.problem import Parameters, Problem, generator_for, standard_normal

T = Tensor
Function = Callable[[T], T]

WITNESS_STREAM = 3


def boopy(f: Function, mu: T, sigma: T, eps: T) -> T:
    """Boopy: let autograd see how z was made."""
    z = mu + sigma * eps  # a function of mu and sigma
    loss = f(z).mean()
    loss.backward()
    return z


def naot(f: Function, mu: T, sigma: T, eps: T) -> T:
    """Naot: draw z, then let autograd run."""
    with torch.no_grad():  # what Normal(mu, sigma).sample() does
        z = mu + sigma * eps
    loss = f(z).mean()
    loss.backward()
    return z


def witness(config: EstimatorsConfig, num_draws: int, component: int) -> Witness:
    """A few draws, each with its own gradient, and what autograd says of both submissions.

    Args:
        config: the problem.
        num_draws: how many draws are shown; even.
        component: which coordinate's parameter.

    Raises:
        ValueError: when the factor is singular or the VAE is not there.
    """
    problem = with_baselines(problem_of(config, dtype=estimators_dtype(config)), config)
    generator = generator_for(config, WITNESS_STREAM)
    noise = standard_normal((1, num_draws, config.size), generator, problem.mean.dtype)
    draws = Draws(problem, noise, generator)
    index = config.component_index(component)
    arrows = {
        name: ESTIMATORS[name](problem, draws)[0, :, index].double().numpy()
        for name in config.competitors
    }
    z = problem.place(problem.parameters, noise)[0, :, component]
    grid, curve = _slice(problem, component)
    return Witness(
        z=z.double().numpy(),
        value=draws.value[0].double().numpy(),
        arrows=arrows,
        mean=problem.mean[component].item(),
        scale=_scales(problem)[component].item(),
        grid=grid.double().numpy(),
        curve=curve.double().numpy(),
        submissions=tuple(_submitted(write, problem, noise[0]) for write in (boopy, naot)),
    )


def _scales(problem: Problem) -> Tensor:
    return problem.factor.square().sum(1).sqrt() if problem.is_full else problem.factor


@torch.no_grad()
def _slice(problem: Problem, component: int) -> tuple[Tensor, Tensor]:
    """``core.estimators.reference.slice_of_f`` for every f, the ELBO included, each ``[481]``."""
    reach = SLICE_REACH * _scales(problem)[component]
    offset = torch.linspace(-1, 1, SLICE_POINTS, dtype=problem.mean.dtype) * reach
    z = problem.mean.repeat(SLICE_POINTS, 1)
    z[:, component] += offset
    return z[:, component].clone(), problem.value(z, problem.parameters)


def _submitted(write: Callable[..., Tensor], problem: Problem, noise: Tensor) -> Submission:
    """Run one of the two on noise ``[m, d]`` and look at what autograd sees (PIMA-7 §1)."""
    mu = problem.mean.clone().requires_grad_()
    sigma = _scales(problem).clone().requires_grad_()
    seen: dict[str, Tensor] = {}

    def f(z: Tensor) -> Tensor:
        seen["z"], seen["value"] = z, problem.value(z, Parameters(mu, sigma))
        return seen["value"]

    refusal = None
    try:
        write(f, mu, sigma, noise)
    except RuntimeError as error:
        if seen["value"].requires_grad:
            raise
        refusal = str(error)
    lines = inspect.getsource(write)
    return Submission(
        code=lines,
        z_requires_grad=seen["z"].requires_grad,
        loss_requires_grad=seen["value"].requires_grad,
        mean_gradient=None if mu.grad is None else mu.grad.double().numpy(),
        scale_gradient=None if sigma.grad is None else sigma.grad.double().numpy(),
        refusal=refusal,
    )
