"""The live part of a page: what it asks before it is drawn."""

from types import SimpleNamespace
from typing import Any

import pytest
from desk_dummies import FakeWorkers, square

from dashboard.kit.desk import Desk
from dashboard.kit.live import settled
from dashboard.kit.parts import Part
from dashboard.kit.questions import Question, Request


class QuickWorkers(FakeWorkers):
    """Answers in the moment that is asked."""

    def _take(self, *asked: Any) -> Any:
        future = super()._take(*asked)
        self.land()
        return future


def chained(scene: Any) -> list[Question]:
    """The square of 3; once that is known, its square."""
    asked, found = {"first": 3}, scene.desk.answer("first").value
    if found is not None:
        asked["second"] = found
    return [
        Question(name=name, key=of, request=Request(function=square, args=(of,)))
        for name, of in asked.items()
    ]


@pytest.mark.parametrize("is_quick", [True, False])
def test_what_an_answer_raises_is_asked_in_the_same_breath(is_quick: bool) -> None:
    scene: Any = SimpleNamespace(desk=Desk(QuickWorkers() if is_quick else FakeWorkers()))
    asked = settled(scene, Part(draw=lambda _: None, ask=chained), patience=0.0)
    assert [question.name for question in asked] == ["first", "second"][: 1 + is_quick]
    assert scene.desk.is_waiting() is not is_quick  # then the page comes by again
    assert scene.desk.answer("second").value == (81 if is_quick else None)
