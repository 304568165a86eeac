"""The live part of a page: when it comes by again."""

from types import SimpleNamespace
from typing import Any

from desk_dummies import FakeWorkers, square

from dashboard.kit.desk import Desk
from dashboard.kit.live import leaves_open
from dashboard.kit.parts import Part
from dashboard.kit.questions import Question, Request


def chained(scene: Any) -> list[Question]:
    """The square of 3; once that is known, its square."""
    asked, found = {"first": 3}, scene.desk.answer("first").value
    if found is not None:
        asked["second"] = found
    return [
        Question(name=name, key=of, request=Request(function=square, args=(of,)))
        for name, of in asked.items()
    ]


def test_a_page_comes_by_again_for_what_an_answer_raised() -> None:
    workers, part = FakeWorkers(), Part(draw=lambda scene: None, ask=chained)
    scene: Any = SimpleNamespace(desk=Desk(workers))
    found = []
    for _ in range(3):
        asked = part.ask(scene)
        for question in asked:
            scene.desk.ask(question)
        while workers.waiting:  # every answer is there in the moment that the page waits
            workers.land()
        scene.desk.settle(0)
        found.append((leaves_open(scene, part, asked), scene.desk.answer("second").value))
    assert found == [(True, None), (False, 81), (False, 81)]
