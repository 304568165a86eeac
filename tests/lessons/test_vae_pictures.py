"""The pictures of the VAE lesson show what is so: axes, exact curves, marks, rows."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vae_evidence import distances

import dashboard.lessons.vae as vae_lesson
from core.dataset import DatasetConfig, load_dataset
from core.run import Budget
from core.training import advance, new_run
from core.vae.answers import Bound
from core.vae.config import VAEConfig, VAEControls
from core.vae.inference import picture
from core.vae.ready import ready_vae
from dashboard.charts.curves import Term, curves_chart
from dashboard.charts.window import outliers, window
from dashboard.kit.words import KIT, words
from dashboard.lessons.vae.bound_chart import bound_chart
from dashboard.lessons.vae.lesson import PACKAGE
from dashboard.lessons.vae.pairs_chart import KIND_COLORS, KIND_SHAPES
from dashboard.lessons.vae.rows import CHOSEN
from dashboard.lessons.vae.units_chart import LEAST_AXIS, kl_per_dim_chart
from dashboard.lessons.vae.variance_chart import log_likelihood_parts, variance_chart
from dashboard.theme import CLASS_COLORS, ROLE_COLORS, Look

SAID = words(PACKAGE)
LOOK = Look()
STEPS = np.arange(40)


def jumped(before: float, after: float, at: int = 38) -> np.ndarray:
    """Forty records that stand around one value and then at another."""
    noise = np.random.default_rng(0).normal(size=40)
    return np.where(at > STEPS, before, after) + noise


def test_the_curve_of_the_log_likelihood_term_has_its_maximum_at_the_mean_squared_error() -> None:
    variance = np.geomspace(1e-3, 10.0, 20_001)
    fit, constant = log_likelihood_parts(variance, 30.0, 784)
    best = variance[(fit + constant).argmax()]
    assert best == pytest.approx(30.0 / 784, rel=1e-3)
    assert fit[0] < fit[-1] < 0  # alone it would have no end at the right …
    assert constant[0] > constant[-1]  # … and the constant none at the left


@pytest.mark.parametrize("used", [0.0005, 0.03, 5.0])
def test_the_run_stands_on_the_curve_at_the_value_that_it_reports(used: float) -> None:
    config = VAEConfig(dataset=DatasetConfig(name="digits"), hidden_features=(32,))
    controls = VAEControls(decoder_variance=used)
    latest = advance(new_run(config, controls), controls, Budget(steps=128)).history.latest()
    error = latest["squared_error/held_out"]
    chart = variance_chart(
        squared_error=error, data_dim=64, decoder_variance=used, look=LOOK, said=SAID
    )
    rows = chart.data.set_index("kind")
    assert rows.loc["now", "nats"] == pytest.approx(latest["log_likelihood/held_out"], rel=1e-4)
    assert rows.loc["now", "variance"] == used
    assert rows.loc["best", "variance"] == pytest.approx(error / 64)
    assert rows.loc["best", "nats"] == pytest.approx(rows.loc["sum", "nats"].max())
    assert rows.loc["sum", "variance"].min() < used < rows.loc["sum", "variance"].max()


def test_a_collapsed_dimension_is_no_tall_bar() -> None:
    chart = kl_per_dim_chart(kl=np.array([1e-5, 0.0]), predicted=np.zeros(2), look=LOOK, said=SAID)
    bars = chart.spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert bars == {"unionWith": [0, LEAST_AXIS]}
    assert LEAST_AXIS >= 0.1


def test_the_window_follows_a_jump_of_the_held_out_curve_at_once() -> None:
    curve = jumped(240.0, 60.0, at=39)
    low, high = window(curve, curve)
    assert low < curve[-1] < curve[0] < high


def test_what_is_trained_does_not_flatten_the_panel_right_after_a_jump_of_its_weight() -> None:
    elbo = jumped(240.0, 235.0)
    objective = np.where(STEPS < 38, elbo - 5.0, -3800.0)
    low, high = window(elbo, elbo, None, objective)
    assert low > 100
    (far,) = outliers(STEPS, {"objective": objective, "held_out": elbo}, low, high)
    assert (far.side, far.curve, far.step, far.value) == ("below", "objective", 38, -3800.0)
    assert far.edge == min(elbo[elbo >= low].min(), objective[objective >= low].min())


def test_the_last_numbers_of_a_diverging_run_do_not_flatten_what_was_before() -> None:
    elbo = jumped(-50.0, -50.0)
    elbo[-2:] = [-1e5, -1e22]
    low, high = window(elbo, elbo)
    assert -1e4 < low < -50 < high
    (far,) = outliers(STEPS, {"held_out": elbo}, low, high)
    assert (far.step, far.value) == (39, -1e22)


def test_a_short_curve_is_shown_whole_and_leaves_nothing_out() -> None:
    curve = np.array([-500.0, -20.0, 3.0])
    low, high = window(curve, curve)
    assert not outliers(np.arange(3), {"held_out": curve}, low, high)


def test_a_mark_says_where_and_how_far_a_curve_leaves_its_panel() -> None:
    elbo = jumped(240.0, 240.0)
    elbo[0] = -2_500.0
    term = Term(title="log-likelihood term (nats)", role="elbo", train=elbo, held_out=elbo)
    chart = curves_chart(
        steps=STEPS, terms=[term], marks=[], look=LOOK, said=words(KIT).part("curves")
    )
    (point,) = chart.spec["series"][-1]["markPoint"]["data"]
    assert "−2,500.0 at step 0" in point["label"]["formatter"]
    drawn = chart.data[f"{term.title}, held-out"]
    assert np.isnan(drawn[0])
    assert point["coord"] == [0, np.nanmin(drawn)]
    assert "\n" in chart.spec["yAxis"][0]["name"]


def bounds_drawn(exact: float | None) -> tuple[Any, Any]:
    bounds = {
        1: Bound(value=10.0, standard_error=0.2),
        16: Bound(value=12.0, standard_error=0.1),
    }
    chart = bound_chart(bounds=bounds, exact=exact, look=LOOK, said=SAID)
    return chart, chart.data.set_index("kind")


def test_the_bounds_are_drawn_with_their_errors_and_the_gap_up_to_what_is_known() -> None:
    chart, rows = bounds_drawn(12.5)
    assert rows.loc["exact", "nats"] == 12.5
    assert rows.loc["bound", "low"].tolist() == [9.8, 11.9]
    assert rows.loc["gap", ["low", "high"]].tolist() == [10.0, 12.5]
    placed = chart.spec["layer"][0]["encoding"]["x"]
    assert (placed["field"], placed["scale"]["type"]) == ("K", "log")
    _, rows = bounds_drawn(None)
    assert "exact" not in rows.index
    assert rows.loc["gap", "high"] == 12.0


def test_the_first_rows_show_both() -> None:
    """What two dimensions hold, and what they do not: judged by the nearest training image."""
    run = ready_vae()
    assert run is not None
    data, rows = load_dataset(run.config.dataset), CHOSEN["mnist"]
    x_hat = picture(run.state.parameters, run.config, 1, rows, 1).reconstructions
    shown = data.y_train[distances(x_hat, data.x_train).argmin(1)]
    is_held = shown == data.y_test[list(rows)]
    assert is_held.tolist() == [True] * 6 + [False] * 6
    assert len(set(data.y_test[list(rows[:6])])) == 6


def test_the_log_likelihood_term_has_one_name() -> None:
    folder = Path(vae_lesson.__path__[0]) / "words"
    said = tomllib.loads((folder / "en.toml").read_text(encoding="utf-8"))
    named = (said["facts"], said["roles"], said["terms"], said["variance"]["kinds"])
    for part, key in zip(named, ("log_likelihood",) * 3 + ("sum",), strict=True):
        assert part[key].startswith("log-likelihood term")


def test_no_colour_of_a_term_is_used_for_anything_else() -> None:
    terms = {ROLE_COLORS[role] for role in ("elbo", "log_likelihood", "kl")}
    assert not terms & set(KIND_COLORS.values())
    assert not terms & set(CLASS_COLORS)
    assert len({(KIND_COLORS[kind], KIND_SHAPES[kind]) for kind in KIND_COLORS}) == 3
