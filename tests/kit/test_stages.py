"""A step in slow motion: its stages with their numbers, then that very step."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine
from walked_lesson.model import walk
from walked_pages import choose, opened_walk, press, state, view, walked_page

from core.execution.view import RunView
from dashboard.components.payload import unpack
from dashboard.kit import playing, stages
from dashboard.kit.words import KIT, words

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(KIT)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    with walked_page(tmp_path, monkeypatch) as page:
        found = opened_walk(page)
        drawn_until(found, lambda: "of 3" in where(found), "the stages")
        yield found


def where(app: AppTest) -> str:
    """What is said of the stage, without markup."""
    bodies = [part.proto.body for part in app.get("html")]
    return re.sub(r"<[^>]*>", "", next(body for body in bodies if 'role="status"' in body))


def board(app: AppTest) -> dict[str, Any]:
    """What was sent to the board of the player."""
    for part in app.get("bidi_component"):
        if part.proto.component_name.endswith("board"):
            return unpack(part.proto.bytes)[0]
    raise AssertionError("there is no board")


def names(app: AppTest) -> set[str]:
    return {part.proto.component_name.rpartition(".")[2] for part in app.get("bidi_component")}


def on_to_the_last(app: AppTest) -> None:
    press(app, "walk_on")
    press(app, "walk_on")
    assert where(app) == "3 of 3 · Both"


def test_one_leafs_through_the_stages_with_their_numbers(app: AppTest) -> None:
    expected = walk(view(app).run.bare(), view(app).controls)
    assert where(app) == "1 of 3 · Norm"
    assert board(app)["html"] == {"numbers": f"norm {expected.norm!r}"}
    assert app.button(key="walk_back").disabled
    press(app, "walk_on")
    assert where(app) == "2 of 3 · Length"
    assert board(app)["html"] == {"numbers": f"length {expected.length!r}"}
    assert not board(app)["stale"]
    press(app, "walk_back")
    assert where(app) == "1 of 3 · Norm"


def test_the_last_button_takes_the_very_step_that_was_seen(app: AppTest) -> None:
    before = view(app)
    expected = walk(before.run.bare(), before.controls)
    on_to_the_last(app)
    assert app.button(key="walk_on").label == SAID("stages.take")
    press(app, "walk_on")
    drawn_until(app, lambda: view(app).run.step == before.run.step + 1, "the step")
    drawn_until(app, lambda: "1 of 3" in where(app), "the first stage of the next")
    after = view(app)
    assert after.run.step == before.run.step + 1
    assert after.run.state.parameters.tobytes() == expected.after
    assert app.button(key="walk_on").label == SAID("stages.on")


def test_a_click_that_arrives_twice_takes_one_step(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, taken = view(app), []

    class Held:
        def glance(self) -> RunView:
            return view(app)

    held: Any = Held()
    stand = (now.run_id, now.generation, now.run.step)
    one = stages.Walk(
        key="walk",
        lesson=None,
        stand=stand,
        index=2,
        seen=(),
        is_current=True,  # type: ignore
    )
    stages._take(held, one, lambda: taken.append(1))
    press(app, "step")
    drawn_until(app, lambda: view(app).run.step == now.run.step + 1, "the step")
    stages._take(held, one, lambda: taken.append(2))
    assert taken == [1]


def test_another_step_begins_with_its_first_stage(app: AppTest) -> None:
    press(app, "walk_on")
    press(app, "step")
    drawn_until(app, lambda: view(app).run.step == 1, "the step")
    drawn_until(app, lambda: "of 3" in where(app), "its stages")
    assert where(app).startswith("1 of 3")
    press(app, "walk_on")
    press(app, "reset")
    drawn_until(app, lambda: "of 3" in where(app), "the stages of the new run")
    assert where(app).startswith("1 of 3")


def test_a_stage_stays_when_something_else_moves(app: AppTest) -> None:
    press(app, "walk_on")
    fine(app.run())
    assert where(app).startswith("2 of 3")
    app.select_slider(key="rows").set_value(64).run()  # waits for a reset
    assert where(app).startswith("2 of 3")


def test_nothing_is_walked_through_while_the_run_trains(app: AppTest) -> None:
    press(app, "walk_on")
    press(app, "train")
    assert where(app) == SAID("stages.pause_first")
    for key in ("walk_back", "walk_on", "walk_play_0"):
        assert app.button(key=key).disabled
    assert set(board(app)["stale"]) == {"numbers", "bars"}  # what was seen last fades
    press(app, "pause")
    drawn_until(app, lambda: "of 3" in where(app), "the stages")
    assert where(app).startswith("1 of 3")


def test_every_run_is_walked_through_by_itself(app: AppTest) -> None:
    press(app, "walk_on")
    choose(app, "tab", "two")
    drawn_until(app, lambda: view(app, "two").run.step == 12, "the opening steps")
    drawn_until(app, lambda: "1 of 3" in where(app), "its stages")


def test_the_stages_play_by_themselves_to_the_last(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (playing, stages):
        monkeypatch.setattr(module, "state_of", lambda lesson: state(app))
    monkeypatch.setattr(playing, "redraw", lambda lesson, part: None)
    asked: list[Any] = []
    monkeypatch.setattr(playing, "ask_on", lambda **how: asked.append(how))
    press(app, "walk_play_0")
    for stage in ("2 of 3", "3 of 3"):
        assert asked[-1]["key"] == "walk_plays"
        assert asked[-1]["after"] == stages.STAGE_SECONDS
        asked[-1]["of"]()  # what the browser asks for by itself
        fine(app.run())
        assert where(app).startswith(stage)
    count = len(asked)
    fine(app.run())
    assert len(asked) == count  # it stands still, and takes no step by itself
    assert view(app).run.step == 0
    assert app.button(key="walk_play_0").disabled


def test_who_leafs_stops_what_plays(app: AppTest) -> None:
    press(app, "walk_play_0")
    assert "ask_on" in names(app)
    press(app, "walk_on")
    assert "ask_on" not in names(app)
    assert where(app).startswith("2 of 3")
