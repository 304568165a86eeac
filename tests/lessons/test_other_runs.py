"""A run of one lesson in another that reads it: the way there, and what stands there."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine, opened, wait_for

import dashboard.exercises.page as exercises
import dashboard.lessons as course
from core.dataset import DatasetConfig
from core.run import Run
from core.training import new_run
from core.vae.config import VAEConfig, VAEControls
from dashboard.kit.lesson import Lesson
from dashboard.kit.sessions import run_store
from dashboard.kit.words import KIT, words
from dashboard.lessons.vae.elsewhere import EVIDENCE
from dashboard.lessons.vae.lesson import PACKAGE

pytestmark = pytest.mark.usefixtures("workers")

KIT_SAID, VAE_SAID = words(KIT), words(PACKAGE)

LESSON_SOURCE = """
from dashboard.kit.lesson import Lesson

LESSON = Lesson(
    name="{name}", package="reading_lesson", icon=":material/star:", group="likelihood",
    minutes=1, reads_runs_of=("vae",),
)
"""
LIVE_SOURCE = """
import streamlit as st

from dashboard.kit.parts import Live, Part


def draw(scene):
    run = scene.of_run
    st.markdown("on its own" if run is None else f"reads step {run.step}")
    st.button("again", key="again")


LIVE = Live(parts=(Part(draw=draw),))
"""
WORDS = """
title = "Reader"
summary = "Reads runs."
before = "A run."
after = "The same run."
opening = "Look."
explanation = "A step."
"""
PAGE_SOURCE = """
from dashboard.kit.page import show
from reading_lesson.lesson import LESSON

show(LESSON)
"""


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lesson]:
    """A lesson called as the one that integrates over latent spaces; it trains nothing."""
    package = tmp_path / "reading_lesson"
    (package / "words").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "lesson.py").write_text(LESSON_SOURCE.replace("{name}", EVIDENCE))
    (package / "live.py").write_text(LIVE_SOURCE)
    (package / "words" / "en.toml").write_text(WORDS)
    page = tmp_path / f"{EVIDENCE}.py"
    page.write_text(PAGE_SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    from reading_lesson.lesson import LESSON  # type: ignore[import-not-found]

    found = course.page_of
    others = tuple(lesson for lesson in course.LESSONS if lesson.name != EVIDENCE)
    monkeypatch.setattr(course, "LESSONS", (*others, LESSON))
    monkeypatch.setattr(course, "page_of", lambda n: page if n == EVIDENCE else found(n))
    monkeypatch.setattr(exercises, "EXERCISES", ())  # the reader answers none
    words.cache_clear()
    yield LESSON
    words.cache_clear()
    for name in ("reading_lesson", "reading_lesson.lesson", "reading_lesson.live"):
        sys.modules.pop(name, None)


def ways(app: AppTest) -> list[Any]:
    """Links that open this run elsewhere."""
    return [link.proto for link in app.get("page_link") if link.proto.query_string]


def reading(app: AppTest | None = None, **link: str) -> AppTest:
    """The reading lesson as a link opens it, in a new session or another one."""
    if app is None:
        app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    for key in list(app.query_params):
        del app.query_params[key]
    for key, value in link.items():
        app.query_params[key] = value
    app.switch_page(str(course.page_of(EVIDENCE))).run()
    fine(app)
    return app


def shown(app: AppTest) -> str:
    """What the reading lesson says that it shows."""
    said = [text.value for text in app.markdown]
    return next(text for text in said if text.startswith(("reads", "on its own")))


def linked(app: AppTest) -> str:
    """The run of another lesson that the link of the page names now; empty: none."""
    said = app.query_params.get("of", "")
    return said if isinstance(said, str) else said[0]


def run_of(app: AppTest) -> tuple[str, Run]:
    run_id = app.session_state["vae_run"]
    run = run_store().read(run_id)
    assert run is not None
    return run_id, run


def test_a_run_is_offered_to_every_lesson_that_reads_it(reader: Lesson) -> None:
    app = opened("vae")
    (way,) = ways(app)
    assert way.page.rpartition("/")[2] == reader.name
    assert way.label == KIT_SAID("readers.open", title="Reader")
    assert parse_qs(way.query_string) == {"of": [app.session_state["vae_run"]]}


def test_where_nobody_reads_its_runs_a_lesson_offers_none() -> None:
    assert not ways(opened("flow"))
    assert not ways(opened("estimators"))


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ({"mode": "autoencoder"}, VAE_SAID("elsewhere.autoencoder")),
        ({"latent": 3}, VAE_SAID("elsewhere.too_wide", most=2, L=3)),
        ({"latent": 3, "net": "linear"}, VAE_SAID("elsewhere.too_wide", most=2, L=3)),
    ],
    ids=["autoencoder", "three dimensions", "linear, three dimensions"],
)
def test_a_run_that_cannot_be_read_says_why_in_the_place_of_the_link(
    link: dict[str, object], reason: str
) -> None:
    app = opened("vae", data="digits", **link)
    assert not ways(app)
    expected = KIT_SAID("readers.why_not", title="Reader", reason=reason)
    assert [caption.value for caption in app.caption].count(expected) == 1


@pytest.mark.parametrize(
    "link",
    [{"latent": 1}, {"net": "linear"}, {"var": "heteroscedastic", "prior": "learned"}],
    ids=str,
)
def test_every_variational_run_of_two_dimensions_at_most_is_offered(
    link: dict[str, object],
) -> None:
    assert len(ways(opened("vae", data="digits", **link))) == 1


def test_what_is_offered_follows_a_reset() -> None:
    app = opened("vae", data="digits")
    app.selectbox(key="mode").set_value("autoencoder").run()
    assert len(ways(app)) == 1  # the run still is the one before
    app.button(key="reset").click().run()
    fine(app)
    assert not ways(app)


def test_a_run_of_another_session_is_read_by_link_and_stays_whose_it_is() -> None:
    run = new_run(VAEConfig(dataset=DatasetConfig(name="digits")), VAEControls())
    run_id = run_store().add(run, holder="somebody else", browser=None, page="vae")
    count = len(run_store())
    app = reading(of=run_id)
    assert shown(app) == "reads step 0"
    assert linked(app) == run_id
    assert not app.toast
    assert len(run_store()) == count  # no copy was made
    view = run_store().view(run_id, "somebody else")
    assert view is not None
    assert view.is_mine


def test_a_run_that_trains_on_is_read_as_it_stood_on_entering() -> None:
    owner = opened("vae", data="digits")
    owner.button(key="reset").click().run()
    owner.button(key="train").click().run()
    run_id, _ = run_of(owner)

    def moved_beyond(step: int) -> int:
        fine(owner.run())  # who looks lets it train
        now = run_of(owner)[1].step
        return now if now > step else 0

    wait_for(lambda: moved_beyond(0), "the run to train")
    app = reading(of=run_id)
    first = shown(app)
    step = int(first.removeprefix("reads step "))
    assert step > 0
    later = wait_for(lambda: moved_beyond(step), "the run to train on")
    app.button(key="again").click().run()
    fine(app)
    assert shown(app) == first
    assert linked(app) == run_id
    anew = int(shown(reading(of=run_id)).removeprefix("reads step "))
    assert anew >= later


def test_a_run_that_the_store_forgets_meanwhile_stays_in_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id, run = run_of(opened("vae"))
    app = reading(of=run_id)
    monkeypatch.setattr(type(run_store()), "read", lambda self, run_id: None)
    app.button(key="again").click().run()
    fine(app)
    assert shown(app) == f"reads step {run.step}"


def foreign(kind: str) -> str:
    """An id that names no run which the reading lesson reads."""
    return str(opened("flow").session_state["flow_run"]) if kind == "flow" else "nobody's"


@pytest.mark.parametrize("kind", ["unknown", "flow"])
def test_what_cannot_be_found_is_said_once_and_leaves_the_link(kind: str) -> None:
    app = reading(of=foreign(kind))
    assert shown(app) == "on its own"
    assert [toast.value for toast in app.toast] == [KIT_SAID("run.of_not_found")]
    assert not linked(app)
    app.button(key="again").click().run()
    assert not app.toast


def test_a_lesson_that_reads_no_runs_names_what_it_does_not_know() -> None:
    run_id, _ = run_of(opened("vae"))
    app = opened("flow", of=run_id)
    assert any("`of`" in warning.value for warning in app.warning)


def test_the_way_leads_where_the_link_says() -> None:
    app = opened("vae")
    (way,) = ways(app)
    found = parse_qs(way.query_string)["of"][0]
    assert shown(reading(app, of=found)) == f"reads step {run_of(app)[1].step}"
