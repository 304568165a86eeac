"""Undo, defaults, the experiment that a link names, how far a run trains: through the page."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine, opened

from dashboard.kit.heard import HEARD
from dashboard.kit.lesson import Lesson
from dashboard.kit.sessions import run_store
from dashboard.kit.words import KIT, words
from dashboard.lessons import LESSONS
from dashboard.lessons.estimators.lesson import LESSON as ESTIMATORS
from dashboard.lessons.flow.lesson import LESSON as FLOW
from dashboard.lessons.vae.lesson import LESSON as VAE

pytestmark = pytest.mark.usefixtures("workers")

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])


def state(app: AppTest, lesson: Lesson) -> Any:
    return app.session_state[f"{lesson.name}_state"]


def link(app: AppTest) -> dict[str, str]:
    asked = app.query_params
    return {key: v if isinstance(v := asked[key], str) else v[0] for key in asked}


def is_said(app: AppTest, lesson: Lesson, name: str) -> bool:
    shows = words(lesson.package)(f"presets.{name}.shows")
    return any(shows in text.value for text in app.markdown)


def undo_button(app: AppTest) -> Any:
    """Its key is another after every undo."""
    return next(found for found in app.button if str(found.key).startswith("undo_"))


def press(app: AppTest, key: str) -> None:
    found = undo_button(app) if key == "undo" else app.button(key=key)
    fine(found.click().run())


@every_lesson
def test_an_experiment_is_undone_with_its_view_and_its_sentence(lesson: Lesson) -> None:
    app = opened(lesson.name)
    first, second = list(lesson.presets)[1:3]
    press(app, f"preset_{first}")
    before = dict(state(app, lesson).choices)
    press(app, f"preset_{second}")
    assert state(app, lesson).choices != before
    title = words(lesson.package)(f"presets.{second}.title")
    assert title in undo_button(app).help
    told = state(app, lesson).opening["nonce"]
    press(app, "undo")
    assert state(app, lesson).choices == before
    assert state(app, lesson).opening["nonce"] == told + 1
    assert is_said(app, lesson, first)
    for key in (key for key in before if key in app.session_state):
        drawn = app.session_state[key]
        assert (tuple(drawn) if isinstance(drawn, list) else drawn) == before[key], key
    press(app, "undo")
    assert state(app, lesson).choices == lesson.defaults
    assert undo_button(app).disabled
    assert not any("Waiting for" in box.value for box in app.info) or lesson.training


@every_lesson
def test_defaults_put_everything_back_and_can_be_undone(lesson: Lesson) -> None:
    app = opened(lesson.name)
    assert app.button(key="defaults").disabled
    name = list(lesson.presets)[1]
    press(app, f"preset_{name}")
    chosen = dict(state(app, lesson).choices)
    press(app, "defaults")
    assert state(app, lesson).choices == lesson.defaults
    assert set(link(app)) <= set(lesson.run_keys)
    assert not is_said(app, lesson, name)
    assert app.button(key="defaults").disabled
    press(app, "undo")
    assert state(app, lesson).choices == chosen
    assert is_said(app, lesson, name)


def test_an_undone_experiment_gives_back_the_run_that_it_replaced() -> None:
    app = opened("vae")
    run_id = app.session_state["vae_run"]
    before = run_store().read(run_id)
    press(app, "preset_ppca")
    assert run_store().read(run_id) is not before
    press(app, "undo")
    assert run_store().read(run_id) is before
    assert not any("Waiting for" in box.value for box in app.info)
    press(app, "reset")
    assert run_store().read(run_id) is not before
    assert words(KIT)("tools.run") in undo_button(app).help
    press(app, "undo")
    assert run_store().read(run_id) is before


@every_lesson
def test_a_link_opens_on_the_sentence_of_its_experiment(lesson: Lesson) -> None:
    app = opened(lesson.name)
    name = list(lesson.presets)[2]
    press(app, f"preset_{name}")
    sent = link(app)
    assert sent["shows"] == name
    other = opened(lesson.name, **sent)
    assert is_said(other, lesson, name)
    assert not other.warning
    assert link(other)["shows"] == name


def test_an_experiment_is_not_named_once_its_choices_are_others() -> None:
    app = opened("vae", shows="collapse", beta="500")
    assert is_said(app, VAE, "collapse")
    app = opened("vae", shows="collapse", beta="5")
    assert not is_said(app, VAE, "collapse")
    assert "shows" not in link(app)
    app = opened("vae", shows="collapse", beta="500", panel="units")
    assert is_said(app, VAE, "collapse")  # the view is the visitor's
    app = opened("vae", shows="nothing")
    assert any("`shows` = `nothing`" in box.value for box in app.warning)


def test_an_experiment_is_not_named_over_a_run_of_another() -> None:
    app = opened("vae")
    press(app, "preset_ppca")
    run_id = link(app)["run"]
    other = opened("vae", shows="collapse", beta="500", run=run_id)
    assert not is_said(other, VAE, "collapse")


def test_a_link_to_an_experiment_without_its_run_trains_as_far_as_that_does() -> None:
    app = opened("vae", shows="collapse", beta="500")
    view = run_store().view(app.session_state["vae_run"])
    assert view is not None
    assert view.until_step == VAE.presets["collapse"].train_steps


def test_training_stops_at_the_step_that_was_typed_and_says_so() -> None:
    app = opened("flow", layer="affine-made", k="1")
    drawn_until(app, lambda: app.caption, "the page")
    press(app, "reset")
    app.number_input(key="until_flow").set_value(40).run()
    press(app, "train")
    run_id = app.session_state["flow_run"]

    def has_stopped() -> bool:
        view = run_store().view(run_id)
        return view is not None and view.phase == "paused" and view.run.step == 40

    drawn_until(app, has_stopped, "step 40")
    fine(app.run())
    reached = words(KIT)("message.reached", step="40")
    assert any(reached in text.value for text in app.caption)
    press(app, "train")
    assert any("the run stands at step 40 already" in box.value for box in app.warning)
    press(app, "step")
    drawn_until(app, lambda: (run_store().read(run_id) or 0) and _step(run_id) == 41, "one step")
    fine(app.run())
    assert not any("stopped by itself" in text.value for text in app.caption)


def _step(run_id: str) -> int:
    run = run_store().read(run_id)
    assert run is not None
    return run.step


def test_a_snapshot_that_is_gone_is_said_and_the_present_is_shown() -> None:
    app = opened("vae", back="12345")
    assert any("does not remember step 12,345" in box.value for box in app.warning)
    assert state(app, VAE).choices["back"] == "now"
    assert "back" not in link(app)


def test_a_snapshot_of_a_link_is_shown() -> None:
    app = opened("vae", data="digits", net="linear")
    run_id = app.session_state["vae_run"]
    drawn_until(app, lambda: app.button(key="pause").disabled, "the run's end")
    run = run_store().read(run_id)
    assert run is not None
    step = str(run.history.snapshots[2].step)
    other = opened("vae", back=step, run=link(app)["run"])
    assert state(other, VAE).choices["back"] == step
    assert link(other)["back"] == step
    assert not other.warning


def test_what_pictures_hold_survives_the_page_and_its_links() -> None:
    asked = {"mode": "logdet", "t": "0.25", "probe": "1,-0.5", "grid": "false"}
    app = opened("flow", **asked)
    assert not app.warning
    assert {key: link(app)[key] for key in asked} == asked
    app = opened("flow", probe="far", t="7")
    assert len(app.warning) == 2
    assert state(app, FLOW).choices["probe"] == ""


@pytest.mark.parametrize("names", [("boopy", "score"), ("score", "score"), ("score",) * 20])
def test_a_browser_that_is_behind_by_some_experiments_chooses_nothing(names: list[str]) -> None:
    app = opened("estimators")
    behind = app._tree.get_widget_states()
    for name in names:
        app.button(key=f"preset_{name}").click().run()
    app._run(behind)  # the widgets as they stood before the first
    fine(app)
    wanted = ESTIMATORS.choices_by("score")
    assert state(app, ESTIMATORS).choices == wanted
    assert app.select_slider(key="n").value == wanted["n"]  # and the browser is told


def test_what_a_browser_chose_that_is_behind_holds_and_a_page_once_drawn_is_not_behind() -> None:
    app = opened("estimators")
    before = ESTIMATORS.defaults["n"]
    app.button(key="preset_score").click().run()
    known = app.text_input(key=HEARD).value
    app.text_input(key=HEARD).set_value("0")
    app.select_slider(key="n").set_value(100).run()  # never shown before
    assert state(app, ESTIMATORS).choices["n"] == 100 != before
    app.run()  # the whole page
    assert app.text_input(key=HEARD).value == known
    app.select_slider(key="n").set_value(before).run()
    assert state(app, ESTIMATORS).choices["n"] == before


@pytest.mark.parametrize("said", ["", "none", "-1", "9" * 9])
def test_a_count_that_no_page_gave_hides_no_choice(said: str) -> None:
    app = opened("estimators")
    before = ESTIMATORS.defaults["n"]
    app.button(key="preset_score").click().run()
    app.text_input(key=HEARD).set_value(said)
    app.select_slider(key="n").set_value(before).run()
    fine(app)
    assert state(app, ESTIMATORS).choices["n"] == before
