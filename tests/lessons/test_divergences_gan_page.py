"""The GAN on the page, without a browser: frozen, judged, played on; a step in slow motion."""

import re

import pytest
from hierarchy_page import at_rest, has_panel, strip, words_on
from streamlit.testing.v1 import AppTest
from support import fine, opened

from dashboard.lessons.divergences.lesson import LESSON


def page(**link: object) -> AppTest:
    return at_rest(opened(LESSON.name, panel="gan", gbatch=32, **link))


def press(app: AppTest, key: str) -> AppTest:
    (button,) = (one for one in app.button if one.key == key)
    fine(button.click().run())
    return at_rest(app)


def told_alike(app: AppTest) -> None:
    """The strip tells of the very picture that the sentence is about."""
    found = re.search(r"(?:Exactly it is|found JS = [\d.]+ of) ([\d.]+\d)", bare(app))
    assert found
    assert f"JS <b>{found.group(1)}</b>" in strip(app)
    assert "at step" not in strip(app)


def bare(app: AppTest) -> str:
    return re.sub(r"<[^>]+>|\*\*", "", words_on(app, "gan_note"))


@pytest.mark.usefixtures("workers")
def test_the_game_is_frozen_judged_and_played_on() -> None:
    app = page()
    assert "step <b>1,000</b>" in strip(app)
    for name in ("generated", "discriminator", "distance", "data", "modes", "other", "risk"):
        assert has_panel(app, name)
    assert "At step 1,000 the game says JS" in words_on(app, "gan_note")
    assert "twice the nodes" in words_on(app, "gan_provenance")
    told_alike(app)
    press(app, "ask_judge")
    assert "G is frozen at step 1,000" in words_on(app, "gan_note")
    assert "step <b>4,000</b>" in strip(app)
    told_alike(app)
    assert not has_panel(app, "other")
    press(app, "back_to_game")
    assert "step <b>1,000</b>" in strip(app)
    assert "At step 1,000" in words_on(app, "gan_note")


@pytest.mark.usefixtures("workers")
def test_a_step_in_slow_motion_is_taken_on_the_page() -> None:
    app = page(closer="slow", target="tight")
    assert has_panel(app, "latent")
    for _ in range(5):
        press(app, "gan_slow_on")
    assert has_panel(app, "outputs")
    press(app, "gan_slow_on")
    assert "step <b>1,001</b>" in strip(app)
