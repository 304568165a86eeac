"""The page of the walked lesson, and what stands on it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine
from walked_lesson.lesson import LESSON

import dashboard.lessons as course
from core.execution.view import RunView
from dashboard.kit.sessions import run_store

PAGE = """
from dashboard.kit.page import show
from walked_lesson.lesson import LESSON

show(LESSON)
"""


@contextmanager
def walked_page(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The app has the walked lesson, too."""
    page = folder / "walked.py"
    page.write_text(PAGE)
    found = course.page_of
    patch.setattr(course, "LESSONS", (*course.LESSONS, LESSON))
    patch.setattr(course, "page_of", lambda name: page if name == "walked" else found(name))
    yield page


def opened_walk(page: Path, **link: str) -> AppTest:
    """The page as a link opens it, in a new session."""
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    for key, value in link.items():
        app.query_params[key] = value
    app.switch_page(str(page)).run()
    fine(app)
    return app


def link_of(app: AppTest) -> dict[str, str]:
    """The query of the address."""
    asked = app.query_params
    return {key: v if isinstance(v := asked[key], str) else v[0] for key in asked}


def state(app: AppTest) -> Any:
    return app.session_state["walked_state"]


def view(app: AppTest, name: str = "") -> RunView:
    """A run as it stands; to look here lets nothing train."""
    found = run_store().view(app.session_state[f"walked_{name}_run" if name else "walked_run"])
    assert found is not None
    return found


def press(app: AppTest, key: str) -> None:
    """A click; the test shows only a fragment where that alone is drawn, so the page again."""
    fine(app.button(key=key).click().run())
    if not any(button.key == "reset" for button in app.button):
        fine(app.run())


def choose(app: AppTest, key: str, value: str) -> None:
    fine(app.segmented_control(key=key).set_value(value).run())


def facts(app: AppTest) -> str:
    """What the strip says of the run, without markup."""
    bodies = [part.proto.body for part in app.get("html")]
    return re.sub(
        r"<[^>]*>", "", next(body for body in bodies if "run-facts" in body and "step" in body)
    )
