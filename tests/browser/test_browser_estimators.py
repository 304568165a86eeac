"""The estimator arena on the real server, in a real Chromium."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Server, wait_for

pytestmark = pytest.mark.browser


def open_arena(context: Any, server: Server, query: str = "") -> Any:
    """The lesson in a new tab, when its table and its race are there."""
    page = context.new_page()
    page.goto(f"{server.url}/estimators{query}")
    page.wait_for_selector("table.arena")
    return page


def verdict(page: Any) -> str:
    return page.locator("text=The exact gradient is").first.inner_text()


def cells(page: Any, title: str) -> list[str]:
    row = page.locator("table.arena tbody tr", has_text=title).first
    return row.locator("td").all_inner_texts()


def choose(page: Any, name: str) -> None:
    page.get_by_text("Experiments").first.click()
    page.locator(f".st-key-arena_{name} button:visible").first.click()
    page.keyboard.press("Escape")


def move_slider(page: Any, key: str, keys: str, times: int = 1) -> None:
    slider = page.locator(f".st-key-{key} input[type=range]").first
    for _ in range(times):
        slider.press(keys)


def test_a_deep_link_opens_the_arena_whole(context: Any, server: Server) -> None:
    page = context.new_page()
    elsewhere, errors = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda r: _is_foreign(r.url, server) and elsewhere.append(r.url))
    page.goto(f"{server.url}/estimators")
    page.wait_for_selector("table.arena")
    page.wait_for_selector(".race-track canvas")
    assert "The exact gradient is 2." in verdict(page)
    bias, _, variance, error, _, needed = cells(page, "Naot")
    assert bias.startswith("−2")
    assert variance.startswith("0")
    assert error.startswith("4")
    assert needed.startswith("never")
    page.wait_for_selector("text=does not require grad")
    for words in ("f along z", "Each draw", "Strips of", "Variance against dr"):
        page.wait_for_selector(f'canvas[aria-label^="{words}"]')
    assert not errors
    assert not elsewhere


def _is_foreign(url: str, server: Server) -> bool:
    return not url.startswith((server.url, "data:", "blob:", server.url.replace("http", "ws")))


def test_a_moved_control_redraws_and_is_kept_in_the_link(context: Any, server: Server) -> None:
    page = open_arena(context, server)
    move_slider(page, "mu", "ArrowLeft", 5)
    wait_for(lambda: "The exact gradient is 1." in verdict(page), "the new gradient")
    wait_for(lambda: "mu=0.5" in page.url, "the link to follow")
    page.reload()
    page.wait_for_selector("table.arena")
    assert "The exact gradient is 1." in verdict(page)


def test_an_experiment_turns_the_roles(context: Any, server: Server) -> None:
    page = open_arena(context, server)
    choose(page, "step")
    wait_for(lambda: "slope 0 almost everywhere" in verdict(page), "Boopy's bias")
    assert cells(page, "Boopy")[-1].startswith("never")
    choose(page, "elbo")
    wait_for(lambda: "Naot gets the KL" in verdict(page), "the ELBO")
    page.locator(".st-key-est").get_by_text("Naot (as written)").click()
    wait_for(lambda: "Naot gets" not in verdict(page), "Naot to leave")


def test_the_race_plays_pauses_and_resets_in_the_browser(context: Any, server: Server) -> None:
    page = open_arena(context, server)
    page.wait_for_selector(".race-track canvas")
    step = page.locator(".race-track output")
    wait_for(lambda: step.inner_text() == "step 100 of 100", "the finished race")
    page.locator(".race-track .reset").click()
    assert step.inner_text() == "step 0 of 100"
    page.locator(".race-track .play").click()
    wait_for(lambda: step.inner_text() not in ("step 0 of 100",), "the start")
    page.locator(".race-track .play").click()
    stopped = step.inner_text()
    time.sleep(0.3)
    assert step.inner_text() == stopped != "step 100 of 100"


def test_what_is_taken_home_is_what_is_shown(context: Any, server: Server) -> None:
    page = open_arena(context, server)
    page.wait_for_selector(".race-track canvas")
    for name, first in (
        ("table", "estimator,exact,mean"),
        ("estimates", "pathwise,naive"),
        ("variances", "axis,kind,estimator"),
        ("draws", "z,f,pathwise"),
        ("race", "estimator,step,mu"),
    ):
        with page.expect_download() as taken:
            page.locator(f".st-key-download_{name} button").click()
        lines = Path(taken.value.path()).read_text().splitlines()
        assert lines[0].startswith(first)
        assert len(lines) > 4


def test_a_million_draws_in_fifty_dimensions_block_nobody(
    context: Any, browser: Any, server: Server
) -> None:
    page = open_arena(context, server, "?d=50&total=1000000")
    wait_for(lambda: page.locator("text=% done").count(), "the first part")
    other = browser.new_context()
    second = open_arena(other, server)
    move_slider(second, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(second), "the other visitor's answer")
    other.close()
    move_slider(page, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(page), "the answer in between")


def test_what_the_cursor_points_at_is_said(context: Any, server: Server) -> None:
    page = open_arena(context, server)
    box = page.locator("canvas[data-name=strips]").bounding_box()
    tip, said = page.locator(".board .tip"), set()
    for step in range(60):
        page.mouse.move(box["x"] + box["width"] * step / 60, box["y"] + 0.25 * box["height"])
        if tip.is_visible():
            said.add(tip.inner_text())
    assert any(words.startswith("exact 2") for words in said)
    assert any(" an estimate, " in words for words in said)


def test_a_link_opens_in_projector_mode_at_once(context: Any, server: Server) -> None:
    page = open_arena(context, server, "?projector=true")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    right = "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right"
    wait_for(lambda: page.evaluate(right) <= 0, "the controls to be folded")


def test_the_server_does_not_load_torch(context: Any, server: Server) -> None:
    open_arena(context, server, "?f=elbo")
    maps = f"/proc/{server.process.pid}/maps"
    if not os.path.exists(maps):
        pytest.skip("no /proc on this system to look into")
    assert "libtorch" not in Path(maps).read_text()


def test_a_killed_worker_costs_nothing(context: Any, start_server: Callable[[], Server]) -> None:
    server = start_server()
    page = open_arena(context, server)
    for pid in server.workers():
        os.kill(pid, 9)
    move_slider(page, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(page), "the answer of new workers")
    assert cells(page, "Boopy")


def test_the_dark_theme_is_drawn_dark(browser: Any, server: Server) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 1024, "height": 768})
    page = open_arena(context, server)
    background = page.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    assert background == "rgb(16, 21, 28)"
    context.close()
