"""What a page may ask a worker about estimators. Torch-free: the work is imported where it runs.

The answers are numpy values, so that the server can unpickle them without torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from core.estimators.config import ArenaConfig, RaceConfig
from core.estimators.reference import ExactGradient
from core.estimators.tally import Trial

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Submission:
    """One classmate's code as it ran, and what autograd saw.

    Attributes:
        code: its source.
        z_requires_grad: whether the draws lead back to φ.
        loss_requires_grad: whether the loss does.
        mean_gradient: ``mu.grad`` afterwards, ``[d]``, or ``None``.
        scale_gradient: ``sigma.grad`` afterwards, ``[d]``, or ``None``.
        refusal: the words of autograd's refusal, if it refused.
    """

    code: str
    z_requires_grad: bool
    loss_requires_grad: bool
    mean_gradient: Array | None
    scale_gradient: Array | None
    refusal: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Witness:
    """A few draws of q_φ and each one's own gradient.

    Attributes:
        z: one coordinate of the draws, ``[m]``.
        value: ``f(z)`` of the draws, ``[m]``.
        arrows: by estimator, each draw's contribution to the gradient, ``[m]``.
        mean: of that coordinate.
        scale: its standard deviation.
        grid: places along it, ``[g]``.
        curve: f there, the other coordinates at μ, ``[g]``.
        submissions: Boopy's and Naot's.
    """

    z: Array
    value: Array
    arrows: dict[str, Array]
    mean: float
    scale: float
    grid: Array
    curve: Array
    submissions: tuple[Submission, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Race:
    """Where gradient descent went with every estimator.

    Attributes:
        paths: by estimator, ``(μ₁, log σ₁)`` after each step, ``[T + 1, 2]``; NaN after it has
            left the finite numbers.
        losses: by estimator, ``E f`` after each step, ``[T + 1]``.
        exact_losses: whether losses are exact, otherwise from common draws.
        exact: the path of descent along the exact gradient, where it has a closed form.
        exact_loss: its ``E f``.
        num_samples: n that was used.
    """

    paths: dict[str, Array]
    losses: dict[str, Array]
    exact_losses: bool
    exact: Array | None
    exact_loss: Array | None
    num_samples: int


def trial(config: ArenaConfig, first: int, count: int) -> Trial:
    """See ``core.estimators.trial.run_trial``."""
    from core.estimators.trial import run_trial

    return run_trial(config, first, count)


def worked_out(config: ArenaConfig) -> ExactGradient:
    """See ``core.estimators.exact.worked_out``."""
    from core.estimators import exact

    return exact.worked_out(config)


def witness(config: ArenaConfig, num_draws: int, component: int) -> Witness:
    """See ``core.estimators.classmates.witness``."""
    from core.estimators import classmates

    return classmates.witness(config, num_draws, component)


def measured_variances(
    config: ArenaConfig, axis: str, values: Sequence[float], component: int, work: float
) -> Array:
    """See ``core.estimators.sweep.measured_variances``."""
    from core.estimators import sweep

    return sweep.measured_variances(config, axis, values, component, work)


def race(config: RaceConfig) -> Race:
    """See ``core.estimators.race.run_race``."""
    from core.estimators.race import run_race

    return run_race(config)
