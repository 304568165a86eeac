"""What runs in a worker process. The standard library only, until a task needs more."""

import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.run import Budget, Run

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Read by the numeric libraries when they are first imported."""

PARENT_WATCH_INTERVAL = 0.5
"""Seconds between two looks at the parent."""


def initialize(parent_pid: int) -> None:
    """Prepare a fresh worker: deaf to Ctrl-C, one thread, gone when its parent is gone.

    Imports nothing, so that the process answers at once.

    Args:
        parent_pid: the process that started this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"
    threading.Thread(target=_end_with_parent, args=(parent_pid,), daemon=True).start()


def _end_with_parent(parent_pid: int) -> None:
    """End this process, whatever it is doing, once it has been given to another parent."""
    while os.getppid() == parent_pid:
        time.sleep(PARENT_WATCH_INTERVAL)
    os._exit(1)


def warm_up(modules: Iterable[str]) -> int:
    """Import ``modules``, keep torch at one thread, and say which process did so."""
    for name in modules:
        importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    return os.getpid()


def train_slice(run: "Run", controls: Any, budget: "Budget") -> "Run":
    """``core.training.advance``, imported where it runs.

    Raises:
        TrainingDiverged: when a loss is not finite.
    """
    from core.training import advance

    return advance(run, controls, budget)
