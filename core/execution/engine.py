"""The engine: single-worker executors, one per core for training and one for requests.

One executor per worker, not one pool of N: a killed worker then costs only the task it was at. Any
``concurrent.futures.Executor`` will do. Callbacks of futures run in threads of the executors or of
the engine, so nothing is ever submitted, and no future ends, while a lock is held.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import partial
from typing import Any

from core.execution import worker
from core.execution.config import EngineConfig, ExecutorFactory, bad_executor, executor_factory
from core.execution.ending import shut_down_at_exit
from core.execution.member import Member, Task
from core.execution.outcomes import EngineClosed, Standing, WorkerHung

SUBMIT_ATTEMPTS = 3

LOOK_SECONDS = 0.5
"""Between two looks at the progress of all workers."""

LONGEST_LOOK_SECONDS = 1.0
"""What one look may hold against a worker: when the machine slept, nobody made progress."""

STARTING_LOAD = 2
"""Tasks one rather waits for at a warm worker than for a worker that is still starting."""

SUSPECT_LOAD = 100
"""The same for a worker that makes no progress."""

logger = logging.getLogger(__name__)


class Engine:
    """Feeds the workers, watches their progress, and replaces those that die or hang."""

    def __init__(self, config: EngineConfig, *, factory: ExecutorFactory | None = None) -> None:
        """Make the executors; their processes start with their first tasks.

        Args:
            config: how many executors, and which.
            factory: used instead of ``config.executor``, for tests.
        """
        self.config = config
        self._factory = factory or executor_factory(config.executor)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._warm, self._modules = False, config.warm_modules
        self._looked: float | None = None
        # The last member is the interactive one.
        self._members = [Member(self._new_executor()) for _ in range(config.num_workers + 1)]
        shut_down_at_exit(self)

    def _new_executor(self) -> Executor:
        executor: Any = self._factory()
        if not isinstance(executor, Executor):
            raise bad_executor(self.config.executor)
        return executor

    def warm_up(self, modules: tuple[str, ...] = ()) -> None:
        """Let every worker start and import ``modules``; does not wait for them.

        One after the other, the interactive one first: imports at once on every core would keep
        the server from drawing its first page.
        """
        self._warm, self._modules = True, modules or self._modules
        self._warm_up(*reversed(range(len(self._members))))

    def start_watching(self) -> None:
        """Look for progress every ``LOOK_SECONDS`` in a daemon thread, until ``shutdown``."""

        def watch_until_closed() -> None:
            while not self._closing.wait(LOOK_SECONDS):
                self.check(time.monotonic())

        threading.Thread(target=watch_until_closed, name="worker-watch", daemon=True).start()

    def check(self, now: float) -> None:
        """Look for progress: a worker without any for too long is killed and replaced.

        Args:
            now: seconds, never going back.
        """
        with self._lock:
            elapsed = 0.0 if self._looked is None else now - self._looked
            self._looked = now
            seconds = min(elapsed, LONGEST_LOOK_SECONDS)
            hung = [
                (index, member, member.running)
                for index, member in enumerate(self._members)
                if member.has_hung(seconds, self.config.watch)
            ]
        for index, member, task in hung:
            assert task is not None
            error = WorkerHung("a worker process made no progress and was replaced")
            if self._settle(index, member, task, error):
                logger.warning("A worker made no progress and is replaced: %s", task.function)
                member.end()

    def submit_slice(
        self,
        preferred: int | None,
        function: Callable[..., Any],
        *args: Any,
        deadline: float | None = None,
    ) -> tuple[int, Future[Any]]:
        """Run ``function(*args)`` on the least loaded training worker.

        Args:
            preferred: the index of the worker to take if none is less loaded.
            function: a top-level function.
            args: what it is called with, picklable.
            deadline: seconds it may go without progress, waiting for its turn not counted; None:
                ``config.watch.hung_seconds``.

        Returns:
            The index of the worker and the future. Cancelled before its turn, the task never
            runs. The future of a task whose worker died under it ends with ``BrokenExecutor``, of
            one that made no progress with ``WorkerHung``; the worker has been replaced by then.

        Raises:
            EngineClosed: after ``shutdown``.
        """
        task = self._task(function, args, deadline)
        return self._submit(lambda: self._least_loaded(preferred), task), task.future

    def request(
        self, function: Callable[..., Any], *args: Any, deadline: float | None = None
    ) -> Future[Any]:
        """Run ``function(*args)`` on the interactive worker; else as ``submit_slice``."""
        task = self._task(function, args, deadline)
        self._submit(lambda: self.config.num_workers, task)
        return task.future

    def interrupt(self, index: int) -> None:
        """Let the slices that training worker ``index`` has end after one more step, if it can."""
        with self._lock:
            self._members[index].hurry()

    def standing(self, index: int | None = None) -> Standing:
        """How training worker ``index`` gets on, or the interactive one."""
        with self._lock:
            return self._members[-1 if index is None else index].standing

    def shutdown(self) -> None:
        """Cancel what waits, end the workers, and return when they are gone."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            members = list(self._members)
        for member in members:
            for task in member.waiting:
                if not task.future.cancel():  # an executor has refused it before
                    task.future.set_exception(EngineClosed("the engine is shut down"))
            member.executor.shutdown(wait=True, cancel_futures=True)

    def _task(
        self, function: Callable[..., Any], args: tuple[Any, ...], deadline: float | None
    ) -> Task:
        seconds = self.config.watch.hung_seconds if deadline is None else deadline
        return Task(function=function, args=args, deadline=seconds)

    def _least_loaded(self, preferred: int | None) -> int:
        def cost(index: int) -> tuple[int, bool]:
            member = self._members[index]
            load = member.load + SUSPECT_LOAD * (member.standing == "suspect")
            # Where nothing warms the others, a worker starts with the first task it is given.
            load += STARTING_LOAD * (self._warm and not member.has_answered)
            return load, index != preferred

        return min(range(self.config.num_workers), key=cost)

    def _submit(self, choose: Callable[[], int], task: Task) -> int:
        """Put a task behind those of a worker, and let it run if there are none."""
        with self._lock:
            if self._closing.is_set():
                raise EngineClosed("the engine is shut down")
            index = choose()
            self._members[index].waiting.append(task)
        self._dispatch(index)
        return index

    def _dispatch(self, index: int) -> None:
        """Hand the next task of a worker to its executor, unless that is at one."""
        with self._lock:
            member = self._members[index]
            task = None if self._closing.is_set() else member.take_off()
        if task is None:
            return
        try:
            future = member.executor.submit(task.function, *task.args)
        except BrokenExecutor as error:  # it died idle
            self._refuse(index, member, task, error)
        except RuntimeError as error:
            self._settle(index, member, task, EngineClosed(str(error)))
        else:
            future.add_done_callback(partial(self._land, index, member, task))
            if task.is_hurried:
                member.interrupt()

    def _refuse(self, index: int, member: Member, task: Task, error: BrokenExecutor) -> None:
        """An executor was broken before it had the task: another gets it, a few times."""
        task.attempts += 1
        with self._lock:
            is_enough = task.attempts >= SUBMIT_ATTEMPTS or task.is_warming
            if is_again := not is_enough and not self._closing.is_set():
                member.waiting.appendleft(task)
                self._replace(index, member)
        if is_again:
            self._dispatch(index)
            self._warm_again(index)
        else:
            self._settle(index, member, task, error)

    def _land(self, index: int, member: Member, task: Task, future: Future[Any]) -> None:
        """The callback of the executor's future."""
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            self._settle(index, member, task, None, future.result())
        elif self._closing.is_set():
            self._settle(index, member, task, EngineClosed("the engine is shut down"))
        else:
            self._settle(index, member, task, error)

    def _settle(
        self,
        index: int,
        member: Member,
        task: Task,
        error: BaseException | None,
        result: Any = None,
    ) -> bool:
        """Heal and go on with the next task, then tell the owner; False if that was done before.

        The owner may submit again at once.
        """
        is_lost = isinstance(error, BrokenExecutor)
        with self._lock:
            if member.running is not task:
                return False
            member.running, member.has_answered = None, True
            if is_lost:
                self._replace(index, member)
        self._dispatch(index)
        if error is None:
            task.future.set_result(result)
        else:
            task.future.set_exception(error)
        # A warm-up that kills its worker is not repeated, or it would do so for ever.
        if is_lost and not task.is_warming:
            self._warm_again(index)
        return True

    def _replace(self, index: int, broken: Member) -> None:
        """Put a new executor in place of ``broken``, which leaves it all that waits."""
        broken.running = None
        if not self._closing.is_set() and self._members[index] is broken:
            self._members[index] = Member(self._new_executor(), broken.waiting)

    def _warm_again(self, index: int) -> None:
        """Warm a worker that was replaced, after what waits for it: a run is to move again."""
        if self._warm:
            self._warm_up(index)

    def _warm_up(self, index: int, *later: int) -> None:
        task = self._task(worker.warm_up, (self._modules,), None)
        task.is_warming = True
        task.future.add_done_callback(partial(self._note_warm_up, later))
        try:
            self._submit(lambda: index, task)
        except EngineClosed:
            return

    def _note_warm_up(self, later: tuple[int, ...], future: Future[Any]) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None and not self._closing.is_set():
            logger.warning("A worker could not be warmed up.", exc_info=error)
        if later:
            self._warm_up(*later)
