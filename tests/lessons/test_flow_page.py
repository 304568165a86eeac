"""The flow page opens, in every mode, without a browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.flow.config import FlowConfig, LayerConfig
from core.flow.ready import ready_flow
from core.flow.targets import TARGETS, TargetConfig
from dashboard.kit.sessions import engine, run_store
from dashboard.lessons.flow.changes import flow_differences
from dashboard.lessons.flow.controls import PAIRS, read_centres
from dashboard.lessons.flow.presets import CLOSER, PRESETS

APP = Path(__file__).resolve().parents[2] / "dashboard/app.py"


@pytest.fixture(scope="module", autouse=True)
def _stop_workers() -> Iterator[None]:
    yield
    run_store().close()
    engine().shutdown()
    st.cache_resource.clear()


def opened(query: dict[str, str] | None = None, **widgets: object) -> AppTest:
    """The lesson, drawn once with these widgets set, or as a link opens it."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in widgets.items():
        app.session_state[key] = value
    app.run()
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.switch_page("../pages/flow.py").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def facts(app: AppTest) -> str:
    return next(html.proto.body for html in app.get("html") if "run-facts" in html.proto.body)


def test_the_flow_page_opens_on_a_trained_state() -> None:
    ready = ready_flow()
    assert ready is not None
    app = opened()
    assert f"{ready.step:,}" in facts(app)
    assert "floor (exact) <b>1.316</b>" in facts(app)
    assert len(app.get("echarts_chart")) == 1


@pytest.mark.parametrize("panel", ["Training", "Samples", "Density"])
@pytest.mark.parametrize("pair", ["spline · made", "wave · none"])
def test_every_panel_opens(pair: str, panel: str) -> None:
    opened(layer=pair, k=2, flow_panel=panel)


@pytest.mark.parametrize("base", ["normal", "uniform"])
@pytest.mark.parametrize("pair", PAIRS)
def test_the_flow_page_opens_with_every_valid_pair(pair: str, base: str) -> None:
    app = opened(layer=pair, base=base, k=2)
    untrained = [box.value for box in app.info if "Not to be trained" in box.value]
    assert bool(untrained) == (pair.startswith("wave") or (
        base == "uniform" and not pair.startswith("spline")))  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_the_flow_page_opens_on_every_target(name: str) -> None:
    opened(target=name)


@pytest.mark.parametrize("section", CLOSER)
def test_every_closer_look_opens(section: str) -> None:
    opened(closer=section)


@pytest.mark.parametrize("name", PRESETS)
def test_every_experiment_starts_with_one_click(name: str) -> None:
    app = opened()
    app.button(key=f"preset_{name}").click().run()
    assert not app.exception, app.exception[0].stack_trace
    for key, value in PRESETS[name].choices.items():
        assert app.session_state[key] == value
    assert any(PRESETS[name].shows in text.value for text in app.markdown)


def test_a_changed_flow_waits_for_reset_and_reset_applies_it() -> None:
    app = opened()
    app.slider(key="k").set_value(2).run()
    assert any("Waiting for" in box.value for box in app.info)
    app.button(key="reset").click().run()
    assert not app.info
    assert not app.exception


def test_parameters_set_by_hand_are_drawn_at_once() -> None:
    app = opened(layer="affine · linear", k=1, start="hand")
    app.select_slider(key="scale").set_value(0.7).run()
    assert not app.info
    view = run_store().view(app.session_state["flow_run"])
    assert view is not None
    assert view.run.config.log_scale == 0.7


def test_a_single_layer_may_differ_from_the_others() -> None:
    opened(layer="affine · made", k=3, layer2="spline · none")


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened({"k": "99", "layer": "nonsense", "rate": "0.01", "target": "rings"})
    sentences = [warning.value for warning in app.warning]
    assert "The link asks for `k` = 99, but it must be from 1 to 8." in sentences
    assert any(s.startswith("The link asks for `layer` = nonsense") for s in sentences)
    assert app.session_state["rate"] == 0.01
    assert app.session_state["target"] == "rings"


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b", "9,9", "1,1 " * 13])
def test_bad_centres_are_told_and_the_page_stays(text: str) -> None:
    app = opened({"target": "mixture", "mix": text}, mix=text)
    assert any("centre" in warning.value for warning in app.warning)


def test_centres_are_added_and_taken_away_up_to_their_limits() -> None:
    app = opened(target="mixture")
    app.button(key="mix_add").click().run()
    centres = read_centres(app.session_state["mix"])
    assert len(set(centres)) == 4
    for _ in range(3):
        app.button(key="mix_remove").click().run()
    assert len(read_centres(app.session_state["mix"])) == 1
    assert app.button(key="mix_remove").disabled


@pytest.mark.parametrize("name", ["cumulative", "fold"])
def test_what_cannot_be_trained_has_no_train_button_and_says_why(name: str) -> None:
    app = opened()
    app.button(key=f"preset_{name}").click().run()
    for key in ("train", "step"):
        assert app.button(key=key).disabled
        assert app.button(key=key).help.startswith("Not to be trained: ")


def test_a_choice_that_waits_is_named_in_words() -> None:
    old, affine = FlowConfig(), LayerConfig(transformer="affine", conditioner="none")
    moved = TargetConfig(name="mixture", centres=((0.0, 0.0),))
    new = FlowConfig(target=TargetConfig(name="mixture"), layers=(*old.layers[:2], affine))
    assert flow_differences(old, new) == (
        "target Two moons → Your mixture, layers 3 × spline · made → 2 × spline · made + "
        "affine · none"
    )
    assert flow_differences(new, replace(new, target=moved, batch_size=64)) == (
        "the mixture's centres or spread, batch size 512 → 64"
    )


def test_centres_are_read_from_a_link() -> None:
    assert read_centres("0.5,-1 .2,3") == ((0.5, -1.0), (0.2, 3.0))


@pytest.mark.parametrize("a", [0.0, 1.0, 3.0])
def test_both_integrals_stand_beside_the_fold(a: float) -> None:
    app = opened(closer="Break it", fold_a=a, fold_b=1.0)
    text = next(m.value for m in app.markdown if "one-root density" in m.value)
    assert "sum over all roots = **1.0000**" in text
    assert ("one-root density = **1.0000**" in text) == (a <= 1.0)
