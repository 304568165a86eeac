"""The race in space: the surface is E f, the paths lie on it, and Plotly waits to be wanted."""

import subprocess
import sys

import numpy as np
import pytest
from support import ROOT, drawn_until, fine, opened

from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.race import run_race
from dashboard.kit.words import words
from dashboard.lessons.estimators.lesson import LESSON
from dashboard.lessons.estimators.race import Raced, heights, ranges_of
from dashboard.lessons.estimators.surface import surface_figure
from dashboard.theme import ROLE_COLORS, Look

SAID = words(LESSON.package)
WHO = ("pathwise", "naive", "score_function")


def raced(**fields: object) -> Raced:
    start = EstimatorsConfig(estimators=WHO, **fields)
    config = RaceConfig(start=start, train_steps=20)
    return Raced(config=config, race=run_race(config))


def lines(figure: object) -> dict[str, object]:
    """By name, the paths of a figure."""
    return {trace.name: trace for trace in figure.data if getattr(trace, "mode", "") == "lines"}


@pytest.mark.parametrize("look", [Look(), Look(theme="dark", projector=True)])
def test_every_path_lies_on_the_surface_in_its_own_colour(look: Look) -> None:
    run = raced()
    found = lines(surface_figure(run, look, SAID))
    for name in WHO:
        trace = found[SAID.value("est", name)]
        assert trace.line.color == ROLE_COLORS[name]
        inside = np.isfinite(trace.x)
        assert inside[0]
        np.testing.assert_allclose(trace.z[inside], run.race.losses[name][inside])
        np.testing.assert_array_equal(trace.x[inside], run.race.paths[name][inside, 0])
    exact = found[SAID("race.exact")]
    assert (exact.line.dash, exact.line.color) == ("dash", look.truth)
    np.testing.assert_allclose(exact.z, run.race.exact_loss)


def test_the_surface_is_the_expected_value() -> None:
    run = raced(function="cos", k=2.0)
    m, log_s, value = heights(run.config, ranges_of(run.race), (5, 7))
    assert value.shape == (5, 7)
    noise = np.random.default_rng(0).normal(size=200_000)
    for row, column in ((0, 0), (4, 2), (2, 6)):
        draws = np.cos(2 * (m[column] + np.exp(log_s[row]) * noise))
        error = draws.std() / np.sqrt(len(draws))
        assert abs(draws.mean() - value[row, column]) < 4 * error
    surface = surface_figure(run, Look(), SAID).data[0]
    assert surface.z.shape == surface.surfacecolor.shape
    lowest = np.unravel_index(np.argmin(surface.z), surface.z.shape)
    assert surface.surfacecolor[lowest] == 0  # darkest where E f is lowest, as in the flat one


def test_of_several_coordinates_the_first_has_a_surface_of_its_own() -> None:
    run = raced(dim=3)
    figure = surface_figure(run, Look(), SAID)
    assert figure.layout.scene.zaxis.title.text == SAID("race.share")
    trace = lines(figure)[SAID.value("est", "pathwise")]
    mean, log_sigma = run.race.paths["pathwise"].T
    np.testing.assert_allclose(trace.z, mean**2 + np.exp(2 * log_sigma))


def test_who_leaves_the_picture_leaves_the_surface() -> None:
    run = raced(mu=3.0)
    run.race.paths["score_function"][5:] = 500.0
    trace = lines(surface_figure(run, Look(), SAID))[SAID.value("est", "score_function")]
    assert np.isfinite(trace.z[:1]).all()
    assert np.isnan(trace.z[5:]).all()


@pytest.mark.usefixtures("workers")
def test_a_switch_beside_the_flat_race_draws_the_surface() -> None:
    app = opened("estimators", surface="true")
    drawn_until(app, lambda: app.get("plotly_chart"), "the surface")
    assert app.toggle(key="surface").value
    assert "surface over mean" in app.get("plotly_chart")[0].proto.alt
    app.toggle(key="surface").set_value(False).run()
    fine(app)
    app.run()
    assert not app.get("plotly_chart")
    assert "surface" not in app.query_params


@pytest.mark.usefixtures("workers")
def test_where_the_expected_value_is_not_known_there_is_no_switch() -> None:
    app = opened("estimators", f="sigmoid", k=1, surface="true")
    drawn_until(
        app, lambda: any("learning rate" in part.proto.body for part in app.get("html")), "a race"
    )
    assert not app.get("plotly_chart")
    assert "surface" not in [toggle.key for toggle in app.toggle]


def test_nothing_but_the_surface_needs_plotly() -> None:
    code = "import sys; sys.modules['plotly'] = None; import dashboard.lessons.estimators.live"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
