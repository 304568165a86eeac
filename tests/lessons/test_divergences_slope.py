"""Who still pulls, and the losses side by side: what is drawn and said against the mathematics."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from core.divergences.answers import TrainedSlope
from core.divergences.config import CriticConfig, CriticControls
from core.divergences.exact import divergences_of
from core.divergences.initial import new_critic
from core.divergences.losses import LOSSES
from core.divergences.pair import PAIRS, PairConfig
from core.divergences.slopes import ROWS, UNIT, slopes
from core.divergences.theorem import two_sides
from dashboard.charts.panel import Mark
from dashboard.kit.words import words
from dashboard.lessons.divergences import losses_told, slope_panels, slope_tab, slope_told
from dashboard.lessons.divergences.losses_panels import best_critic, every_f
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of
from dashboard.lessons.divergences.slope_shown import LEAST, MOST, PULLS, SlopeShown, slope_shown

SAID = words("dashboard.lessons.divergences", "en")
DOT = TrainedSlope(
    theta=8.0, loss="squared", minimax=6e-4, non_saturating=8e-3, gap=1e-4, steps=1000, seed=0
)


def at(theta: float) -> SlopeShown:
    return slope_shown(theta, 14.0, {(DOT.loss, DOT.theta): DOT})


def under_every_loss(pair: PairConfig, leash: str = "lipschitz") -> list[Shown]:
    run = new_critic(CriticConfig(pair=pair), CriticControls())
    choices = {"x": 0.0, "a": 1.0, "leash": leash}
    ends = ends_of(pair)
    return [shown_of(pair, choices | {"loss": key}, ends, run, None) for key in LOSSES]


@pytest.mark.parametrize("theta", [0.5, 1.0, 4.0, 8.0])
def test_both_sides_of_the_theorem_agree(theta: float) -> None:
    found = two_sides(UNIT.moved(theta))
    assert found.slope == pytest.approx(found.right, abs=1e-6)
    assert found.kl_slope == pytest.approx(theta, abs=1e-6)
    pair = two_sides(PAIRS["C"])
    assert pair.slope == pytest.approx(pair.right, abs=1e-6)


@pytest.mark.parametrize("theta", [LEAST, 0.5, 1.0, 3.3, 5.0, 8.0, MOST])
def test_the_sentence_names_every_loss_on_the_right_side(theta: float) -> None:
    shown = at(theta)
    told = slope_told.who_pulls(shown, SAID)
    pulling, _, stalling = told.partition("These stall")
    for row in ROWS:
        name = SAID(f"slope.rows.{row.key}")
        value = slopes([theta])[row.key][0]
        if shown.stalling:
            assert (name in pulling) == (value >= PULLS)
            assert (name in stalling) == (value < PULLS)
        else:
            assert value >= PULLS


def test_far_away_only_what_the_spec_names_still_pulls() -> None:
    assert [row.key for row in at(8.0).pulling] == [
        "non_saturating_logistic",
        "non_saturating_exponential",
        "w1",
    ]


def test_the_table_has_both_slopes_of_every_loss() -> None:
    text = slope_told.table(at(8.0), SAID)
    assert text.count("<tr") == len(ROWS) + 1
    assert "<td>0.001157</td><td>0.008</td>" in text
    assert "0.001157" in slope_told.squares(at(8.0), SAID)
    assert slope_told.squares(at(7.9), SAID) == ""


def test_arrows_go_where_a_step_of_the_generator_goes() -> None:
    panel = slope_panels.arrows(at(8.0), SAID)
    arrows = [m for m in panel.marks if isinstance(m, Mark) and m.kind == "arrows"]
    assert len(arrows) == len(ROWS)
    for row, mark in zip(ROWS, arrows, strict=True):
        assert mark.x2 is not None
        moves = mark.x2 - mark.x
        assert (moves <= 0).all()
        assert (moves >= -slope_panels.LONGEST).all()
        if row.key == "w1":
            np.testing.assert_allclose(moves, -1)
        if row.key == "tv":
            np.testing.assert_array_equal(moves, 0)


@pytest.mark.parametrize("theta", [LEAST, 2.0, MOST])
def test_pictures_stand_at_every_separation(theta: float) -> None:
    curves = slope_panels.slope_curves(at(theta), SAID)
    assert [handle.name for handle in curves.handles] == ["theta"]
    assert slope_panels.two_bumps(at(theta), SAID).handles[0].x == theta
    for mark in curves.marks:
        if isinstance(mark, Mark) and mark.kind == "line":
            y = mark.y[np.isfinite(mark.y)]
            assert (y >= slope_panels.LOWEST).all()
            assert (y <= slope_panels.HIGHEST).all()


def test_a_dragged_handle_stays_within_bounds() -> None:
    for x, expected in ((-3.0, LEAST), (3.456, 3.46), (40.0, MOST)):
        drag = SimpleNamespace(handle="theta", x=x)
        assert slope_tab.taken({}, drag) == {"theta": expected}  # type: ignore[arg-type]
    assert slope_tab.taken({}, SimpleNamespace(handle="x", x=1.0)) == {}  # type: ignore[arg-type]


def test_answers_are_joined_one_after_the_other() -> None:
    assert slope_tab.together(DOT) == (DOT,)
    assert slope_tab.together((DOT, DOT)) == (DOT, DOT)


@pytest.mark.parametrize("name", PAIRS)
def test_zero_one_and_hinge_are_said_to_share_total_variation(name: str) -> None:
    told = losses_told.shared(under_every_loss(PAIRS[name]), SAID)
    tv = divergences_of(PAIRS[name]).tv
    assert "**0–1 and hinge are one divergence:** total variation" in told
    assert told.count("one divergence") == 1
    found = re.search(r"total variation, ([\d.]+)", told)
    assert found is not None
    assert float(found[1].rstrip(".")) == pytest.approx(tv, abs=5.1e-5)
    assert "2 times as much" in told


def test_the_table_of_losses_holds_the_named_risks() -> None:
    text = losses_told.table(under_every_loss(PAIRS["C"]), "logistic", SAID)
    for named in ("0.2812", "0.7535", "0.5580", "0.5623", "0.8573", "W₁ = 0.7526"):
        assert named in text
    assert text.count("<tr") == len(LOSSES) + 1


@pytest.mark.parametrize("leash", ["none", "bounded", "lipschitz"])
@pytest.mark.parametrize("name", PAIRS)
def test_small_pictures_stand_for_every_pair_and_leash(name: str, leash: str) -> None:
    every = under_every_loss(PAIRS[name], leash)
    assert len([best_critic(shown, SAID) for shown in every]) == len(LOSSES)
    assert len(every_f(SAID)) == len(LOSSES)
    assert losses_told.table(every, "hinge", SAID)
    assert losses_told.farthest(every, SAID)


def test_equal_densities_are_said_to_be_equal() -> None:
    assert losses_told.farthest(under_every_loss(PAIRS["equal"]), SAID) == SAID("losses.equal")


def test_a_dropped_mode_is_far_in_one_kl_only() -> None:
    told = losses_told.all_distances(under_every_loss(PAIRS["B"])[0], SAID)
    assert "TV 0.5000" in told
    assert "JS 0.2157" in told
    assert "KL(p_d‖p_g) 15.3069" in told
    assert "KL(p_g‖p_d) 0.6931 nats" in told
