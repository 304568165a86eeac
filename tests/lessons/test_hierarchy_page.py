"""The hierarchy page as links open it, without a browser."""

import math

import numpy as np
import pytest
from hierarchy_page import cells, has_panel, page, panel, strip, words_on

from core.dataset import DATASETS
from core.hierarchy.linear_theory import valley
from core.vae.spectra import spectrum_of
from dashboard.lessons.hierarchy.lesson import LESSON

pytestmark = pytest.mark.usefixtures("workers")

DIGITS = LESSON.configured(LESSON.defaults, LESSON.training[0])[0].dataset

VARIANTS: dict[str, dict[str, object]] = {
    "as it opens": {},
    "linear": {"net": "linear"},
    "linear link of unit variance": {"link": "linear", "var": "unit"},
    "top-down with a skip": {"inference": "top-down", "skip": True},
    "one unit below": {"low": 1},
    "eight below, four above": {"low": 8, "top": 4},
    "remedies live": {"warming": "both", "fb": 0.1, "fb2": 0.5, "price": 1.5},
    **{name: {"data": name} for name in DATASETS if name not in ("digits", "mnist")},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_model_is_drawn(name: str) -> None:
    app = page(**VARIANTS[name])
    assert has_panel(app, "plane")
    assert has_panel(app, "images")
    assert has_panel(app, "low_fixed")
    assert "step <b>1,500</b>" in strip(app)
    assert len(app.get("echarts_chart")) == 1


def test_contours_of_the_exact_density_stand_where_it_is_known() -> None:
    def dashed(app: object) -> list[object]:
        return [m for m in panel(app, "plane")["marks"] if m["kind"] == "contours"]  # type: ignore[arg-type]

    (contours,) = dashed(page())
    assert contours["is_dashed"]  # type: ignore[index]
    assert not dashed(page(low=3))


def test_where_the_nats_go_adds_up() -> None:
    app = page(panel="flow")
    numbers = [float(cell) for cell in cells(app, "flow_table")]
    t2, t3, both, to_prior, penalty, exact = numbers[:6]
    assert t2 + t3 == pytest.approx(both, abs=0.011)
    assert to_prior + penalty == pytest.approx(exact, abs=0.011)
    assert exact == pytest.approx(both, abs=0.25)  # two draws a row
    assert "ELBO without z2" in words_on(app, "flow_table")
    assert 0 < numbers[-1] < numbers[-2] < 2  # what a learned p(z1) is worth, and a Gaussian one


@pytest.mark.parametrize(("price", "said"), [(1, "level"), (1.5, "falls with c"), (0.5, "minted")])
def test_the_valley_says_what_the_price_does(price: float, said: str) -> None:
    app = page(panel="valley", c=10, price=price)
    text = words_on(app, "valley_note")
    assert said in text
    exact = valley(spectrum_of(DIGITS), 2, 0.05, [10.0], top_price=price)
    assert f"T3 = {math.log(10):.2f}" in text
    assert f"{float(exact.t2[0]):.2f}" in text
    (ball,) = panel(app, "curves")["handles"]
    assert ball["y"] == pytest.approx(float(exact.objective[0]))
    assert has_panel(app, "threshold")


def test_far_up_the_valley_t2_is_below_0() -> None:
    assert "below 0" in words_on(page(panel="valley", c=100), "valley_note")
    assert "below 0" not in words_on(page(panel="valley", c=2), "valley_note")


def test_the_held_z2_is_a_place_on_its_axis() -> None:
    (handle,) = panel(page(z=1.5), "axis")["handles"]
    assert (handle["x"], handle["moves"]) == (1.5, "x")
    (handle,) = panel(page(top=2, z=-1, zz=2), "axis")["handles"]
    assert (handle["x"], handle["y"], handle["moves"]) == (-1, 2, "xy")


def test_a_hostile_link_is_answered() -> None:
    app = page(low=99, top="x", price=0.1, inference="sideways", z="nan")
    text = " ".join(box.value for box in app.warning)
    for key in ("low", "top", "price", "inference"):
        assert f"`{key}`" in text
    assert not np.isnan(panel(app, "axis")["handles"][0]["x"])
