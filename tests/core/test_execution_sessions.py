"""Several runs of one session on one page, beside those of others."""

from collections import Counter

import pytest
from execution_dummies import Bench, dummy_run, seen

from core.execution.store import LEASE_SECONDS


def test_a_session_trains_the_runs_of_one_page_at_a_time() -> None:
    bench = Bench(num_workers=1)
    first = bench.playing(page="vae")
    second = bench.playing(page="flow")
    bench.land()
    bench.land()
    steps = [seen(bench.store, run_id).run.step for run_id in (first, second)]
    assert (steps, bench.in_flight) == ([10, 10], 1)
    bench.store.watch(first, "alice")
    bench.land()
    bench.land()
    steps = [seen(bench.store, run_id).run.step for run_id in (first, second)]
    assert steps == [20, 20]


def test_a_worker_to_spare_does_not_train_the_page_that_was_left() -> None:
    bench = Bench(num_workers=2)
    left = bench.playing(page="vae")
    watched = bench.playing(page="flow")
    for executor in bench.executors[:2]:  # what was in flight when the page was left
        if executor.waiting:
            executor.run_next()
    steps = seen(bench.store, left).run.step
    for _ in range(6):
        assert bench.in_flight == 1
        bench.land()
    assert seen(bench.store, left).run.step == steps == 10
    assert seen(bench.store, watched).run.step >= 60


def test_two_runs_of_one_page_train_side_by_side() -> None:
    bench = Bench(num_workers=2)
    runs = [bench.playing(), bench.playing()]
    assert [len(executor.waiting) for executor in bench.executors] == [1, 1, 0]
    for executor in bench.executors[:2]:
        for _ in range(3):
            executor.run_next()
    assert [seen(bench.store, run_id).run.step for run_id in runs] == [30, 30]


@pytest.mark.parametrize("num_runs", [2, 4])
def test_the_runs_of_one_session_take_turns_on_one_worker(num_runs: int) -> None:
    bench = Bench(num_workers=1)
    runs = [bench.playing() for _ in range(num_runs)]
    for _ in range(4 * num_runs):
        assert bench.in_flight == 1
        bench.land()
    assert [seen(bench.store, run_id).run.step for run_id in runs] == [40] * num_runs


def test_a_session_with_many_runs_leaves_the_others_their_share() -> None:
    bench = Bench(num_workers=2)
    many = [bench.playing(holder="alice") for _ in range(4)]
    one = bench.playing(holder="bob", browser="B")
    for _ in range(40):
        for executor in list(bench.executors[:2]):
            if executor.waiting:
                executor.run_next()
        assert 2 <= sum(member.load for member in bench.engine._members) <= 3
    steps = Counter({run_id: seen(bench.store, run_id).run.step for run_id in (*many, one)})
    assert steps[one] >= 0.45 * steps.total()
    assert min(steps[run_id] for run_id in many) >= 0.2 * sum(steps[run_id] for run_id in many)


def test_idle_workers_go_to_the_session_that_has_more_runs() -> None:
    bench = Bench(num_workers=3)
    many = [bench.playing(holder="alice") for _ in range(2)]
    bench.playing(holder="bob", browser="B")
    assert sum(len(executor.waiting) for executor in bench.executors) == 3
    bench.store.release("bob")
    for _ in range(3):
        bench.land()
    assert {seen(bench.store, run_id).training for run_id in many} == {True}


def test_a_run_opens_on_its_own_page_only() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="vae")
    for holder, browser in (("alice", "A"), ("bob", "B")):
        assert bench.store.open(run_id, holder=holder, browser=browser, page="flow") is None
    assert bench.store.open(run_id, holder="alice", browser="A", page="vae") == run_id
    assert len(bench.store) == 1


def test_a_run_of_another_configuration_is_not_opened() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="vae")
    whose = {"holder": "alice", "browser": "A", "page": "vae"}
    assert bench.store.open(run_id, **whose, config_type=int) is None
    assert bench.store.open(run_id, **whose, config_type=str) == run_id


def test_a_copy_belongs_to_the_same_page() -> None:
    bench = Bench()
    run_id = bench.playing(page="vae")
    copy = bench.store.open(run_id, holder="bob", browser="B", page="vae")
    assert copy not in (None, run_id)
    assert bench.store.open(copy, holder="bob", browser="B", page="flow") is None


def test_a_run_that_is_read_stays_whose_it_is_and_is_not_forgotten() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.now = LEASE_SECONDS - 0.1
    run = bench.store.read(run_id)
    assert run is seen(bench.store, run_id).run
    bench.now = LEASE_SECONDS + 0.1
    bench.land()
    assert bench.in_flight == 0  # being read renewed no lease
    assert seen(bench.store, run_id, "alice").is_mine
    for _ in range(3):
        bench.now += 0.9 * 3600.0
        assert bench.store.read(run_id) is not None
        bench.store.sweep()
    bench.now += 3601.0
    bench.store.sweep()
    assert bench.store.read(run_id) is None
