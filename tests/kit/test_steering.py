"""Of several runs the strip steers the one that the choices name; the others wait."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine, wait_for
from walked_lesson.lesson import LESSON
from walked_pages import choose, facts, link_of, opened_walk, press, state, view, walked_page

from core.execution.store import LEASE_SECONDS
from dashboard.kit.lesson import Lesson, Training
from dashboard.kit.sessions import run_store
from dashboard.kit.words import words

pytestmark = pytest.mark.usefixtures("workers")

SAID = words("walked_lesson")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with walked_page(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def app(page: Path) -> AppTest:
    return opened_walk(page)


def at(app: AppTest, name: str, step: int) -> None:
    drawn_until(app, lambda: view(app, name).run.step >= step, f"step {step} of '{name}'")
    fine(app.run())


def waiting(app: AppTest) -> bool:
    return any("Waiting for" in box.value for box in app.info)


def test_runs_have_names_of_their_own() -> None:
    part = LESSON.training[0]
    with pytest.raises(ValueError, match="different names"):
        Lesson(
            name="a",
            package="a",
            icon="",
            group="",
            minutes=1,
            training=(part, Training(config=part.config, controls=part.controls)),
        )


@pytest.mark.parametrize("option", ["tab", "quiet"])
def test_the_strip_shows_the_run_that_was_chosen(app: AppTest, option: str) -> None:
    """Whether the whole page is drawn for it, or only the part that shows it."""
    press(app, "step")
    at(app, "", 1)
    assert facts(app) == "one step 1"
    choose(app, option, "two")
    assert facts(app).startswith("two step")
    assert app.button(key="train").help == SAID("train_help_two")
    at(app, "two", 12)
    assert facts(app) == "two step 12"
    choose(app, option, "one")
    assert facts(app) == "one step 1"
    assert app.button(key="train").help == SAID("train_help")


def test_a_run_that_nobody_looked_at_trains_a_bit_when_it_is_opened(app: AppTest) -> None:
    fine(app.run())
    assert (view(app, "two").run.step, view(app, "two").phase) == (0, "paused")
    assert "run_two" not in link_of(app)
    choose(app, "tab", "two")
    assert link_of(app)["run_two"] == view(app, "two").run_id
    at(app, "two", 12)
    assert view(app, "two").phase == "paused"
    assert view(app).run.step == 0
    press(app, "reset")
    choose(app, "tab", "one")
    choose(app, "tab", "two")
    fine(app.run())
    assert view(app, "two").run.step == 0  # only when it is opened first


def test_a_run_that_nobody_looked_at_is_of_what_is_chosen(app: AppTest) -> None:
    app.select_slider(key="rows").set_value(64).run()
    assert waiting(app)  # the first, which is looked at
    assert view(app, "two").run.config.batch_size == 64
    choose(app, "tab", "two")
    assert not waiting(app)
    at(app, "two", 12)
    app.select_slider(key="rows").set_value(512).run()
    assert waiting(app)
    assert view(app, "two").run.config.batch_size == 64


def test_a_reload_finds_the_runs_that_were_looked_at(page: Path, app: AppTest) -> None:
    again = opened_walk(page, **link_of(app))
    choose(again, "tab", "two")
    at(again, "two", 12)  # it was never opened before
    third = opened_walk(page, **link_of(again))
    assert facts(third).startswith("two step 12")
    assert not third.warning


def test_a_run_that_is_not_looked_at_waits_and_goes_on_when_it_is(app: AppTest) -> None:
    choose(app, "tab", "two")
    at(app, "two", 12)
    press(app, "train")
    at(app, "two", 40)
    choose(app, "tab", "one")
    wait_for(lambda: not view(app, "two").training, "the lease to end")
    stood = view(app, "two").run.step
    end = time.monotonic() + 1.5 * LEASE_SECONDS
    while time.monotonic() < end:
        fine(app.run())  # looking at the page is not looking at this run
        assert not view(app, "two").training
    assert view(app, "two").run.step == stood
    assert app.button(key="train").disabled is False  # of the first
    choose(app, "tab", "two")
    assert app.button(key="train").disabled
    at(app, "two", stood + 1)
    press(app, "pause")


def test_commands_go_to_the_steered_run(app: AppTest) -> None:
    choose(app, "tab", "two")
    at(app, "two", 12)
    press(app, "step")
    at(app, "two", 13)
    assert view(app).run.step == 0
    app.select_slider(key="rate").set_value(1.0).run()
    assert view(app, "two").controls.learning_rate == 1.0
    assert view(app).controls.learning_rate != 1.0
    choose(app, "tab", "one")
    assert view(app).controls.learning_rate == 1.0  # once it is looked at again
    assert app.number_input(key="until_walked") is not None


def test_an_experiment_trains_the_run_that_its_choices_steer(app: AppTest) -> None:
    press(app, "preset_second")
    assert state(app).shown == "second"
    at(app, "two", 30)
    assert (view(app, "two").run.step, view(app).run.step) == (30, 0)
    assert any(SAID("presets.second.shows") in text.value for text in app.markdown)
    choose(app, "tab", "one")
    assert any(SAID("presets.second.shows") in text.value for text in app.markdown)
    press(app, "preset_first")
    at(app, "", 20)
    assert (view(app, "two").run.step, view(app).run.step) == (30, 20)


def test_a_link_to_an_experiment_trains_as_far_as_it_does(page: Path) -> None:
    app = opened_walk(page, shows="second", tab="two", rows="64")
    assert view(app, "two").until_step == 30
    at(app, "two", 30)
    assert state(app).shown == "second"
    other = opened_walk(page, shows="second", rows="64")  # the experiment, seen elsewhere
    assert view(other, "two").run.step == 0
    choose(other, "tab", "two")
    at(other, "two", 30)


def test_undo_brings_back_the_run_that_was_replaced(app: AppTest) -> None:
    choose(app, "tab", "two")
    at(app, "two", 12)
    choose(app, "tab", "one")
    press(app, "preset_second")
    at(app, "two", 30)
    press(app, f"undo_{state(app).trail.turn}")
    assert facts(app).startswith("one step")
    assert view(app, "two").run.step == 12


def test_a_run_is_compared_with_one_of_its_own_name(app: AppTest) -> None:
    press(app, "preset_first")
    at(app, "", 20)
    press(app, "preset_second")
    at(app, "two", 30)
    assert not state(app).overlays
    app.select_slider(key="rows").set_value(512).run()
    press(app, "reset")
    (overlay,) = state(app).overlays
    assert (overlay.name, overlay.preset) == ("two", "second")
    assert app.button(key="forget_1") is not None
    choose(app, "tab", "one")
    press(app, "reset")
    assert {overlay.name for overlay in state(app).overlays} == {"", "two"}
    choose(app, "tab", "two")
    assert not any(button.key == "forget_2" for button in app.button)


def test_what_no_choice_says_stays_when_the_run_starts_over(app: AppTest) -> None:
    press(app, "step")
    at(app, "", 1)
    press(app, "freeze")
    assert view(app, "two").run.config.origin == "step 1"
    choose(app, "tab", "two")
    assert view(app, "two").run.step == 0  # it has been set up on purpose
    assert not waiting(app)
    app.select_slider(key="rows").set_value(64).run()
    assert waiting(app)
    press(app, "reset")
    assert not waiting(app)
    assert view(app, "two").run.config.origin == "step 1"
    assert view(app, "two").run.config.batch_size == 64
    press(app, "preset_second")
    assert view(app, "two").run.config.origin == "nowhere"  # as the experiment says


def test_a_run_of_the_session_that_is_gone_starts_anew(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(app, "tab", "two")
    at(app, "two", 12)
    lost = view(app, "two").run_id
    del run_store()._seats[lost]
    fine(app.run())
    assert view(app, "two").run_id != lost
    at(app, "two", 12)
