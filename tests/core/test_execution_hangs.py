"""Stopped and killed worker processes: said, replaced, and the runs go on. Small thresholds."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from execution_dummies import DEADLINE, dummy_run, is_running, train_for_a_while, wait_until

from core.execution.config import EngineConfig
from core.execution.engine import Engine
from core.execution.limits import WatchLimits
from core.execution.outcomes import WorkerHung
from core.execution.store import RunStore
from core.execution.view import RunView

LIMITS = WatchLimits(slow_seconds=1.0, hung_seconds=3.0)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(num_workers=2, watch=LIMITS))
    engine.start_watching()
    yield engine
    engine.shutdown()


@pytest.fixture
def store(engine: Engine) -> Iterator[RunStore]:
    store = RunStore(engine, train=train_for_a_while, lease_seconds=DEADLINE)
    yield store
    store.close()


def playing(store: RunStore, holder: str) -> str:
    """A run whose worker has answered."""
    run_id = store.add(dummy_run(), holder=holder, browser=None, page="dummy")
    store.play(run_id, holder)
    wait_until(lambda: watched(store, run_id, holder).run.step >= 20, "the first slices")
    return run_id


def watched(store: RunStore, run_id: str, holder: str) -> RunView:
    view = store.watch(run_id, holder)
    assert view is not None
    return view


def test_a_stopped_training_worker_is_said_and_replaced(store: RunStore) -> None:
    run_id = playing(store, "alice")
    victim = int(watched(store, run_id, "alice").run.state.parameters[0])
    os.kill(victim, signal.SIGSTOP)
    wait_until(lambda: watched(store, run_id, "alice").worker == "suspect", "the suspicion")
    view = watched(store, run_id, "alice")
    assert view.notice is not None
    assert (view.notice.key, view.steps_per_second) == ("suspect", None)
    step = view.run.step
    wait_until(lambda: watched(store, run_id, "alice").run.step >= step + 20, "new slices")
    view = watched(store, run_id, "alice")
    assert view.notice is not None
    assert view.notice.key == "hung"
    assert int(view.run.state.parameters[0]) != victim
    assert view.run.history.steps.tolist() == list(range(10, view.run.step + 1, 10))
    wait_until(lambda: not is_running(victim), "the end of the stopped process")


def test_a_stopped_interactive_worker_is_said_and_replaced(engine: Engine) -> None:
    victim = engine.request(os.getpid).result(DEADLINE)
    os.kill(victim, signal.SIGSTOP)
    stuck, behind = engine.request(os.getpid), engine.request(os.getpid)
    wait_until(lambda: engine.standing() == "suspect", "the suspicion")
    with pytest.raises(WorkerHung):
        stuck.result(DEADLINE)
    assert behind.result(DEADLINE) != victim
    assert engine.standing() == "ready"


def test_a_slow_task_with_a_deadline_of_its_own_is_let_finish(engine: Engine) -> None:
    assert engine.request(abs, -1).result(DEADLINE) == 1
    slow = engine.request(time.sleep, LIMITS.hung_seconds + 2.0, deadline=DEADLINE)
    assert slow.result(DEADLINE) is None


def test_all_workers_killed_at_once_is_said_at_once(engine: Engine, store: RunStore) -> None:
    holders = ("alice", "bob")
    runs = {holder: playing(store, holder) for holder in holders}
    victims = {int(watched(store, runs[h], h).run.state.parameters[0]) for h in holders}
    victims.add(engine.request(os.getpid).result(DEADLINE))
    asked = engine.request(time.sleep, DEADLINE)
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    wait_until(asked.done, "the loss of the request")
    for holder, run_id in runs.items():
        wait_until(lambda h=holder, r=run_id: watched(store, r, h).notice is not None, "a notice")
        view = watched(store, run_id, holder)
        assert view.phase == "running"
    steps = {holder: watched(store, runs[holder], holder).run.step for holder in holders}
    for holder in holders:
        wait_until(
            lambda h=holder: watched(store, runs[h], h).run.step >= steps[h] + 20, "new slices"
        )
    assert engine.request(os.getpid).result(DEADLINE) not in victims
