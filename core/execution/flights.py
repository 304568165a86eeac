"""Slices on their way to the workers and back, for the store.

While the lease of a run lasts, every slice that comes back starts the next one from the callback
of its future, so the worker stays busy between two visits; when nobody watches any more, the
chain ends by itself.

Nothing is submitted while the lock is held: slices are reserved under it (``take_off``) and
submitted after it is released, because an executor may run callbacks inline.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from core.execution.engine import Engine
from core.execution.seat import Flight, Seat
from core.execution.worker import RunForgotten, train_on
from core.run import Budget, Run


class Flights:
    """Sends off the next slices of seats and takes in what comes back."""

    def __init__(
        self,
        engine: Engine,
        train: Callable[[Run, Any, Budget], Run],
        slice_seconds: float,
        *,
        clock: Callable[[], float],
        seats: Mapping[str, Seat],
        landed: threading.Condition,
    ) -> None:
        """None in the air.

        Args:
            engine: where slices are trained.
            train: a top-level function from run, controls and budget to the next run.
            slice_seconds: how long a slice trains.
            clock: seconds, never going back.
            seats: those of the store, by run id.
            landed: holds the lock of the store; notified when a slice is back.
        """
        self._engine = engine
        self._train = train
        self._slice_seconds = slice_seconds
        self._clock = clock
        self._seats = seats
        self._landed = landed
        self._taken_off = 0
        self._is_closed = False

    def close(self) -> None:
        """Start no more."""
        self._is_closed = True

    def start(self, seats: Iterable[Seat]) -> None:
        """Submit the next slice of each of ``seats`` that wants one; who waited longest, first."""
        with self._landed:
            order = sorted(seats, key=lambda seat: seat.took_off)
            flights = [(seat, flight) for seat in order if (flight := self._reserve(seat))]
        for seat, flight in flights:
            self._submit(seat, flight, is_kept=seat.is_kept)

    def _reserve(self, seat: Seat) -> Flight | None:
        """Mark the next slice as in flight: one per run, and one per session.

        A session with several runs has more in the air only while a worker would be idle
        otherwise: so it does not slow down the others.
        """
        now = self._clock()
        if self._is_closed or seat.run_id not in self._seats or not seat.wants_slice(now):
            return None
        flights = [other.flight for other in self._seats.values() if other.flight is not None]
        is_first = all(flight.holder != seat.holder for flight in flights)
        if not is_first and len(flights) >= self._engine.config.num_workers:
            return None
        self._taken_off += 1
        seat.took_off = self._taken_off
        return seat.take_off(self._slice_seconds, now)

    def _submit(self, seat: Seat, flight: Flight, *, is_kept: bool = False) -> None:
        """Send a slice to a worker; its run only if the worker does not remember it."""
        try:
            worker, future = self._engine.submit_slice(
                seat.worker,
                train_on,
                self._train,
                flight.key,
                None if is_kept else flight.run,
                flight.controls,
                flight.budget,
            )
        except RuntimeError as error:  # shut down
            self._land(seat, flight, error)
        else:
            seat.worker = worker
            seat.is_cold = self._engine.standing(worker) == "starting"
            future.add_done_callback(partial(self._finish, seat, flight))

    def _finish(self, seat: Seat, flight: Flight, future: Future[Run]) -> None:
        """The callback of a slice."""
        error = CancelledError() if future.cancelled() else future.exception()
        if isinstance(error, RunForgotten):  # another worker took it, or the same in a new process
            self._submit(seat, flight)
            return
        self._land(seat, flight, future.result() if error is None else error)

    def _land(self, seat: Seat, flight: Flight, result: Run | BaseException) -> None:
        """Take in a slice; then this run goes on, or another that its session watches."""
        with self._landed:
            seat.land(result, self._clock())
            self._landed.notify_all()
            others = [other for other in self._seats.values() if other.holder == flight.holder]
        self.start([seat, *(other for other in others if other is not seat)])
