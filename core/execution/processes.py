"""The executor that the engine uses by default: one worker process."""

import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from core.execution import worker

PIPE_BYTES = 2**20


class SingleProcessExecutor(ProcessPoolExecutor):
    """One spawned worker process, replaceable by any other executor.

    Differences from its parent: ``interrupt`` ends a slice early, ``progress`` tells whether a
    task gets on, and ``kill`` ends the process. A run of some megabytes travels
    in a pipe of one megabyte, where the system has such. A worker killed while it sends a result
    is noticed: the parent's own copy of the sending end is closed, which otherwise keeps its
    reader waiting for the rest of the message for ever. And ``shutdown(cancel_futures=True)``
    also ends the task that is running.
    """

    def __init__(self) -> None:
        """Nothing is started before the first task."""
        context = multiprocessing.get_context("spawn")
        self._interrupts = context.RawValue("Q", 0)
        self._progress = context.RawValue("Q", 0)
        super().__init__(
            max_workers=1,
            mp_context=context,
            initializer=worker.initialize,
            initargs=(os.getpid(), self._interrupts, self._progress),
        )
        self._opening = threading.Lock()
        self._is_open = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit; the process is started by the first call."""
        ticket = self._interrupts.value
        future = super().submit(worker.run_task, ticket, partial(fn, *args, **kwargs))
        with self._opening:
            if not self._is_open:
                self._is_open = True
                queue: Any = self._result_queue
                _widen(queue._reader.fileno())
                queue._writer.close()
        return future

    def interrupt(self) -> None:
        """Let the slice that runs now, and those that wait, end after one more step."""
        self._interrupts.value += 1

    def progress(self) -> int:
        """A number that goes up with whatever the worker gets done."""
        return int(self._progress.value)

    def kill(self) -> None:
        """End the process at once, even a stopped one."""
        for process in list((self._processes or {}).values()):
            process.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop; with ``cancel_futures`` at once."""
        if cancel_futures:
            self.kill()
        super().shutdown(wait=wait, cancel_futures=cancel_futures)


def _widen(pipe: int) -> None:
    """Give a pipe a megabyte where the system can: fewer turns for a large message."""
    with suppress(AttributeError, OSError):
        fcntl = importlib.import_module("fcntl")
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def process_executor() -> Executor:
    """A new single-worker executor; its process starts with the first task."""
    return SingleProcessExecutor()
