"""Two densities on the real server, in a real Chromium: dragged, judged by six losses, trained."""

from typing import Any
from urllib.parse import quote

import pytest
from divergences_page import (
    SAID,
    choices_of,
    choose,
    drawn,
    gap,
    has_come,
    is_whole,
    least,
    linked,
    note,
    number_in,
    opened,
    place_of,
    risks,
    sentences,
)
from foundations_page import asked, handle_on, middle
from support import Server, facts, pause, press, query_of, settle, shown, step, train, wait_for

from core.divergences.exact import exact_risk
from core.divergences.losses import LOSSES
from core.divergences.pair import LEAST_SD, LEAST_WEIGHT, MOST_SD, PAIRS
from dashboard.lessons.divergences.lesson import LESSON
from dashboard.lessons.divergences.numbers import nats

pytestmark = pytest.mark.browser

CLOSE = 0.02
"""A trained D whose R is not farther than this above the least one has learnt it."""


def test_keys_and_a_finger_move_a_peak_and_a_link_opens_the_same_elsewhere(
    visitor: Any, server: Server
) -> None:
    page = opened(visitor(), server)
    handle = handle_on(page, "densities", "d0")
    handle.focus()
    before = linked(page).data[0]
    handle.press("ArrowRight")
    wait_for(lambda: linked(page).data[0][1] > before[1], "a step in the link")
    handle.press("+")
    wait_for(lambda: linked(page).data[0][2] == pytest.approx(1.1 * before[2]), "a wider peak")
    handle.press("-")
    wait_for(lambda: linked(page).data[0][2] == pytest.approx(before[2]), "as wide as before")
    handle.press("]")
    page.keyboard.press("Shift+ArrowLeft")  # the shoulder is the next handle
    wait_for(lambda: linked(page).data[0][2] < before[2], "a narrower peak")
    settle(page)
    _hover_moves_x(page)

    other = opened(visitor(has_touch=True), server, query_of(page), at_least=0)
    assert linked(other) == linked(page)
    assert place_of(other, "x", "critic") == place_of(page, "x", "critic")
    wait_for(lambda: risks(other)[:3] == [least(page)] * 3, "the same R")
    assert drawn(other, "critic", "best") == pytest.approx(drawn(page, "critic", "best"))
    has_come(other, 1000)
    settle(other)
    _touch(other, "g1", 30)
    wait_for(lambda: linked(other).model != linked(page).model, "what the finger moved")
    assert linked(other).model[1][1] > linked(page).model[1][1] + 0.2
    assert linked(other).data == linked(page).data


def _hover_moves_x(page: Any) -> None:
    before = place_of(page, "x", "critic")
    box = page.locator("[data-picture=integrand] canvas").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    wait_for(lambda: place_of(page, "x", "critic") < before - 0.5, "x under the pointer")
    page.mouse.move(box["x"] + 0.3 * box["width"], 5)
    wait_for(lambda: asked(page, "x"), "x in the link")
    settle(page)
    told = number_in(note(page), r"At x = (−?[\d.]+)")
    assert told == pytest.approx(float(asked(page, "x")), abs=0.01)


def _touch(page: Any, name: str, dx: float) -> None:
    """Move a handle by a finger, taken beside its middle."""
    handle = handle_on(page, "densities", name)
    handle.scroll_into_view_if_needed()
    x, y = middle(handle)
    client = page.context.new_cdp_session(page)
    for kind, by in (("touchStart", 6), ("touchMove", dx / 2), ("touchMove", dx + 6)):
        points = [{"x": x + by, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_each_loss_has_its_least_r_and_a_d_that_trains_falls_onto_it(
    visitor: Any, server: Server
) -> None:
    page = opened(visitor(), server)
    assert gap(page) < CLOSE
    for key in ("zero_one", "hinge", "exponential", "wasserstein", "logistic", "squared"):
        choose(page, "loss", SAID(f"options.loss.values.{key}"))
        exact = least(page, loss=key)
        wait_for(lambda exact=exact: risks(page)[2] == exact, f"R of {key}")
        if key != "wasserstein":
            assert exact == nats(exact_risk(LOSSES[key], PAIRS["C"]))
            assert risks(page)[:3] == [exact] * 3
    wait_for(lambda: any("Reset" in told for told in sentences(page)), "what waits for a reset")
    press(page, "reset")
    wait_for(lambda: step(page) == 0, "a new run")
    assert not any("Waiting" in told for told in sentences(page))
    train(page)
    wait_for(lambda: gap(page) < CLOSE, "D to learn", 120)

    seen = step(page)
    page.reload()
    shown(page, LESSON.name)
    has_come(page, seen + 1)
    pause(page)
    assert 0 <= gap(page) < CLOSE
    assert choices_of(page)["loss"] == "squared"
    exact = nats(exact_risk(LOSSES["squared"], PAIRS["C"]))
    assert f"exact R {exact}" in facts(page)
    wait_for(lambda: "Trained: R(D)" in note(page), "the sentence of the trained D")


def test_a_d_that_counts_errors_stands_still(visitor: Any, server: Server) -> None:
    page = opened(visitor(), server, "?loss=zero_one")
    tip = SAID("pair.trained_tip")
    before, told = drawn(page, "critic", tip), number_in(facts(page), r"R\(D\) ([\d.]+)")
    assert len(before) > 100
    train(page)
    pause(page)
    assert step(page) > 1000
    assert drawn(page, "critic", tip) == before
    assert number_in(facts(page), r"R\(D\) ([\d.]+)") == told
    assert "D stands still" in note(page)


def test_wasserstein_without_a_leash_ends_with_a_sentence(visitor: Any, server: Server) -> None:
    page = opened(visitor(), server, "?loss=wasserstein&leash=none", at_least=0)
    wait_for(lambda: any("diverged at step" in told for told in sentences(page)), "the end", 90)
    settle(page)
    (told,) = sentences(page)
    assert "Training diverged at step" in told
    assert told.endswith("or ⟲ Reset to start over.")
    assert "exact R −∞" in facts(page)
    assert "D runs away" in note(page)
    assert page.locator("[data-testid=stException]").count() == 0


HOSTILE = "<img src=x onerror=alert(1)>**b**"

REFUSED = {
    "p": ("0.5,-2,0;0.5,2,0.5", f"deviation of data must be at least {LEAST_SD}"),
    "q": ("0,0,1;1,2,0.5", f"weight of model must be at least {LEAST_WEIGHT}"),
    "theta": ("99", "10"),
    "panel": ("none", "gan"),
    "leash": (HOSTILE, "lipschitz"),
    "x": ("1e999", "a number"),
    "h": ("0.01", "0.05"),
}
"""What a link asks for in vain, and what of the bound its sentence has to name."""


def test_what_cannot_be_is_said_in_one_sentence_each_and_the_page_stands(
    visitor: Any, server: Server
) -> None:
    query = "&".join(f"{key}={quote(text)}" for key, (text, _) in REFUSED.items())
    page = opened(visitor(), server, f"?{query}")
    told = [sentence for sentence in sentences(page) if "The link asks for" in sentence]
    assert len(told) == len(REFUSED)
    for key, (text, bound) in REFUSED.items():
        (sentence,) = (one for one in told if f"asks for {key} = " in one)
        assert text in sentence
        assert bound in sentence
        assert sentence.count("asks for") == 1
        assert sentence.endswith(".")
    assert linked(page) == PAIRS["C"]
    assert risks(page)[:3] == [least(page)] * 3
    assert page.locator("[data-testid=stAlert] img").count() == 0


def test_handles_that_overlap_and_widths_at_their_bounds_can_be_told_apart(
    visitor: Any, server: Server
) -> None:
    text = f"0.5,1,{LEAST_SD};0.5,1,{LEAST_SD}"
    page = opened(visitor(), server, f"?pair=own&p={text}&q=1,1,{MOST_SD}")
    assert sentences(page) == []
    assert is_whole(page)
    assert risks(page)[:3] == [least(page)] * 3
    handle_on(page, "densities", "d0").focus()
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("Shift+ArrowRight")
    wait_for(lambda: linked(page).data[1][1] > 1, "the other peak to move")
    assert linked(page).data[0][1] == 1
    page.keyboard.press("-")
    settle(page)
    assert linked(page).data[1][2] == LEAST_SD
    assert sentences(page) == [] or all("Waiting" in told for told in sentences(page))
