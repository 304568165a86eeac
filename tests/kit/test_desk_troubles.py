"""The desk: lost and hung workers, exceptions, two threads at once."""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from desk_dummies import FakeWorkers, divide, picture, seen, square, trial

from core.execution.config import EngineConfig
from core.execution.engine import Engine
from core.execution.outcomes import EngineClosed, WorkerHung
from dashboard.kit.desk import Desk
from dashboard.kit.questions import Answer, Failure, Question, Request
from dashboard.kit.slot import ATTEMPTS, Slot


@pytest.fixture
def workers() -> FakeWorkers:
    return FakeWorkers()


@pytest.fixture
def desk(workers: FakeWorkers) -> Desk:
    return Desk(workers)


def test_a_lost_slice_is_asked_again_and_none_counts_twice(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(trial(7))
    for _ in range(3):
        workers.lose()
        desk.settle(0)
        workers.land()
        desk.settle(0)
    assert seen(desk, "trial") == ([0, 1, 2, 3, 4, 5, 6], True, False)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(BrokenExecutor("gone"), "lost", id="lost"),
        pytest.param(WorkerHung("still"), "hung", id="hung"),
    ],
)
def test_a_question_is_asked_at_most_three_times(
    desk: Desk, workers: FakeWorkers, error: Exception, kind: str
) -> None:
    desk.ask(picture(3))
    for attempt in range(1, ATTEMPTS + 1):
        assert (len(workers.asked), desk.answer("picture").error) == (attempt, None)
        workers.lose(error)
        desk.settle(0)
    failure = desk.answer("picture").error
    assert failure is not None
    assert (failure.kind, failure.type) == (kind, type(error).__name__)
    assert str(failure) == f"its worker was {kind} again and again"
    desk.ask(picture(3))
    assert (len(workers.asked), seen(desk)) == (ATTEMPTS, (None, False, False))


def test_newer_keys_do_not_lose_workers_for_ever(desk: Desk, workers: FakeWorkers) -> None:
    for step in range(1, 5 * ATTEMPTS + 1):
        desk.ask(picture(step))
        if workers.waiting:
            workers.lose()
        desk.settle(0)
        if desk.answer("picture").error is not None:
            break
    assert len(workers.asked) == ATTEMPTS


def test_an_exception_is_kept_until_the_key_changes(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(picture(0, function=divide))
    workers.land()
    desk.settle(0)
    desk.ask(picture(0, function=divide))
    expected = Failure(kind="failed", type="ZeroDivisionError", text="division by zero")
    assert (desk.answer("picture").error, len(workers.asked)) == (expected, 1)
    assert str(expected) == "ZeroDivisionError: division by zero"
    desk.ask(picture(4, function=divide))
    workers.land()
    assert seen(desk) == (0.25, True, False)
    assert desk.answer("picture").error is None


def test_an_exception_of_an_older_key_is_nobodys_error(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(picture(0, function=divide))
    desk.ask(picture(2, function=divide))
    workers.land()
    assert seen(desk) == (None, False, True)
    workers.land()
    assert seen(desk) == (0.5, True, False)


@pytest.mark.parametrize("broken", ["following", "merge"])
def test_what_a_lesson_wrote_may_fail(desk: Desk, workers: FakeWorkers, broken: str) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("mine")

    parts: dict[str, Any] = {"following": lambda done: Request(function=square, args=(2,))}
    desk.ask(
        Question(
            name="q",
            key=1,
            request=Request(function=square, args=(1,)),
            **(parts | {broken: fail}),
        )
    )
    for _ in range(2):
        if workers.waiting:
            workers.land()
        desk.settle(0)
    assert desk.answer("q").error == Failure(kind="failed", type="KeyError", text="'mine'")


def test_a_closed_engine_is_an_error_and_no_exception(desk: Desk, workers: FakeWorkers) -> None:
    workers.refusal = EngineClosed("the engine is shut down")
    desk.ask(picture(1))
    failure = desk.answer("picture").error
    assert failure is not None
    assert failure.kind == "closed"
    assert not desk.is_waiting()


def test_a_question_dropped_while_it_is_submitted_is_cancelled(workers: FakeWorkers) -> None:
    desk = Desk(workers)
    take = workers._take

    def slow(*args: Any) -> Future[Any]:
        future = take(*args)
        workers._take = take  # type: ignore[method-assign]
        desk.ask(picture(2, run="b"))  # what another thread might do just now
        return future

    workers._take = slow  # type: ignore[method-assign]
    desk.ask(picture(1))
    assert [future.cancelled() for future, _, _ in workers.waiting] == [True, False]


def thread_executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1)


def wobble(number: int) -> int:
    """A moment's work, which now and then loses its worker or fails."""
    time.sleep(0.0005)
    if number % 11 == 3:
        raise BrokenExecutor("lost")
    if number % 7 == 5:
        raise ValueError("no such number")
    return number * number


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads change all the time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_storms_from_two_threads_leave_a_whole_desk() -> None:
    engine = Engine(EngineConfig(num_workers=2), factory=thread_executor)
    desk, troubles = Desk(engine), []

    def storm(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(300):
                number = chance.randrange(20)
                where = chance.choice(["interactive", "training"])
                desk.ask(
                    Question(
                        name=chance.choice("abc"),
                        key=number,
                        identity=number % 2,
                        request=Request(function=wobble, args=(number,), worker=where),
                    )
                )
                act: Callable[[], Any] = chance.choice(
                    [
                        lambda: desk.settle(0.001),
                        lambda: desk.answer("a"),
                        lambda: desk.is_waiting(),
                        lambda: desk.keep_only(["a", "b"]),
                        lambda: desk.keep_only(["b", "c"]),
                    ]
                )
                act()
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=storm, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert not troubles
    for name, number in (("a", 4), ("b", 6), ("c", 3)):
        desk.ask(Question(name=name, key=number, request=Request(function=wobble, args=(number,))))
    end = time.monotonic() + 30.0
    while desk.is_waiting() and time.monotonic() < end:
        desk.settle(0.01)
    assert summary(desk.answer("a")) == (16, True, None)
    assert summary(desk.answer("b")) == (36, True, None)
    assert summary(desk.answer("c")) == (None, False, "lost")
    engine.shutdown()


def summary(answer: Answer) -> tuple[Any, bool, str | None]:
    return answer.value, answer.is_current, answer.error.kind if answer.error else None


def test_two_threads_that_ask_the_same_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(slot: Slot) -> Request | None:
        found = due.__get__(slot)
        time.sleep(0.001)  # in which another thread would come, if it could
        return found

    due = Slot.__dict__["due"]
    monkeypatch.setattr(Slot, "due", property(slowly))
    workers, rounds = FakeWorkers(), 50
    desk, barrier = Desk(workers), threading.Barrier(2)

    def ask() -> None:
        for number in range(rounds):
            barrier.wait()
            desk.ask(picture(number, run=str(number)))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert [number for _, number, _ in workers.asked] == list(range(rounds))
    assert [future.cancelled() for future, _, _ in workers.waiting] == [True] * (rounds - 1) + [
        False
    ]
