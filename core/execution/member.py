"""One worker as the engine sees it: its executor, the tasks it is to do, and how it gets on.

Progress is watched, not life: a process that is stopped, or that computes for ever, is alive, and
a thread of it may go on to beat. What counts is that a task ends, or that the worker's counter
goes up: with every training step, with every module it imports.

A member knows no thread and no lock; the engine calls it under its own.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from core.execution.limits import WatchLimits
from core.execution.outcomes import Standing


@dataclass(kw_only=True, eq=False)
class Task:
    """A call on its way to a worker.

    Attributes:
        function: top-level, so that it can travel.
        args: what it is called with.
        deadline: seconds it may go without progress, waiting for its turn not counted.
        is_warming: whether nobody but the engine asked for it.
        is_hurried: whether it is to end early, though it has not begun.
        attempts: executors that refused it.
        future: what its owner holds.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    deadline: float
    is_warming: bool = False
    is_hurried: bool = False
    attempts: int = 0
    future: Future[Any] = field(default_factory=Future)


class Member:
    """One executor with one task at a time; replaced as a whole when it breaks or hangs.

    The tasks wait here and not in the executor: so a cancelled one never runs, the time of one is
    not held against the next, and those that wait outlive a worker that is lost.
    """

    def __init__(self, executor: Executor, waiting: deque[Task] | None = None) -> None:
        """A fresh worker, perhaps with the tasks that another left behind."""
        self.executor: Any = executor
        self.waiting: deque[Task] = deque() if waiting is None else waiting
        self.running: Task | None = None
        self.has_answered = False
        self._progress = 0
        self._still_seconds = 0.0
        self._is_suspect = False

    @property
    def load(self) -> int:
        """Tasks that are not done and still wanted."""
        wanted = sum(not task.future.cancelled() for task in self.waiting)
        return wanted + (self.running is not None)

    @property
    def standing(self) -> Standing:
        """How the worker gets on."""
        if self.running is None:
            return "ready"
        if self._is_suspect:
            return "suspect"
        return "ready" if self.has_answered else "starting"

    def take_off(self) -> Task | None:
        """The next task that is still wanted, marked as running; None while one is."""
        if self.running is not None:
            return None
        while self.waiting:
            task = self.waiting.popleft()
            if task.future.running() or task.future.set_running_or_notify_cancel():
                self.running = task
                self._still_seconds, self._is_suspect = 0.0, False
                return task
        return None

    def hurry(self) -> None:
        """Let every task that is here now end early, if the executor can do that."""
        for task in self.waiting:
            task.is_hurried = True
        if self.running is not None:
            self.running.is_hurried = True  # it may be on its way to the executor
            self.interrupt()

    def interrupt(self) -> None:
        """Let the task that runs end early, if the executor can do that."""
        if hasattr(self.executor, "interrupt"):
            self.executor.interrupt()

    def has_hung(self, seconds: float, limits: WatchLimits) -> bool:
        """Look for progress, ``seconds`` after the last look: has the task gone without too long?

        A worker that has not answered yet is given longer: it may still be importing.
        """
        progress = self.executor.progress() if hasattr(self.executor, "progress") else 0
        if self.running is None or progress != self._progress:
            self._progress, self._still_seconds, self._is_suspect = progress, 0.0, False
            return False
        self._still_seconds += seconds
        allowed = self.running.deadline
        if not self.has_answered:
            allowed = max(allowed, limits.start_seconds)
        # What may take longer by right is also suspected later.
        patience = limits.slow_seconds * max(1.0, allowed / limits.hung_seconds)
        self._is_suspect = self._still_seconds >= min(patience, allowed)
        return self._still_seconds >= allowed

    def end(self) -> None:
        """Kill the worker if the executor can do that, and leave it to itself if not."""
        if hasattr(self.executor, "kill"):
            self.executor.kill()
        else:
            self.executor.shutdown(wait=False, cancel_futures=True)
