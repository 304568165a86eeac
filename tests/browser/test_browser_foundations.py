"""The foundations page on the real server, in a real Chromium: divergences, infinity, links."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from foundations_page import (
    TABS,
    alerts,
    asked,
    handle_on,
    number,
    open_tab,
    pull,
    starred_on,
    text_on,
    unit,
)
from support import Server, query_of, settle, shown, wait_for

from core.foundations.kl_fits import reverse_kl
from core.foundations.target import Target1D

pytestmark = pytest.mark.browser


# ---- two divergences


def test_bumps_dragged_over_the_crossover_move_the_star(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "kls", "&p=0.5,-2.7,1;0.5,2.7,1&m=0&s=2.5")
    (star,) = wait_for(lambda: starred_on(page), "the table")
    assert star[0] == pytest.approx(0, abs=1e-6)
    scale = unit(page, "densities", "bump0", "bump1")
    pull(page, "densities", "bump0", (-0.2 * scale, 0))
    settle(page)
    pull(page, "densities", "bump1", (0.2 * scale, 0))
    wait_for(lambda: any(abs(row[0]) > 2 for row in starred_on(page)), "the star on a bump")
    settle(page)
    bumps = np.array([row.split(",") for row in asked(page, "p").split(";")], dtype=float)
    assert bumps[:, 1] == pytest.approx([-2.9, 2.9], abs=0.03)
    target = Target1D(weights=tuple(bumps[:, 0]), means=tuple(bumps[:, 1]), sds=tuple(bumps[:, 2]))
    for mean, sd, kl in starred_on(page):
        assert reverse_kl(target, mean, sd) == pytest.approx(kl, abs=2e-6)
    here = number(reverse_kl(target, 0.0, 2.5))
    wait_for(lambda: f"KL(q‖p) = {here}" in text_on(page, "kls"), "the divergence here")


def _is_gone(locator: Any) -> bool:
    return bool(locator.count() == 0)


def test_a_bump_is_added_and_taken_away(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "kls")
    canvas = page.locator("[data-picture=densities] canvas")
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + 0.55 * box["width"], box["y"] + 0.25 * box["height"])
    handle_on(page, "densities", "bump2").wait_for()
    wait_for(lambda: asked(page, "p").count(";") == 2, "three components in the link")
    for left in (2, 1):
        settle(page)
        handle_on(page, "densities", f"bump{left}").focus()
        page.keyboard.press("Delete")
        gone = handle_on(page, "densities", f"bump{left}")
        wait_for(partial(_is_gone, gone), "one component less")
    settle(page)
    handle_on(page, "densities", "bump0").focus()
    page.keyboard.press("Backspace")  # the last stays
    settle(page)
    assert handle_on(page, "densities", "bump0").count() == 1
    assert page.locator(".st-key-tab_kls table").first.inner_text().count("★") == 1


# ---- to infinity


def test_the_rungs_arrive_and_the_mark_moves_k(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "infinity", "&kk=2")
    wait_for(lambda: "2 components" in text_on(page, "infinity"), "the rung of 2")
    wait_for(lambda: "16" in text_on(page, "infinity"), "all rungs: 16 is nearest")
    settle(page)
    box = page.locator("[data-picture=entropy] canvas").bounding_box()
    pull(page, "entropy", "count", (0.33 * box["width"], 0))
    wait_for(lambda: "8 components" in text_on(page, "infinity"), "another K and its rung", 10)
    assert asked(page, "kk") == "8"


# ---- links

LINKS = {
    "likelihood": "&x=3 4 8&mu=5&sigma=2&way=natural&rate=1",
    "kls": "&p=0.5,-2,0.5;0.5,2,0.5&m=1&s=0.7&dir=forward&n=1000",
    "em": "&data=penguins&axes=34&k=3&start=rows&t=5",
    "infinity": "&to=decoder&row=2&draws=50",
}

SENTENCES = {
    "likelihood": "natural gradient",
    "kls": "1,000 draws",
    "em": "After E",
    "infinity": "158.31",
}
"""What is known when all is there."""

PICTURES = """() => {
    const roots = [document, ...[...document.querySelectorAll("*")].map((n) => n.shadowRoot)];
    const all = roots.flatMap((root) => [...(root?.querySelectorAll("canvas[data-name]") ?? [])]);
    return all.map((canvas) => canvas.getAttribute("aria-label"));
}"""
"""What every picture says of itself."""


@pytest.mark.parametrize("tab", LINKS)
def test_a_deep_link_opens_the_same_picture_and_a_reload_keeps_it(
    visitor: Any, server: Server, tab: str
) -> None:
    page = open_tab(visitor(), server, tab, LINKS[tab])
    wait_for(lambda: SENTENCES[tab] in text_on(page, tab), "the answer")
    settle(page)
    assert alerts(page) == []
    seen = text_on(page, tab), page.evaluate(PICTURES), sorted(query_of(page)[1:].split("&"))
    page.reload()
    wait_for(lambda: text_on(page, tab) == seen[0], "the same sentences")
    wait_for(lambda: page.evaluate(PICTURES) == seen[1], "the same pictures")
    assert sorted(query_of(page)[1:].split("&")) == seen[2]


def test_back_and_forward_and_quick_changes_of_the_tab(visitor: Any, server: Server) -> None:
    page = open_tab(visitor(), server, "infinity", "&kk=64")
    for _ in range(2):
        for name in ("EM", "Two KLs", "To infinity", "Likelihood"):
            page.locator(".st-key-tab button", has_text=name).first.click()
            page.wait_for_timeout(120)
    wait_for(lambda: "step 823" in text_on(page, "likelihood"), "the last tab")
    settle(page)
    assert alerts(page) == []
    page.goto(f"{server.url}/glossary")
    shown(page, "glossary")
    page.go_back()
    wait_for(lambda: "/foundations" in page.url, "the way back")
    wait_for(lambda: any(text_on(page, tab) for tab in TABS), "what stood there")
    page.go_forward()
    shown(page, "glossary")
