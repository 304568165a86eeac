"""The way through the course: the lesson before and the one after, and the pages to look up in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from course import ALL, with_tiny_lesson
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine, opened

import dashboard.lessons as course
from dashboard.kit.lesson import Lesson
from dashboard.kit.words import KIT, words

pytestmark = pytest.mark.usefixtures("workers")


@pytest.fixture
def with_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with with_tiny_lesson(tmp_path, monkeypatch):
        yield


def ways(app: AppTest) -> list[tuple[str, str]]:
    """Page and label of every link to a page."""
    return [(p.proto.page.rpartition("/")[2], p.proto.label) for p in app.get("page_link")]


def labelled(way: str, title: str) -> str:
    return words(KIT)("way.link", way=words(KIT)(f"way.{way}"), title=title)


def titled(lesson: Lesson) -> str:
    return words(lesson.package)("title")


@pytest.mark.usefixtures("with_tiny")
@pytest.mark.parametrize("lesson", ALL, ids=lambda lesson: lesson.name)
def test_a_lesson_ends_with_the_one_before_and_the_one_after(lesson: Lesson) -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    app.switch_page(str(course.page_of(lesson.name))).run()
    fine(app)
    order = [one for group in course.GROUPS for one in ALL if one.group == group]
    assert course.in_order() == tuple(order)
    place = order.index(lesson)
    (before, after), said = ways(app)[-2:], words(KIT)
    if place == 0:
        assert before == ("", labelled("first", said("home.title")))
    else:
        one = order[place - 1]
        assert before == (one.name, labelled("previous", titled(one)))
        assert words(one.package)("summary") in [caption.value for caption in app.caption]
    if place == len(order) - 1:
        assert after == ("exercises", labelled("last", words("dashboard.exercises")("title")))
    else:
        one = order[place + 1]
        assert after == (one.name, labelled("next", titled(one)))
        assert words(one.package)("summary") in [caption.value for caption in app.caption]


@pytest.mark.parametrize("name", course.REFERENCE)
def test_a_page_to_look_up_in_has_no_way_on_and_a_title(name: str) -> None:
    app = opened(name)
    assert not ways(app)
    own = words(course.REFERENCE[name][0])
    assert app.title[0].value == own("title")
    assert own("about")


def test_home_leads_to_the_pages_to_look_up_in() -> None:
    assert [name for name, _ in ways(opened("home"))][:2] == list(course.REFERENCE)
