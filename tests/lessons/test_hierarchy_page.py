"""The hierarchy page as links open it, without a browser."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hierarchy_page import cells, has_panel, page, panel, strip, words_on

from core.dataset import DATASETS
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.linear_theory import valley
from core.run import Budget
from core.training import advance, new_run
from core.vae.spectra import spectrum_of
from dashboard.charts.panel import Mark
from dashboard.kit.words import ENGLISH, words
from dashboard.lessons.hierarchy import flow_panel, terms
from dashboard.lessons.hierarchy.lesson import LESSON
from dashboard.lessons.hierarchy.valley_panel import rolled

pytestmark = pytest.mark.usefixtures("workers")

WORDS = words(LESSON.package, ENGLISH)
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


def test_log_p_lies_above_the_elbo_and_its_distance_is_told() -> None:
    for link in ({}, {"net": "linear", "lr": 0.005, "batch": 128}):
        app = page(panel="flow", **link)
        text = words_on(app, "flow_table")
        numbers = {
            name: float(text.split(name)[1].split()[0])
            for name in (" ELBO ", "log p(x), exactly", "what the ELBO lies below it")
        }
        elbo, log_p, gap = numbers.values()
        assert 0 < gap == pytest.approx(log_p - elbo, abs=0.011)
    assert "I(x; z2)" in text
    assert 0 < float(text.split("at most 5.69")[1].split()[0]) < 0.5
    assert "(dashed)" in words_on(app, "flow_note")


@pytest.mark.parametrize("steps", [1, 40])
def test_curves_of_where_the_nats_go_begin_with_the_first_step(steps: int) -> None:
    config, controls = HierarchyConfig(), HierarchyControls()
    history = advance(new_run(config, controls), controls, Budget(steps=steps)).history
    lines = [m for m in flow_panel.sums(history, WORDS).marks if isinstance(m, Mark)]
    t2, t3, total = (line.y for line in lines[:3])
    np.testing.assert_allclose(t2 + t3, total)
    assert total.min() > -0.2
    (elbo, *_) = flow_panel.elbos(history, None, WORDS).marks
    assert isinstance(elbo, Mark)
    np.testing.assert_array_equal(elbo.y, history["elbo/held_out"])


@pytest.mark.parametrize(
    ("c", "price", "following"), [(1, 0.5, 1.649), (100, 0.5, 100), (1.2, 2, 1), (5, 1, 5)]
)
def test_the_ball_goes_where_the_objective_rises(c: float, price: float, following: float) -> None:
    assert rolled(c, price) == following


def test_what_mints_is_told_and_what_does_not_is_not() -> None:
    cheap = {"net": "linear", "price": 0.5, "lr": 0.02, "batch": 128}
    (told,) = (box.value for box in page(**cheap).warning)
    assert told.startswith("**Minting.**")
    assert not page(price=0.5).warning
    assert not page(**cheap | {"warming": "top"}).warning


def test_a_run_that_mints_until_it_diverges_says_what_happened() -> None:
    config, controls = (
        HierarchyConfig(network="linear", link="linear"),
        HierarchyControls(top_price=0.5),
    )
    run = advance(new_run(config, controls), controls, Budget(steps=20))
    scene = SimpleNamespace(said=WORDS, view=SimpleNamespace(run=run, phase="diverged"))
    assert terms.minted(scene).startswith("**Minting ran away.**")  # type: ignore[arg-type]


def test_the_tube_is_coloured_along_z2_as_its_axis_is() -> None:
    app = page()
    axis = [mark["color"] for mark in panel(app, "axis")["marks"] if mark["kind"] == "line"]
    lines = [mark["color"] for mark in panel(app, "plane")["marks"] if mark["kind"] == "line"]
    assert axis[0] == lines[0] or len(set(axis)) > 20
    assert len(set(lines)) >= 25
