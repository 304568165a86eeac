"""``advance``: a run, what controls it now and a budget give the next run.

Training is a pure function of values. The step count alone decides what is recorded and which
batch and noise come next, so slicing a training in time does not change its history.
"""

import importlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from core.history import Snapshot, StepRecord, is_recorded, is_snapshot_step
from core.run import Budget, Run, TrainingDiverged, TrainState

LAST_STEPS = 8
"""Steps before a divergence that are recorded one by one: a loss that explodes does so late."""


class Experiment(Protocol):
    """What a configuration of runs says of itself, besides what was chosen.

    Named, not imported: trainers need torch, and the server never imports it.

    Attributes:
        lesson: the one that may attach its runs.
        first_run: ``"module:name"`` of ``(config, controls) -> Run``, torch-free.
        trainer: ``"module:name"`` of a ``Trainer``, made from the configuration and a dtype.
    """

    lesson: ClassVar[str]
    first_run: ClassVar[str]
    trainer: ClassVar[str]


class Trainer(Protocol):
    """What a model brings: the tensors of one run, and one step on them."""

    record_interval: int

    def load(self, state: TrainState) -> None:
        """Take over a state, copying it."""

    def state(self) -> TrainState:
        """The present state, copied out."""

    def train_step(self, step: int, controls: Any) -> None:
        """Go from ``step`` to ``step + 1``; raises ``TrainingDiverged``."""

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when the present state is not finite."""

    def metrics(self, step: int, controls: Any) -> dict[str, float]:
        """Every metric of the present state."""


def resolve(path: str) -> Any:
    """The object named ``"module:name"``."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


@lru_cache(maxsize=4)
def trainer_for(config: Experiment, dtype: str) -> Trainer:
    """The trainer of a configuration, with its data in memory."""
    trainer: Trainer = resolve(config.trainer)(config, dtype)
    return trainer


_held: "WeakKeyDictionary[Trainer, TrainState]" = WeakKeyDictionary()
"""The state that a trainer's tensors are at, as it was copied out: it need not be loaded again."""


def new_run(config: Experiment, controls: Any) -> Run:
    """The first value of a run: seeded, at step 0. Needs no torch."""
    run: Run = resolve(config.first_run)(config, controls)
    return run


def advance(
    run: Run,
    controls: Any,
    budget: Budget,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> Run:
    """Train ``run`` under ``controls`` until the budget is spent.

    Args:
        run: the value to start from; it is not changed.
        controls: hold for every step of this call; a change is recorded with its step, and so are
            the metrics under it.
        budget: steps, seconds, or whichever is first; one step at least fits into any time.
        is_interrupted: asked after every step; ends the slice when true.

    Raises:
        TrainingDiverged: when a loss is not finite; ``run`` is intact, and the exception holds the
            run at the last step before.
    """
    try:
        return _advanced(run, controls, budget, is_interrupted)
    except TrainingDiverged as error:
        error.reached = _reached(run, controls, error.step, is_interrupted)
        raise


def _reached(run: Run, controls: Any, step: int, is_interrupted: Callable[[], bool]) -> Run | None:
    """``run`` trained up to the last step before ``step`` whose metrics are finite.

    The same training once more, as the state of every step is not kept: its last ``LAST_STEPS``
    steps one by one, each with a record. ``None`` where not even one step has finite numbers.
    """

    def go_on() -> bool:
        is_interrupted()  # notes the progress; this is not long
        return False

    trainer = trainer_for(run.config, str(run.state.parameters.dtype))
    reached, first = run, max(run.step, step - LAST_STEPS)
    try:
        if first > run.step:
            reached = _advanced(run, controls, Budget(steps=first - run.step), go_on)
        while reached.step < step:
            after = _advanced(reached, controls, Budget(steps=1), go_on)
            record = StepRecord(step=after.step, metrics=trainer.metrics(after.step, controls))
            reached = replace(after, history=after.history.with_records([record]))
    except TrainingDiverged:
        pass
    return reached if reached.step > run.step else None


def _advanced(run: Run, controls: Any, budget: Budget, is_interrupted: Callable[[], bool]) -> Run:
    """See ``advance``."""
    trainer = trainer_for(run.config, str(run.state.parameters.dtype))
    if _held.pop(trainer, None) is not run.state:
        trainer.load(run.state)
    history, step = run.history, run.step
    is_steered = controls != run.controls
    if is_steered or step == 0:
        history = history.with_change(step, controls)
    records: list[StepRecord] = []
    snapshots: list[Snapshot] = []

    def remember(always: bool = False) -> None:
        if always or is_recorded(step, trainer.record_interval):
            records.append(StepRecord(step=step, metrics=trainer.metrics(step, controls)))
        if is_snapshot_step(step):
            snapshots.append(Snapshot(step=step, parameters=trainer.state().parameters))

    last_step = None if budget.steps is None else run.step + budget.steps
    deadline = None if budget.seconds is None else time.perf_counter() + budget.seconds
    if is_steered and step > 0:
        remember(always=True)
    while step != last_step:
        if step == 0:
            remember()
        trainer.train_step(step, controls)
        step += 1
        remember()
        is_late = deadline is not None and time.perf_counter() >= deadline
        if is_late or is_interrupted():
            break
    trainer.check(step)
    state = _held[trainer] = trainer.state()
    return Run(
        config=run.config,
        controls=controls,
        state=state,
        step=step,
        history=history.with_records(records).with_snapshots(snapshots),
    )


def replay(run: Run) -> Run:
    """The same run trained anew from its configuration and its recorded control changes.

    Equality with ``run`` is checked by ``test_a_replayed_run_has_the_same_history``.
    """
    changes = run.history.changes
    fresh = new_run(run.config, changes[0].controls if changes else run.controls)
    ends = [*(change.step for change in changes[1:]), run.step]
    for change, end in zip(changes, ends, strict=True):
        fresh = advance(fresh, change.controls, Budget(steps=end - fresh.step))
    return fresh
