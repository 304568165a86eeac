"""Handles of the foundations page, and its way to infinity."""

import re
from itertools import product
from typing import Any

import pytest
from foundations_page import (
    SAID,
    TABS,
    board,
    note,
    number,
    numbers_in,
    page,
    panel,
    plain,
    said,
)
from support import fine

from core.foundations.config import EMConfig, LimitConfig
from core.foundations.decoded import decode
from core.foundations.em_data import rows_of
from core.foundations.infinity import pool_of
from core.foundations.requests import rung
from dashboard.components.board import Drag
from dashboard.kit.own_data import numbers_of
from dashboard.kit.words import KIT, words
from dashboard.lessons.foundations import em_tab, infinity_tab, kls_tab, likelihood_tab
from dashboard.lessons.foundations.lesson import LESSON

pytestmark = pytest.mark.usefixtures("workers")


def drag(panel: str, handle: str, x: float, y: float, act: Any = "move") -> Drag:
    return Drag(act=act, panel=panel, handle=handle, x=x, y=y, width=None, is_final=True, turn=1)


def test_a_moved_number_leaves_the_others_as_they_were() -> None:
    now = LESSON.defaults | {"x": "123456.78 123456.79 5"}
    found = likelihood_tab.taken(now, drag("ruler", "x2", 6.0, 0.0))
    assert numbers_of("x", found["x"]) == (123456.78, 123456.79, 6.0)


def test_numbers_are_added_and_taken_away_but_for_the_last() -> None:
    now = LESSON.defaults | {"x": "1 2"}
    added = likelihood_tab.taken(now, drag("ruler", "", 3.0, 0.1, "add"))
    assert numbers_of("x", added["x"]) == (1, 2, 3)
    fewer = likelihood_tab.taken(now, drag("ruler", "x0", 1.0, 0.0, "remove"))
    assert numbers_of("x", fewer["x"]) == (2,)
    assert (
        likelihood_tab.taken(LESSON.defaults | {"x": "1"}, drag("ruler", "x0", 1, 0, "remove"))
        == {}
    )
    for handle in ("x2", "x-1", "y0", "x", "", "x1.5", "x²"):
        assert likelihood_tab.taken(now, drag("ruler", handle, 1.0, 0.0)) == {}


SENT = list(
    product(
        ("ruler", "densities", "landscape", "surface", "points", "nowhere"),
        ("ball", "bump0", "bump9", "x0", "p_mean", "q_first", "component0", "point0", "²", ""),
        ((0.0, 0.0), (1e300, -1e300), (-9.0, 1e-300)),
    )
)


@pytest.mark.parametrize("act", ["move", "add", "remove"])
@pytest.mark.parametrize("what", ["mixture", "plane"])
def test_whatever_a_browser_sends_is_accepted_refused_or_nothing(what: str, act: Any) -> None:
    now = LESSON.defaults | {"what": what}
    for name, handle, (x, y) in SENT:
        sent = drag(name, handle, x, y, act)
        for found in (
            likelihood_tab.taken(now, sent),
            kls_tab.taken(now, sent),
            em_tab.taken(now, sent, axes=(0, 1), stage=None),
            infinity_tab.taken(now, sent),
        ):
            for key, value in found.items():
                assert isinstance(LESSON.refusal(key, value), str)


def test_a_bump_added_beyond_the_bounds_is_put_within_them() -> None:
    """The picture shows more of the line than a mean may have: a click there is not lost."""
    found = kls_tab.taken(LESSON.defaults, drag("densities", "", 8.5, 0.1, "add"))
    assert not LESSON.refusal("p", found["p"])


def test_a_rung_is_what_the_core_fits() -> None:
    app = page(tab="infinity", kk=4)
    found, text = rung("two_moons", 4, 0), note(app)
    assert "4 components" in text
    assert number(found.kl_train) in text
    assert number(found.kl_paired) in text or number(found.kl_test) in text
    assert f"{pool_of('two_moons').entropy:.6f}" in plain(
        board(app)["html"]["infinity_provenance"]
    )
    assert len(panel(app, "entropy")["handles"]) == 1


def test_more_is_not_always_better_is_said_of_64() -> None:
    app = page(tab="infinity", kk=64)
    assert said("infinity.better", best=16, value="0")[:30] in note(app)
    assert said("infinity.best") not in note(app)


def test_another_k_keeps_the_rungs_that_are_there() -> None:
    app = page(tab="infinity", kk=2)
    app.select_slider(key="kk").set_value(4).run()
    fine(app)
    marks = [mark for mark in panel(app, "entropy")["marks"] if mark["kind"] == "points"]
    assert marks[0]["x"][1] - marks[0]["x"][0] == 7


@pytest.mark.parametrize(("row", "log_p"), [(1, 73.3388), (0, -47.051), (2, 158.309)])
def test_the_decoder_says_log_p_of_the_digit(row: int, log_p: float) -> None:
    app = page(tab="infinity", to="decoder", row=row, draws=50)
    text = note(app)
    assert numbers_in(text, r"log p\(x\) = (-?\d+\.\d+)")[0] == pytest.approx(log_p, abs=6e-3)
    found = decode(LimitConfig(target="decoder", row=row))
    assert number(float(found.log_probs[49])) in text
    assert "over 50, " in text


def test_every_sentence_of_the_lesson_is_shown_in_words_not_in_keys() -> None:
    for tab in TABS[:3]:
        text = note(page(tab=tab))
        assert "{" not in text
        assert not re.search(rf"\b{tab}\.\w+", text)
    assert words(KIT)("page.broken") not in SAID
    assert rows_of(EMConfig(data="numbers")).x_train.shape == (10, 1)
