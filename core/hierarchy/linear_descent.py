"""Plain gradient descent on the closed form of the linear model, to be watched: numpy, torch-free.

Where the optimum is a valley, start and transient decide where in it training ends: how much KL2
is left, at the same ELBO (SUT-DL4 Q2, collapse and warm-up).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.hierarchy.config import HierarchyControls
from core.hierarchy.linear_objective import (
    EXAMPLE,
    LinearProblem,
    initial_linear,
    linear_gradient,
    linear_objective,
    terms_at,
)
from core.progress import note_progress
from core.validation import require_number

Array = NDArray[np.float64]

ARRIVED = 1e-7
"""Norm of the slope below which nothing moves any more."""

FARTHEST = 1e8
"""Parameters beyond have run away: there is no maximum, or the learning rate is too large."""

GENTLE = replace(EXAMPLE, learning_rate=0.05, warmup_steps=500)
SMALL_EXAMPLE = LinearProblem(controls=GENTLE)


@dataclass(frozen=True, kw_only=True)
class DescentConfig:
    """One descent, with constant learning rate or with a falling one.

    Attributes:
        problem: the data, the model and the controls: prices, warm-up, learning rate.
        seed: of the start.
        scale: deviation of the entries of W and V at the start.
        link_scale: deviation of the entries of A and B at the start.
        decay_steps: the learning rate is divided by ``1 + step / decay_steps``; ``None`` for a
            constant one, which chatters at the kink of free bits.
        most_steps: after which it ends in any case.
        record_every: steps between two entries of the history.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    problem: LinearProblem = SMALL_EXAMPLE
    seed: int = 0
    scale: float = 0.5
    link_scale: float = 0.05
    decay_steps: int | None = None
    most_steps: int = 40_000
    record_every: int = 10

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("seed", self.seed, at_least=0)
        require_number("scale", self.scale, at_least=0)
        require_number("link_scale", self.link_scale, at_least=0)
        if self.decay_steps is not None:
            require_number("decay_steps", self.decay_steps, at_least=1)
        require_number("most_steps", self.most_steps, at_least=1, at_most=10**6)
        require_number("record_every", self.record_every, at_least=1)

    def learning_rate(self, step: int) -> float:
        """At this step."""
        falling = 1.0 if self.decay_steps is None else 1 + step / self.decay_steps
        return self.problem.controls.learning_rate / falling


@dataclass(frozen=True, kw_only=True, eq=False)
class Descent:
    """As far as it has come; every array of the history has the shape ``[n]``.

    Attributes:
        config: what is done.
        parameters: flat, ``[P]``.
        step: how many steps were taken.
        slope: norm of the objective's slope where it stands.
        steps: at which the history was written, the first is 0.
        t1: ``E log p(x|z1)``, nats.
        t2: summed over the units of z1, nats.
        t3: KL2, nats.
        objective: what is maximised at that step, nats.
    """

    config: DescentConfig
    parameters: Array
    step: int
    slope: float
    steps: NDArray[np.int64]
    t1: Array
    t2: Array
    t3: Array
    objective: Array

    @property
    def elbo(self) -> Array:
        """``T1 − T2 − T3``, whatever is maximised, ``[n]``."""
        elbo: Array = self.t1 - self.t2 - self.t3
        return elbo

    @property
    def has_arrived(self) -> bool:
        """Whether nothing moves any more and the prices are the final ones."""
        return self.slope < ARRIVED and self.step >= _warm_steps(self.config.problem.controls)

    @property
    def has_run_away(self) -> bool:
        """Whether the numbers have left every bound."""
        return not np.abs(self.parameters).max() <= FARTHEST

    @property
    def is_over(self) -> bool:
        """Whether another slice would change nothing."""
        return self.has_arrived or self.has_run_away or self.step >= self.config.most_steps


def start_descent(config: DescentConfig) -> Descent:
    """At step 0, with the first entry of the history."""
    start = initial_linear(config.problem, config.seed, config.scale, config.link_scale)
    slope = float(np.linalg.norm(linear_gradient(start, config.problem, 0)))
    steps, *curves = np.array([_entry(config, start, 0)]).T
    return _descent(config, start, 0, slope, steps, curves)


def descend(descent: Descent, num_steps: int | None = None) -> Descent:
    """Further steps ``θ ← θ + η ∇objective``, in slices of any size or to the end.

    How a descent is sliced changes nothing (``test_slices_of_a_descent_change_nothing``).

    Args:
        descent: where it stands; one that is over comes back unchanged.
        num_steps: at most so many; ``None`` for as many as it takes.
    """
    if descent.is_over:
        return descent
    config, problem, flat = descent.config, descent.config.problem, descent.parameters.copy()
    step, slope, entries = descent.step, descent.slope, []
    last = config.most_steps if num_steps is None else step + num_steps
    last, warm = min(last, config.most_steps), _warm_steps(problem.controls)
    gradient = linear_gradient(flat, problem, step)
    while step < last and not (slope < ARRIVED and step >= warm):
        flat += config.learning_rate(step) * gradient
        step += 1
        if not np.abs(flat).max() <= FARTHEST:
            break
        gradient = linear_gradient(flat, problem, step)
        slope = float(np.sqrt(gradient @ gradient))
        if step % config.record_every == 0:
            entries.append(_entry(config, flat, step))
            note_progress()
    new = np.array(entries).reshape(-1, 5).T
    old = (descent.steps, descent.t1, descent.t2, descent.t3, descent.objective)
    steps, *curves = (np.concatenate(both) for both in zip(old, new, strict=True))
    return _descent(config, flat, step, slope, steps, curves)


def _entry(config: DescentConfig, flat: Array, step: int) -> tuple[float, ...]:
    """One entry of the history: step, T1, T2, T3 and the objective."""
    terms = terms_at(flat, config.problem)
    objective = linear_objective(terms, config.problem.controls, step)
    return step, terms.t1, float(terms.t2.sum()), terms.top_kl, objective


def _descent(
    config: DescentConfig, flat: Array, step: int, slope: float, steps: Array, curves: list[Array]
) -> Descent:
    t1, t2, t3, objective = curves
    return Descent(
        config=config,
        parameters=flat,
        step=step,
        slope=slope,
        steps=steps.astype(np.int64),
        t1=t1,
        t2=t2,
        t3=t3,
        objective=objective,
    )


def _warm_steps(controls: HierarchyControls) -> int:
    """From which step on the prices are the final ones."""
    return 0 if controls.warming == "none" else controls.warmup_steps
