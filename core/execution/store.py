"""The store: the latest value of every run, trained by chained slices under a lease.

A page that watches a run renews its lease, and while that lasts the run trains (``flights``).
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.execution.engine import Engine
from core.execution.flights import Flights
from core.execution.limits import StoreLimits
from core.execution.outcomes import NotTheHolder, UnknownRun
from core.execution.seat import Seat
from core.execution.view import RunView
from core.execution.worker import train_slice
from core.run import Budget, Run

SLICE_SECONDS = 0.25
LEASE_SECONDS = 1.5


class RunStore:
    """Run values by id. Thread-safe: pages and callbacks of futures call it."""

    def __init__(
        self,
        engine: Engine,
        *,
        limits: StoreLimits | None = None,
        train: Callable[[Run, Any, Budget], Run] = train_slice,
        clock: Callable[[], float] = time.monotonic,
        slice_seconds: float = SLICE_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """An empty store.

        Args:
            engine: where slices are trained; the caller shuts it down.
            limits: bounds of the store.
            train: a top-level function from run, controls and budget to the next run.
            clock: seconds, never going back.
            slice_seconds: how long a slice trains.
            lease_seconds: how long training goes on after the last visit.
        """
        self._engine = engine
        self._limits = limits or StoreLimits()
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._lock = threading.Lock()
        self._landed = threading.Condition(self._lock)
        self._seats: dict[str, Seat] = {}
        self._closing = threading.Event()
        self._flights = Flights(
            engine, train, slice_seconds, clock=clock, seats=self._seats, landed=self._landed
        )

    def add(
        self,
        run: Run,
        *,
        holder: str,
        browser: str | None,
        page: str,
        until_step: int | None = None,
    ) -> str:
        """Keep ``run`` for the session ``holder`` of ``browser`` and return its id.

        It is paused, or trains at once if ``until_step`` says how far. ``page`` names the lesson
        that it belongs to.
        """
        with self._lock:
            seat = self._seated(run, run.controls, holder, browser, page)
            if until_step is not None:
                seat.play(until_step)
        self._flights.start([seat])
        return seat.run_id

    def open(
        self,
        run_id: str,
        *,
        holder: str,
        browser: str | None,
        page: str,
        config_type: type = object,
    ) -> str | None:
        """Attach a session to a run id found in a link.

        Returns:
            The same id if ``holder`` holds the run, or if it belongs to ``browser`` and no
            session is watching it; otherwise the id of a paused copy that ``holder`` holds; None
            if ``page`` has no such run, or it has no configuration of ``config_type``. An unknown
            browser (None) is never the same as another.
        """
        with self._lock:
            seat = self._seats.get(run_id)
            if seat is None or seat.page != page:
                return None
            if not isinstance(seat.run.config, config_type):
                return None
            free = not seat.is_leased(self._clock())
            if seat.holder == holder or (browser is not None and seat.browser == browser and free):
                seat.holder = holder
                self._attend(seat)
                return run_id
            return self._seated(seat.run, seat.controls, holder, browser, page).run_id

    def read(self, run_id: str) -> Run | None:
        """The latest value, for a page that shows the run of another; None if there is none.

        It stays whose it is; being read, it is not forgotten.
        """
        with self._lock:
            seat = self._seats.get(run_id)
            if seat is None:
                return None
            seat.last_seen = self._clock()
            return seat.run

    def view(self, run_id: str, holder: str | None = None) -> RunView | None:
        """The run as ``holder`` sees it, without renewing anything; None if there is none."""
        with self._lock:
            seat = self._seats.get(run_id)
            if seat is None:
                return None
            worker = "ready" if seat.worker is None else self._engine.standing(seat.worker)
            return seat.view(holder, self._clock(), worker)

    def watch(self, run_id: str, holder: str) -> RunView | None:
        """The run as ``holder`` sees it; if it is theirs, its lease is renewed and it trains.

        A holder watches the runs of one page at a time: the leases of all others end.
        """
        with self._lock:
            seat = self._seats.get(run_id)
            if seat is None:
                return None
            seat.last_seen = self._clock()
            if seat.holder == holder:
                self._attend(seat)
        self._flights.start([seat])
        return self.view(run_id, holder)

    def wait_for_controls(self, run_id: str, controls: Any, patience: float) -> None:
        """Return when the run has trained with ``controls``, stopped, or after ``patience`` s."""

        def is_there() -> bool:
            seat = self._seats.get(run_id)
            return seat is None or seat.run.controls == controls or seat.phase != "running"

        with self._landed:
            self._landed.wait_for(is_there, patience)

    def play(self, run_id: str, holder: str, until_step: int | None = None) -> None:
        """Train on, until ``until_step`` if given; also after a divergence, from the last value.

        This and the other commands renew the lease.

        Raises:
            NotTheHolder: when another session holds the run.
            UnknownRun: when there is no such run.
        """
        with self._command(run_id, holder) as seat:
            seat.play(until_step)

    def pause(self, run_id: str, holder: str) -> None:
        """Start no more slices; one in flight still counts. Raises like ``play``."""
        with self._command(run_id, holder) as seat:
            seat.pause()

    def step_once(self, run_id: str, holder: str) -> None:
        """Train one step more than asked for so far, then pause. Raises like ``play``."""
        with self._command(run_id, holder) as seat:
            seat.step_once()

    def set_controls(self, run_id: str, holder: str, controls: Any) -> None:
        """Train with ``controls`` from the next slice on. Raises like ``play``."""
        with self._command(run_id, holder) as seat:
            seat.steer(controls)

    def replace_run(
        self, run_id: str, holder: str, run: Run, until_step: int | None = None
    ) -> None:
        """Put another value under the same id; a slice in flight of the old one is dropped.

        It is paused, or trains at once if ``until_step`` says how far. Raises like ``play``.
        """
        with self._command(run_id, holder) as seat:
            seat.reset(run, until_step)

    def bring_back(self, run_id: str, holder: str, config: Any) -> None:
        """Put back what was replaced last, if it is of ``config``. Raises like ``play``."""
        with self._command(run_id, holder) as seat:
            seat.bring_back(config)

    def release(self, holder: str) -> None:
        """The session is gone: its runs stay, to be resumed by the same browser."""
        with self._lock:
            for seat in self._seats.values():
                if seat.holder == holder:
                    seat.holder = None

    def sweep(self) -> None:
        """Forget what nobody has seen for long, and what is too much: longest unseen first."""
        with self._lock:
            self._evict()

    def start_sweeping(self, interval: float = 30.0) -> None:
        """Sweep every ``interval`` seconds in a daemon thread, until ``close``."""

        def sweep_until_closed() -> None:
            while not self._closing.wait(interval):
                self.sweep()

        threading.Thread(target=sweep_until_closed, name="run-store-sweep", daemon=True).start()

    def close(self) -> None:
        """Start no more slices and sweep no more."""
        self._closing.set()
        self._flights.close()

    def __len__(self) -> int:
        """The number of runs kept."""
        return len(self._seats)

    @contextmanager
    def _command(self, run_id: str, holder: str) -> Iterator[Seat]:
        """The seat, locked and watched, for its holder; afterwards slices may start."""
        with self._lock:
            seat = self._seats.get(run_id)
            if seat is None:
                raise UnknownRun(run_id)
            if seat.holder != holder:
                raise NotTheHolder(f"run '{run_id}' is held by another session")
            self._attend(seat)
            yield seat
            hurried = seat.flight is not None and (seat.is_urgent or seat.phase != "running")
        if hurried and seat.worker is not None:
            self._engine.interrupt(seat.worker)
        self._flights.start([seat])

    def _seated(
        self, run: Run, controls: Any, holder: str, browser: str | None, page: str
    ) -> Seat:
        """A new seat, watched by its holder; others may have to go."""
        run_id = secrets.token_urlsafe(9)
        seat = Seat(
            run_id=run_id, run=run, controls=controls, page=page, browser=browser, holder=holder
        )
        self._seats[run_id] = seat
        self._attend(seat)
        self._evict(keep=seat)
        return seat

    def _attend(self, seat: Seat) -> None:
        """Renew the lease of ``seat`` and end those of its holder's seats on other pages."""
        now = self._clock()
        for other in self._seats.values():
            if other.holder == seat.holder and other.page != seat.page:
                other.lease_until = now
        seat.lease_until = now + self._lease_seconds
        seat.last_seen = now

    def _evict(self, keep: Seat | None = None) -> None:
        now, limits = self._clock(), self._limits
        total = sum(seat.nbytes for seat in self._seats.values())
        order = sorted(self._seats.values(), key=lambda s: (s.is_leased(now), s.last_seen))
        for seat in order:
            is_old = now - seat.last_seen > limits.max_age_seconds
            too_much = len(self._seats) > limits.max_runs or total > limits.max_bytes
            if seat is not keep and (is_old or too_much):
                del self._seats[seat.run_id]
                total -= seat.nbytes
