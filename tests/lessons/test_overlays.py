"""The run before stays: kept when another takes its place, named, drawn, forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from course import TINY, with_tiny_lesson
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, drawn_until, fine, opened

from core.history import History
from core.run import Budget
from core.training import advance, new_run
from dashboard.components.payload import unpack
from dashboard.kit.lesson import Lesson
from dashboard.kit.overlays import common_step
from dashboard.kit.steering import MOST_OVERLAYS, Overlay
from dashboard.lessons.flow.before import comparable as flows_are_comparable
from dashboard.lessons.flow.lesson import LESSON as FLOW
from dashboard.lessons.vae.before import comparable as vaes_are_comparable
from dashboard.lessons.vae.lesson import LESSON as VAE

pytestmark = pytest.mark.usefixtures("workers")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    with with_tiny_lesson(tmp_path, monkeypatch):
        app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
        app.switch_page(str(tmp_path / "tiny.py")).run()
        fine(app)
        yield app


def html(app: AppTest) -> str:
    return " ".join(part.proto.body for part in app.get("html"))


def before(app: AppTest) -> str:
    """The lines about runs before, without markup; empty if there are none."""
    lines = [p.proto.body for p in app.get("html") if "Before: " in p.proto.body]
    return re.sub(r"<[^>]*>", "", " ".join(lines))


def kept(app: AppTest, lesson: Lesson) -> tuple[Overlay, ...]:
    found: tuple[Overlay, ...] = app.session_state[f"{lesson.name}_state"].overlays
    return found


def step(app: AppTest) -> int:
    found = re.search(r"step <b>([\d,]+)", html(app))
    assert found
    return int(found[1].replace(",", ""))


def trained(app: AppTest, least: int = 1) -> None:
    drawn_until(app, lambda: step(app) >= least, f"step {least}")


def press(app: AppTest, key: str) -> None:
    fine(app.button(key=key).click().run())


def test_any_lesson_that_trains_compares_with_the_run_before(tiny: AppTest) -> None:
    trained(tiny)
    assert not before(tiny)
    press(tiny, "preset_small")
    (overlay,) = kept(tiny, TINY)
    assert overlay.run.step
    assert overlay.run.config.batch_size == TINY.defaults["rows"] == 512
    assert "512 → 64" in before(tiny)
    press(tiny, "forget_1")
    assert not kept(tiny, TINY)
    assert not before(tiny)


def test_an_untrained_run_is_not_kept_and_no_run_is_compared_with_its_like(tiny: AppTest) -> None:
    trained(tiny)
    press(tiny, "reset")
    assert not kept(tiny, TINY)  # the same choices
    press(tiny, "preset_small")
    assert not kept(tiny, TINY)  # nothing had been trained
    trained(tiny, 20)
    press(tiny, "preset_small")
    assert not kept(tiny, TINY)  # the same experiment again
    trained(tiny, 20)
    tiny.select_slider(key="rows").set_value(512).run()
    press(tiny, "reset")
    (overlay,) = kept(tiny, TINY)
    assert overlay.preset == "small"
    press(tiny, "preset_small")
    assert not kept(tiny, TINY)  # a run is not compared with one of its own choices


def test_of_a_run_before_neither_moments_nor_snapshots_are_kept(tiny: AppTest) -> None:
    trained(tiny)
    press(tiny, "preset_small")
    trained(tiny, 20)
    tiny.select_slider(key="rate").set_value(1.0).run()
    press(tiny, "reset")
    overlays = kept(tiny, TINY)
    assert len(overlays) == MOST_OVERLAYS == 1
    run = overlays[0].run
    assert not run.state.moments.size
    assert not run.history.snapshots
    assert run.nbytes == run.state.parameters.nbytes + len(run.state.generator) + (
        run.history.steps.nbytes + run.history.values.nbytes
    )


def drawn_curves(app: AppTest) -> set[str]:
    """Names of the curves that are drawn."""
    charts = [chart.proto for chart in app.get("echarts_chart")]
    return {name for chart in charts for name in re.findall(r'"name": ?"([^"]+)"', chart.spec)}


def plane(app: AppTest) -> dict[str, Any]:
    """What was sent to the latent plane, by section."""
    for part in app.get("bidi_component"):
        if part.proto.component_name.endswith("latent_plane"):
            return unpack(part.proto.bytes)[1]
    raise AssertionError("there is no plane")


def test_one_knob_is_compared_with_the_digits() -> None:
    app = opened("vae")
    press(app, "preset_start")
    trained(app, 200)
    assert "held-out, before" not in drawn_curves(app)
    press(app, "preset_one_knob")
    trained(app, 100)
    (overlay,) = kept(app, VAE)
    assert overlay.preset == "start"
    assert overlay.steps_per_second
    line = before(app)
    assert "Digits in the plane (β 1 → 10, σ² 0.05 → 0.005)" in line
    for name in ("ELBO", "KL", "squared error", "Steps per second"):
        assert name in line
    assert "held-out, before" in drawn_curves(app)
    drawn_until(app, lambda: "past_means" in plane(app), "the codes of the run before")
    assert len(plane(app)["past_means"]) == len(plane(app)["means"])
    press(app, "forget_1")
    assert "held-out, before" not in drawn_curves(app)
    assert "past_means" not in plane(app)


def test_other_data_are_nothing_to_compare_with() -> None:
    app = opened("vae")
    press(app, "preset_moons")
    assert len(kept(app, VAE)) == 1
    assert not before(app)
    assert "past_means" not in plane(app)


def test_a_spline_is_compared_with_one_affine_layer() -> None:
    app = opened("flow")
    press(app, "preset_one_affine")
    trained(app, 60)
    press(app, "preset_spline")
    trained(app, 60)
    assert kept(app, FLOW)[0].preset == "one_affine"
    line = before(app)
    assert "affine · made → spline · made" in line
    for name in ("NLL", "KL", "Steps per second"):
        assert name in line
    assert "held-out, before" in drawn_curves(app)
    press(app, "preset_cumulative")
    assert not before(app)  # nothing to train there


def configured(lesson: Lesson, **choices: Any) -> Any:
    return lesson.configured(lesson.defaults | choices, lesson.training[0])


def test_nats_are_compared_on_the_same_data_in_the_same_coordinates() -> None:
    usual, _ = configured(FLOW)
    for change, is_so in (({"k": 1}, True), ({"target": "rings"}, False)):
        assert flows_are_comparable(usual, configured(FLOW, **change)[0]) is is_so
    assert not flows_are_comparable(usual, configured(FLOW, base="uniform")[0])
    assert vaes_are_comparable(configured(VAE)[0], configured(VAE, latent=5)[0])
    assert not vaes_are_comparable(configured(VAE)[0], configured(VAE, data="digits")[0])


def test_two_runs_are_compared_at_the_last_step_that_both_have_recorded() -> None:
    histories = []
    for batch in (64, 128):
        config, controls = configured(VAE, data="two_moons", batch=batch, layers=0)
        run = advance(new_run(config, controls), controls, Budget(steps=batch * 5))
        histories.append(run.history)
    shared = common_step(*histories)
    assert shared == 256
    assert shared == max(set(histories[0].steps) & set(histories[1].steps))
    assert common_step(History(), histories[0]) is None
