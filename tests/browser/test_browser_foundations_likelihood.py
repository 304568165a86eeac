"""The likelihood tab on the real server, in a real Chromium."""

from functools import partial
from typing import Any

import pytest
from foundations_page import (
    alerts,
    asked,
    fill_held,
    handle_on,
    has_focus,
    number,
    open_tab,
    pull,
    text_on,
    unit,
)
from support import Server, settle, wait_for

from core.foundations.config import HEIGHTS
from core.foundations.likelihood import log_likelihood, maximum
from dashboard.kit.own_data import numbers_of

pytestmark = pytest.mark.browser


def most(x: tuple[float, ...]) -> str:
    best = maximum(x)
    return number(float(log_likelihood(x, best.mean, best.sd)))


def test_a_height_is_dragged_added_and_taken_away_and_the_maximum_follows(
    visitor: Any, server: Server
) -> None:
    page = open_tab(visitor(), server, "likelihood")
    assert f"at most {most(HEIGHTS)}" in text_on(page, "likelihood")
    scale = unit(page, "ruler", "x0", "x8")
    pull(page, "ruler", "x2", (-0.02 * scale, 0))
    wait_for(lambda: asked(page, "x"), "the numbers in the link")
    settle(page)
    x = numbers_of("x", asked(page, "x"))
    assert x[2] == pytest.approx(1.63, abs=0.004)
    assert (*x[:2], *x[3:]) == (*HEIGHTS[:2], *HEIGHTS[3:])
    wait_for(lambda: f"at most {most(x)}" in text_on(page, "likelihood"), "another maximum")

    canvas = page.locator("[data-picture=ruler] canvas")
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    handle_on(page, "ruler", "x10").wait_for()
    wait_for(lambda: len(numbers_of("x", asked(page, "x"))) == 11, "one more number")
    settle(page)
    more = numbers_of("x", asked(page, "x"))
    assert more[:10] == x
    assert f"at most {most(more)}" in text_on(page, "likelihood")

    handle_on(page, "ruler", "x10").focus()
    page.keyboard.press("Delete")
    wait_for(lambda: numbers_of("x", asked(page, "x")) == x, "one number less")
    wait_for(lambda: f"at most {most(x)}" in text_on(page, "likelihood"), "its maximum")
    assert handle_on(page, "ruler", "x10").count() == 0


def test_a_number_that_is_dragged_outwards_stays_under_the_pointer(
    visitor: Any, server: Server
) -> None:
    """The axis does not run away from under it while it moves."""
    page = open_tab(visitor(), server, "likelihood")
    scale = unit(page, "ruler", "x0", "x8")
    pull(page, "ruler", "x0", (-0.05 * scale, 0), steps=25)
    wait_for(lambda: asked(page, "x"), "the numbers in the link")
    settle(page)
    assert numbers_of("x", asked(page, "x"))[0] == pytest.approx(1.55, abs=0.006)


def test_the_ball_is_dragged_and_goes_both_ways_up(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "likelihood")
    pull(page, "surface", "ball", (60, 40), steps=20)
    wait_for(lambda: asked(page, "sigma"), "the ball in the link")
    settle(page)
    mean, sd = float(asked(page, "mu")), float(asked(page, "sigma"))
    assert mean > 1.6
    assert sd < 0.1
    here = number(float(log_likelihood(HEIGHTS, mean, sd)))
    wait_for(lambda: f"= {here} nats" in text_on(page, "likelihood"), "ℓ of the ball")
    fields = [page.locator(f"[class*=st-key-{key}_held_] input").first for key in ("mu", "sigma")]
    assert [float(f.input_value()) for f in fields] == pytest.approx([mean, sd], rel=1e-5)
    fill_held(page, "mu", "1.6")
    wait_for(lambda: not asked(page, "mu"), "the typed mean")
    fill_held(page, "sigma", "0.1")
    wait_for(lambda: "step 823" in text_on(page, "likelihood"), "the gradient's way")
    page.locator(".st-key-way button", has_text="natural").click()
    wait_for(lambda: "natural gradient" in text_on(page, "likelihood"), "the other way")


def test_bad_columns_are_refused_and_good_ones_taken(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "likelihood")
    before = text_on(page, "likelihood")
    for text, part in (("1.6\ntall\n1.7", "place 2"), ("1 nan", "nan"), ("", "1 to 500")):
        paste(page, text)
        wait_for(partial(_is_said, page, part), f"a word about {part}")
        (sentence,) = alerts(page)
        assert sentence.endswith(".")
        assert "tall" not in sentence or sentence.startswith("x =")
        assert text_on(page, "likelihood") == before
        area = page.locator("[class*=st-key-x_held_] textarea").first
        assert area.is_visible()  # to be mended
        assert area.input_value() == text
    paste(page, "5\n5\n5")
    wait_for(lambda: "are the same (3 of them)" in text_on(page, "likelihood"), "a constant one")
    paste(page, "1,5\n2,5\n")
    wait_for(lambda: f"at most {most((1.5, 2.5))}" in text_on(page, "likelihood"), "commas")
    paste(page, "7")
    wait_for(lambda: "are the same (1 of them)" in text_on(page, "likelihood"), "one number")


def test_a_refusal_goes_when_something_else_is_accepted(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "likelihood")
    fill_held(page, "sigma", "0")
    wait_for(lambda: alerts(page), "the refusal")
    settle(page)
    fill_held(page, "sigma", "0.2")
    wait_for(lambda: asked(page, "sigma") == "0.2", "the new σ")
    wait_for(lambda: not alerts(page), "the refusal to go", 5)


def _is_said(page: Any, part: str) -> bool:
    return any(part in sentence for sentence in alerts(page))


def paste(page: Any, text: str) -> None:
    """Put a column into the field of one's own numbers, which stays open."""
    area = page.locator("[class*=st-key-x_held_] textarea").first
    opener = page.locator("[data-testid=stPopoverButton]", has_text="Numbers of your own")
    for _ in range(3):  # a page that is drawn anew closes it
        settle(page)
        if area.is_visible():
            break
        opener.click()
    area.fill(text)
    area.press("Control+Enter")


def test_quick_clicks_and_deletes_are_all_heard_and_the_focus_stays(
    visitor: Any, server: Server
) -> None:
    """Faster than the server answers."""
    page = open_tab(visitor(), server, "likelihood")
    box = page.locator("[data-picture=ruler] canvas").bounding_box()
    for place in range(6):
        page.mouse.click(box["x"] + (0.3 + 0.07 * place) * box["width"], box["y"] + 30)
    wait_for(lambda: len(asked(page, "x").split()) == 16, "six more numbers")
    settle(page)
    more = numbers_of("x", asked(page, "x"))
    assert more[:10] == HEIGHTS
    assert list(more[10:]) == sorted(more[10:])

    handle_on(page, "ruler", "x10").focus()
    for _ in range(4):
        page.keyboard.press("Delete")
    wait_for(lambda: len(asked(page, "x").split()) == 12, "four numbers less")
    settle(page)
    assert numbers_of("x", asked(page, "x")) == (*HEIGHTS, *more[14:])
    assert has_focus(page, "[data-handle=x10]")


def test_a_typed_number_keeps_the_focus_and_can_be_stepped_on(
    visitor: Any, server: Server
) -> None:
    page = open_tab(visitor(), server, "likelihood")
    for value in ("1.7", "1.8"):
        fill_held(page, "mu", value)
        wait_for(partial(_is_asked, page, "mu", value), f"μ = {value}")
        settle(page)
        assert has_focus(page, "[class*=st-key-mu_held_]")
    fill_held(page, "sigma", "-1")
    wait_for(lambda: alerts(page), "the refusal")
    settle(page)
    assert has_focus(page, "[class*=st-key-sigma_held_]")
    assert page.locator("[class*=st-key-sigma_held_] input").first.input_value() == "0.1"


def _is_asked(page: Any, key: str, value: str) -> bool:
    return asked(page, key) == value
