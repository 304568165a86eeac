"""One run in the store: its value, who holds it, and what is to happen next.

A seat knows no thread, no lock and no executor; the store calls it with the time.
"""

import logging
import math
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass, field
from typing import Any, Literal

from core.execution.notices import Message, Notice
from core.execution.outcomes import EngineClosed, Standing, WorkerHung
from core.execution.view import Phase, RunView
from core.execution.worker import Key
from core.run import Budget, Run, TrainingDiverged

MAX_LOSSES = 3
"""Workers a run may lose in a row, without a slice in between that came back."""

NOTICE_SECONDS = 10.0
"""How long a notice is shown."""

FIRST_SLICE_SECONDS = 0.03
"""Length of the first slice after a command: what it changes is to be seen at once."""

SPEED_WEIGHT = 0.3
"""Weight of the newest slice in the moving average of the speed."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class Flight:
    """A slice on its way: which value it started from, for whom, and when."""

    key: Key
    run: Run
    controls: Any
    budget: Budget
    generation: int
    holder: str | None
    started: float


@dataclass(kw_only=True, eq=False)
class Seat:
    """A run value and everything about it that changes; guarded by the store's lock.

    Attributes:
        run_id: its name.
        run: the latest value.
        controls: wanted from the next slice on.
        is_urgent: whether the next slice is to be short.
        is_kept: whether the worker used last remembers the latest value.
        replaced: the value that the last reset took away.
        page: name of the lesson it belongs to.
        browser: identity of the owner, or None when unknown.
        holder: token of the session that may command it.
        phase: what is happening.
        until_step: where to pause.
        extra_steps: single steps asked for while a slice was in flight: they follow it.
        is_single: whether it trains for single steps only, whose end is no news.
        lease_until: no slice starts after this time.
        last_seen: when somebody last asked for it.
        generation: counts the values put here from outside; a flight of an older one is void.
        flight: the slice in flight.
        took_off: counts the slices of all runs: when this one had its last.
        is_cold: whether the slice in flight has to wait for a worker that is starting.
        worker: index of the worker used last.
        losses: workers lost in a row.
        notice: see ``RunView``, set at ``noticed``.
        message: see ``RunView``.
        steps_per_second: see ``RunView``.
    """

    run_id: str
    run: Run
    controls: Any
    page: str
    browser: str | None
    holder: str | None
    is_urgent: bool = True
    is_kept: bool = False
    replaced: Run | None = None
    phase: Phase = "paused"
    until_step: int | None = None
    extra_steps: int = 0
    is_single: bool = False
    lease_until: float = -math.inf
    last_seen: float = -math.inf
    generation: int = 0
    flight: Flight | None = None
    took_off: int = 0
    is_cold: bool = False
    worker: int | None = None
    losses: int = 0
    notice: Notice | None = None
    noticed: float = field(default=-math.inf)
    message: Message | None = None
    steps_per_second: float | None = None

    def is_leased(self, now: float) -> bool:
        """Whether its holder was here a moment ago."""
        return self.holder is not None and now < self.lease_until

    def wants_slice(self, now: float) -> bool:
        """Whether the next slice should start."""
        return self.phase == "running" and self.flight is None and self.is_leased(now)

    @property
    def key(self) -> Key:
        """The name of the latest value."""
        return (self.run_id, self.generation, self.run.step)

    def steer(self, controls: Any) -> None:
        """Train with ``controls`` from the next slice on."""
        if controls != self.controls:
            self.controls, self.is_urgent = controls, True

    def play(self, until_step: int | None = None) -> None:
        """Train on, also after a divergence or a failure, until ``until_step``."""
        self.message, self.losses, self.extra_steps, self.is_urgent = None, 0, 0, True
        self.is_single = False
        self.phase, self.until_step = "running", until_step
        self._pause_at_target()

    def step_once(self) -> None:
        """Train one step beyond what is done, asked for or in flight, then pause."""
        if self.flight is not None:
            self.message, self.losses, self.phase = None, 0, "running"
            self.extra_steps += 1
            self.is_single = True
        else:
            self.play(self.run.step + 1)
            self.is_single = True

    def pause(self) -> None:
        """Start no more slices; one in flight still counts."""
        if self.phase == "running":
            self.phase = "paused"
        self.until_step, self.extra_steps = None, 0

    def reset(self, run: Run, until_step: int | None) -> None:
        """Take ``run`` instead; a slice in flight is void.

        What starts over untrained is no run to go back to: the one before it stays remembered.
        """
        self.generation += 1
        if self.run.step or self.run.config != run.config:
            self.replaced = self.run
        self.run, self.controls, self.is_kept = run, run.controls, False
        self.phase, self.until_step, self.extra_steps = "paused", None, 0
        self.notice, self.message, self.steps_per_second, self.losses = None, None, None, 0
        if until_step is not None:
            self.play(until_step)

    def bring_back(self, config: Any) -> None:
        """Take the value again that the last reset took away, if it is of ``config``; paused."""
        if self.replaced is not None and self.replaced.config == config:
            self.reset(self.replaced, None)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.run.nbytes + (0 if self.replaced is None else self.replaced.nbytes)

    def take_off(self, slice_seconds: float, now: float) -> Flight:
        """The next slice, marked as in flight."""
        assert self.flight is None
        steps = None if self.until_step is None else self.until_step - self.run.step
        seconds = min(slice_seconds, FIRST_SLICE_SECONDS) if self.is_urgent else slice_seconds
        self.is_urgent = self.is_cold = False
        self.flight = Flight(
            key=self.key,
            run=self.run.bare(),
            controls=self.controls,
            budget=Budget(seconds=seconds, steps=steps),
            generation=self.generation,
            holder=self.holder,
            started=now,
        )
        return self.flight

    def land(self, result: Run | BaseException, now: float) -> None:
        """Take in the outcome of the slice in flight, unless it is void."""
        flight = self.flight
        assert flight is not None
        self.flight = None
        if flight.generation != self.generation:
            return
        if isinstance(result, BaseException):
            self._take_error(result, now)
        else:
            self._take_result(result, flight, now)

    def _take_result(self, result: Run, flight: Flight, now: float) -> None:
        try:
            self.run = self.run.continued_by(result)
        except Exception as error:
            self._take_error(error, now)
            return
        self.losses, self.is_kept = 0, True
        self._measure(self.run.step - flight.run.step, flight, now)
        if self.extra_steps:
            self.until_step, self.extra_steps = self.run.step + self.extra_steps, 0
        if self.phase == "running":
            self._pause_at_target()

    def _take_error(self, error: BaseException, now: float) -> None:
        if isinstance(error, EngineClosed | CancelledError):
            self.pause()
        elif isinstance(error, TrainingDiverged):
            if error.reached is not None:
                self.run, self.is_kept = self.run.continued_by(error.reached), False
            self._stop(
                "diverged",
                Message(key="diverged", step=error.step, metric=error.metric, value=error.value),
            )
        elif isinstance(error, BrokenExecutor):
            self._take_loss("hung" if isinstance(error, WorkerHung) else "lost", now)
        else:
            logger.error("A slice of training failed.", exc_info=error)
            text = f"{type(error).__name__}: {error}"
            self._stop("failed", Message(key="failed", step=self.run.step, error=text))

    def _take_loss(self, key: Literal["lost", "hung"], now: float) -> None:
        """A worker died or hung: go on from the last value, unless that happens again and again.

        Its speed is no longer that of the run.
        """
        step = self.run.step
        self.losses += 1
        self.is_kept, self.steps_per_second = False, None
        if self.losses >= MAX_LOSSES:
            self._stop("failed", Message(key="lost_repeatedly", step=step, losses=self.losses))
            return
        self.notice = Notice(key=key, step=step, is_running=self.phase == "running")
        self.noticed = now

    def _stop(self, phase: Phase, message: Message) -> None:
        self.phase, self.until_step, self.extra_steps, self.message = phase, None, 0, message

    def _pause_at_target(self) -> None:
        if self.until_step is not None and self.run.step >= self.until_step:
            self.pause()
            if not self.is_single:
                self.message = Message(key="reached", step=self.run.step)

    def _measure(self, steps: int, flight: Flight, now: float) -> None:
        """Moving average of the speed.

        Slices cut short by their steps, or begun by a start of the worker, say nothing about it.
        """
        elapsed = now - flight.started
        if self.is_cold or elapsed < FIRST_SLICE_SECONDS / 2:
            return
        newest, average = steps / elapsed, self.steps_per_second
        if average is None:
            self.steps_per_second = newest
        else:
            self.steps_per_second = average + SPEED_WEIGHT * (newest - average)

    def view(self, holder: str | None, now: float, worker: Standing) -> RunView:
        """What the session ``holder`` gets to see; ``worker`` has the slice in flight, if any."""
        is_running = self.phase == "running"
        is_noticed = now - self.noticed < NOTICE_SECONDS or (self.losses > 0 and is_running)
        notice = self.notice if is_noticed else None
        if self.flight is None:
            worker = "ready"
        elif worker == "suspect":
            notice = Notice(key="suspect", step=self.run.step, is_running=is_running)
        return RunView(
            run_id=self.run_id,
            generation=self.generation,
            run=self.run,
            controls=self.controls,
            phase=self.phase,
            until_step=self.until_step,
            worker=worker,
            notice=notice,
            message=self.message,
            steps_per_second=self.steps_per_second if worker == "ready" else None,
            is_mine=holder is not None and holder == self.holder,
            training=self.flight is not None or (is_running and self.is_leased(now)),
        )
