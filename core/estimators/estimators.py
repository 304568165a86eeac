"""The estimators, one signature for all: each draw's own contribution to the gradient.

``estimator(problem, draws)`` returns contributions with shape ``[R, n, P]`` for R estimates of n
draws; an estimate is their mean over n. Sources: PIMA-7 §1; Mohamed, Rosca, Figurnov and Mnih
2020, "Monte Carlo gradient estimation in machine learning".
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from core.estimators.problem import Parameters, Problem, standard_normal


@dataclass(eq=False)
class Draws:
    """The same draws for all estimators.

    Attributes:
        problem: which q_φ they are drawn from.
        noise: ``ε ~ N(0, I)``, shape ``[R, n, d]``.
        generator: of further random numbers (measure-valued).
        refusal: what autograd said when it refused, if it did.
    """

    problem: Problem
    noise: Tensor
    generator: torch.Generator
    refusal: str | None = None

    @cached_property
    def value(self) -> Tensor:
        """``f(z)``, shape ``[R, n]``, evaluated once for all that ask."""
        with torch.no_grad():
            z = self.problem.place(self.problem.parameters, self.noise)
            return self.problem.value(z, self.problem.parameters)

    @cached_property
    def score(self) -> Tensor:
        """``∇_φ log q_φ(z)`` (PIMA-7 §1), ``[R, n, P]``, evaluated once for all that ask."""
        return self.problem.score(self.noise)

    def mirrored_pairs(self) -> "Draws":
        """As many draws in pairs: ``ε₁, −ε₁, ε₂, −ε₂, …``.

        Raises:
            ValueError: for an odd number of draws.
        """
        count = self.noise.shape[1]
        if count % 2:
            raise ValueError(f"`num_samples` must be even for antithetic draws, got {count}")
        half = self.noise[:, : count // 2]
        pairs = torch.stack([half, -half], dim=2).reshape(self.noise.shape)
        return Draws(self.problem, pairs, self.generator)


Estimator = Callable[[Problem, Draws], Tensor]


def pathwise(problem: Problem, draws: Draws) -> Tensor:
    """Boopy: autograd through ``z = μ + Σε``: ``∇f(z)`` for μ, ``∇f(z)εᵀ`` for Σ (PIMA-7 §1).

    Unbiased for continuous f. Where f is a step, autograd refuses: zero almost everywhere.
    """
    rows = problem.rows(draws.noise)
    z = problem.place(rows, draws.noise)
    return _autograd(problem, draws, problem.value(z, rows), rows)


def naive(problem: Problem, draws: Draws) -> Tensor:
    """Naot: the same autograd, but the draws are a sampler's, constants to it (PIMA-7 §1).

    Where f is free of φ, autograd refuses: an estimate that is identically zero. Where f depends
    on φ, only ``∂_φ f_φ(z)`` comes back.
    """
    rows = problem.rows(draws.noise)
    with torch.no_grad():
        z = problem.place(problem.parameters, draws.noise)
    return _autograd(problem, draws, problem.value(z, rows), rows)


def _autograd(problem: Problem, draws: Draws, values: Tensor, rows: Parameters) -> Tensor:
    try:
        return problem.gradient(values, rows)
    except RuntimeError as refusal:
        if values.requires_grad:
            raise
        draws.refusal = str(refusal)
        return values.new_zeros((*values.shape, problem.num_components))


def _with_own(problem: Problem, draws: Draws, contributions: Tensor) -> Tensor:
    """Plus ``∂_φ f_φ(z)``, ``[R, n, P]``: all but autograd leave it out where f depends on φ."""
    if not problem.depends_on_parameters:
        return contributions
    return contributions + naive(problem, draws)


def _with_baseline(problem: Problem, draws: Draws, baseline: Tensor | float) -> Tensor:
    """``(f(z) − b) ∇_φ log q_φ(z)``, b with a shape that broadcasts to ``[R, n, P]``."""
    advantage = draws.value.unsqueeze(-1) - baseline
    return _with_own(problem, draws, advantage * draws.score)


def score_function(problem: Problem, draws: Draws) -> Tensor:
    """``f(z) ∇_φ log q_φ(z)`` (REINFORCE, PIMA-7 §1); unbiased for discontinuous f, too."""
    return _with_own(problem, draws, draws.value.unsqueeze(-1) * draws.score)


def constant_baseline(problem: Problem, draws: Draws) -> Tensor:
    """With a b that depends on no draw: the variance falls for ``0 < b < 2b*`` (PIMA-7 §1)."""
    return _with_baseline(problem, draws, problem.constant_baseline)


def optimal_baseline(problem: Problem, draws: Draws) -> Tensor:
    """With ``b* = E[f s²]/E[s²]`` for each component, from draws of its own (PIMA-7 §1).

    Raises:
        ValueError: when the problem has no baselines (``core.estimators.baselines``).
    """
    if problem.best_baseline is None:
        raise ValueError("`best_baseline` must be known, got None")
    return _with_baseline(problem, draws, problem.best_baseline)


def leave_one_out(problem: Problem, draws: Draws) -> Tensor:
    """With the mean of the other draws as baseline, which does not see its own: unbiased.

    (Kool, van Hoof and Welling 2019, "Buy 4 REINFORCE samples, get a baseline for free".)

    Raises:
        ValueError: for a single draw.
    """
    count = draws.noise.shape[1]
    if count < 2:
        raise ValueError(f"`num_samples` must be at least 2 for leave-one-out, got {count}")
    total = draws.value.sum(1, keepdim=True)
    return _with_baseline(problem, draws, ((total - draws.value) / (count - 1)).unsqueeze(-1))


def antithetic(problem: Problem, draws: Draws) -> Tensor:
    """Boopy on pairs ε, −ε (Mohamed et al. 2020)."""
    pairs = draws.mirrored_pairs()
    found = pathwise(problem, pairs)
    draws.refusal = pairs.refusal
    return found


def score_antithetic(problem: Problem, draws: Draws) -> Tensor:
    """The score function on pairs ε, −ε (Mohamed et al. 2020)."""
    return score_function(problem, draws.mirrored_pairs())


def measure_valued(problem: Problem, draws: Draws) -> Tensor:
    """The gradient as a difference of two expectations, one coordinate at a time (Pflug 1989).

    For μ_i: ``(f(μ_i + σ_i w) − f(μ_i − σ_i w))/(σ_i √(2π))``, w Rayleigh. For σ_i:
    ``(f(μ_i + σ_i y) − f(μ_i + σ_i y u))/σ_i``, y double-sided Maxwell and u uniform, so that
    ``y u`` is standard normal. The other coordinates are those of the draw, in both.

    Raises:
        ValueError: for a full factor.
    """
    if problem.is_full:
        raise ValueError("`factor` must be diagonal for measure-valued gradients, got a matrix")
    noise, sigma = draws.noise, problem.factor
    parts = []
    for block in problem.blocks:
        if block == "mean":
            w = (-2 * (1 - _uniform(draws)).log()).sqrt().to(noise.dtype)
            difference = _at(problem, noise, w) - _at(problem, noise, -w)
            parts.append(difference / (sigma * math.sqrt(2 * math.pi)))
        else:
            a, b, c = standard_normal((3, *noise.shape), draws.generator, noise.dtype)
            y = (a * a + b * b + c * c).sqrt().copysign(a)
            difference = _at(problem, noise, y) - _at(problem, noise, y * _uniform(draws))
            parts.append(problem.to_asked(difference / sigma))
    contributions = parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
    return _with_own(problem, draws, contributions)


def _uniform(draws: Draws) -> Tensor:
    """On [0, 1), shape ``[R, n, d]``, in float32 as all draws are."""
    return torch.rand(draws.noise.shape, generator=draws.generator, dtype=torch.float32)


def _at(problem: Problem, noise: Tensor, replacement: Tensor) -> Tensor:
    """``f(μ + Σε)`` with one ``ε_i`` replaced at a time by ``[R, n, d]``, shape ``[R, n, d]``."""
    dim = noise.shape[-1]
    with torch.no_grad():
        changed = replacement.unsqueeze(-1)
        if dim > 1:
            changed = noise.unsqueeze(-2).expand(*noise.shape, dim).clone()
            changed.diagonal(dim1=-2, dim2=-1).copy_(replacement)
        return problem.value(problem.place(problem.parameters, changed), problem.parameters)


ESTIMATORS: dict[str, Estimator] = {
    "pathwise": pathwise,
    "naive": naive,
    "score_function": score_function,
    "constant_baseline": constant_baseline,
    "optimal_baseline": optimal_baseline,
    "leave_one_out": leave_one_out,
    "measure_valued": measure_valued,
    "antithetic": antithetic,
    "score_antithetic": score_antithetic,
}
"""By their names in ``core.estimators.lineup.LINEUP``."""
