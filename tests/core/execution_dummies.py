"""What the tests of `core.execution` let workers do, and fakes: importable by workers."""

import multiprocessing
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.execution.config import EngineConfig
from core.execution.engine import LOOK_SECONDS, Engine
from core.execution.store import RunStore
from core.execution.view import RunView
from core.history import StepRecord
from core.run import Budget, Run, TrainingDiverged, TrainState

STEPS_PER_SLICE = 10
DEADLINE = 60.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again, but not for ever."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie waiting for a lazy init."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc").is_dir()


def dummy_run(controls: Any = 1.0, size: int = 4) -> Run:
    """A run at step 0; ``size`` parameters of 8 bytes."""
    state = TrainState(parameters=np.zeros(size), moments=np.zeros((0, size)), generator=b"")
    return Run(config="dummy", controls=controls, state=state)


def train_dummy(run: Run, controls: Any, budget: Budget) -> Run:
    """Ten steps, or fewer if so told; the controls may ask for trouble instead."""
    if controls == "diverge":
        raise TrainingDiverged(run.step, "the objective", float("nan"))
    if controls == "diverge later":
        error = TrainingDiverged(run.step + 7, "the objective", float("nan"))
        error.reached = _stepped(run, controls, 6, 0.0)
        raise error
    if controls == "fail":
        raise ZeroDivisionError("nothing left")
    steps = STEPS_PER_SLICE if budget.steps is None else min(budget.steps, STEPS_PER_SLICE)
    return _stepped(run, controls, steps, 0.0)


def train_for_a_while(run: Run, controls: Any, budget: Budget) -> Run:
    """Sleep for the budget, ten steps; the parameters tell which process did it."""
    time.sleep(budget.seconds or 0.0)
    return _stepped(run, controls, STEPS_PER_SLICE, float(os.getpid()))


def train_and_die(run: Run, controls: Any, budget: Budget) -> Run:
    """What an out-of-memory killer makes of a slice."""
    os.kill(os.getpid(), signal.SIGKILL)
    return run


def _stepped(run: Run, controls: Any, steps: int, parameter: float) -> Run:
    step = run.step + steps
    record = StepRecord(step=step, metrics={"elbo": float(step)})
    parameters = np.full_like(run.state.parameters, parameter)
    return Run(
        config=run.config,
        controls=controls,
        state=replace(run.state, parameters=parameters),
        step=step,
        history=run.history.with_records([record]),
    )


def torch_threads() -> int:
    """Import torch and count the threads it would use."""
    import torch

    return torch.get_num_threads()


def die_while_sending() -> None:
    """Send the start of a result, then die: what kill -9 does at the wrong moment."""
    frame: Any = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 10**6) + b"x")
    os.kill(os.getpid(), signal.SIGKILL)


def serve() -> None:
    """A server with two busy workers: prints their process ids, ends when its input does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` starts us deaf to it
    engine = Engine(EngineConfig(num_workers=2))
    store = RunStore(engine, train=train_for_a_while, lease_seconds=60.0)
    for holder in ("alice", "bob"):
        run_id = store.add(dummy_run(), holder=holder, browser=None, page="dummy")
        store.play(run_id, holder)
    engine.request(time.sleep, 0).result()
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    print("torch" in sys.modules, "streamlit" in sys.modules, flush=True)
    sys.stdin.read()


def seen(store: RunStore, run_id: str, holder: str | None = None) -> RunView:
    """The view of a run that must be there."""
    view = store.view(run_id, holder)
    assert view is not None
    return view


class ManualExecutor(Executor):
    """Runs nothing until told so, then in the calling thread."""

    def __init__(self) -> None:
        """Nothing waits."""
        self.waiting: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []
        self.broken = False
        self.closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task."""
        if self.broken:
            raise BrokenExecutor("broken")
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[Any] = Future()
        self.waiting.append((future, fn, args))
        return future

    def run_next(self) -> None:
        """Run the oldest task."""
        future, fn, args = self.waiting.pop(0)
        try:
            result = fn(*args)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def collapse(self) -> None:
        """What a process pool does when its worker is killed."""
        self.broken = True
        waiting, self.waiting = self.waiting, []
        for future, _, _ in waiting:
            future.set_exception(BrokenExecutor("a worker was terminated abruptly"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what waits."""
        self.closed = True
        waiting, self.waiting = self.waiting, []
        for future, _, _ in waiting:
            future.cancel()


class WatchedExecutor(ManualExecutor):
    """One that tells its progress and can be killed, like a process."""

    def __init__(self) -> None:
        """No progress yet."""
        super().__init__()
        self.steps_done = 0
        self.killed = False

    def progress(self) -> int:
        """Goes up when a test says so."""
        return self.steps_done

    def kill(self) -> None:
        """What a killed process makes of its tasks."""
        self.killed = True
        self.collapse()


class Bench:
    """A store on manual executors, with a clock that is set by hand."""

    def __init__(
        self,
        num_workers: int = 1,
        executor: type[ManualExecutor] = ManualExecutor,
        **store_options: Any,
    ) -> None:
        """Time 0, no runs."""
        self.now = 0.0
        self.make = executor
        self.executors: list[ManualExecutor] = []
        self.engine = Engine(EngineConfig(num_workers=num_workers), factory=self._executor)
        options: dict[str, Any] = {"train": train_dummy, "clock": lambda: self.now}
        self.store = RunStore(self.engine, **(options | store_options))
        self.engine.check(self.now)

    def _executor(self) -> Executor:
        self.executors.append(self.make())
        return self.executors[-1]

    def pass_time(self, seconds: float) -> None:
        """Let the clock run, with a look at the workers every half second."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + LOOK_SECONDS)
            self.engine.check(self.now)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the first task in flight is called with."""
        return next(executor.waiting[0][2] for executor in self.executors if executor.waiting)

    @property
    def in_flight(self) -> int:
        """Tasks submitted and not finished."""
        return sum(len(executor.waiting) for executor in self.executors)

    def land(self) -> None:
        """Finish the first task in flight."""
        next(executor for executor in self.executors if executor.waiting).run_next()

    def collapse(self) -> None:
        """Kill the worker of the first task in flight."""
        next(executor for executor in self.executors if executor.waiting).collapse()

    def playing(
        self,
        holder: str = "alice",
        browser: str | None = "A",
        page: str = "dummy",
        **options: Any,
    ) -> str:
        """A new run, playing, its first slice in flight."""
        run_id = self.store.add(dummy_run(**options), holder=holder, browser=browser, page=page)
        self.store.play(run_id, holder)
        return run_id
