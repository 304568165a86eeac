"""The engine: single-worker executors, one per core for training and one for requests.

One executor per worker, not one pool of N: a killed worker then costs only its own tasks. Any
``concurrent.futures.Executor`` will do. Callbacks of futures run in threads of the executors, so
nothing is ever submitted while a lock is held.
"""

import atexit
import importlib
import logging
import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.execution import worker
from core.validation import require_number

ExecutorFactory = Callable[[], Executor]

EXECUTOR_VARIABLE = "LATENT_FLOW_EXECUTOR"
"""Environment variable naming another executor factory, "module:function"."""

DEFAULT_EXECUTOR = "core.execution.processes:process_executor"
MAX_WORKERS = 8
SUBMIT_ATTEMPTS = 3

logger = logging.getLogger(__name__)


class EngineClosed(RuntimeError):
    """The engine was shut down, or the interpreter is ending: nothing more can be submitted."""


def _default_num_workers() -> int:
    return min(MAX_WORKERS, os.cpu_count() or 1)


def _default_executor() -> str:
    return os.environ.get(EXECUTOR_VARIABLE) or DEFAULT_EXECUTOR


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """How an engine is built.

    Attributes:
        num_workers: training workers, one per core by default; the interactive one comes on top.
        executor: factory of single-worker executors, "module:function"; the environment variable
            ``LATENT_FLOW_EXECUTOR`` gives another default.
        warm_modules: what ``Engine.warm_up`` lets every worker import.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    num_workers: int = field(default_factory=_default_num_workers)
    executor: str = field(default_factory=_default_executor)
    warm_modules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("num_workers", self.num_workers, at_least=1, at_most=MAX_WORKERS)
        module, separator, function = self.executor.partition(":")
        if not (module and separator and function):
            raise _bad_executor(self.executor)


def _bad_executor(path: str) -> ValueError:
    return ValueError(
        f"`executor` (or {EXECUTOR_VARIABLE}) must name a function that returns an Executor, "
        f"as 'module:function', got '{path}'"
    )


def executor_factory(path: str) -> ExecutorFactory:
    """The factory named ``"module:function"``.

    Raises:
        ValueError: when there is no such function.
    """
    module, _, name = path.partition(":")
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise _bad_executor(path) from error
    if not callable(factory):
        raise _bad_executor(path)
    return factory  # type: ignore[no-any-return]


class _Member:
    """One executor and the number of its unfinished tasks; replaced as a whole when it breaks."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.load = 0


class Engine:
    """Feeds the workers, and replaces those that die."""

    def __init__(self, config: EngineConfig, *, factory: ExecutorFactory | None = None) -> None:
        """Make the executors; their processes start with their first tasks.

        Args:
            config: how many executors, and which.
            factory: used instead of ``config.executor``, for tests.
        """
        self.config = config
        self._factory = factory or executor_factory(config.executor)
        self._lock = threading.Lock()
        self._closed = False
        self._warm = False
        # The last member is the interactive one.
        self._members = [_Member(self._new_executor()) for _ in range(config.num_workers + 1)]
        _open_engines.add(self)

    def _new_executor(self) -> Executor:
        executor: Any = self._factory()
        if not isinstance(executor, Executor):
            raise _bad_executor(self.config.executor)
        return executor

    def warm_up(self, modules: tuple[str, ...] = ()) -> None:
        """Let every worker start and import ``warm_modules``; does not wait for them.

        One after the other, the interactive one first: imports at once on every core would keep
        the server from drawing its first page.
        """
        self._warm = True
        import dataclasses; self.config = dataclasses.replace(self.config, warm_modules=modules)
        self._warm_up(*reversed(range(len(self._members))))

    def submit_slice(
        self, preferred: int | None, function: Callable[..., Any], *args: Any, deadline: float | None = None
    ) -> tuple[int, Future[Any]]:
        """Run ``function(*args)`` on the least loaded training worker.

        Args:
            preferred: the index of the worker to take if none is less loaded.
            function: a top-level function.
            args: what it is called with, picklable.

        Returns:
            The index of the worker and the future. The future of a task whose worker died ends
            with ``BrokenExecutor``; the worker has been replaced by then.

        Raises:
            EngineClosed: after ``shutdown``.
            BrokenExecutor: when new executors break at once.
        """
        return self._submit(lambda: self._least_loaded(preferred), function, args)

    def standing(self, index: int | None = None) -> Any:
        return 'ready'

    def request(self, function: Callable[..., Any], *args: Any, deadline: float | None = None) -> Future[Any]:
        """Run ``function(*args)`` on the interactive worker; raises like ``submit_slice``."""
        return self._submit(lambda: self.config.num_workers, function, args)[1]

    def interrupt(self, index: int) -> None:
        """Let the slice that runs on training worker ``index`` end now, if its executor can."""
        interrupt = getattr(self._members[index].executor, "interrupt", None)
        if interrupt is not None:
            interrupt()

    def shutdown(self) -> None:
        """Cancel what waits, end the workers, and return when they are gone."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            members = list(self._members)
        for member in members:
            member.executor.shutdown(wait=True, cancel_futures=True)

    def _least_loaded(self, preferred: int | None) -> int:
        return min(
            range(self.config.num_workers),
            key=lambda index: (self._members[index].load, index != preferred),
        )

    def _submit(
        self,
        choose: Callable[[], int],
        function: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        is_warming: bool = False,
    ) -> tuple[int, Future[Any]]:
        for _ in range(SUBMIT_ATTEMPTS):
            with self._lock:
                if self._closed:
                    raise EngineClosed("the engine is shut down")
                index = choose()
                member = self._members[index]
                member.load += 1
            try:
                future = member.executor.submit(function, *args)
            except BrokenExecutor:
                self._replace(index, member, warm=not is_warming)
            except RuntimeError as error:
                raise EngineClosed(str(error)) from error
            else:
                future.add_done_callback(partial(self._settle, index, member, is_warming))
                return index, future
        raise BrokenExecutor(f"{SUBMIT_ATTEMPTS} executors in a row were broken")

    def _settle(self, index: int, member: _Member, is_warming: bool, future: Future[Any]) -> None:
        """The first callback of every future: heal before anybody else submits again."""
        with self._lock:
            member.load -= 1
        error = None if future.cancelled() else future.exception()
        if isinstance(error, BrokenExecutor):
            # A warm-up that kills its worker is not repeated, or it would do so for ever.
            self._replace(index, member, warm=not is_warming)
        elif error is not None and is_warming:
            logger.warning("A worker could not be warmed up.", exc_info=error)

    def _replace(self, index: int, broken: _Member, *, warm: bool) -> None:
        """Put a new executor in place of ``broken``, once; the broken one ends by itself."""
        with self._lock:
            if self._closed or self._members[index] is not broken:
                return
            self._members[index] = _Member(self._new_executor())
        if warm and self._warm:
            self._warm_up(index)

    def _warm_up(self, index: int, *later: int) -> None:
        modules = self.config.warm_modules
        try:
            _, future = self._submit(lambda: index, worker.warm_up, (modules,), is_warming=True)
        except (EngineClosed, BrokenExecutor) as error:
            logger.warning("A worker could not be warmed up: %s", error)
        else:
            if later:
                future.add_done_callback(lambda _: self._warm_up(*later))


_open_engines: "weakref.WeakSet[Engine]" = weakref.WeakSet()


def _shut_down_open_engines() -> None:
    """At exit: leave no process behind, and wait for no task."""
    for engine in list(_open_engines):
        engine.shutdown()


# concurrent.futures joins its threads, and so waits for every queued task, in a hook that runs
# before those of `atexit`. Hooks run last in, first out: ours, registered after the import above,
# comes before it.
_register: Callable[[Callable[[], None]], Any] = getattr(
    threading, "_register_atexit", atexit.register
)
_register(_shut_down_open_engines)
