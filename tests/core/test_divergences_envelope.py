"""The lines of the answers of a discriminator, and f above them."""

from dataclasses import replace

import numpy as np
import pytest

from core.divergences.envelope import envelope, shape_of
from core.divergences.losses import LOSSES

ALPHAS = np.linspace(-4, 4, 17)
RATIOS = np.array([0.25, 0.5, 1.0, 2.0, 4.0])


def test_no_line_is_above_f() -> None:
    t = np.geomspace(1e-3, 1e3, 301)
    for loss in LOSSES.values():
        lines, f = envelope(loss, np.linspace(-10, 10, 401), t)
        assert lines.shape == (401, 301)
        assert np.all(lines <= f + 1e-9)


@pytest.mark.parametrize(
    ("key", "gap", "at_two"), [("logistic", 0.0127, 0.012688), ("squared", 0.0834, 0.083333)]
)
def test_seventeen_lines_come_near_f(key: str, gap: float, at_two: float) -> None:
    lines, f = envelope(LOSSES[key], ALPHAS, RATIOS)
    gaps = f - lines.max(0)
    assert np.all(gaps >= -1e-14)
    assert gaps.max() <= gap
    assert gaps[3] == pytest.approx(at_two, abs=1e-6)


@pytest.mark.parametrize("key", ["zero_one", "hinge"])
def test_seventeen_lines_are_f_where_the_optimum_is_a_step(key: str) -> None:
    lines, f = envelope(LOSSES[key], ALPHAS, RATIOS)
    assert np.abs(f - lines.max(0)).max() <= 1e-15


@pytest.mark.parametrize(
    ("key", "worst"), [("squared", 0.167), ("exponential", 0.081), ("logistic", 0.025)]
)
def test_up_to_four_f_is_farther_from_the_lines_than_at_the_five_ratios(
    key: str, worst: float
) -> None:
    lines, f = envelope(LOSSES[key], ALPHAS, np.linspace(1e-9, 4, 8001))
    assert (f - lines.max(0)).max() == pytest.approx(worst, abs=1e-3)


def test_more_lines_close_the_gap() -> None:
    for key in ("squared", "logistic", "exponential"):
        gaps = []
        for count in (17, 161):
            lines, f = envelope(LOSSES[key], np.linspace(-4, 4, count), RATIOS)
            gaps.append((f - lines.max(0)).max())
        assert gaps[1] < gaps[0] / 50


@pytest.mark.parametrize("key", ["zero_one", "squared", "logistic", "hinge", "exponential"])
def test_f_is_convex_and_never_rises(key: str) -> None:
    shape = shape_of(LOSSES[key])
    assert shape is not None
    assert shape.convex
    assert shape.falls
    assert shape.least_bend >= -1e-12
    assert shape.most_slope <= 1e-12


def test_a_curve_that_is_not_convex_is_told_so() -> None:
    bent = replace(LOSSES["squared"], curves=lambda log_t: 4 * np.exp(log_t) / (1 + np.exp(log_t)))
    shape = shape_of(bent)
    assert shape is not None
    assert not shape.convex
    assert not shape.falls


def test_the_wasserstein_loss_has_no_shape() -> None:
    assert shape_of(LOSSES["wasserstein"]) is None
