"""Training under a lease, with executors that run when told and a clock set by hand."""

import threading

import pytest
from execution_dummies import Bench, dummy_run, seen

from core.execution import worker
from core.execution.outcomes import EngineClosed
from core.execution.seat import FIRST_SLICE_SECONDS
from core.execution.store import LEASE_SECONDS, SLICE_SECONDS


def test_a_new_run_waits() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="dummy")
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


def test_two_sessions_train_side_by_side() -> None:
    bench = Bench(num_workers=2)
    bench.playing(holder="alice")
    bench.playing(holder="bob", browser="B")
    assert [len(executor.waiting) for executor in bench.executors] == [1, 1, 0]


def test_training_pauses_at_the_target() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="dummy", until_step=15)
    bench.land()
    assert seen(bench.store, run_id).until_step == 15
    bench.land()
    view = seen(bench.store, run_id)
    assert (view.run.step, view.phase, bench.in_flight) == (15, "paused", 0)
    bench.store.play(run_id, "alice", until_step=15)
    assert bench.in_flight == 0


def test_one_step_is_one_step() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="dummy")
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


def test_a_reset_that_comes_twice_still_goes_back_to_the_trained_run() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.land()
    trained = seen(bench.store, run_id).run
    assert trained.step
    for _ in range(2):
        bench.store.replace_run(run_id, "alice", dummy_run())
    bench.store.bring_back(run_id, "alice", trained.config)
    assert seen(bench.store, run_id).run is trained


def test_speed_is_measured_over_whole_slices() -> None:
    bench = Bench(lease_seconds=60.0)
    run_id = bench.playing()
    bench.now += 5.0
    bench.land()  # the worker had to start: that is not the speed of the run
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
