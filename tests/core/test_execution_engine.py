"""The engine: who gets a task, what a lost or hung worker costs, and how it is built."""

from concurrent.futures import BrokenExecutor

import pytest
from execution_dummies import Bench, ManualExecutor, WatchedExecutor, dummy_run

from core.execution.config import EngineConfig
from core.execution.engine import Engine
from core.execution.limits import WatchLimits
from core.execution.outcomes import WorkerHung

LIMITS = WatchLimits()


def test_a_lost_worker_is_replaced_once_and_costs_only_the_task_it_was_at() -> None:
    bench = Bench()
    futures = [bench.engine.submit_slice(None, dummy_run)[1] for _ in range(3)]
    assert len(bench.executors) == 2
    bench.collapse()
    assert isinstance(futures[0].exception(0), BrokenExecutor)
    assert len(bench.executors) == 3
    bench.land()
    bench.land()
    assert [future.done() for future in futures] == [True, True, True]
    assert futures[2].result().step == 0


def test_a_worker_that_died_idle_is_replaced_by_the_next_task() -> None:
    bench = Bench()
    bench.executors[0].collapse()
    bench.playing()
    assert len(bench.executors[2].waiting) == 1


def test_executors_that_are_always_broken_end_the_future() -> None:
    bench = Bench()
    bench.executors[0].collapse()

    class Broken(ManualExecutor):
        def __init__(self) -> None:
            super().__init__()
            self.broken = True

    bench.make = Broken
    with pytest.raises(BrokenExecutor):
        bench.engine.submit_slice(None, dummy_run)[1].result(0)


def test_a_replaced_worker_is_warmed_up_after_what_waits_but_not_after_a_fatal_warm_up() -> None:
    bench = Bench()
    bench.engine.warm_up()
    assert [len(executor.waiting) for executor in bench.executors] == [0, 1]
    bench.executors[1].run_next()
    assert [len(executor.waiting) for executor in bench.executors] == [1, 0]
    bench.executors[0].run_next()
    bench.engine.submit_slice(None, dummy_run)
    _, waiting = bench.engine.submit_slice(None, dummy_run)
    bench.executors[0].collapse()
    bench.executors[2].run_next()
    assert waiting.result(0).step == 0
    assert len(bench.executors[2].waiting) == 1
    bench.executors[2].collapse()
    assert len(bench.executors[3].waiting) == 0


def test_a_run_stays_with_its_worker_unless_another_is_less_loaded() -> None:
    bench = Bench(num_workers=2)
    assert bench.engine.submit_slice(1, dummy_run)[0] == 1
    assert bench.engine.submit_slice(1, dummy_run)[0] == 0
    assert bench.engine.submit_slice(1, dummy_run)[0] == 1


def test_tasks_keep_away_from_workers_that_are_suspect_or_still_starting() -> None:
    bench = Bench(num_workers=2)
    bench.engine.warm_up()
    for executor in reversed(bench.executors):
        executor.run_next()
    bench.engine.submit_slice(0, dummy_run)
    bench.pass_time(LIMITS.slow_seconds + 1.0)
    assert bench.engine.standing(0) == "suspect"
    assert [bench.engine.submit_slice(0, dummy_run)[0] for _ in range(3)] == [1, 1, 1]
    for _ in range(3):
        bench.executors[1].run_next()
    bench.pass_time(LIMITS.hung_seconds)
    assert bench.engine.standing(0) == "starting"
    assert bench.engine.submit_slice(0, dummy_run)[0] == 1


def test_a_cancelled_task_that_waits_never_runs() -> None:
    bench = Bench()
    calls: list[int] = []
    futures = [bench.engine.request(calls.append, number) for number in range(3)]
    assert futures[1].cancel()
    assert not futures[0].cancel()
    bench.land()
    bench.land()
    assert (calls, bench.in_flight) == ([0, 2], 0)


def test_the_time_in_the_queue_is_not_held_against_a_task() -> None:
    bench = Bench(executor=WatchedExecutor)
    bench.engine.request(dummy_run)
    bench.land()
    long = bench.engine.request(dummy_run, deadline=60.0)
    short = bench.engine.request(dummy_run)
    bench.pass_time(20.0)
    assert bench.engine.standing() == "ready"
    bench.pass_time(6.0)
    assert bench.engine.standing() == "suspect"
    bench.land()
    assert long.done()
    bench.pass_time(LIMITS.hung_seconds - 1.0)
    assert not short.done()
    bench.pass_time(1.0)
    assert isinstance(short.exception(0), WorkerHung)


@pytest.mark.parametrize("executor", [ManualExecutor, WatchedExecutor])
def test_a_hung_request_fails_and_those_behind_it_are_answered(
    executor: type[ManualExecutor],
) -> None:
    bench = Bench(executor=executor)
    bench.engine.request(dummy_run)
    bench.land()
    hung, behind = (bench.engine.request(dummy_run) for _ in range(2))
    bench.pass_time(LIMITS.hung_seconds)
    assert isinstance(hung.exception(0), WorkerHung)
    assert bench.engine.standing() == "starting"
    assert bench.executors[1].closed or bench.executors[1].broken
    bench.land()
    assert behind.result(0).step == 0
    assert bench.engine.standing() == "ready"


def test_a_starting_worker_is_given_longer() -> None:
    bench = Bench(executor=WatchedExecutor)
    first = bench.engine.request(dummy_run)
    assert bench.engine.standing() == "starting"
    bench.pass_time(LIMITS.start_seconds - 1.0)
    assert not first.done()
    executor = bench.executors[1]
    assert isinstance(executor, WatchedExecutor)
    executor.steps_done += 1  # a module was imported
    bench.pass_time(LIMITS.start_seconds - 1.0)
    assert not first.done()
    bench.pass_time(2.0)
    assert isinstance(first.exception(0), WorkerHung)


def test_a_machine_that_slept_has_hung_no_worker() -> None:
    bench = Bench()
    future = bench.engine.request(dummy_run)
    bench.now += 3600.0
    bench.engine.check(bench.now)
    assert not future.done()
    assert bench.engine.standing() == "starting"


def test_an_answer_that_comes_after_all_changes_nothing() -> None:
    class Abandoned(ManualExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            """Its task goes on."""

    bench = Bench(executor=Abandoned)
    future = bench.engine.request(dummy_run)
    bench.pass_time(LIMITS.start_seconds + 1.0)
    assert isinstance(future.exception(0), WorkerHung)
    bench.executors[1].run_next()
    assert isinstance(future.exception(0), WorkerHung)
    assert bench.engine.request(abs, -1) is not None
    bench.executors[2].run_next()


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


def test_limits_of_the_watch_are_in_order() -> None:
    with pytest.raises(ValueError, match="`hung_seconds` must be greater than 4"):
        WatchLimits(hung_seconds=4.0)
    with pytest.raises(ValueError, match="`start_seconds` must be at least 10"):
        WatchLimits(start_seconds=5.0)
