"""Who may command a run, what a link opens, and how much the store keeps."""

import pytest
from execution_dummies import Bench, dummy_run, seen

from core.execution.limits import StoreLimits
from core.execution.outcomes import NotTheHolder, UnknownRun
from core.execution.store import LEASE_SECONDS


def test_commands_are_for_the_holder() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="dummy")
    for command in (bench.store.play, bench.store.pause, bench.store.step_once):
        with pytest.raises(NotTheHolder):
            command(run_id, "bob")
    with pytest.raises(NotTheHolder):
        bench.store.set_controls(run_id, "bob", 2.0)
    with pytest.raises(NotTheHolder):
        bench.store.replace_run(run_id, "bob", dummy_run())
    with pytest.raises(UnknownRun, match="no run 'gone'"):
        bench.store.play("gone", "alice")


def test_watching_the_run_of_another_changes_nothing() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.now = LEASE_SECONDS + 1
    bench.land()
    view = bench.store.watch(run_id, "bob")
    assert view is not None
    assert (view.is_mine, view.training, bench.in_flight) == (False, False, 0)
    assert bench.store.watch("gone", "bob") is None


@pytest.mark.parametrize(
    ("gone", "browser", "resumes"),
    [
        pytest.param("released", "A", True, id="same browser after a reload"),
        pytest.param("lease over", "A", True, id="same browser, lost session"),
        pytest.param("no", "A", False, id="second tab"),
        pytest.param("released", "B", False, id="another browser"),
        pytest.param("released", None, False, id="unknown browser"),
    ],
)
def test_a_link_resumes_or_forks(gone: str, browser: str | None, resumes: bool) -> None:
    bench = Bench()
    run_id = bench.playing(holder="alice", browser="A")
    bench.land()
    if gone == "released":
        bench.store.release("alice")
    if gone == "lease over":
        bench.now += LEASE_SECONDS
    opened = bench.store.open(run_id, holder="new", browser=browser, page="dummy")
    assert opened is not None
    assert (opened == run_id) is resumes
    view = seen(bench.store, opened, "new")
    assert view.is_mine
    assert view.phase == ("running" if resumes else "paused")
    assert view.run.step == 10


def test_a_fork_leaves_the_original_alone_and_can_be_forked() -> None:
    bench = Bench(num_workers=3)
    original = bench.playing()
    bench.land()
    fork = bench.store.open(original, holder="bob", browser="B", page="dummy")
    assert fork is not None
    second = bench.store.open(fork, holder="carol", browser="C", page="dummy")
    assert second is not None
    assert len({original, fork, second}) == 3
    bench.store.play(second, "carol", until_step=13)
    bench.executors[0].run_next()
    bench.executors[1].run_next()
    steps = [seen(bench.store, run_id).run.step for run_id in (original, fork, second)]
    assert steps == [20, 10, 13]
    assert seen(bench.store, original, "alice").is_mine


def test_the_holder_opens_its_own_run_and_unknown_runs_are_unknown() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser=None, page="dummy")
    assert bench.store.open(run_id, holder="alice", browser=None, page="dummy") == run_id
    assert bench.store.open("gone", holder="alice", browser="A", page="dummy") is None


def test_a_released_run_stops_and_another_session_can_take_it_mid_slice() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.store.release("alice")
    assert bench.store.open(run_id, holder="new", browser="A", page="dummy") == run_id
    bench.store.watch(run_id, "new")
    assert bench.in_flight == 1
    bench.land()
    assert (seen(bench.store, run_id).run.step, bench.in_flight) == (10, 1)
    bench.store.release("new")
    bench.land()
    assert bench.in_flight == 0


def test_the_store_is_bounded_in_number_age_and_bytes() -> None:
    limits = StoreLimits(max_runs=3, max_bytes=3000, max_age_seconds=100)
    bench = Bench(limits=limits)
    ids = []
    for index in range(4):
        ids.append(bench.store.add(dummy_run(), holder=f"{index}", browser=None, page="dummy"))
        bench.now += 1
        bench.store.watch(ids[0], "0")
    assert [bench.store.view(run_id) is None for run_id in ids] == [False, True, False, False]
    big = bench.store.add(dummy_run(size=500), holder="big", browser=None, page="dummy")
    assert bench.store.view(big) is not None
    assert len(bench.store) == 1
    bench.now += 101
    bench.store.sweep()
    assert len(bench.store) == 0


def test_a_slice_of_a_forgotten_run_comes_back_to_nothing() -> None:
    bench = Bench(limits=StoreLimits(max_age_seconds=10))
    bench.playing()
    bench.now += 11
    bench.store.sweep()
    bench.land()
    assert (len(bench.store), bench.in_flight) == (0, 0)


def test_one_step_asked_for_while_a_slice_is_in_flight_is_one_step_more() -> None:
    bench = Bench()
    run_id = bench.playing()
    bench.store.pause(run_id, "alice")
    bench.store.step_once(run_id, "alice")
    bench.land()
    assert seen(bench.store, run_id).run.step == 10
    bench.land()
    assert seen(bench.store, run_id).run.step == 11
    assert seen(bench.store, run_id).phase == "paused"


def test_two_quick_clicks_on_one_step_are_two_steps() -> None:
    bench = Bench()
    run_id = bench.store.add(dummy_run(), holder="alice", browser="A", page="dummy")
    for _ in range(2):
        bench.store.step_once(run_id, "alice")
    bench.land()
    bench.land()
    assert seen(bench.store, run_id).run.step == 2
    assert seen(bench.store, run_id).phase == "paused"


def test_a_reset_makes_another_generation_of_the_run() -> None:
    bench = Bench()
    run_id = bench.playing()
    before = seen(bench.store, run_id).generation
    bench.store.replace_run(run_id, "alice", dummy_run())
    assert seen(bench.store, run_id).generation == before + 1
