"""What a page gets to see of a run."""

from dataclasses import dataclass
from typing import Any, Literal

from core.execution.notices import Message, Notice
from core.execution.outcomes import Standing
from core.run import Run

Phase = Literal["paused", "running", "diverged", "failed"]


@dataclass(frozen=True, kw_only=True)
class RunView:
    """What a page gets to see of a run, at one moment.

    Attributes:
        run_id: its name, fit for a link.
        generation: counts the values put under this id: a reset makes another run of it.
        run: the latest value.
        controls: those the next slice will be trained with.
        phase: paused, running, diverged (the value is intact) or failed (an error).
        until_step: where training will pause by itself.
        worker: how the worker gets on that has the run's slice.
        notice: something that happened lately and was dealt with, or a worker that is suspect.
        message: why training stopped by itself: it diverged, failed, or was to go no further.
        steps_per_second: moving average over slices, wall clock; None before the first, and while
            the worker is not ready.
        is_mine: whether the session that asks holds the run and may command it.
        training: whether a slice is in flight, or will be while somebody watches.
    """

    run_id: str
    generation: int
    run: Run
    controls: Any
    phase: Phase
    until_step: int | None
    worker: Standing
    notice: Notice | None
    message: Message | None
    steps_per_second: float | None
    is_mine: bool
    training: bool
