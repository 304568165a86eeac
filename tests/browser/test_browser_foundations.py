"""The foundations page on the real server, in a real Chromium."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from foundations_page import (
    TABS,
    fill_held,
    handle_on,
    middle,
    open_tab,
    pull,
    starred_on,
    text_on,
    unit,
)
from support import Server, query_of, settle, shown, wait_for

from core.foundations.config import HEIGHTS, EMConfig
from core.foundations.kl_fits import reverse_kl
from core.foundations.likelihood import log_likelihood, maximum
from core.foundations.requests import em_slice
from core.foundations.target import Target1D
from dashboard.kit.own_data import numbers_of
from dashboard.lessons.foundations.numbers import nats

pytestmark = pytest.mark.browser


def asked(page: Any, key: str) -> str:
    """What the address says of one option; empty: as it opens."""
    text: str = page.evaluate("key => new URLSearchParams(location.search).get(key) ?? ''", key)
    return text


def number(value: float) -> str:
    return nats(value).replace("−", "-")


def most(x: tuple[float, ...]) -> str:
    best = maximum(x)
    return number(float(log_likelihood(x, best.mean, best.sd)))


def alerts(page: Any) -> list[str]:
    boxes = page.locator("[data-testid=stAlert]:visible").all_inner_texts()
    return [text.split("\n")[-1] for text in boxes]


# ---- likelihood


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
    wait_for(lambda: "823 steps" in text_on(page, "likelihood"), "the gradient's way")
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


# ---- EM


def whole(config: EMConfig) -> Any:
    run = em_slice(config, None)
    while run.stop == "steps" and run.num_steps < 300:
        run = em_slice(config, run)
    return run


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
    wait_for(lambda: f"after {run.num_steps} steps" in text_on(page, "em"), "the end")
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
    wait_for(lambda: "823 steps" in text_on(page, "likelihood"), "the last tab")
    settle(page)
    assert alerts(page) == []
    page.goto(f"{server.url}/glossary")
    shown(page, "glossary")
    page.go_back()
    wait_for(lambda: "/foundations" in page.url, "the way back")
    wait_for(lambda: any(text_on(page, tab) for tab in TABS), "what stood there")
    page.go_forward()
    shown(page, "glossary")
