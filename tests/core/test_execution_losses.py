"""What becomes of a run whose training diverges, fails, or loses its worker, and what it says."""

import logging

import pytest
from execution_dummies import Bench, WatchedExecutor, dummy_run, seen

from core.execution.limits import WatchLimits
from core.execution.notices import Message, Notice
from core.execution.seat import MAX_LOSSES, NOTICE_SECONDS

LIMITS = WatchLimits()


def test_a_divergence_leaves_the_run_intact_and_playable() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    bench.store.set_controls(run_id, "alice", "diverge")
    bench.land()
    bench.land()
    bench.store.watch(run_id, "alice")
    view = seen(bench.store, run_id)
    assert (view.phase, view.run.step, bench.in_flight) == ("diverged", 20, 0)
    assert view.message is not None
    assert (view.message.key, view.message.step) == ("diverged", 20)
    assert str(view.message) == "Training diverged at step 20: the objective became nan."
    bench.store.set_controls(run_id, "alice", 1.0)
    bench.store.play(run_id, "alice")
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.phase, view.run.step, view.message) == ("running", 30, None)


def test_a_divergence_in_a_slice_keeps_what_was_finite() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    bench.store.set_controls(run_id, "alice", "diverge later")
    bench.land()
    bench.land()
    bench.store.watch(run_id, "alice")
    view = seen(bench.store, run_id)
    assert (view.phase, view.run.step, bench.in_flight) == ("diverged", 26, 0)
    assert view.run.history.steps.tolist()[-3:] == [10, 20, 26]
    assert view.message is not None
    assert view.message.step == 27
    bench.store.set_controls(run_id, "alice", 1.0)
    bench.store.play(run_id, "alice")
    bench.land()
    assert seen(bench.store, run_id).run.step == 36


def test_an_error_in_a_slice_is_told_and_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    run_id = bench.playing(controls="fail")
    with caplog.at_level(logging.ERROR):
        bench.land()
    bench.store.watch(run_id, "alice")
    view = seen(bench.store, run_id)
    error = "ZeroDivisionError: nothing left"
    assert (view.phase, view.message) == ("failed", Message(key="failed", step=0, error=error))
    assert str(view.message) == error
    assert bench.in_flight == 0
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_worker_costs_one_slice_and_is_told_for_a_while() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    bench.collapse()
    view = seen(bench.store, run_id)
    assert view.notice == Notice(key="lost", step=10, is_running=True)
    assert str(view.notice) == "A worker process was lost; training goes on from step 10."
    bench.land()
    assert seen(bench.store, run_id).run.step == 20
    bench.now += NOTICE_SECONDS
    assert seen(bench.store, run_id).notice is None


def test_a_loss_is_told_until_the_run_moves_again() -> None:
    bench = Bench(lease_seconds=100.0)
    run_id = bench.playing()
    bench.collapse()
    bench.now += NOTICE_SECONDS + 1
    assert seen(bench.store, run_id).notice is not None
    bench.land()
    assert seen(bench.store, run_id).notice is None


def test_the_speed_of_a_lost_worker_is_not_shown_on() -> None:
    bench = Bench(lease_seconds=60.0)
    run_id = bench.playing()
    for _ in range(2):
        bench.land()
        bench.now += 0.25
    bench.land()
    before = seen(bench.store, run_id)
    assert (before.worker, before.steps_per_second) == ("ready", pytest.approx(40.0))
    bench.collapse()
    after = seen(bench.store, run_id)
    assert (after.worker, after.steps_per_second) == ("starting", None)
    bench.now += 5.0
    bench.land()
    started = seen(bench.store, run_id)
    assert (started.worker, started.steps_per_second) == ("ready", None)
    bench.now += 0.25
    bench.land()
    assert seen(bench.store, run_id).steps_per_second == pytest.approx(40.0)


def test_a_run_that_keeps_losing_workers_fails() -> None:
    bench = Bench()
    run_id = bench.playing()
    for _ in range(MAX_LOSSES):
        bench.collapse()
    view = seen(bench.store, run_id)
    assert (view.phase, bench.in_flight) == ("failed", 0)
    assert view.message == Message(key="lost_repeatedly", step=0, losses=3)
    assert str(view.message) == "Training lost 3 worker processes in a row at step 0."


def test_a_hung_slice_is_said_at_once_and_goes_on_elsewhere() -> None:
    bench = Bench(executor=WatchedExecutor, lease_seconds=1000.0)
    run_id = bench.playing()
    bench.land()
    bench.pass_time(3.5)
    assert seen(bench.store, run_id).notice is None
    bench.pass_time(1.5)
    view = seen(bench.store, run_id)
    assert (view.worker, view.steps_per_second) == ("suspect", None)
    assert view.notice == Notice(key="suspect", step=10, is_running=True)
    assert bench.engine.standing(0) == "suspect"
    bench.pass_time(5.0)
    hung = bench.executors[0]
    assert isinstance(hung, WatchedExecutor)
    assert hung.killed
    view = seen(bench.store, run_id)
    assert view.notice == Notice(key="hung", step=10, is_running=True)
    assert (view.phase, view.worker) == ("running", "starting")
    bench.land()
    assert seen(bench.store, run_id).run.step == 20


def test_a_slow_slice_that_makes_steps_is_left_alone() -> None:
    bench = Bench(executor=WatchedExecutor, lease_seconds=1000.0)
    run_id = bench.playing()
    bench.land()
    executor = bench.executors[0]
    assert isinstance(executor, WatchedExecutor)
    for _ in range(20):
        bench.pass_time(3.0)
        executor.steps_done += 1
        assert seen(bench.store, run_id).worker == "ready"
    assert len(bench.executors) == 2


def test_a_run_that_hangs_again_and_again_fails() -> None:
    bench = Bench(lease_seconds=1000.0)
    run_id = bench.playing()
    bench.pass_time(MAX_LOSSES * (LIMITS.start_seconds + 1.0))
    view = seen(bench.store, run_id)
    assert (view.phase, bench.in_flight) == ("failed", 0)
    assert view.message == Message(key="lost_repeatedly", step=0, losses=3)


def test_all_workers_lost_at_once_is_said_at_once() -> None:
    bench = Bench(num_workers=2)
    runs = [bench.playing(holder=holder) for holder in ("alice", "bob")]
    asked = bench.engine.request(dummy_run)
    for _ in range(2):
        for executor in bench.executors:
            if executor.waiting:
                executor.run_next()
    assert asked.done()
    again = bench.engine.request(dummy_run)
    for executor in bench.executors[:3]:
        executor.collapse()
    assert [bench.engine.standing(index) for index in (0, 1)] == ["starting", "starting"]
    assert again.done()
    bench.engine.request(dummy_run)
    assert bench.engine.standing() == "starting"
    for run_id in runs:
        view = seen(bench.store, run_id)
        assert view.notice is not None
        assert (view.notice.key, view.worker, view.training) == ("lost", "starting", True)
