"""The optimum of the linear two-level model by L-BFGS: for workers, with torch, nats."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.hierarchy.linear import LinearModel, LinearTerms, aggregate, mean_log_likelihood
from core.hierarchy.linear_objective import (
    LinearProblem,
    initial_linear,
    linear_gradient,
    linear_model,
    linear_objective,
    terms_at,
)
from core.layout import total_size, unflatten
from core.progress import note_progress

Array = NDArray[np.float64]

MOST_STEPS = 2000
MEMORY = 30
"""Pairs of steps that L-BFGS keeps."""

SMALLEST_SLOPE, SMALLEST_GAIN = 1e-10, 1e-14
"""The climb ends where every entry of the slope, or what a step gains in nats, is below."""

SMALLEST_EIGENVALUE = 1e-6
"""Of the data, in the units of V; smaller ones are taken for it."""

ARRIVED = 1e-5
"""An end is called one where no entry of the slope is larger."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearFit:
    """Where one start led.

    Attributes:
        problem: what was optimised.
        seed: of the start.
        model: the end.
        terms: of the ELBO there, nats per row.
        objective: what was maximised, nats per row.
        log_likelihood: ``E log p(x)``, nats per row: at an optimum for β = β2 = 1 the ELBO.
        moment: M, the second moment of z1 under q, ``[L1, L1]``.
        slope: the largest entry of the objective's slope.
    """

    problem: LinearProblem
    seed: int
    model: LinearModel
    terms: LinearTerms
    objective: float
    log_likelihood: float
    moment: Array
    slope: float

    @property
    def has_arrived(self) -> bool:
        """Whether this is an optimum: not where there is none (β2 < 1), nor at a kink."""
        return self.slope < ARRIVED


def fit_linear(problem: LinearProblem, seed: int = 0, scale: float = 0.5) -> LinearFit:
    """L-BFGS with strong Wolfe steps in float64 from one start, with the final prices.

    Every start leads to the log-likelihood of probabilistic PCA with L1 dimensions where the
    prices are 1 (``test_the_linear_optimum_is_ppca``), and each to a KL2 of its own.

    Args:
        problem: the data, the model and the prices; warm-up is over.
        seed: of the start.
        scale: deviation of the entries of all matrices at the start.
    """
    end = _climb(initial_linear(problem, seed, scale, scale), problem)
    model, terms = linear_model(end, problem), terms_at(end, problem)
    step = problem.controls.warmup_steps
    return LinearFit(
        problem=problem,
        seed=seed,
        model=model,
        terms=terms,
        objective=linear_objective(terms, problem.controls, step),
        log_likelihood=mean_log_likelihood(model, problem.covariance),
        moment=aggregate(model, problem.covariance),
        slope=float(np.abs(linear_gradient(end, problem, step)).max()),
    )


def _climb(start: Array, problem: LinearProblem) -> Array:
    """The end of the climb, ``[P]``."""
    import torch  # the server imports this module, too

    step, units = problem.controls.warmup_steps, _units(problem)
    parameters = torch.tensor(start / units)
    seen: Array = parameters.numpy()  # one memory: steps of torch are seen here
    optimizer = torch.optim.LBFGS(
        [parameters],
        max_iter=MOST_STEPS,
        max_eval=2 * MOST_STEPS,
        tolerance_grad=SMALLEST_SLOPE,
        tolerance_change=SMALLEST_GAIN,
        history_size=MEMORY,
        line_search_fn="strong_wolfe",
    )

    def loss() -> float:
        note_progress()
        flat = seen * units
        parameters.grad = torch.from_numpy(-linear_gradient(flat, problem, step) * units)
        return -linear_objective(terms_at(flat, problem), problem.controls, step)

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return seen * units


def _units(problem: LinearProblem) -> Array:
    """In what each parameter is measured, ``[P]``: V as if the data were white.

    Else directions in which the data hardly vary would take thousands of steps.
    """
    units = np.ones(total_size(problem.layout))
    scales = np.sqrt(np.maximum(problem.spectrum.eigenvalues, SMALLEST_EIGENVALUE))
    unflatten(units, problem.layout)["V"][:] = 1 / scales
    return units
