"""A GAN on the real server, in a real Chromium: trained, looked at, walked through, judged."""

from typing import Any

import pytest
from divergences_page import (
    choose,
    has_come,
    is_whole,
    note,
    number_in,
    opened,
    sentences,
)
from foundations_page import asked
from support import (
    Server,
    button,
    facts,
    pause,
    press,
    query_of,
    settle,
    shown,
    step,
    train,
    wait_for,
)

from core.divergences.staircase import staircase
from dashboard.lessons.divergences.lesson import LESSON

pytestmark = pytest.mark.browser

SURFACE = ".js-plotly-plot canvas"
DROPS_TWO = float(staircase(8).js[5])
"""JS of a generator that covers six of eight modes perfectly and drops the others."""

STAGES = 6
"""Three of a step of D, and three of the step of G that follows it."""


def stage(page: Any) -> str:
    """Where one stands in slow motion, as the line beside the keys says it."""
    found = page.locator(".st-key-gan_slow_keys [role=status]")
    return str(found.first.inner_text()) if found.count() else ""


def is_at_stage(page: Any, number: int) -> None:
    """Wait for a stage, with its sentence and its numbers."""
    wait_for(lambda: stage(page).startswith(f"{number} of {STAGES} · "), f"stage {number}")


def numbers(page: Any) -> str:
    """The table of numbers of the stage."""
    return str(page.locator("[data-place=gan_stage_numbers]").first.inner_text())


def test_a_gan_trains_is_looked_at_and_takes_the_step_that_was_walked_through(
    visitor: Any, server: Server
) -> None:
    page = opened(visitor(), server, "?panel=gan")
    now = f"At step {step(page):,}"
    wait_for(lambda: now in note(page, "gan_note"), "the picture of the last step")
    says, exact = _found(page, "the game says JS")
    assert says < 0.1 < exact
    assert exact > DROPS_TWO
    wait_for(lambda: f"JS {exact:.4f}" in facts(page), "the strip to tell what the picture tells")
    train(page)
    choose(page, "closer", "D as a surface")
    wait_for(lambda: page.get_by_text("Pause to look").count(), "why there is no surface")
    assert page.locator(SURFACE).count() == 0
    pause(page)
    page.wait_for_selector(SURFACE)
    choose(page, "closer", "pictures only")
    wait_for(lambda: page.locator(SURFACE).count() == 0, "the surface to go")
    _walk(page)


def _found(page: Any, words: str) -> tuple[float, float]:
    """What D says, and what is so."""
    wait_for(lambda: words in note(page, "gan_note"), f"“{words}”")
    told = note(page, "gan_note")
    return number_in(told, rf"{words} = (−?[\d.]+)"), number_in(told, r"Exactly it is ([\d.]+)")


def _walk(page: Any) -> None:
    """By button and by keys to the last stage, back, and through it."""
    before = step(page)
    choose(page, "closer", "slow motion")
    is_at_stage(page, 1)
    press(page, "gan_slow_on")
    is_at_stage(page, 2)
    for number in range(3, STAGES + 1):
        page.keyboard.press("ArrowRight")
        is_at_stage(page, number)
    assert "length of the update" in numbers(page)
    page.keyboard.press("ArrowRight")  # leafs no further, and takes no step
    page.keyboard.press("ArrowLeft")
    is_at_stage(page, STAGES - 1)
    page.keyboard.press("ArrowRight")
    is_at_stage(page, STAGES)
    assert step(page) == before
    press(page, "gan_slow_on")
    wait_for(lambda: step(page) == before + 1, "the step")
    is_at_stage(page, 1)
    settle(page)
    assert step(page) == before + 1


def test_a_better_judge_finds_more_than_the_game_says_and_goes_on_after_a_reload(
    visitor: Any, server: Server
) -> None:
    page = opened(visitor(), server, "?panel=gan")
    frozen = step(page)
    press(page, "ask_judge")
    wait_for(lambda: asked(page, "judge") == "true", "the judge in the link")
    wait_for(lambda: f"G is frozen at step {frozen:,}" in note(page, "gan_note"), "the judge")
    has_come(page, 100)
    seen = step(page)
    page.reload()
    shown(page, LESSON.name)
    has_come(page, seen + 100)
    has_come(page, 1000)
    pause(page)
    wait_for(lambda: f"After {step(page):,} steps" in note(page, "gan_note"), "its last picture")
    told = note(page, "gan_note")
    found = number_in(told, r"the judge has found JS = ([\d.]+)")
    exact = number_in(told, r"the judge has found JS = [\d.]+ of ([\d.]+)")
    said = number_in(told, r"The game's own D said (−?[\d.]+)")
    assert said < 0.1
    assert said + 0.05 < found <= exact
    press(page, "back_to_game")
    wait_for(lambda: "the game says JS" in note(page, "gan_note"), "the game")
    assert step(page) == frozen
    assert button(page, "train").is_enabled()
    assert is_whole(page)

    other = opened(visitor(), server, query_of(page), at_least=0)
    has_come(other, frozen)
    assert facts(other).count("JS") == 1


def test_what_a_game_cannot_be_is_said_and_another_is_played(visitor: Any, server: Server) -> None:
    page = opened(visitor(), server, "?panel=gan&h=0.01&beta1=0.7&k=9")
    told = [sentence for sentence in sentences(page) if "The link asks for" in sentence]
    for key, value, bound in (("h", "0.01", "0.05"), ("beta1", "0.7", "0.9"), ("k", "9", "5")):
        (sentence,) = (one for one in told if f"asks for {key} = {value}" in one)
        assert bound in sentence
    assert len(told) == 3
    _, exact = _found(page, "the game says JS")
    assert 0 < exact < 0.6932
