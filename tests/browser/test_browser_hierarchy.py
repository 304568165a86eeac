"""The hierarchy lesson on the real server, in a real Chromium: z2 sleeps, wakes, is priced out."""

import re
from functools import partial
from typing import Any

import pytest
from foundations_page import handle_on, pull
from support import (
    Server,
    choose_experiment,
    facts,
    open_page,
    pause,
    query_of,
    settle,
    shown,
    step,
    train,
    wait_for,
)

pytestmark = pytest.mark.browser


def top_kl(page: Any) -> float:
    """T3 as the strip says it."""
    return _number(facts(page), r"T3 (−?[\d.]+)")


def _number(told: str, pattern: str) -> float:
    """What a pattern finds in the strip; NaN where it says nothing of it."""
    found = re.search(pattern, told)
    return float(found.group(1).replace("−", "-").replace(",", "")) if found else float("nan")


def note(page: Any, name: str) -> str:
    """A sentence on a board."""
    found = page.locator(f"[data-place={name}]")
    return str(found.first.inner_text()) if found.count() else ""


def _is_at(page: Any, at_least: int) -> bool:
    return step(page) >= at_least


def test_z2_sleeps_and_wakes(context: Any, server: Server) -> None:
    page = open_page(context, server, "hierarchy")
    wait_for(partial(_is_at, page, 1500), "the first steps of the run that opens", 90)
    choose_experiment(page, "preset_wakes")
    seen: list[tuple[float, float]] = []

    def has_ended() -> bool:
        told = facts(page)  # one reading: step and T3 of the same moment
        at, kl = _number(told, r"step ([\d,]+)"), _number(told, r"T3 (−?[\d.]+)")
        seen.append((at, kl))
        return at >= 4000

    wait_for(has_ended, "4,000 steps", 120)
    settle(page)
    began = next(k for k, (at, _) in enumerate(seen) if at < 1500)  # before, the run that opened
    early = [kl for at, kl in seen[began:] if 0 < at <= 500]
    assert all(kl < 0.05 for kl in early)
    assert top_kl(page) > 0.15
    wait_for(lambda: "awake" in note(page, "snake_note"), "the snake to be awake")


def test_z2_is_priced_out_and_bought_again_while_it_trains(context: Any, server: Server) -> None:
    page = open_page(context, server, "hierarchy", "?low=8&top=2")
    wait_for(partial(_is_at, page, 1500), "the first steps", 90)
    assert top_kl(page) > 0.5
    train(page)
    page.get_by_text("Where the nats go", exact=True).first.click()
    for _ in range(2):  # the curves go on though a control outside of them was moved
        wait_for(partial(_is_at, page, step(page) + 1), "later steps", 10)
    page.get_by_text("Terms", exact=True).first.click()
    _price(page, "1.5")
    wait_for(lambda: top_kl(page) < 0.1, "z2 to fall asleep", 120)
    moved = page.locator(".st-key-moved").first.inner_text()
    assert "β2" in moved
    _price(page, "1")
    wait_for(lambda: top_kl(page) > 0.3, "z2 to wake", 120)
    stands = pause(page)

    told = facts(page)
    page.reload()
    shown(page, "hierarchy")
    wait_for(lambda: facts(page) == told, "the same run")
    assert step(page) == stands
    assert "run=" in query_of(page)


def _price(page: Any, value: str) -> None:
    field = page.locator("[class*=st-key-price_typed] input").first
    field.fill(value)
    field.press("Enter")


def test_the_held_z2_is_dragged_and_its_images_follow(context: Any, server: Server) -> None:
    page = open_page(context, server, "hierarchy")
    wait_for(partial(_is_at, page, 1500), "the first steps", 90)
    handle_on(page, "axis", "z2").wait_for()
    settle(page)
    before = page.evaluate(PIXELS)
    pull(page, "axis", "z2", (-70, 0))
    wait_for(lambda: "z=" in query_of(page), "the place in the link")
    settle(page)
    assert float(handle_on(page, "axis", "z2").get_attribute("aria-valuenow")) < 0.5
    wait_for(lambda: page.evaluate(PIXELS) != before, "other images")


PIXELS = """() => {
    for (const host of document.querySelectorAll("*")) {
        const canvas = host.shadowRoot?.querySelector("[data-picture=images] canvas");
        if (canvas) return canvas.toDataURL();
    }
    return "";
}"""


def test_the_ball_rolls_along_the_valley(context: Any, server: Server) -> None:
    page = open_page(context, server, "hierarchy", "?panel=valley&price=0.5")
    handle_on(page, "curves", "stretch").wait_for()
    settle(page)
    assert "minted" in note(page, "valley_note")
    pull(page, "curves", "stretch", (300, 0))
    wait_for(lambda: "c=" in query_of(page), "c in the link")
    settle(page)
    assert "below 0" in note(page, "valley_note")
    page.get_by_role("button", name="Let the ball roll").click()
    wait_for(lambda: "has left the picture" in note(page, "valley_note"), "the end", 60)
    assert page.get_by_role("button", name="Let the ball roll").is_disabled()
    _price(page, "1.5")
    wait_for(lambda: "only c = 1 is best" in note(page, "valley_note"), "the other slope")
    page.get_by_role("button", name="Let the ball roll").click()
    wait_for(lambda: "At c = 1:" in note(page, "valley_note"), "the bottom", 60)


def test_remedies_fill_a_table(context: Any, server: Server) -> None:
    page = open_page(context, server, "hierarchy", "?panel=remedies")
    wait_for(lambda: "of 18 models" in note(page, "remedies_note"), "the first models", 90)
    wait_for(lambda: "By the ELBO" in note(page, "remedies_note"), "all models", 240)
    table = page.locator("[data-place=remedies_table] table").first.inner_text()
    assert table.count("±") >= 12
    assert "skip, top-down q" in note(page, "remedies_note")
