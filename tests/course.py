"""The lessons that every derived test runs on: those of the course, and the tiny one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "kit"))  # workers find the tiny lesson there, too

from tiny_lesson.lesson import LESSON as TINY

import dashboard.lessons as course
from dashboard.kit.lesson import Lesson

ALL: tuple[Lesson, ...] = (*course.LESSONS, TINY)

PACKAGES = tuple(
    [lesson.package for lesson in ALL] + [package for package, _ in course.REFERENCE.values()]
)
"""Every package of words besides the kit's."""

TINY_PAGE = """
from dashboard.kit.page import show
from tiny_lesson.lesson import LESSON

show(LESSON)
"""


@contextmanager
def with_tiny_lesson(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app has one more lesson, whose page stands in ``folder``."""
    page = folder / "tiny.py"
    page.write_text(TINY_PAGE)
    found = course.page_of
    patch.setattr(course, "LESSONS", ALL)
    patch.setattr(course, "page_of", lambda name: page if name == "tiny" else found(name))
    yield
