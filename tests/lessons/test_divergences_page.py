"""The divergences page as links open it, without a browser: the pair, dragged and trained on."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hierarchy_page import at_rest, has_panel, panel, strip, words_on
from streamlit.testing.v1 import AppTest
from support import fine, opened

from core.divergences.exact import divergences_of, exact_risk
from core.divergences.losses import LOSSES, LossKey
from core.divergences.pair import LEAST_SD, LEAST_WEIGHT, MOST_SD, PAIRS, PairConfig
from core.run import Budget
from core.training import advance, new_run
from dashboard.charts.panel_fields import Texts
from dashboard.components.board import Drag
from dashboard.kit.words import words
from dashboard.lessons.divergences import one_x, told, ways
from dashboard.lessons.divergences.choice import critic, pair_of
from dashboard.lessons.divergences.lesson import LESSON
from dashboard.lessons.divergences.numbers import nats
from dashboard.lessons.divergences.options import PANELS
from dashboard.lessons.divergences.pair_moves import added, nearest, removed, taken
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of
from dashboard.lessons.divergences.texts import OWN, text_of

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(LESSON.package)


def page(**link: object) -> AppTest:
    """The page as a link opens it, trained as far as it goes by itself."""
    return at_rest(opened(LESSON.name, **link))


def moved(handle: str, x: float, y: float = 0.0, **more: Any) -> Drag:
    fields = {"act": "move", "width": None, "is_final": True, "turn": 1} | more
    return Drag(panel="densities", handle=handle, x=x, y=y, **fields)


def after(drag: Drag, **choices: Any) -> PairConfig:
    """The pair once a handle was moved."""
    now = LESSON.defaults | choices
    return pair_of(now | dict(taken(now, drag)))


def shown_with(**choices: Any) -> Shown:
    now = LESSON.defaults | choices
    pair = pair_of(now)
    return shown_of(pair, now, ends_of(pair), new_run(*critic(now)), None)


def shares(components: tuple[tuple[float, float, float], ...]) -> np.ndarray:
    return np.array([weight for weight, _, _ in components])


@pytest.mark.parametrize("key", LOSSES)
def test_every_loss_is_drawn_and_trained(key: str) -> None:
    app = page(loss=key)
    for name in ("densities", "critic", "integrand", "costs", "lines", "bars", "curve"):
        assert has_panel(app, name), name
    assert has_panel(app, "gauge") == (key != "wasserstein")
    assert "step <b>1,000</b>" in strip(app)
    (trained,) = (m for m in panel(app, "critic")["marks"] if m["tip"] == SAID("pair.trained_tip"))
    assert not trained["is_dashed"]
    (best,) = (m for m in panel(app, "critic")["marks"] if m["tip"] == SAID("pair.best_tip"))
    assert best["is_dashed"]


@pytest.mark.parametrize("key", [key for key in LOSSES if key != "wasserstein"])
def test_three_ways_say_one_number(key: LossKey) -> None:
    marks = ways.bars(shown_with(loss=key), SAID).marks
    (numbers,) = (mark.texts for mark in marks if isinstance(mark, Texts))
    exact = nats(exact_risk(LOSSES[key], PAIRS["C"]))
    assert [text.strip() for text in numbers] == [exact] * 3


def test_equal_densities_are_at_no_distance() -> None:
    app = page(pair="equal", x=0.5)
    assert "JS = 0.0000 nats" in words_on(app, "pair_note")
    assert "t = p_d/p_g = 1." in words_on(app, "pair_note")
    (rule,) = (m["text"] for m in panel(app, "gauge")["marks"] if m["kind"] == "rules")
    assert rule == "0.0000"


@pytest.mark.parametrize("key", LOSSES)
def test_the_page_checks_the_shape_of_f_itself(key: str) -> None:
    text = told.shape(shown_with(loss=key), SAID)
    infinite = SAID("told.shape_infinite")
    assert (text == infinite) if key == "wasserstein" else ("convex and never rises" in text)


def test_a_loss_that_counts_errors_does_not_train() -> None:
    app = page(loss="zero_one")
    assert "D stands still" in words_on(app, "pair_note")


def test_without_a_leash_the_run_stops_with_a_sentence() -> None:
    app = page(loss="wasserstein", leash="none")
    assert any("diverged" in box.value for box in app.error)
    assert "D runs away" in words_on(app, "pair_note")
    assert "exact R <b>−∞</b>" in strip(app)


def test_on_few_points_the_grey_curve_falls_below_what_any_d_can_have() -> None:
    app = page(source="fixed", points=20)
    assert "which no D can have in truth" in words_on(app, "pair_note")
    assert "on 20 points a side" in words_on(app, "pair_provenance")


def test_another_pair_waits_for_a_reset_and_is_told_by_its_name() -> None:
    app = page()
    app.selectbox(key="pair").select("A").run()
    at_rest(app)
    (waits,) = (box.value for box in app.info if "Waiting for" in box.value)
    assert "two against two → two modes, one wide guess" in waits
    assert "0.5" not in waits
    assert "drawn faint" in words_on(app, "pair_note")


def test_a_peak_is_added_where_x_is_and_the_menu_says_that_the_pair_is_no_longer_named() -> None:
    app = page(x=-3)
    app.button(key="add_d").click().run()
    at_rest(app)
    state = app.session_state[f"{LESSON.name}_state"]
    assert state.choices["pair"] == OWN
    assert pair_of(state.choices).data[-1][1] == -3
    assert app.selectbox(key="pair").value == OWN
    app.button(key="remove_d").click().run()
    at_rest(app)
    assert len(pair_of(state.choices).data) == 2


def test_every_tab_can_be_opened() -> None:
    for name in PANELS:
        fine(opened(LESSON.name, panel=name))


def test_a_peak_that_is_dragged_takes_its_share_from_the_others() -> None:
    pair = after(moved("g1", 1.0, 0.2))
    assert pair.model[1][1:] == (1.0, 0.3)
    assert pair.model[1][0] == pytest.approx(0.2 * 0.3 * math.sqrt(2 * math.pi), rel=1e-4)
    assert shares(pair.model).sum() == pytest.approx(1, abs=1e-4)
    assert pair.data == PAIRS["C"].data


@pytest.mark.parametrize("height", [0.0, -3.0, 1e9])
def test_no_weight_leaves_its_bounds(height: float) -> None:
    for letter in "dg":
        for place in "01":
            pair = after(moved(letter + place, 0.0, height))
            for weights in (shares(pair.data), shares(pair.model)):
                assert weights.min() >= LEAST_WEIGHT
                assert weights.sum() == pytest.approx(1, abs=1e-4)


def test_a_shoulder_moves_the_width_as_far_as_it_may() -> None:
    assert after(moved("d0s", -1.2)).data[0][2] == pytest.approx(0.3)
    assert after(moved("d0s", -9.0)).data[0][2] == LEAST_SD
    assert after(moved("d0s", 9.0)).data[0][2] == MOST_SD
    assert after(moved("g0", 0.0, 0.3, width=1.3)).model[0][2] == pytest.approx(1.3)


def test_what_is_no_handle_moves_nothing() -> None:
    for name in ("", "d", "d9", "g-1", "zz", "d0ss", "x0"):
        assert taken(LESSON.defaults, moved(name, 0.0)) == {}, name


def test_the_menu_follows_when_a_handle_rests() -> None:
    assert "pair" not in taken(LESSON.defaults, moved("d0", 0.0, 0.3, is_final=False))
    assert taken(LESSON.defaults, moved("d0", 0.0, 0.3))["pair"] == OWN


def test_peaks_come_and_go_between_one_and_four() -> None:
    components = PAIRS["far"].data
    for count in (2, 3, 4, 4):
        components = added(components, 0.5 * count)
        assert len(components) == count
        assert shares(components).sum() == pytest.approx(1)
    assert shares(components) == pytest.approx(np.full(4, 0.25))
    for count in (3, 2, 1, 1):
        components = removed(components, nearest(components, -4.0))
        assert len(components) == count
        assert shares(components).sum() == pytest.approx(1)


def test_every_pair_comes_back_from_its_run() -> None:
    own = PairConfig(data=((1.0, 0.25, 0.5),), model=PAIRS["A"].model)
    texts = {"pair": OWN, "p": text_of(own.data), "q": text_of(own.model)}
    for chosen in ({"pair": "B", "p": "", "q": ""}, texts):
        config, controls = critic(LESSON.defaults | chosen)
        found = LESSON.choices_of(config, controls)
        assert {key: found[key] for key in chosen} == chosen
        assert critic(LESSON.defaults | found) == (config, controls)


def test_f_rises_out_of_its_lines() -> None:
    def gap(alpha: float) -> float:
        marks = one_x.lines(shown_with(a=alpha), SAID).marks
        (edge,) = (m for m in marks if getattr(m, "tip", "") == SAID("one.envelope_tip"))
        (exact,) = (m for m in marks if getattr(m, "tip", "") == SAID("one.f_tip"))
        assert (edge.y <= exact.y + 1e-12).all()  # type: ignore[union-attr]
        return float((exact.y - edge.y).max())  # type: ignore[union-attr]

    gaps = [gap(alpha) for alpha in np.arange(-4, 4.5, 0.5)]
    assert all(later <= earlier for earlier, later in itertools.pairwise(gaps))
    assert gaps[0] > 1
    assert gaps[-1] < 0.025


def test_the_least_cost_is_where_the_best_answer_is() -> None:
    shown = shown_with(x=0.7)
    marks = one_x.costs(shown, SAID).marks
    (curve,) = (mark for mark in marks if getattr(mark, "key", "") == "costs")
    (least,) = (mark for mark in marks if getattr(mark, "key", "") == "least")
    assert curve.x[curve.y.argmin()] == pytest.approx(least.x[0], abs=0.03)  # type: ignore[union-attr]
    assert curve.y.min() == pytest.approx(least.y[0], abs=1e-3)  # type: ignore[union-attr]
    assert shown.best_here == pytest.approx(float(least.x[0]), abs=1e-3)


def test_costs_stay_readable_where_the_ratio_is_huge() -> None:
    panel_now = one_x.costs(shown_with(pair="B", x=-2.0, loss="squared"), SAID)
    assert panel_now.y.high < 10
    assert panel_now.y.title == SAID("one.cost_large")


def test_the_dropped_mode_is_told_in_numbers() -> None:
    found = divergences_of(PAIRS["B"])
    assert found.js == pytest.approx(0.2157279, abs=1e-5)
    assert f"JS = {nats(found.js)} nats" in words_on(page(pair="B", x=-2), "pair_note")


def test_r_of_the_run_before_is_drawn_whole() -> None:
    config, controls = critic(LESSON.defaults)
    before = advance(new_run(config, controls), controls, Budget(steps=300))
    run = advance(new_run(config, controls), controls, Budget(steps=32))
    pair = pair_of(LESSON.defaults)
    shown = shown_of(pair, LESSON.defaults, ends_of(pair), run, None)
    drawn = ways.curve(shown, [before.history], SAID)
    (old,) = (mark for mark in drawn.marks if len(mark.x) == len(before.history))
    np.testing.assert_array_equal(old.y, before.history["risk"])
    assert old.is_dashed
    assert old.is_thin
    assert drawn.x.high >= 300
    assert drawn.y.low <= old.y[-1] <= drawn.y.high


def test_equal_densities_have_a_floor_without_a_leash() -> None:
    shown = shown_with(pair="equal", loss="wasserstein", leash="none")
    assert shown.exact == 0
    assert told.loss_is(shown, SAID) == SAID("told.wasserstein_equal")
    apart = shown_with(pair="A", loss="wasserstein", leash="none")
    assert "has no floor" in told.loss_is(apart, SAID)


@pytest.mark.parametrize(("pair", "runs_away"), [("A", True), ("equal", False)])
def test_d_is_said_to_run_away_only_where_it_does(pair: str, runs_away: bool) -> None:
    choices = LESSON.defaults | {"pair": pair, "loss": "wasserstein", "leash": "none"}
    config, controls = critic(choices)
    run = advance(new_run(config, controls), controls, Budget(steps=160))
    shown = shown_of(pair_of(choices), choices, (-4.0, 4.0), run, None)
    risk = run.history["risk"]
    is_lowest = risk[-1] <= min(risk.min(), -1e-3)
    assert is_lowest == runs_away
    assert ("runs away" in told.trained(shown, SAID)) == runs_away
