"""The EM tab on the real server, in a real Chromium."""

from functools import partial
from typing import Any

import pytest
from foundations_page import (
    asked,
    handle_on,
    has_focus,
    middle,
    number,
    open_tab,
    pull,
    text_on,
    whole,
)
from support import Server, settle, wait_for

from core.foundations.config import EMConfig

pytestmark = pytest.mark.browser


def _is_at(page: Any, half: int) -> bool:
    return asked(page, "t") == str(half)


def _says(page: Any, value: str) -> bool:
    return value in text_on(page, "em")


def test_em_converges_by_the_keys_e_and_m(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=numbers&k=2")
    run = whole(EMConfig(data="numbers", num_components=2))
    page.locator("[data-picture=points] canvas").click(position={"x": 5, "y": 5})
    for half in range(1, 9):
        page.keyboard.press("m" if half % 2 == 1 else "e")  # not its turn: nothing
        page.keyboard.press("e" if half % 2 == 1 else "m")
        wait_for(partial(_is_at, page, half), f"half step {half}")
        value = number(float(run.log_likelihoods[half // 2]))
        wait_for(partial(_says, page, value), "its sentence")
    page.locator("[class*=st-key-em_end_] button").first.click()
    wait_for(lambda: f"after step {run.num_steps}" in text_on(page, "em"), "the end")
    assert number(float(run.log_likelihoods[-1])) in text_on(page, "em")
    settle(page)
    page.keyboard.press("e")
    settle(page)
    assert page.locator("[data-picture=touch] canvas").count() == 1
    page.locator("[class*=st-key-em_back_] button").first.click()
    wait_for(lambda: not asked(page, "t"), "the start")


def test_what_is_typed_beside_a_slider_outlasts_the_next_act(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=numbers&k=2")
    field = page.locator("[class*=st-key-floor_typed] input").first
    field.fill("0.001")
    field.press("Enter")
    wait_for(lambda: asked(page, "floor") == "0.001", "the typed floor")
    settle(page)
    page.locator("[class*=st-key-em_e_] button").first.click()
    wait_for(lambda: asked(page, "t") == "1", "an E step")
    settle(page)
    assert asked(page, "floor") == "0.001"


def test_letters_in_a_field_are_no_keys_of_em(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=numbers&k=2")
    field = page.locator("[class*=st-key-floor_typed] input").first
    field.fill("")
    field.press_sequentially("1e-5", delay=40)
    field.press("Enter")
    wait_for(lambda: float(asked(page, "floor") or 0) == 1e-5, "the typed floor")
    settle(page)
    assert asked(page, "t") == ""


def test_a_singularity_with_and_without_a_floor(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=numbers&start=rows&k=4&floor=0")
    fallen, held_up = "fallen into a point", "holds up"
    page.locator("[class*=st-key-em_end_] button").first.click()
    wait_for(lambda: fallen in text_on(page, "em"), "the singularity")
    settle(page)
    page.locator(".st-key-floor input[type=range]").first.press("End")
    wait_for(lambda: fallen not in text_on(page, "em"), "the floor")
    settle(page)
    page.locator("[class*=st-key-em_end_] button").first.click()
    wait_for(lambda: held_up in text_on(page, "em"), "what the floor holds up")
    assert "NaN" not in text_on(page, "em")


@pytest.mark.parametrize("data", ["numbers", "two_moons"])
def test_a_component_is_pulled_and_em_starts_there(
    visitor: Any, server: Server, data: str
) -> None:
    page = open_tab(visitor(), server, "em", f"&data={data}&k=2")
    before = middle(handle_on(page, "points", "component1"))
    pull(page, "points", "component1", (80, 0), steps=30)
    wait_for(lambda: asked(page, "c"), "the means in the link")
    settle(page)
    after = middle(handle_on(page, "points", "component1"))
    assert after[0] - before[0] == pytest.approx(80, abs=6)
    assert asked(page, "c").count(";") == 1
    assert page.locator("[class*=st-key-em_back_] button").first.is_enabled()


def _has_points(page: Any, count: int) -> bool:
    return asked(page, "pts").count(",") == count


def test_points_are_drawn_fitted_and_taken_away(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=drawn&k=2")
    canvas = page.locator("[data-picture=points] canvas")
    for count, (x, y) in enumerate(((0.3, 0.3), (0.5, 0.7), (0.7, 0.4), (0.8, 0.8)), start=1):
        box = canvas.bounding_box()
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        wait_for(partial(_has_points, page, count), f"point {count} in the link", 10)
        settle(page)
    page.keyboard.press("e")
    wait_for(lambda: asked(page, "t") == "1", "an E step")
    handle_on(page, "points", "point3").focus()
    page.keyboard.press("Delete")
    wait_for(lambda: asked(page, "pts").count(",") == 3, "one point less")


def test_play_stops_by_itself(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=numbers&k=2&t=82")
    page.locator("[class*=st-key-em_play_] button").first.click()
    play = page.locator("[class*=st-key-em_play_] button").first
    wait_for(lambda: "Nothing changes" in text_on(page, "em"), "the end")
    wait_for(lambda: "Play" in play.inner_text(), "the button to go back", 10)


def test_points_drawn_faster_than_em_follows_are_all_there(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "em", "&data=drawn&k=2")
    box = page.locator("[data-picture=points] canvas").bounding_box()
    for place in range(8):
        page.mouse.click(
            box["x"] + (0.2 + 0.08 * place) * box["width"],
            box["y"] + (0.3 + 0.2 * (place % 3)) * box["height"],
        )
    wait_for(partial(_has_points, page, 8), "eight points in the link", 15)
    settle(page)
    handle_on(page, "points", "point2").focus()
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    wait_for(partial(_has_points, page, 6), "two points less", 10)
    settle(page)
    assert has_focus(page, "[data-handle=point2]")
