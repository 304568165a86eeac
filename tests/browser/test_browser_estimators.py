"""The estimators page on the real server, in a real Chromium."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from support import (
    Server,
    choose_experiment,
    move_slider,
    open_page,
    query_of,
    shown,
    taken_home,
    wait_for,
)

from dashboard.lessons.estimators.lesson import LESSON

pytestmark = pytest.mark.browser


def verdict(page: Any) -> str:
    return page.locator("text=The exact gradient is").first.inner_text()


def cells(page: Any, title: str) -> list[str]:
    row = page.locator("table.results tbody tr", has_text=title).first
    return row.locator("td").all_inner_texts()


def test_a_deep_link_opens_the_page_whole(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    assert "The exact gradient is 2." in verdict(page)
    bias, _, variance, exact, error, _, needed = cells(page, "Naot")
    assert bias.startswith("−2")
    assert variance.startswith("0")
    assert exact.startswith("0")
    assert error.startswith("4")
    assert needed.startswith("never")
    page.wait_for_selector("text=does not require grad")
    for words in ("f along z", "Each draw", "Strips of", "Variance against dr"):
        page.wait_for_selector(f'canvas[aria-label^="{words}"]')
    for name in LESSON.pictures:
        key, _, slot = name.partition(" ")
        inside = f" [data-slot={slot}]" if slot else ""
        assert page.locator(f".st-key-{key}{inside}").count() == 1, name


def test_what_is_typed_beside_a_slider_outlasts_the_next_act(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    for key, text in (("n", "777"), ("mu", "1.25")):
        field = page.locator(f"[class*=st-key-{key}_typed] input").first
        field.fill(text)
        field.press("Enter")
        wait_for(lambda k=key, t=text: f"{k}={t}" in query_of(page), "the link to follow")
    move_slider(page, "sigma", "ArrowLeft", 2)
    wait_for(lambda: "sigma=" in query_of(page), "the moved slider")
    page.wait_for_timeout(1000)
    assert "n=777" in query_of(page)
    assert "mu=1.25" in query_of(page)


def test_a_moved_control_redraws_and_is_kept_in_the_link(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    move_slider(page, "mu", "ArrowLeft", 5)
    wait_for(lambda: "The exact gradient is 1." in verdict(page), "the new gradient")
    wait_for(lambda: "mu=0.5" in query_of(page), "the link to follow")
    page.reload()
    shown(page, "estimators")
    assert "The exact gradient is 1." in verdict(page)


def test_an_experiment_turns_the_roles(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    choose_experiment(page, "preset_step")
    wait_for(lambda: "slope 0 almost everywhere" in verdict(page), "Boopy's bias")
    assert cells(page, "Boopy")[-1].startswith("never")
    choose_experiment(page, "preset_elbo")
    wait_for(lambda: "Naot gets the KL" in verdict(page), "the ELBO")
    page.locator(".st-key-est").get_by_text("Naot (as written)").click()
    wait_for(lambda: "Naot gets" not in verdict(page), "Naot to leave")


def test_the_race_plays_pauses_and_resets_in_the_browser(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
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


def test_the_race_can_be_turned_in_space(context: Any, server: Server) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.lower()))
    page.goto(f"{server.url}/estimators")
    shown(page, "estimators")
    assert not any("plotly" in url for url in asked)
    page.locator(".st-key-surface label").first.click()
    page.wait_for_selector(".js-plotly-plot")
    assert any("plotly" in url for url in asked)  # the browser fetches it now, and here
    wait_for(lambda: "surface=true" in query_of(page), "the link to follow")
    assert page.locator(".race-track canvas").is_visible()  # the flat race stays beside it


def test_nobody_in_the_race_and_somebody_again(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators", "?est=naive")
    page.locator(".st-key-est").get_by_text("Naot (as written)").click()
    page.wait_for_selector("text=there is nothing to measure")
    page.wait_for_selector("text=there is no race to run")
    wait_for(lambda: query_of(page) == "?est=", "the link to say so")
    page.locator(".st-key-est").get_by_text("Boopy (pathwise)").click()
    wait_for(lambda: "wins" in verdict(page), "the winner")
    page.wait_for_selector(".race-track canvas")


def test_what_is_taken_home_is_what_is_shown(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    for name, first in (
        ("table", "estimator,exact,mean"),
        ("estimates", "pathwise,naive"),
        ("variances", "axis,kind,estimator"),
        ("draws", "z,f,pathwise"),
        ("race", "estimator,step,mu"),
    ):
        lines = taken_home(page, f"download_{name}").read_text().splitlines()
        assert lines[0].startswith(first)
        assert len(lines) > 4


def test_a_million_draws_in_fifty_dimensions_block_nobody(
    context: Any, new_context: Callable[..., Any], server: Server
) -> None:
    page = open_page(context, server, "estimators", "?d=50&total=1000000")
    wait_for(lambda: page.locator("text=% done").count(), "the first part")
    second = open_page(new_context(), server, "estimators")
    move_slider(second, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(second), "the other visitor's answer")
    move_slider(page, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(page), "the answer in between")


def test_what_the_cursor_points_at_is_said(context: Any, server: Server) -> None:
    page = open_page(context, server, "estimators")
    box = page.locator("canvas[data-name=strips]").bounding_box()
    tip, said = page.locator(".board .tip"), set()
    for step in range(60):
        page.mouse.move(box["x"] + box["width"] * step / 60, box["y"] + 0.25 * box["height"])
        if tip.is_visible():
            said.add(tip.inner_text())
    assert any(words.startswith("exact 2") for words in said)
    assert any(" an estimate, " in words for words in said)


def test_a_killed_worker_costs_nothing(context: Any, own_server: Server) -> None:
    page = open_page(context, own_server, "estimators")
    for pid in own_server.workers():
        os.kill(pid, 9)
    move_slider(page, "mu", "ArrowRight", 1)
    wait_for(lambda: "The exact gradient is 2.2" in verdict(page), "the answer of new workers")
    assert cells(page, "Boopy")
