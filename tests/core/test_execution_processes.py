"""The engine with real processes: kills, orphans, leases. Generous deadlines, no speeds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import pytest
from execution_dummies import (
    DEADLINE,
    die_while_sending,
    dummy_run,
    is_running,
    torch_threads,
    train_and_die,
    train_for_a_while,
    wait_until,
)

from core.dataset import DatasetConfig
from core.execution.config import EngineConfig
from core.execution.engine import Engine
from core.execution.store import RunStore
from core.execution.worker import train_slice, warm_up
from core.run import Budget
from core.training import new_run
from core.vae.config import VAEConfig, VAEControls

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(num_workers=2))
    yield engine
    engine.shutdown()


def pid_of(engine: Engine, index: int) -> int:
    """The process behind the training worker ``index``, all being idle."""
    chosen, future = engine.submit_slice(index, os.getpid)
    assert chosen == index
    return int(future.result(DEADLINE))


def step_of(store: RunStore, run_id: str, holder: str = "alice") -> int:
    view = store.watch(run_id, holder)
    assert view is not None
    return view.run.step


def test_a_killed_worker_costs_its_slice_and_training_goes_on(engine: Engine) -> None:
    store = RunStore(engine, train=train_for_a_while)
    run_id = store.add(dummy_run(), holder="alice", browser=None, page="dummy")
    store.play(run_id, "alice")
    wait_until(lambda: step_of(store, run_id) >= 20, "the first slices")
    view = store.view(run_id)
    assert view is not None
    victim, step = int(view.run.state.parameters[0]), view.run.step
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: step_of(store, run_id) >= step + 30, "slices after the kill")
    view = store.view(run_id)
    assert view is not None
    assert int(view.run.state.parameters[0]) != victim
    # No step is missing or trained twice: the history goes on where it was.
    assert view.run.history.steps.tolist() == list(range(10, view.run.step + 1, 10))
    assert view.notice is not None
    store.close()


def test_a_moved_control_ends_the_slice_in_flight(engine: Engine) -> None:
    config = VAEConfig(dataset=DatasetConfig(name="digits"), hidden_features=(16,))
    store = RunStore(engine, slice_seconds=2 * DEADLINE, lease_seconds=2 * DEADLINE)
    run_id = store.add(new_run(config, VAEControls()), holder="alice", browser=None, page="dummy")
    store.play(run_id, "alice")
    wait_until(lambda: step_of(store, run_id) > 0, "the first, short slice")
    moved = VAEControls(kl_weight=3.0)
    store.set_controls(run_id, "alice", moved)
    store.wait_for_controls(run_id, moved, DEADLINE)
    view = store.view(run_id)
    assert view is not None
    assert view.run.controls == moved
    assert view.run.history.changes[-1].step > 0
    store.pause(run_id, "alice")
    wait_until(lambda: not (view := store.view(run_id)) or not view.training, "the pause")
    store.close()


def test_tasks_imports_and_training_steps_are_progress(engine: Engine) -> None:
    def made_by(function: Callable[..., Any], *args: Any) -> int:
        executor = engine._members[0].executor
        before = executor.progress()
        index, future = engine.submit_slice(0, function, *args)
        assert index == 0
        future.result(DEADLINE)
        return int(executor.progress() - before)

    assert made_by(abs, -1) >= 1
    assert made_by(abs, -1) == 1
    assert made_by(warm_up, ("xml.dom.minidom",)) >= 4
    run = new_run(VAEConfig(dataset=DatasetConfig(name="digits")), VAEControls())
    made_by(train_slice, run, run.controls, Budget(steps=1))
    assert made_by(train_slice, run, run.controls, Budget(steps=30)) >= 30


def test_a_run_that_kills_its_workers_fails_and_the_engine_survives(engine: Engine) -> None:
    store = RunStore(engine, train=train_and_die)
    run_id = store.add(dummy_run(), holder="alice", browser=None, page="dummy")
    store.play(run_id, "alice")

    def has_failed() -> bool:
        view = store.watch(run_id, "alice")
        return view is not None and view.phase == "failed"

    wait_until(has_failed, "giving up")
    assert engine.submit_slice(0, abs, -1)[1].result(DEADLINE) == 1
    assert engine.submit_slice(1, abs, -1)[1].result(DEADLINE) == 1


def test_a_worker_killed_while_sending_is_noticed(engine: Engine) -> None:
    _, future = engine.submit_slice(0, die_while_sending)
    with pytest.raises(BrokenExecutor):
        future.result(DEADLINE)
    assert engine.submit_slice(0, abs, -1)[1].result(DEADLINE) == 1


def test_a_worker_killed_while_arguments_are_sent_is_noticed(engine: Engine) -> None:
    _, busy = engine.submit_slice(0, time.sleep, DEADLINE)
    pid = pid_of_busy(engine, 0)
    waiting = [engine._members[0].executor.submit(len, bytes(2**24)) for _ in range(3)]
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    for future in (busy, *waiting):
        with pytest.raises(BrokenExecutor):
            future.result(DEADLINE)
    assert engine.submit_slice(0, abs, -1)[1].result(DEADLINE) == 1


def pid_of_busy(engine: Engine, index: int) -> int:
    executor = engine._members[index].executor
    return int(next(iter(executor._processes)))  # type: ignore[attr-defined]


def test_an_idle_worker_that_was_killed_is_replaced(engine: Engine) -> None:
    victim = pid_of(engine, 0)
    os.kill(victim, signal.SIGKILL)

    def answers() -> bool:
        try:
            return engine.submit_slice(0, os.getpid)[1].result(DEADLINE) != victim
        except BrokenExecutor:  # submitted before the executor had noticed
            return False

    wait_until(answers, "another process behind the worker")


def test_workers_rest_when_nobody_watches(engine: Engine) -> None:
    store = RunStore(engine, train=train_for_a_while, slice_seconds=0.02, lease_seconds=0.5)
    run_id = store.add(dummy_run(), holder="alice", browser=None, page="dummy")
    store.play(run_id, "alice")
    wait_until(lambda: step_of(store, run_id) >= 10, "the first slice")

    def rests() -> bool:
        view = store.view(run_id)
        return view is not None and not view.training

    wait_until(rests, "the end of the chain")
    before = store.view(run_id)
    time.sleep(0.5)
    after = store.view(run_id)
    assert before is not None
    assert after is not None
    assert before.run.step == after.run.step
    assert [member.load for member in engine._members] == [0, 0, 0]


def test_requests_are_answered_while_training_workers_are_busy(engine: Engine) -> None:
    slices = [engine.submit_slice(None, time.sleep, DEADLINE)[1] for _ in range(4)]
    assert engine.request(abs, -1).result(DEADLINE / 2) == 1
    assert not any(future.done() for future in slices)


def test_a_worker_gives_torch_one_thread(engine: Engine) -> None:
    assert engine.request(torch_threads).result(DEADLINE) == 1


def test_shutdown_ends_busy_workers(engine: Engine) -> None:
    pids = [pid_of(engine, index) for index in range(2)]
    busy = [engine.submit_slice(None, time.sleep, 10 * DEADLINE)[1] for _ in range(4)]
    engine.shutdown()
    assert not any(is_running(pid) for pid in pids)
    assert all(future.done() for future in busy)


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "core")])
    process = subprocess.Popen(
        [sys.executable, "-c", "import execution_dummies; execution_dummies.serve()"],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        pytest.param(signal.SIGKILL, -signal.SIGKILL, id="SIGKILL"),
        pytest.param(signal.SIGTERM, -signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGINT, -signal.SIGINT, id="SIGINT"),
        pytest.param(None, 0, id="exit"),
    ],
)
def test_a_server_leaves_no_workers_behind(
    server: subprocess.Popen[str], ending: signal.Signals | None, code: int
) -> None:
    assert server.stdout is not None
    assert server.stdin is not None
    workers = [int(pid) for pid in server.stdout.readline().split()]
    assert len(workers) == 3
    assert server.stdout.readline().split() == ["False", "False"], "torch, streamlit imported"
    if ending is None:
        server.stdin.close()
    else:
        server.send_signal(ending)
    assert server.wait(DEADLINE) == code
    wait_until(lambda: not any(is_running(pid) for pid in workers), "the end of the workers")
