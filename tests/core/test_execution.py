"""Training under a lease, with executors that run when told and a clock set by hand."""

import logging
import threading

import pytest
from execution_dummies import Bench, ManualExecutor, dummy_run, seen

from core.execution import worker
from core.execution.engine import Engine, EngineClosed, EngineConfig
from core.execution.seat import FIRST_SLICE_SECONDS, MAX_LOSSES, NOTICE_SECONDS
from core.execution.store import LEASE_SECONDS, SLICE_SECONDS


def test_a_new_run_waits() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A")
    bench.store.watch(run_id, "alice")
    view = seen(bench.store, run_id, "alice")
    assert (view.phase, view.training, view.is_mine, view.run.step) == ("paused", False, True, 0)
    assert bench.in_flight == 0


def test_slices_chain_under_the_lease_and_stop_after_it() -> None:
    bench = Bench()
    run_id = bench.playing()
    for _ in range(3):
        bench.land()
    assert seen(bench.store, run_id).run.history.steps.tolist() == [10, 20, 30]
    bench.now = LEASE_SECONDS + 0.1
    bench.land()
    view = seen(bench.store, run_id)
    assert (bench.in_flight, view.run.step, view.phase, view.training) == (0, 40, "running", False)
    bench.store.watch(run_id, "alice")
    assert bench.in_flight == 1


def test_only_one_slice_is_in_flight_however_often_a_run_is_watched() -> None:
    bench = Bench(num_workers=2)
    run_id = bench.playing()
    for _ in range(5):
        bench.store.watch(run_id, "alice")
        bench.store.play(run_id, "alice")
    assert bench.in_flight == 1


def test_a_session_trains_one_run_at_a_time() -> None:
    bench = Bench(num_workers=2)
    first = bench.playing()
    second = bench.playing()
    assert bench.in_flight == 1
    bench.land()
    assert bench.in_flight == 1
    bench.land()
    steps = [seen(bench.store, run_id).run.step for run_id in (first, second)]
    assert steps == [10, 10]
    bench.store.watch(first, "alice")
    bench.land()
    bench.land()
    steps = [seen(bench.store, run_id).run.step for run_id in (first, second)]
    assert steps == [20, 20]


def test_two_sessions_train_side_by_side() -> None:
    bench = Bench(num_workers=2)
    bench.playing(holder="alice")
    bench.playing(holder="bob", browser="B")
    assert [len(executor.waiting) for executor in bench.executors] == [1, 1, 0]


def test_training_pauses_at_the_target() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", until_step=15)
    bench.land()
    assert seen(bench.store, run_id).until_step == 15
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.run.step, view.phase, bench.in_flight) == (15, "paused", 0)
    bench.store.play(run_id, "alice", until_step=15)
    assert bench.in_flight == 0


def test_one_step_is_one_step() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A")
    bench.store.step_once(run_id, "alice")
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.run.step, view.phase, bench.in_flight) == (1, "paused", 0)


def test_a_slice_in_flight_still_counts_after_a_pause() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.store.pause(run_id, "alice")
    assert seen(bench.store, run_id).training
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.run.step, view.phase, bench.in_flight) == (10, "paused", 0)


def test_new_controls_hold_from_the_next_slice_on() -> None:
    bench = Bench()
    run_id = bench.playing(controls=1.0)
    bench.store.set_controls(run_id, "alice", 2.0)
    bench.land()
    assert (seen(bench.store, run_id).run.controls, seen(bench.store, run_id).controls) == (1, 2)
    bench.land()
    assert seen(bench.store, run_id).run.controls == 2.0


def test_a_worker_goes_on_from_what_it_remembers_and_is_told_what_it_forgot() -> None:
    bench = Bench()
    run_id = bench.playing()
    assert bench.arguments[2] is not None
    bench.land()
    assert bench.arguments[2] is None  # the run does not travel
    worker._kept.clear()
    bench.land()
    assert (seen(bench.store, run_id).run.step, bench.in_flight) == (10, 1)
    assert bench.arguments[2] is not None
    bench.land()
    assert seen(bench.store, run_id).run.history.steps.tolist() == [10, 20]


def test_a_reset_is_not_continued_from_what_a_worker_remembers() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    bench.store.replace_run(run_id, "alice", dummy_run(), until_step=30)
    bench.land()  # void
    assert bench.arguments[2] is not None
    bench.land()
    assert seen(bench.store, run_id).run.history.steps.tolist() == [10]


def test_a_worker_remembers_a_few_runs_only() -> None:
    bench = Bench()
    for number in range(worker.RUNS_KEPT + 2):
        bench.playing(holder=str(number))
        bench.land()
    assert len(worker._kept) == worker.RUNS_KEPT


def test_the_first_slice_after_a_command_is_short() -> None:
    bench = Bench()
    run_id = bench.playing()
    seconds = []
    for controls in (1.0, 1.0, 2.0, 2.0):
        bench.store.set_controls(run_id, "alice", controls)
        bench.land()
        seconds.append(bench.arguments[4].seconds)
    assert seconds == [SLICE_SECONDS, SLICE_SECONDS, FIRST_SLICE_SECONDS, SLICE_SECONDS]


def test_waiting_for_controls_ends_with_the_slice_or_with_patience() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.store.set_controls(run_id, "alice", 2.0)
    bench.store.wait_for_controls(run_id, 2.0, 0.01)
    assert seen(bench.store, run_id).run.controls == 1.0
    landing = threading.Timer(0.05, lambda: (bench.land(), bench.land()))
    landing.start()
    bench.store.wait_for_controls(run_id, 2.0, 30.0)
    assert seen(bench.store, run_id).run.controls == 2.0
    landing.join()


def test_a_reset_drops_the_slice_in_flight() -> None:
    bench = Bench(num_workers=2)
    run_id = bench.playing()
    bench.land()
    bench.store.replace_run(run_id, "alice", dummy_run(controls=3.0), until_step=20)
    assert bench.in_flight == 1
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.run.step, view.phase, bench.in_flight) == (0, "running", 1)
    bench.land()
    assert (seen(bench.store, run_id).run.step, seen(bench.store, run_id).run.controls) == (10, 3)


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
    assert view.message == "Training diverged at step 20: the objective became nan."
    bench.store.set_controls(run_id, "alice", 1.0)
    bench.store.play(run_id, "alice")
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.phase, view.run.step, view.message) == ("running", 30, None)


def test_an_error_in_a_slice_is_told_and_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    run_id = bench.playing(controls="fail")
    with caplog.at_level(logging.ERROR):
        bench.land()
    bench.store.watch(run_id, "alice")
    view = seen(bench.store, run_id)
    assert (view.phase, view.message) == ("failed", "ZeroDivisionError: nothing left")
    assert bench.in_flight == 0
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_worker_costs_one_slice_and_is_told_for_a_while() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    bench.collapse()
    view = seen(bench.store, run_id)
    assert view.notice == "A worker process was lost; training went on from step 10."
    bench.land()
    assert seen(bench.store, run_id).run.step == 20
    bench.now += NOTICE_SECONDS
    assert seen(bench.store, run_id).notice is None


def test_a_run_that_keeps_losing_workers_fails() -> None:
    bench = Bench()
    run_id = bench.playing()
    for _ in range(MAX_LOSSES):
        bench.collapse()
    view = seen(bench.store, run_id)
    assert (view.phase, bench.in_flight) == ("failed", 0)
    assert view.message == "Training lost 3 worker processes in a row at step 0."


def test_several_failing_futures_replace_a_worker_once() -> None:
    bench = Bench()
    for holder in ("alice", "bob", "carol"):
        bench.playing(holder=holder)
    assert len(bench.executors) == 2
    bench.collapse()
    assert len(bench.executors) == 3
    assert len(bench.executors[-1].waiting) == 3


def test_a_worker_that_died_idle_is_replaced_by_the_next_task() -> None:
    bench = Bench()
    bench.executors[0].collapse()
    bench.playing()
    assert len(bench.executors[2].waiting) == 1


def test_a_replaced_worker_is_warmed_up_but_not_after_a_fatal_warm_up() -> None:
    bench = Bench()
    bench.engine.warm_up()
    assert [len(executor.waiting) for executor in bench.executors] == [0, 1]
    bench.executors[1].run_next()
    assert [len(executor.waiting) for executor in bench.executors] == [1, 0]
    bench.executors[0].run_next()
    bench.engine.submit_slice(None, dummy_run)
    bench.executors[0].collapse()
    assert len(bench.executors[2].waiting) == 1
    bench.executors[2].collapse()
    assert len(bench.executors[3].waiting) == 0


def test_a_run_stays_with_its_worker_unless_another_is_less_loaded() -> None:
    bench = Bench(num_workers=2)
    assert bench.engine.submit_slice(1, dummy_run)[0] == 1
    assert bench.engine.submit_slice(1, dummy_run)[0] == 0
    assert bench.engine.submit_slice(1, dummy_run)[0] == 1


def test_speed_is_measured_over_whole_slices() -> None:
    bench = Bench()
    run_id = bench.playing()
    assert seen(bench.store, run_id).steps_per_second is None
    bench.now += 0.2
    bench.land()
    assert seen(bench.store, run_id).steps_per_second == pytest.approx(50.0)
    bench.now += 0.01
    bench.land()
    assert seen(bench.store, run_id).steps_per_second == pytest.approx(50.0)
    bench.now += 0.1
    bench.land()
    assert seen(bench.store, run_id).steps_per_second == pytest.approx(65.0)


def test_after_shutdown_training_pauses_quietly() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.engine.shutdown()
    bench.engine.shutdown()
    assert seen(bench.store, run_id).phase == "paused"
    bench.store.play(run_id, "alice")
    assert (seen(bench.store, run_id).phase, bench.in_flight) == ("paused", 0)
    with pytest.raises(EngineClosed):
        bench.engine.request(dummy_run)


def test_a_closed_store_starts_no_slices() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.store.close()
    bench.land()
    bench.store.watch(run_id, "alice")
    assert bench.in_flight == 0


def test_the_executor_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_FLOW_EXECUTOR", "execution_dummies:ManualExecutor")
    engine = Engine(EngineConfig(num_workers=1))
    assert isinstance(engine._members[0].executor, ManualExecutor)
    engine.shutdown()


@pytest.mark.parametrize("path", ["nonsense", ":f", "no.such:f", "math:tau", "math:nothing"])
def test_a_wrong_executor_is_refused_by_name(path: str) -> None:
    with pytest.raises(ValueError, match=f"LATENT_FLOW_EXECUTOR.*got '{path}'"):
        Engine(EngineConfig(executor=path))


def test_a_factory_must_return_an_executor() -> None:
    with pytest.raises(ValueError, match="must name a function that returns an Executor"):
        Engine(EngineConfig(executor="builtins:dict"))
    with pytest.raises(ValueError, match="`num_workers` must be at least 1, got 0"):
        EngineConfig(num_workers=0)
