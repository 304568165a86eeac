"""The desk: newest question kept, older answers shown, long ones in slices, short waits."""

import threading
import time

import pytest
from desk_dummies import FakeWorkers, picture, seen, square, trial

from dashboard.kit.desk import MOST_PATIENCE, Desk
from dashboard.kit.questions import Question, Request


@pytest.fixture
def workers() -> FakeWorkers:
    return FakeWorkers()


@pytest.fixture
def desk(workers: FakeWorkers) -> Desk:
    return Desk(workers)


def test_a_question_is_asked_once_and_answered(desk: Desk, workers: FakeWorkers) -> None:
    for _ in range(3):
        desk.ask(picture(3))
    assert workers.asked == [("interactive", 3, None)]
    assert seen(desk) == (None, False, True)
    workers.land()
    assert seen(desk) == (9, True, False)
    assert desk.answer("picture").key == ("a", 3)
    desk.ask(picture(3))
    assert (len(workers.asked), desk.is_waiting()) == (1, False)


def test_a_name_never_asked_has_no_answer(desk: Desk) -> None:
    answer = desk.answer("nobody")
    assert (answer.value, answer.is_waiting, answer.error) == (None, False, None)
    assert not desk.is_waiting("nobody")


def test_what_was_read_changes_only_with_the_next_ask_or_settle(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(picture(3))
    workers.land()
    assert desk.answer("picture").is_waiting
    assert desk.is_waiting("picture")
    desk.settle(0)
    assert not desk.answer("picture").is_waiting


def test_an_answer_in_flight_of_the_same_identity_is_shown_then_the_newest_asked(
    desk: Desk, workers: FakeWorkers
) -> None:
    for step in (1, 2, 3):
        desk.ask(picture(step))
    assert workers.asked == [("interactive", 1, None)]
    workers.land()
    assert seen(desk) == (1, False, True)
    assert workers.asked == [("interactive", 1, None), ("interactive", 3, None)]
    workers.land()
    assert seen(desk) == (9, True, False)


def test_another_identity_drops_what_was_asked_and_shown(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(picture(1))
    workers.land()
    desk.settle(0)
    desk.ask(picture(2))
    old = workers.waiting[0][0]
    desk.ask(picture(5, run="b"))
    assert old.cancelled()
    assert seen(desk) == (None, False, True)
    workers.land()
    workers.land()
    assert seen(desk) == (25, True, False)


def test_without_an_identity_no_older_answer_will_do(desk: Desk, workers: FakeWorkers) -> None:
    for number in (1, 2):
        desk.ask(Question(name="n", key=number, request=Request(function=square, args=(number,))))
    assert workers.waiting[0][0].cancelled()
    assert [number for _, number, _ in workers.asked] == [1, 2]


def test_going_back_to_an_answer_that_is_there_asks_nothing(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(picture(1))
    workers.land()
    desk.settle(0)
    desk.ask(picture(2))
    desk.ask(picture(1))
    assert workers.waiting[0][0].cancelled()
    assert seen(desk) == (1, True, False)


def test_a_long_answer_comes_in_slices_one_in_flight_at_a_time(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(trial(7))
    shown = []
    while workers.waiting:
        assert len(workers.waiting) == 1
        workers.land()
        shown.append(seen(desk, "trial"))
    assert shown == [
        ([0, 1], True, True),
        ([0, 1, 2, 3, 4], True, True),
        ([0, 1, 2, 3, 4, 5, 6], True, False),
    ]
    assert [kind for kind, _, _ in workers.asked] == ["interactive", "training", "training"]


def test_a_long_answer_stays_with_its_worker_if_that_is_free(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(trial(9))
    while workers.waiting:
        workers.land()
        desk.settle(0)
    assert workers.preferred == [None, 1, 1]


def test_a_long_answer_goes_on_only_while_somebody_looks(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(trial(100))
    workers.land()
    assert not workers.waiting
    desk.settle(0)
    assert len(workers.waiting) == 1


def test_another_key_starts_a_long_answer_over(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(trial(7))
    workers.land()
    desk.settle(0)
    desk.ask(trial(2))
    assert workers.waiting[0][0].cancelled()
    workers.land()
    workers.land()
    assert seen(desk, "trial") == ([0, 1], True, False)


def test_deadlines_and_workers_are_passed_on(desk: Desk, workers: FakeWorkers) -> None:
    cost = Request(function=square, args=(1,), deadline=60.0, worker="training")
    desk.ask(Question(name="cost", key=1, request=cost))
    assert workers.asked == [("training", 1, 60.0)]
    workers.standings[1] = "suspect"
    assert desk.answer("cost").worker == "suspect"
    workers.land()
    desk.settle(0)
    assert desk.answer("cost").worker == "ready"


def test_settle_waits_once_for_a_key_and_only_for_its_first_part(
    desk: Desk, workers: FakeWorkers
) -> None:
    desk.ask(trial(1000))
    desk.ask(picture(1))
    waited = []
    for _ in range(2):
        start = time.monotonic()
        desk.settle(0.1)
        waited.append(time.monotonic() - start)
    assert waited[0] >= 0.1
    assert waited[1] < 0.1
    desk.ask(picture(2, run="b"))
    start = time.monotonic()
    desk.settle(60.0)
    assert MOST_PATIENCE <= 0.3
    assert MOST_PATIENCE <= time.monotonic() - start < 30.0


def test_settle_ends_with_the_answers(desk: Desk, workers: FakeWorkers) -> None:
    desk.ask(trial(1000))
    desk.ask(picture(1))
    landing = threading.Timer(0.02, lambda: (workers.land(), workers.land()))
    landing.start()
    start = time.monotonic()
    desk.settle(MOST_PATIENCE, ["picture", "trial"])
    took = time.monotonic() - start
    landing.join()
    assert desk.answer("picture").value == 1
    assert desk.answer("trial").value == [0, 1]
    assert took < MOST_PATIENCE


def test_forgotten_questions_are_cancelled(desk: Desk, workers: FakeWorkers) -> None:
    for name in ("a", "b", "c"):
        desk.ask(Question(name=name, key=1, request=Request(function=square, args=(1,))))
    desk.keep_only(["c"])
    assert [future.cancelled() for future, _, _ in workers.waiting] == [True, True, False]
    assert desk.answer("a").is_waiting is False
    assert desk.is_waiting()
