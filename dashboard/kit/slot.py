"""One question of a desk: the newest that is wanted, the answer shown, and the task in flight.

Knows no lock and no worker; the desk calls it under its lock, but for ``Flight.outcome``.
"""

from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import Any

from core.execution.outcomes import EngineClosed, WorkerHung
from dashboard.kit.questions import Failure, FailureKind, Question, Request

ATTEMPTS = 3
"""Workers that one question may lose in a row."""


class Flight:
    """A task on its way, with the answer so far that it goes on from."""

    def __init__(self, question: Question, request: Request, parts: tuple[Any, ...]) -> None:
        """Not submitted yet; ``parts`` is empty or holds the answer so far."""
        self.question, self.request, self.parts = question, request, parts
        self.future: Future[Any] | None = None
        self.index: int | None = None
        self.is_landing = False

    def outcome(self) -> tuple[Any, Request | None] | Exception:
        """The answer so far and what follows, or what went wrong; runs what a lesson wrote."""
        assert self.future is not None
        try:
            value = self.future.result()
            if self.parts and self.question.merge is not None:
                value = self.question.merge(self.parts[0], value)
            follow = self.question.following
            return value, None if follow is None else follow(value)
        except Exception as error:
            return error


class Slot:
    """One name: its newest question, the answer shown, and the task in flight."""

    def __init__(self, question: Question) -> None:
        """Nothing asked yet."""
        self.wanted = question
        self.flight: Flight | None = None
        self.shown: Question | None = None
        self.value: Any = None
        self.next: Request | None = None
        self.failure: Failure | None = None
        self.losses = 0
        self.is_settled = False
        self.worker: int | None = None

    @property
    def is_current(self) -> bool:
        """Whether the answer shown is one to the newest question."""
        return self.shown is not None and self.shown.key == self.wanted.key

    @property
    def due(self) -> Request | None:
        """What is to be asked now."""
        if self.flight is not None or self.failure is not None:
            return None
        return self.next if self.is_current else self.wanted.request

    @property
    def is_waiting(self) -> bool:
        """Whether more is to come."""
        return self.flight is not None or self.due is not None

    @property
    def first_answer(self) -> Future[Any] | None:
        """What to wait for until the newest question has an answer at all."""
        flight = self.flight
        return None if self.is_current or flight is None or flight.is_landing else flight.future

    def want(self, question: Question) -> Flight | None:
        """Take in a newer question; the result is a flight that nobody waits for any more."""
        if question.key == self.wanted.key:
            return None
        is_like, self.wanted = question.is_like(self.wanted), question
        self.failure, self.is_settled = None, False
        if not is_like:
            self.losses = 0
        if self.shown is not None and not question.is_like(self.shown):
            self.shown = self.value = self.next = None
        flight = self.flight
        if flight is None or flight.question.key == question.key:
            return None
        if question.is_like(flight.question) and not self.is_current:
            return None  # an older answer: let it come, and ask then
        self.flight = None
        return flight

    def take_off(self) -> Flight | None:
        """The next task, marked as in flight."""
        request = self.due
        if request is not None:
            parts = (self.value,) if self.is_current else ()
            self.flight = Flight(self.wanted, request, parts)
            return self.flight
        return None

    def take_landed(self) -> Flight | None:
        """The flight, if it is done and nobody else takes it in."""
        flight = self.flight
        if flight is None or flight.future is None or flight.is_landing:
            return None
        flight.is_landing = flight.future.done()
        return flight if flight.is_landing else None

    def land(self, flight: Flight, outcome: tuple[Any, Request | None] | Exception) -> None:
        """Take in what came of ``flight``, unless it was dropped meanwhile."""
        if self.flight is not flight:
            return
        self.flight = None
        if not isinstance(outcome, Exception):
            self.shown, (self.value, self.next), self.losses = flight.question, outcome, 0
        elif isinstance(outcome, BrokenExecutor):
            self.losses += 1
            if self.losses >= ATTEMPTS:
                self._fail("hung" if isinstance(outcome, WorkerHung) else "lost", outcome)
        elif flight.question.key == self.wanted.key:
            is_closed = isinstance(outcome, EngineClosed | CancelledError)
            self._fail("closed" if is_closed else "failed", outcome)

    def _fail(self, kind: FailureKind, error: Exception) -> None:
        self.failure = Failure(kind=kind, type=type(error).__name__, text=str(error))
        self.losses = 0
