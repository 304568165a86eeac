"""The flow page opens, in every mode, without a browser."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import fine, opened

from core.flow.config import FlowConfig, LayerConfig
from core.flow.ready import ready_flow
from core.flow.targets import TARGETS, TargetConfig
from core.run import Budget
from core.training import advance, new_run
from dashboard.kit.links import read_link
from dashboard.kit.sessions import run_store
from dashboard.kit.words import KIT, words
from dashboard.lessons.flow.changes import flow_differences
from dashboard.lessons.flow.composing import PAIRS, configure, read_centres
from dashboard.lessons.flow.lesson import LESSON, PANELS

pytestmark = pytest.mark.usefixtures("workers")

ENGLISH = words(LESSON.package)


def facts(app: AppTest) -> str:
    return next(html.proto.body for html in app.get("html") if "run-facts" in html.proto.body)


def choices(app: AppTest) -> dict[str, Any]:
    chosen: dict[str, Any] = app.session_state["flow_state"].choices
    return chosen


def test_the_flow_page_opens_on_a_trained_state() -> None:
    ready = ready_flow()
    assert ready is not None
    app = opened("flow")
    assert f"{ready.step:,}" in facts(app)
    assert "floor (exact) <b>1.316</b>" in facts(app)
    assert len(app.get("echarts_chart")) == 1


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("pair", ["spline-made", "wave-none"])
def test_every_panel_opens(pair: str, panel: str) -> None:
    opened("flow", layer=pair, k=2, panel=panel)


@pytest.mark.parametrize("base", ["normal", "uniform"])
@pytest.mark.parametrize("pair", PAIRS)
def test_the_flow_page_opens_with_every_valid_pair(pair: str, base: str) -> None:
    app = opened("flow", layer=pair, base=base, k=2)
    untrained = [box.value for box in app.info if "Not to be trained" in box.value]
    moves_support = base == "uniform" and not pair.startswith("spline")
    assert bool(untrained) == (pair.startswith("wave") or moves_support)


@pytest.mark.parametrize("name", TARGETS)
def test_the_flow_page_opens_on_every_target(name: str) -> None:
    app = opened("flow", target=name)
    about = ENGLISH(f"options.target.about.{name}")
    assert any(about in caption.value for caption in app.caption)


def test_a_changed_flow_waits_for_reset_and_reset_applies_it() -> None:
    app = opened("flow")
    app.slider(key="k").set_value(2).run()
    assert any("Waiting for" in box.value for box in app.info)
    app.button(key="reset").click().run()
    assert not app.info
    fine(app)


def test_parameters_set_by_hand_are_drawn_at_once() -> None:
    app = opened("flow", layer="affine-linear", k=1, start="hand")
    app.select_slider(key="scale").set_value(0.7).run()
    assert not app.info
    view = run_store().view(app.session_state["flow_run"])
    assert view is not None
    assert view.run.config.log_scale == 0.7


def test_what_is_hidden_for_a_while_is_kept_as_it_was_last() -> None:
    app = opened("flow", layer="affine-linear", k=3, start="hand", scale="0.7")
    app.select_slider(key="scale").set_value(-0.4).run()
    app.selectbox(key="layer3").set_value("spline-made").run()
    app.selectbox(key="start").set_value("random").run()
    app.slider(key="k").set_value(2).run()
    app.run()
    app.selectbox(key="start").set_value("hand").run()
    app.slider(key="k").set_value(3).run()
    assert app.select_slider(key="scale").value == choices(app)["scale"] == -0.4
    assert app.selectbox(key="layer3").value == choices(app)["layer3"] == "spline-made"
    fine(app)


def test_what_an_experiment_set_is_not_remembered_over_what_was_chosen_later() -> None:
    app = opened("flow")
    app.button(key="preset_spline").click().run()
    app.selectbox(key="layer").set_value("affine-linear").run()
    app.selectbox(key="start").set_value("hand").run()
    assert app.select_slider(key="scale").value == LESSON.defaults["scale"]
    app.select_slider(key="scale").set_value(0.9).run()
    app.selectbox(key="start").set_value("random").run()
    app.run()
    app.selectbox(key="start").set_value("hand").run()
    assert app.select_slider(key="scale").value == choices(app)["scale"] == 0.9


@pytest.mark.parametrize(
    ("name", "least", "most"), [("one_affine", 0.5, 1.0), ("spline", 0, 0.07)]
)
def test_one_spline_can_what_one_affine_layer_cannot(name: str, least: float, most: float) -> None:
    preset = LESSON.presets[name]
    config, controls = configure(LESSON.defaults | dict(preset.choices))
    assert len(config.layers) == 1
    run = advance(new_run(config, controls), controls, Budget(steps=preset.train_steps))
    latest = run.history.latest()
    assert least < latest["nll/held_out"] - latest["exact"] < most


def test_a_single_layer_may_differ_from_the_others() -> None:
    app = opened("flow", layer="affine-made", k=3, layer2="spline-none")
    config, _ = configure(choices(app))
    assert [layer.transformer for layer in config.layers] == ["affine", "spline", "affine"]


def test_links_of_earlier_versions_are_still_understood() -> None:
    asked = {
        "layer": "additive · cumulative sum",
        "layer2": "as above",
        "on": "z: fast samples",
        "start": "by hand",
        "target": "Eight Gaussians",
        "mix": "0.50,-1.00",
    }
    found = read_link(LESSON, {key: [text] for key, text in asked.items()}, ENGLISH, words(KIT))
    assert not found.complaints
    assert found.choices == {
        "layer": "additive-cumulative_sum",
        "layer2": "same",
        "on": "z",
        "start": "hand",
        "target": "eight_gaussians",
        "mix": "0.50,-1.00",
    }


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("spread", "0.123"),
        ("rate", "0.0031"),
        ("rows", "300"),
        ("units", "100"),
        ("bins", "7"),
        ("scale", "-1.23"),
        ("fold_a", "2.34"),
        ("fold_b", "0.77"),
        ("fold_x", "0.123"),
        ("z3", "2.5"),
    ],
)
def test_any_number_that_a_flow_accepts_can_be_linked(key: str, text: str) -> None:
    found = read_link(LESSON, {key: [text]}, ENGLISH, words(KIT))
    assert not found.complaints
    assert float(found.choices[key]) == float(text)


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened("flow", k="99", layer="nonsense", rate="0.01", target="rings", bins="99")
    sentences = "\n".join(warning.value for warning in app.warning)
    assert "`k` = `99`: `k` must be from 1 to 8" in sentences
    assert "`layer` = `nonsense`, but it must be one of `additive-none`" in sentences
    assert "`bins` = `99`: `bins` must be at most 32" in sentences
    assert choices(app)["rate"] == 0.01
    assert choices(app)["target"] == "rings"


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b", "9,9", "nan,1", "1,1 " * 13])
def test_bad_centres_of_a_link_are_told_and_the_page_stays(text: str) -> None:
    app = opened("flow", target="mixture", mix=text)
    assert any("centre" in warning.value for warning in app.warning)
    assert choices(app)["mix"] == LESSON.defaults["mix"]


def test_nothing_of_bad_centres_is_rendered() -> None:
    text = "![i](http://127.0.0.1/x.png)"
    app = opened("flow", target="mixture", mix=text)
    assert f"`{text}`" in app.warning[0].value
    assert app.warning[0].value.count("127.0.0.1") == 1


def test_bad_centres_that_are_typed_are_told_and_put_back() -> None:
    app = opened("flow", target="mixture", mix="1,1 0,0.5")
    app.text_input(key="mix").set_value("1,1 0,").run()
    fine(app)
    assert any("`centres` must be pairs" in warning.value for warning in app.warning)
    assert app.text_input(key="mix").value == "1,1 0,0.5"


def test_centres_are_added_and_taken_away_up_to_their_limits() -> None:
    app = opened("flow", target="mixture")
    app.button(key="mix_add").click().run()
    centres = read_centres(app.text_input(key="mix").value)
    assert len(set(centres)) == 4
    for _ in range(3):
        app.button(key="mix_remove").click().run()
    assert len(read_centres(choices(app)["mix"])) == 1
    assert app.button(key="mix_remove").disabled


@pytest.mark.parametrize("name", ["cumulative", "fold"])
def test_what_cannot_be_trained_has_no_train_button_and_says_why(name: str) -> None:
    app = opened("flow")
    app.button(key=f"preset_{name}").click().run()
    for key in ("train", "step"):
        assert app.button(key=key).disabled
        assert app.button(key=key).help.startswith("Not to be trained: ")


def test_a_choice_that_waits_is_named_in_words() -> None:
    scene: Any = _Words()
    old, affine = FlowConfig(), LayerConfig(transformer="affine", conditioner="none")
    moved = TargetConfig(name="mixture", centres=((0.0, 0.0),))
    new = FlowConfig(target=TargetConfig(name="mixture"), layers=(*old.layers[:2], affine))
    assert flow_differences(scene, old, new) == (
        "target Two moons → Your mixture, layers 3 × spline · made → 2 × spline · made + "
        "affine · none"
    )
    assert flow_differences(scene, new, replace(new, target=moved, batch_size=64)) == (
        "the mixture's centres or spread, batch size 512 → 64"
    )
    folding = replace(old, layers=(LayerConfig(transformer="wave", conditioner="none"),))
    assert flow_differences(scene, replace(folding, amplitude=2.0), old) == (
        "layers wave · none → 3 × spline · made"
    )


class _Words:
    """What of a scene the words of a difference need."""

    lesson = LESSON
    said = ENGLISH


def test_centres_are_read_from_a_link() -> None:
    assert read_centres("0.5,-1 .2,3") == ((0.5, -1.0), (0.2, 3.0))
