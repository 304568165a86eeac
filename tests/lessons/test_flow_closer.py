"""What is looked at more closely on the flow page: the closer looks, and the density to turn."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, opened

from core.flow.answers import Cost, DensityMap
from core.flow.config import FlowConfig
from core.flow.cost import cost
from core.flow.folding import Wave, densities, telling_points
from core.flow.initial import initial_parameters
from core.flow.inspection import density_map
from dashboard.charts.frame import Chart
from dashboard.kit.sessions import run_store
from dashboard.kit.words import words
from dashboard.lessons.flow import costs, pictures
from dashboard.lessons.flow.density_chart import density_chart
from dashboard.lessons.flow.fold_chart import (
    DENSITY_TOP,
    POLE,
    fold_density_chart,
    transformer_chart,
)
from dashboard.lessons.flow.lesson import CLOSER, LESSON
from dashboard.lessons.flow.surface_chart import LIFT, Surface, surface_chart
from dashboard.theme import ROLE_COLORS, Look

pytestmark = pytest.mark.usefixtures("workers")

ENGLISH = words(LESSON.package)


def said(app: AppTest) -> str:
    """Everything on the page that is text."""
    boxes = (*app.markdown, *app.caption, *app.info, *app.warning)
    return "\n".join(str(box.value) for box in boxes)


def come_by(app: AppTest, text: str) -> None:
    """Draw the page again until it says ``text``."""
    drawn_until(app, lambda: text in said(app), f"'{text}'")


@pytest.mark.parametrize("section", CLOSER)
def test_every_closer_look_opens(section: str) -> None:
    opened("flow", closer=section)


def test_a_slider_of_the_fold_moves_a_flow_that_folds() -> None:
    app = opened("flow", layer="wave-none", k=1, closer="fold")
    app.select_slider(key="fold_a").set_value(0.4).run()
    view = run_store().view(app.session_state["flow_run"])
    assert view is not None
    assert view.run.config.amplitude == 0.4


@pytest.mark.parametrize(
    "link", [{"fold_a": "10", "fold_b": "10"}, {"fold_a": "0", "fold_b": "0.01"}]
)
def test_the_fold_opens_at_the_ends_of_what_may_be_typed(link: dict[str, str]) -> None:
    app = opened("flow", closer="fold", **link)
    assert "sum over all roots = **1.0000**" in said(app)


@pytest.mark.parametrize("a", [0.0, 1.0, 3.0])
def test_both_integrals_stand_beside_the_fold(a: float) -> None:
    app = opened("flow", closer="fold", fold_a=a, fold_b=1.0)
    text = next(m.value for m in app.markdown if "one-root density" in m.value)
    assert "sum over all roots = **1.0000**" in text
    assert ("one-root density = **1.0000**" in text) == (a <= 1.0)


def deadly(mark: Path, deaths: int) -> Cost:
    """Measures, but for the first ``deaths`` times: then its worker is killed over it."""
    if len(list(mark.iterdir())) < deaths:
        (mark / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return cost()


def test_a_worker_killed_while_measuring_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "cost", partial(deadly, tmp_path, 1))
    app = opened("flow", closer="cost")
    come_by(app, ENGLISH("cost.slope"))
    assert len(list(tmp_path.iterdir())) == 1


def test_workers_killed_again_and_again_are_a_sentence_and_measuring_can_be_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "cost", partial(deadly, tmp_path, 3))
    app = opened("flow", closer="cost")
    come_by(app, "This could not be computed")
    assert len(list(tmp_path.iterdir())) == 3
    app.button(key="measure").click().run()
    come_by(app, ENGLISH("cost.slope"))
    assert "This could not be computed" not in said(app)


def test_the_surface_is_drawn_where_the_run_rests() -> None:
    app = opened("flow", panel="density", surface="true", layer="affine-linear", start="hand")
    drawn_until(app, lambda: len(app.get("plotly_chart")) == 1, "the surface")
    assert not app.get("vega_lite_chart")
    app.toggle(key="surface").set_value(False).run()
    drawn_until(app, lambda: app.get("vega_lite_chart"), "the flat picture")
    assert not app.get("plotly_chart")


def test_while_a_run_trains_the_density_stays_flat_and_says_why() -> None:
    app = opened("flow", panel="density", surface="true", layer="affine-made", k=1)
    assert ENGLISH("surface.rests") in said(app)
    assert not app.get("plotly_chart")


def test_there_is_no_surface_of_a_flow_that_folds() -> None:
    app = opened("flow", panel="density", surface="true", layer="wave-none", k=2)
    assert "No density here" in said(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    ("a", "key"), [(1.6, "folds"), (0.5, "touches"), (0.4, "monotone")], ids=str
)
def test_beside_the_map_of_one_wave_stand_its_curve_and_its_densities(a: float, key: str) -> None:
    app = opened("flow", panel="density", layer="wave-none", k=1, fold_a=a, fold_b=2.0)
    assert ENGLISH("fold.each") in said(app)
    assert ENGLISH(f"fold.{key}", product=f"{2 * a:.2f}") in said(app)
    assert len(app.get("vega_lite_chart")) == 2
    assert app.select_slider(key="fold_a"), "its sliders stand among the controls"


def test_a_falling_wave_is_said_to_be_as_invertible() -> None:
    app = opened("flow", closer="fold", fold_a=0.4, fold_b=2.0, fold_falls="true")
    assert ENGLISH("fold.falling", product="0.80") in said(app)
    assert "one-root density = **1.0000**" in said(app)
    app.toggle(key="fold_falls").set_value(False).run()
    assert ENGLISH("fold.monotone", product="0.80") in said(app)


def test_what_is_flat_is_marked_in_both_pictures_and_nothing_is_divided_by_0() -> None:
    wave = Wave(amplitude=1.0, frequency=1.0)
    z, x = np.linspace(-4.5, 4.5, 901), telling_points(wave, 4.5)
    flat = np.stack([wave.flat_points(), wave.value(wave.flat_points())], -1)
    curve = transformer_chart(
        z=z,
        x=wave.value(z),
        slope=wave.slope(z),
        level=1.0,
        roots=np.array([0.5]),
        flat=flat,
        look=Look(),
        said=ENGLISH.part("fold.transformer"),
    )
    stops = curve.data[curve.data["kind"] == "flat"]
    np.testing.assert_allclose(stops[["z", "x"]], np.pi * np.array([[-1, -1], [1, 1]]))
    assert "its slope is 0 at 2 points" in curve.alt
    one, every = densities(wave, x)
    chart = fold_density_chart(
        x=x,
        one=one,
        every=every,
        poles=flat[:, 1],
        look=Look(),
        said=ENGLISH.part("fold.density"),
    )
    poles = chart.data[chart.data["kind"] == POLE]
    np.testing.assert_allclose(poles["x"], [-np.pi, np.pi])
    assert np.isinf(poles["density"]).all()
    assert chart.data["drawn"].max() == DENSITY_TOP
    for drawn in (curve, chart):
        assert ROLE_COLORS["kl"] not in str(drawn.spec), "no divergence is drawn here"


def test_steps_per_second_stand_for_both_directions_above_the_charts() -> None:
    app = opened("flow", closer="cost", layer="affine-made", k=1, on="z", units=8)
    come_by(app, ENGLISH("cost.slope"))
    table = next(m.value for m in app.markdown if m.value.startswith(ENGLISH("cost.pace.head")))
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == [
        "**z**",
        *["**x**"] * 2,
    ]
    assert ENGLISH("cost.pace.note") in said(app)


def test_a_flow_that_does_not_train_has_no_steps_per_second() -> None:
    app = opened("flow", closer="cost", layer="wave-none", k=1)
    assert ENGLISH("cost.no_pace") in said(app)


def test_the_limit_of_affine_layers_is_drawn_beside_their_curves_alone() -> None:
    def legend(**link: object) -> str:
        app = opened("flow", **link)
        drawn_until(app, lambda: app.get("echarts_chart"), "the curves")
        return "".join(html.proto.body for html in app.get("html"))

    assert ENGLISH("legend.limit") in legend(layer="affine-made", k=2, units=8)
    assert ENGLISH("legend.limit") not in legend()


def flat_sheet(density: np.ndarray) -> Surface:
    axis = np.linspace(-1.0, 1.0, len(density))
    return surface_chart(
        x=np.stack(np.meshgrid(axis, 2 * axis, indexing="ij"), -1),
        density=density,
        every=2,
        titles=("x₁", "x₂"),
        axes=(-2.0, 2.0),
        look=Look(),
        said={"axis": "density", "alt": "largest {{top}}"},
    )


def test_the_surface_has_the_density_as_height_and_the_roles_as_colours() -> None:
    density = np.arange(25.0).reshape(5, 5) / 25
    chart = flat_sheet(density)
    sheet, grid = chart.figure["data"]
    np.testing.assert_allclose(sheet["z"], density, rtol=1e-6)
    np.testing.assert_allclose(sheet["y"][0], [-2, -1, 0, 1, 2])
    assert ROLE_COLORS["model"] in [color for _, color in sheet["colorscale"]]
    assert np.isnan(grid["z"]).sum() == 6, "three lines each way, with a gap after each"
    np.testing.assert_allclose(grid["z"][:5], density[0] + LIFT * density.max(), rtol=1e-5)
    assert chart.alt == "largest 0.96"
    assert chart.top is None


def test_a_spike_is_cut_and_the_pointer_still_reads_it() -> None:
    density = np.ones((40, 40))
    density[20, 20] = 1e6
    chart = flat_sheet(density)
    sheet = chart.figure["data"][0]
    assert chart.top == pytest.approx(1.5)
    assert sheet["z"].max() == pytest.approx(1.5)
    assert sheet["customdata"].max() == 1e6


def wild(parameters: np.ndarray, config: FlowConfig, count: int) -> DensityMap:
    """The density of eight layers whose inverse has lost its digits."""
    deep = FlowConfig(layers=config.layers[:1] * 8)
    return density_map(10 * initial_parameters(deep), deep, count)


def test_a_flow_whose_inverse_has_lost_its_digits_is_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened("flow", panel="density")
    come_by(app, "Round trip through f and back: off by at most")
    assert "lost its digits" not in said(app)
    monkeypatch.setattr(pictures, "density_map", wild)
    app = opened("flow", panel="density", flow_seed=1)
    come_by(app, "The inverse has lost its digits")


def test_cells_that_mean_nothing_are_struck_out_and_their_numbers_are_told_apart() -> None:
    density, lost = np.ones((4, 4)), np.zeros((4, 4), dtype=bool)
    lost[1, 2], density[1, 2] = True, 1e9

    def drawn(marked: np.ndarray) -> Chart:
        return density_chart(
            axis=np.arange(4.0),
            model=density,
            exact=None,
            lost=marked,
            titles=("x₁", "x₂"),
            look=Look(),
            said=ENGLISH.part("density"),
        )

    chart = drawn(lost)
    assert chart.data[chart.data["lost"]]["density"].tolist() == [1e9]
    marks = [layer["mark"]["type"] for layer in chart.spec["spec"]["layer"]]
    assert marks == ["rect", "rule"]
    assert "largest 1.00" in chart.alt
    assert "spec" not in drawn(np.zeros_like(lost)).spec
