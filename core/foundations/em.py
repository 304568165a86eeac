"""Expectation maximisation of a Gaussian mixture from a start, with its history. Torch-free.

A run is a value: it goes on from where it stopped, in slices of any size, and its history is the
same however it was sliced. Its numbers are means over the rows, in nats.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.foundations.em_step import Maximised, require_dim, take_step
from core.foundations.em_sums import Rows, log_likelihood, rows_of
from core.mixtures import Mixture
from core.progress import note_progress
from core.validation import require_number

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

Stop = Literal["steps", "converged", "singular"]
"""Why a run stands where it does.

steps: it has made those it was given, and can go on. converged: the last step changed the mean
log-likelihood by no more than the tolerance. singular: a component has lost its volume, as far as
float64 can tell. Without a floor the likelihood has no maximum there.
"""

TOLERANCE = 1e-12
"""Nats per row."""

NEVER = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class EMRun:
    """Where EM went in T steps.

    Attributes:
        floor: the smallest variance allowed, in the units of x squared.
        tolerance: a smaller change of the mean log-likelihood is none, nats.
        mixtures: the start and what every M step ended with, T + 1 of them.
        log_likelihoods: mean over the training rows, ``[T + 1]``, nats.
        held_out: mean over the held-out rows, ``[T + 1]``, nats; ``None`` where there are none.
        elbos: ``ELBO(r_t, θ_t+1)``, mean over the training rows, ``[T]``, nats: after M, before E.
        is_floored: whether the floor acted on a component, ``[T + 1, K]``; never in the start.
        is_empty: whether no row belongs to it, ``[T + 1, K]``.
        is_singular: whether it has lost its volume at the end, ``[K]``.
        stop: why it stands here.
    """

    floor: float
    tolerance: float
    mixtures: tuple[Mixture, ...]
    log_likelihoods: Array
    held_out: Array | None
    elbos: Array
    is_floored: Flags
    is_empty: Flags
    is_singular: Flags
    stop: Stop

    @property
    def num_steps(self) -> int:
        """T."""
        return len(self.elbos)

    @property
    def mixture(self) -> Mixture:
        """The last."""
        return self.mixtures[-1]

    @property
    def floored_from(self) -> NDArray[np.int64]:
        """The step at which the floor first acted on each component, ``[K]``; −1: never."""
        return _first(self.is_floored)

    @property
    def empty_from(self) -> NDArray[np.int64]:
        """The step at which each component first was empty, ``[K]``; −1: never."""
        return _first(self.is_empty)


def run_em(
    x: ArrayLike,
    start: Mixture,
    steps: int,
    floor: float,
    x_test: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> EMRun:
    """At most ``steps`` steps of EM from a start.

    ℓ never falls: an M step is the maximum of the bound over all covariances that the floor
    allows (test_the_log_likelihood_never_falls). Only the first step may lower it, where the
    start has a variance below the floor.

    Args:
        x: training rows, ``[N, D]``.
        start: θ_0.
        steps: how many E and M steps at most.
        floor: the smallest variance allowed in any direction; 0: any.
        x_test: held-out rows, ``[N', D]``.
        tolerance: stops when the mean log-likelihood changes by no more, nats.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    return go_on(begin(x, start, floor, x_test, tolerance), x, steps, x_test)


def begin(
    x: ArrayLike,
    start: Mixture,
    floor: float,
    x_test: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> EMRun:
    """A run of no steps; arguments and errors as of ``run_em``."""
    require_number("floor", floor, at_least=0)
    require_number("tolerance", tolerance, at_least=0)
    rows, held = _checked(x, start), None if x_test is None else _checked(x_test, start)
    nowhere = np.zeros((1, start.num_components), dtype=bool)
    return EMRun(
        floor=floor,
        tolerance=tolerance,
        mixtures=(start,),
        log_likelihoods=np.array([_mean_log_likelihood(rows, start)]),
        held_out=None if held is None else np.array([_mean_log_likelihood(held, start)]),
        elbos=np.empty(0),
        is_floored=nowhere,
        is_empty=nowhere | (start.weights == 0),
        is_singular=nowhere[0],
        stop="steps",
    )


def go_on(run: EMRun, x: ArrayLike, steps: int, x_test: ArrayLike | None = None) -> EMRun:
    """The run with at most ``steps`` more steps; one that has ended stays as it is.

    Args:
        run: of the same rows.
        x: training rows, ``[N, D]``.
        steps: how many more at most.
        x_test: held-out rows, given exactly if they were when it began.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("steps", steps, at_least=0)
    if (x_test is None) != (run.held_out is None):
        raise ValueError("`x_test` must be given in every slice of a run or in none")
    if run.stop != "steps" or steps == 0:
        return run
    rows = _checked(x, run.mixture)
    held = None if x_test is None else _checked(x_test, run.mixture)
    made, elbos, likelihoods, stop = _climb(run, rows, steps)
    mixtures = tuple(one.mixture for one in made)
    K = run.mixture.num_components
    return EMRun(
        floor=run.floor,
        tolerance=run.tolerance,
        mixtures=run.mixtures + mixtures,
        log_likelihoods=np.array(likelihoods),
        held_out=None if held is None else _followed(run, held, mixtures),
        elbos=np.concatenate([run.elbos, elbos]),
        is_floored=np.concatenate([run.is_floored, _table([m.is_floored for m in made], K)]),
        is_empty=np.concatenate([run.is_empty, _table([m.is_empty for m in made], K)]),
        is_singular=made[-1].is_singular if made else run.is_singular,
        stop=stop,
    )


def _climb(
    run: EMRun, rows: Rows, steps: int
) -> tuple[list[Maximised], list[float], list[float], Stop]:
    """What the steps end with, the bounds, all mean log-likelihoods, and why it stops."""
    made: list[Maximised] = []
    elbos: list[float] = []
    likelihoods = run.log_likelihoods.tolist()
    mixture, stop = run.mixture, run.stop
    while len(made) < steps and stop == "steps":
        step = take_step(rows, mixture, run.floor)
        if made:
            likelihoods.append(step.log_likelihood / rows.num_rows)
        if _has_converged(likelihoods, run.tolerance):
            stop = "converged"
            break
        made.append(step.maximised)
        elbos.append(step.elbo / rows.num_rows)
        mixture = step.maximised.mixture
        if step.maximised.is_singular.any():
            stop = "singular"
        note_progress()
    if stop != "converged":
        likelihoods.append(_mean_log_likelihood(rows, mixture))
        if stop == "steps" and _has_converged(likelihoods, run.tolerance):
            stop = "converged"
    return made, elbos, likelihoods, stop


def _has_converged(likelihoods: list[float], tolerance: float) -> bool:
    return len(likelihoods) > 1 and abs(likelihoods[-1] - likelihoods[-2]) <= tolerance


def _checked(x: ArrayLike, mixture: Mixture) -> Rows:
    rows = rows_of(x)
    require_dim(rows, mixture)
    return rows


def _followed(run: EMRun, held: Rows, mixtures: tuple[Mixture, ...]) -> Array:
    """The held-out curve, gone on with."""
    assert run.held_out is not None
    more = [_mean_log_likelihood(held, mixture) for mixture in mixtures]
    return np.concatenate([run.held_out, more])


def _mean_log_likelihood(rows: Rows, mixture: Mixture) -> float:
    return log_likelihood(rows, mixture) / rows.num_rows


def _table(flags: list[Flags], K: int) -> Flags:
    """One row per step, ``[T, K]``."""
    return np.array(flags, dtype=bool).reshape(len(flags), K)


def _first(flags: Flags) -> NDArray[np.int64]:
    """The first row that is true, column by column."""
    return np.where(flags.any(0), flags.argmax(0), NEVER).astype(np.int64)
