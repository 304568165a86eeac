"""The arena's page without a browser, and the pure functions behind it."""

import dataclasses
import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.functions import FUNCTIONS
from core.estimators.lineup import LINEUP
from core.estimators.moments import exact_variances
from core.estimators.race import run_race
from core.estimators.reference import exact_gradient
from core.estimators.sweep import measured_variances
from core.estimators.trial import run_trial
from core.estimators.work import blocks_in_all
from dashboard.charts.panel import decades, rounded
from dashboard.components.arena_board import arena_board_payload
from dashboard.components.payload import unpack
from dashboard.components.race_track import Racer, race_track_payload
from dashboard.kit.sessions import engine
from dashboard.lessons.estimators.controls import Choice
from dashboard.lessons.estimators.draws_chart import arrows_panel, function_panel
from dashboard.lessons.estimators.estimates_chart import strips_panel, sweep_panel
from dashboard.lessons.estimators.presets import PRESETS
from dashboard.lessons.estimators.race import race_frame
from dashboard.lessons.estimators.submissions import highlighted
from dashboard.lessons.estimators.sweeps import sweeps_of
from dashboard.lessons.estimators.table import rows, table_frame, table_html, winners
from dashboard.lessons.estimators.verdict import verdict
from dashboard.theme import TRUTH_DASH, Look

APP = Path(__file__).resolve().parents[2] / "dashboard/app.py"


@pytest.fixture(scope="module", autouse=True)
def _stop_workers() -> Iterator[None]:
    yield
    engine().shutdown()
    st.cache_resource.clear()


def opened(**widgets: object) -> AppTest:
    """The arena, drawn once with these widgets set."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in widgets.items():
        app.session_state[key] = value
    app.run()
    app.switch_page("../pages/estimators.py").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def opened_by_link(**query: object) -> AppTest:
    """The arena as a link opens it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page("../pages/estimators.py").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def components(app: AppTest, name: str) -> list:
    """The protos of the components of our own that are called so."""
    found = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in found if proto.component_name.endswith(name)]


def board(app: AppTest) -> dict:
    """What the board was sent, as soon as all is there; a browser would have asked again."""
    deadline = time.monotonic() + 60
    while components(app, "ask_on"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        app.run()
        assert not app.exception, app.exception[0].stack_trace
    return unpack(components(app, "arena_board")[0].bytes)[0]


def table(app: AppTest) -> str:
    return board(app)["words"]["table"]


def sentence(app: AppTest) -> str:
    return board(app)["words"]["verdict"]


def text(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


def test_the_page_opens_on_the_story_the_table_and_a_race() -> None:
    app = opened()
    assert "The exact gradient is <b>2</b>" in sentence(app)
    assert "all bias" in sentence(app)
    assert "wins" in sentence(app)
    assert 'class="arena"' in table(app)
    submissions = board(app)["words"]["submissions"]
    assert "does not require grad" in submissions
    for written in ("boopy", "naot"):
        assert f'<span class="keyword">def</span> {written}(f' in submissions
    names = {
        slot: [panel["name"] for panel in found] for slot, found in board(app)["slots"].items()
    }
    assert names == {
        "story": ["function", "arrows"],
        "strips": ["strips"],
        "sweeps": ["num_samples", "sigma", "dim", "k"],
    }
    assert components(app, "race_track")


@pytest.mark.parametrize("name", PRESETS)
def test_every_experiment_is_one_click(name: str) -> None:
    app = opened()
    app.button(key=f"arena_{name}").click().run()
    assert not app.exception, app.exception[0].stack_trace
    assert 'class="arena"' in table(app)
    assert PRESETS[name].shows in text(app)
    assert not app.warning
    assert not app.info


VARIANTS = {
    "wrt the factor": {"wrt": "factor"},
    "a full factor": {"d": 3, "cov": "full", "wrt": "factor", "comp": 2},
    "fifty dimensions": {"d": 50},
    "one draw": {"n": 1},
    "nobody but Naot": {"est": ["naive"]},
    "nobody": {"est": []},
    "everybody": {"est": list(LINEUP)},
    "a number as baseline": {"base": "b", "b": -3.0, "est": ["constant_baseline"]},
    "far away and narrow": {"mu": 5.0, "sigma": 0.05, "k": -5.0},
    "wide": {"mu": -5.0, "sigma": 10.0, "f": "cos", "k": 5.0},
    "projector": {"projector": True},
}


@pytest.mark.parametrize("widgets", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_page_opens_in_every_mode(widgets: dict[str, object]) -> None:
    assert 'class="arena"' in table(opened(**widgets))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_page_opens_on_every_function(name: str) -> None:
    app = opened(f=name, k=FUNCTIONS[name].usual, total=2_000)
    assert 'class="arena"' in table(app)
    unbounded = any("unbounded below" in box.value for box in app.info)
    assert unbounded is not FUNCTIONS[name].is_bounded_below


def test_another_function_opens_with_a_parameter_that_shows_something() -> None:
    app = opened()
    app.selectbox(key="f").set_value("cos").run()
    assert app.session_state["k"] == FUNCTIONS["cos"].usual != 0


def test_values_that_do_not_go_together_are_named_and_mended() -> None:
    app = opened(f="exp", k=-2.0)
    assert [w.value for w in app.warning] == [
        "`k` must be at least 0.0, got -2.0. Shown is k = 0."
    ]
    app = opened(n=1000, total=2_000)
    assert "`total_draws` must be at least 20000, got 2000" in app.warning[0].value


def test_those_who_cannot_take_part_are_named_on_the_page() -> None:
    app = opened(n=1)
    assert any("leave-one-out** needs n of at least 2" in box.value for box in app.info)


def test_a_link_names_choices_by_key_or_label_or_number() -> None:
    app = opened_by_link(f="cos", k="2.0", sigma="0.5", n="40", est="naive;score function",
                         wrt="factor", cov="full")  # fmt: skip
    assert app.session_state["f"] == "cos"
    assert (app.session_state["k"], app.session_state["sigma"]) == (2.0, 0.5)
    assert app.session_state["n"] == 40
    assert (app.session_state["wrt"], app.session_state["cov"]) == ("factor", "full")
    assert list(app.session_state["est"]) == ["naive", "score_function"]
    assert not app.warning


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened_by_link(sigma="-1", k="nan", d="51", est="boopy", mu="0.5")
    sentences = " ".join(warning.value for warning in app.warning)
    assert "The link asks for `sigma` = -1, but it must be from 0.05 to 10." in sentences
    assert "`k` = nan" in sentences
    assert "`d` = 51, but it must be from 1 to 50" in sentences
    assert "`est` = boopy" in sentences
    assert app.session_state["mu"] == 0.5
    assert 'class="arena"' in table(app)


def measured(**fields: object) -> tuple[EstimatorsConfig, list, object]:
    config = EstimatorsConfig(**fields)
    exact = exact_gradient(config)
    trial = run_trial(config, 0, blocks_in_all(config))
    return config, rows(config, 0, exact, trial), exact


def test_variance_alone_would_crown_naot_and_the_error_does_not() -> None:
    config, table, exact = measured(estimators=("pathwise", "naive", "score_function"))
    best = winners(table)
    assert best["variance"] == {"naive"}
    assert best["MSE"] == best["needed"] == {"pathwise"}
    assert best["bias"] == {"pathwise", "score_function"}
    by_name = {row.name: row for row in table}
    assert by_name["naive"].needed == "never"
    assert by_name["naive"].bias == -2
    assert by_name["naive"].mse == 4
    assert by_name["pathwise"].needed == pytest.approx(4 / 0.02**2, rel=0.1)
    assert "**all bias**" in verdict(config, table, exact, 0)
    assert "never" in table_html(table)
    assert list(table_frame(table, exact, 0)["mse"]) == [row.mse for row in table]


def test_where_the_gradient_is_zero_no_relative_error_is_defined() -> None:
    config, table, exact = measured(mu=0.0, estimators=("pathwise", "naive"))
    assert {row.needed for row in table} == {"undefined"}
    assert "right by luck" in verdict(config, table, exact, 0)


def test_a_step_turns_the_roles() -> None:
    fields = {"function": "step", "k": 1.0, "estimators": ("pathwise", "naive", "score_function")}
    config, table, exact = measured(**fields)
    sentence = verdict(config, table, exact, 0)
    assert "**Score function wins**" in sentence
    assert "Boopy (pathwise): slope 0 almost everywhere" in sentence
    alone = [row for row in table if row.is_biased]
    assert "Nobody here is unbiased" in verdict(config, alone, exact, 0)


def test_the_verdict_of_every_experiment_says_what_it_teaches() -> None:
    said = {}
    names = {"f": "function", "n": "num_samples", "d": "dim", "est": "estimators"}
    for name in ("boopy", "score", "step", "best", "worse", "dimension", "pairs"):
        choices = {names.get(key, key): value for key, value in PRESETS[name].choices.items()}
        config, found, exact = measured(**choices)
        said[name] = verdict(config, found, exact, 0)
        assert not winners(found)["MSE"] & {row.name for row in found if row.is_biased}, name
    assert "Boopy (pathwise) wins" in said["boopy"]
    assert re.search(r"Score function needs 7\.\d+ times", said["boopy"])
    assert "Score function wins" in said["score"]
    assert re.search(r"Boopy \(pathwise\) needs 4\.\d+ times", said["score"])
    assert "Boopy (pathwise): slope 0 almost everywhere, so **biased**" in said["step"]
    assert "Score, best b* wins" in said["best"]
    assert re.search(r"Score function needs 4\.\d+ times", said["best"])
    assert "Score function wins" in said["worse"]  # b* = 0: nothing is better than nothing
    assert "The mean as baseline makes it worse" in said["worse"]
    assert re.search(r"Score function needs 4\d\d times", said["dimension"])
    assert "Boopy, antithetic wins" in said["pairs"]


def test_nobody_wins_where_f_is_flat_and_rare_events_are_not_called_bias() -> None:
    config, found, exact = measured(function="linear", k=0.0)
    assert "nobody wins" in verdict(config, found, exact, 0)
    config, found, exact = measured(function="cos", k=0.0)
    assert "**No error at all:** Boopy (pathwise) · " in verdict(config, found, exact, 0)
    config, found, exact = measured(function="step", k=5.0, mu=1.0, sigma=0.7)
    by_name = {row.name: row for row in found}
    assert not exact.is_zero(0)
    assert by_name["pathwise"].needed == "never"  # it would not see it with any number of draws
    assert by_name["score_function"].needed == "not seen"
    assert not by_name["score_function"].is_biased
    assert "score_function" not in winners(found)["bias"]
    assert "no draw has shown it" in verdict(config, found, exact, 0)


def test_several_components_have_a_sum_of_variances() -> None:
    config, found, _ = measured(dim=3, estimators=("pathwise",))
    assert found[0].total_variance == pytest.approx(3 * 0.4, rel=0.1)
    assert "Σ variance, all 3" in table_html(found, config.num_parameters)
    assert "Σ variance" not in table_html(found)


def test_the_names_of_estimators_keep_their_hyphens() -> None:
    config, found, exact = measured(mu=-1.0, estimators=("leave_one_out", "measure_valued"))
    said = verdict(config, found, exact, 0) + table_html(found)
    assert "−2" in said
    assert "Measure-valued" in said
    assert "leave-one-out" in said


def test_sweeps_know_the_exact_curve_where_there_is_one() -> None:
    config = EstimatorsConfig()
    axes = {sweep.axis: sweep for sweep in sweeps_of(config)}
    assert list(axes) == ["num_samples", "sigma", "dim", "k"]
    curve = axes["sigma"].exact_curves(config)["pathwise"]
    np.testing.assert_allclose(curve, 4 * np.array(axes["sigma"].drawn) ** 2 / 10)
    assert np.isnan(axes["num_samples"].exact_curves(config)["leave_one_out"][0])
    assert not axes["dim"].exact_curves(dataclasses.replace(config, function="network", k=1.0))
    assert [s.axis for s in sweeps_of(EstimatorsConfig(function="elbo"))] == [
        "num_samples",
        "sigma",
    ]


def test_measured_variances_lie_on_the_exact_curves_that_are_drawn() -> None:
    config = EstimatorsConfig(
        mu=1.0, estimators=("pathwise", "score_function", "optimal_baseline")
    )
    for sweep in sweeps_of(config)[:2]:
        found = measured_variances(*sweep.request(config, 0))
        places = [config.at(sweep.axis, value) for value in sweep.measured]
        known = [exact_variances(there, config.estimators) for there in places]
        exact = np.array([[one[name].value for name in config.estimators] for one in known])
        error = np.sqrt(np.square(found / exact - 1).mean(0))
        assert (error < 0.07).all(), (sweep.axis, error)


def test_a_sweep_asks_nothing_new_when_its_own_axis_moves() -> None:
    by_sigma = sweeps_of(EstimatorsConfig())[1]
    one = by_sigma.request(EstimatorsConfig(sigma=0.5), 0)
    assert one == by_sigma.request(EstimatorsConfig(sigma=5.0, total_draws=50_000), 0)


def test_every_picture_has_words_marks_and_a_dashed_exact_line() -> None:
    z = np.linspace(-1, 1, 6)
    panels = [
        function_panel(grid=z, curve=z**2, mean=0.0, scale=1.0, z=z, value=None, coordinate="z"),
        arrows_panel(lanes={"Boopy": z, "Naot": 0 * z}, colors=["#000000", "#ff0000"], z=z,
                     extent=(-1, 1), coordinate="z", wanted="μ"),
        strips_panel(estimates={"Boopy": z}, means={"Boopy": (0.0, 0.1)}, colors=["#000000"],
                     exact=0.2, wanted="μ"),
        sweep_panel(name="n", places=[1, 2], measured={"Boopy": np.array([1.0, 0.5])},
                    drawn=[1, 2], exact={"Boopy": np.array([1.0, 0.5])}, colors=["#000000"],
                    axis="n", is_log=True, with_slope=True),
    ]  # fmt: skip
    for panel in panels:
        assert panel.alt
        assert any(mark.tip for mark in panel.marks)
        for mark in panel.marks:
            assert len(mark.x) == len(mark.y)
    for panel in panels[2:]:
        assert any(mark.is_dashed and not mark.is_thin for mark in panel.marks)
    meta, sections = unpack(
        arena_board_payload(panels={"strips": panels[2:3]}, words={"verdict": "so"}, look=Look())
    )
    assert tuple(meta["dash"]) == TRUTH_DASH
    rule = meta["slots"]["strips"][0]["marks"][-1]
    assert sections["numbers"][slice(*rule["x"])] == pytest.approx([0.2])
    with pytest.raises(ValueError, match="`words` must be among"):
        arena_board_payload(panels={}, words={"verdicts": ""}, look=Look())


def test_a_picture_has_its_strips_from_above_and_its_range_around_all() -> None:
    far = np.array([-4.0, 1.0, 2.0, 3.0])
    panel = strips_panel(estimates={"a": far, "b": far + 1}, means={"a": (0.5, 0.1), "b": (1, 1)},
                         colors=["#000000"] * 2, exact=9.0, wanted="μ")  # fmt: skip
    assert panel.x.low < 1
    assert panel.x.high >= 9
    assert (panel.y.low, panel.y.high) == (2, 0)
    for low, high in ((0.013, 7.2), (-3.0, -1.0), (2.0, 2.0), (0.0, 1e-9), (-1e6, 4.0)):
        start, end = rounded(low, high)
        assert start <= low <= high <= end
        assert start < end
    assert decades(np.array([0.02, np.nan, 0.0, 30.0])) == (0.01, 100.0)
    assert decades(np.array([np.nan])) == (0.1, 10.0)


def test_arrows_point_where_each_draw_would_push() -> None:
    z = np.array([0.0, 1.0])
    panel = arrows_panel(lanes={"a": np.array([2.0, -1.0]), "Naot": np.zeros(2)},
                         colors=["#000000", "#ff0000"], z=z, extent=(-3, 4), coordinate="z",
                         wanted="μ")  # fmt: skip
    for mark in panel.marks:
        assert (np.sign(mark.x2 - mark.x) == np.sign(mark.value)).all()


def test_code_is_shown_as_it_stands() -> None:
    code = 'def f(x):\n    """a < b"""\n    return x if x > "1" else None  # so & so\n'
    shown = re.sub(r"</?span[^>]*>", "", highlighted(code))
    assert unescape(shown) == code.rstrip()


def test_a_race_travels_whole_and_can_be_taken_home() -> None:
    config = RaceConfig(start=EstimatorsConfig(estimators=("pathwise", "naive")), train_steps=5)
    race = run_race(config)
    racers = [
        Racer(name=name, color="#123456", path=race.paths[name], losses=race.losses[name])
        for name in race.paths
    ]
    ranges = ((0.0, 1.0), (0.0, 1.0), (0.0, 2.0))
    meta, sections = unpack(
        race_track_payload(
            racers=racers, ranges=ranges, field=None, plane_titles=("μ", "log σ"),
            curve_titles=("step", "E f"), look=Look(), alt="a race",
        )
    )  # fmt: skip
    assert meta["steps"] == 5
    assert sections["paths"].reshape(2, 6, 2)[1, -1, 0] == 1.0  # Naot stays
    table = race_frame(race)
    assert set(table["estimator"]) == {"pathwise", "naive", "exact"}
    with pytest.raises(ValueError, match="`racers` must have at least one racer"):
        race_track_payload(racers=[], ranges=ranges, field=None, plane_titles=("", ""),
                           curve_titles=("", ""), look=Look(), alt="")  # fmt: skip
    short = dataclasses.replace(racers[0], losses=np.zeros(2))
    with pytest.raises(ValueError, match="must have a path"):
        race_track_payload(racers=[racers[1], short], ranges=ranges, field=None,
                           plane_titles=("", ""), curve_titles=("", ""), look=Look(),
                           alt="")  # fmt: skip


def test_a_choice_says_where_its_component_stands() -> None:
    arena = EstimatorsConfig(dim=3, factor="full", block="factor")
    assert Choice(arena=arena, component=1, race=None).index == 4
    assert Choice(arena=EstimatorsConfig(dim=3), component=1, race=None).index == 1
