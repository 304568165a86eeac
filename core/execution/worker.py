"""What runs in a worker process. Hardly more than the standard library, until a task needs it."""

import importlib
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

from core.progress import count_progress_in, note_progress

if TYPE_CHECKING:
    from core.run import Budget, Run

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Read by the numeric libraries when they are first imported."""

PARENT_WATCH_INTERVAL = 0.5
"""Seconds between two looks at the parent."""


RUNS_KEPT = 4
"""How many run values a worker remembers, so that they need not travel to it again."""

Key = tuple[str, int, int]
"""Names a run value: the run's id and generation in the store, and the step."""

_kept: "OrderedDict[Key, Run]" = OrderedDict()
_interrupts: Any = None
_ticket = 0


class RunForgotten(LookupError):
    """The worker does not remember the run value it was asked to go on from."""


def initialize(parent_pid: int, interrupts: Any = None, progress: Any = None) -> None:
    """Prepare a fresh worker: deaf to Ctrl-C, one thread, gone when its parent is gone.

    Imports nothing, so that the process answers at once.

    Args:
        parent_pid: the process that started this one.
        interrupts: a shared counter; see ``run_task``.
        progress: a shared counter; see ``core.progress``.
    """
    global _interrupts
    _interrupts = interrupts
    count_progress_in(progress)
    sys.meta_path.insert(0, _ImportWatch())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"
    threading.Thread(target=_end_with_parent, args=(parent_pid,), daemon=True).start()


def _end_with_parent(parent_pid: int) -> None:
    """End this process, whatever it is doing, once it has been given to another parent."""
    while os.getppid() == parent_pid:
        time.sleep(PARENT_WATCH_INTERVAL)
    os._exit(1)


class _ImportWatch(MetaPathFinder):
    """Finds no module, but notes that one is looked for: torch takes seconds, in small steps."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Leave it to the finders after this one."""
        note_progress()


def warm_up(modules: Iterable[str]) -> int:
    """Import ``modules``, keep torch at one thread, and say which process did so."""
    for name in modules:
        importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    return os.getpid()


def run_task(ticket: int, function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)``; a slice in it ends early once the counter is no longer ``ticket``.

    The parent reads the ticket when it submits the task, so that an interruption is not missed
    by a task that is still on its way.
    """
    global _ticket
    _ticket = ticket
    note_progress()
    return function(*args)


def train_slice(run: "Run", controls: Any, budget: "Budget") -> "Run":
    """``core.training.advance``, imported where it runs, until the parent interrupts it.

    Raises:
        TrainingDiverged: when a loss is not finite.
    """
    from core.training import advance

    return advance(run, controls, budget, _after_step)


def _after_step() -> bool:
    """Whether the slice is to end now."""
    note_progress()
    return _interrupts is not None and _interrupts.value != _ticket


def train_on(
    train: Callable[["Run", Any, "Budget"], "Run"],
    key: Key,
    run: "Run | None",
    controls: Any,
    budget: "Budget",
) -> "Run":
    """``train`` from the run value called ``key``, and remember the one that comes of it.

    Args:
        train: from run, controls and budget to the next run.
        key: of the value to start from.
        run: that value, or None if this worker should remember it.
        controls: see ``train``.
        budget: see ``train``.

    Raises:
        RunForgotten: when it does not; nothing has happened then.
    """
    start = _kept.get(key) if run is None else run
    if start is None:
        raise RunForgotten(*key)
    later = train(start, controls, budget)
    _kept.pop(key, None)
    _kept[key[0], key[1], later.step] = later.bare()
    while len(_kept) > RUNS_KEPT:
        _kept.popitem(last=False)
    return later
