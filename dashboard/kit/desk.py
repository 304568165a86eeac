"""The desk of one session: what a page asks the workers, and what has come back.

A question has a name, and of every name the newest is kept: asked with the same key it is the
same, with another key it is asked anew. No page ever waits for a worker but in ``settle``, a
moment; what takes longer is drawn when the page comes by again, and a long answer goes on only
while it does.

Two script threads of a session may be here at once: everything that changes does so under one
lock, which nobody holds while waiting, submitting, or running what a lesson wrote.
"""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Protocol

from core.execution.outcomes import Standing
from dashboard.kit.questions import Answer, Question
from dashboard.kit.slot import Flight, Slot

MOST_PATIENCE = 0.3
"""Seconds that a page may wait here, at most."""


class Workers(Protocol):
    """The part of ``core.execution.engine.Engine`` that a desk uses."""

    def request(
        self, function: Callable[..., Any], *args: Any, deadline: float | None = None
    ) -> Future[Any]:
        """Run it on the interactive worker."""

    def submit_slice(
        self,
        preferred: int | None,
        function: Callable[..., Any],
        *args: Any,
        deadline: float | None = None,
    ) -> tuple[int, Future[Any]]:
        """Run it on a training worker."""

    def standing(self, index: int | None = None) -> Standing:
        """How a training worker gets on, or the interactive one."""


class Desk:
    """The questions of one session, or of one page of it."""

    def __init__(self, workers: Workers) -> None:
        """Nothing asked yet.

        Args:
            workers: the engine.
        """
        self._workers = workers
        self._lock = threading.Lock()
        self._slots: dict[str, Slot] = {}

    def ask(self, question: Question) -> None:
        """Want to know; asked at once, unless this key is already asked, answered or refused."""
        with self._lock:
            slot = self._slots.setdefault(question.name, Slot(question))
            dropped = slot.want(question)
        _cancel(dropped)
        self._advance()

    def has_asked(self, question: Question) -> bool:
        """Whether this very key is the newest that was asked."""
        with self._lock:
            slot = self._slots.get(question.name)
            return slot is not None and slot.wanted.key == question.key

    def settle(self, patience: float, names: Collection[str] | None = None) -> None:
        """Take in what has come, and what comes within a moment to questions asked just now.

        Of every key the first answer is waited for once: in ``settle`` after its ``ask``.

        Args:
            patience: seconds, for all together; no more than ``MOST_PATIENCE`` are waited.
            names: whose answers to wait for; None: of all.
        """
        end = time.monotonic() + min(patience, MOST_PATIENCE)
        self._advance()
        with self._lock:
            chosen = [slot for name, slot in self._slots.items() if names is None or name in names]
            fresh = [(slot, slot.wanted.key) for slot in chosen if not slot.is_settled]
        while True:
            with self._lock:
                futures = [future for slot, _ in fresh if (future := slot.first_answer)]
            left = end - time.monotonic()
            if left <= 0 or not futures:
                break
            if not wait(futures, left, FIRST_COMPLETED).done:
                break
            self._advance()
        with self._lock:
            for slot, key in fresh:
                slot.is_settled = slot.is_settled or slot.wanted.key == key

    def answer(self, name: str) -> Answer:
        """How the question stands since the last ``ask`` or ``settle``; asks and takes in nothing.

        So what is drawn from it and its ``is_waiting`` agree.
        """
        with self._lock:
            slot = self._slots.get(name)
            if slot is None:
                return Answer()
            flight = slot.flight
            value, key = slot.value, None if slot.shown is None else slot.shown.key
            is_current, is_waiting, failure = slot.is_current, slot.is_waiting, slot.failure
        standing: Standing = "ready"
        if flight is not None and flight.future is not None:
            standing = self._workers.standing(flight.index)
        return Answer(
            value=value,
            key=key,
            is_current=is_current,
            is_waiting=is_waiting,
            error=failure,
            worker=standing,
        )

    def is_waiting(self, *names: str) -> bool:
        """Whether more is to come to one of these, or to any if none is named."""
        with self._lock:
            chosen = names or tuple(self._slots)
            return any(self._slots[name].is_waiting for name in chosen if name in self._slots)

    def keep_only(self, names: Collection[str]) -> None:
        """Forget every other question: nobody wants to know any more."""
        with self._lock:
            gone = [self._slots.pop(name) for name in list(self._slots) if name not in names]
            flights = [slot.flight for slot in gone]
            for slot in gone:
                slot.flight = None
        for flight in flights:
            _cancel(flight)

    def _advance(self) -> None:
        """Take in all that has landed and send off all that is due, until there is neither."""
        while True:
            with self._lock:
                slots = list(self._slots.values())
                landed = [(slot, flight) for slot in slots if (flight := slot.take_landed())]
                leaving = [(slot, flight) for slot in slots if (flight := slot.take_off())]
            if not landed and not leaving:
                return
            for slot, flight in landed:
                outcome = flight.outcome()
                with self._lock:
                    slot.land(flight, outcome)
            for slot, flight in leaving:
                self._submit(slot, flight)

    def _submit(self, slot: Slot, flight: Flight) -> None:
        """Hand over a task; a long answer stays with its worker, which may remember its work."""
        request = flight.request
        index: int | None = None
        try:
            if request.worker == "interactive":
                future = self._workers.request(
                    request.function, *request.args, deadline=request.deadline
                )
            else:
                index, future = self._workers.submit_slice(
                    slot.worker, request.function, *request.args, deadline=request.deadline
                )
        except Exception as error:  # broken again and again, or shut down: lands like any other
            future = Future()
            future.set_exception(error)
        with self._lock:
            flight.index, flight.future = index, future
            slot.worker = slot.worker if index is None else index
            is_dropped = slot.flight is not flight
        if is_dropped:
            future.cancel()


def _cancel(flight: Flight | None) -> None:
    """Drop a task; one that is being submitted right now is dropped by who submits it."""
    if flight is not None and flight.future is not None:
        flight.future.cancel()
