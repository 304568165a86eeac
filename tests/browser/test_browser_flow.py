"""The flow lesson on the real server, in a real Chromium: animate, probe, break, train, link."""

import re
from typing import Any

import numpy as np
import pytest
from support import (
    Server,
    address,
    button,
    choose_experiment,
    mapped_files,
    move_slider,
    open_page,
    pause,
    press,
    query_of,
    settle,
    shown,
    step,
    taken_home,
    wait_for,
    watched,
)

from core.flow.inspection import journey, map_picture
from core.flow.ready import ready_flow
from dashboard.lessons.flow.composing import read_centres

pytestmark = pytest.mark.browser

MAP = "globalThis.__flowMap['flow_map']"


def open_flow(context: Any, server: Server, query: str = "") -> Any:
    """The lesson in a new tab, when its map has been mounted."""
    page = open_page(context, server, "flow", query)
    page.wait_for_function(f"globalThis.__flowMap && {MAP}")
    return page


def test_the_walk_starts_and_ends_where_the_flow_does(context: Any, server: Server) -> None:
    errors: list[str] = []
    page = open_flow(context, server)
    page.on("pageerror", lambda error: errors.append(str(error)))
    run = ready_flow()
    assert run is not None
    picture = map_picture(run.state.parameters, run.config, 61, 1)
    for share, expected in ((0.0, picture.base), (1.0, picture.outputs[-1])):
        draws = page.evaluate(f"{MAP}.counters.draws")
        page.evaluate(f"{MAP}.setTime({share} * {MAP}.scene.timeline.total)")
        wait_for(lambda d=draws: page.evaluate(f"{MAP}.counters.draws") > d, "a frame")
        places = np.array(page.evaluate(f"{MAP}.places()")).reshape(-1, 2)
        np.testing.assert_allclose(places, expected, atol=1e-4)
    page.locator(".flow-map .play").click()
    wait_for(lambda: 0.3 < page.evaluate(f"{MAP}.counters.time") < 2.5, "the walk to go on")
    wait_for(lambda: page.locator(".flow-map .where").inner_text() == "x = f(z)", "its end")
    assert not errors


def test_the_probe_is_the_flow_of_core(context: Any, server: Server) -> None:
    page = open_flow(context, server)
    run = ready_flow()
    assert run is not None
    for z in ([0.0, 0.0], [1.3, -0.7], [-2.1, 0.4]):
        found = page.evaluate(f"(z) => {MAP}.probe(z)", z)
        way = journey(run.state.parameters, run.config, tuple(z))
        np.testing.assert_allclose(found["x"], way.x, atol=1e-6)
        np.testing.assert_allclose(found["jacobian"], way.whole.ravel(), atol=1e-5)
        for stage, layer in zip(found["stages"], way.layers, strict=True):
            np.testing.assert_allclose(stage["jacobian"], layer.ravel(), atol=1e-5)
        assert np.log(abs(found["det"])) == pytest.approx(way.log_abs_det, abs=1e-6)
        assert found["numeric"] == pytest.approx(found["det"], rel=2e-2, abs=1e-3)
        assert found["logBase"] == pytest.approx(way.log_prob_z, abs=1e-9)
        assert found["roundTrip"] < 1e-8


def test_click_and_arrow_keys_move_the_probe(context: Any, server: Server) -> None:
    page = open_flow(context, server)
    canvas = page.locator(".st-key-flow_map .base .over")
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    before = page.evaluate(f"{MAP}.scene.z")
    assert before != [0.6, -0.5]
    canvas.press("ArrowRight")
    after = page.evaluate(f"{MAP}.scene.z")
    assert after[0] > before[0]
    numbers = page.locator(".flow-map .numbers")
    wait_for(lambda: f"({after[0]:.2f}," in numbers.inner_text().replace("−", "-"), "the reading")
    mapped = page.locator(".st-key-flow_map .mapped .over")
    box = mapped.bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    assert page.evaluate(f"{MAP}.scene.z") != after


def test_the_fold_breaks_the_one_root_integral(context: Any, server: Server) -> None:
    page = open_flow(context, server)
    page.locator(".st-key-closer button", has_text="The fold").click()
    text = page.locator("text=one-root density").first
    text.wait_for()
    assert "= 1.0000" not in text.inner_text().split("sum")[0]
    move_slider(page, "fold_a", "ArrowLeft", 12)
    wait_for(lambda: "strictly rising" in page.locator(".stMain").inner_text(), "no fold")
    assert "one-root density = 1.0000" in page.locator("text=one-root density").first.inner_text()


def test_training_moves_and_lowers_the_nll_from_reset(context: Any, server: Server) -> None:
    page = open_flow(context, server, "?layer=affine+%C2%B7+made&k=2&units=16&rate=0.005")
    wait_for(lambda: step(page) > 50, "the opening steps")
    press(page, "reset")
    wait_for(lambda: step(page) < 50, "the reset")
    press(page, "train")
    wait_for(lambda: step(page) > 200, "200 steps")
    assert button(page, "csv_map").is_disabled()
    assert "libtorch" not in mapped_files(server), "torch belongs to the workers"
    stopped = pause(page)
    label = page.locator(".st-key-curves [aria-label*='NLL']").first
    found = re.search(r"NLL \(nats\) now ([\d.]+)", label.get_attribute("aria-label"))
    assert found
    assert float(found.group(1)) < 2.6
    wait_for(lambda: page.evaluate(f"{MAP}.counters.step") == stopped, "the map to follow")
    table = taken_home(page, "csv_map").read_text()
    assert table.startswith("z1,z2,x1,x2,log_abs_det")
    with np.load(taken_home(page, "download_run"), allow_pickle=False) as run:
        assert int(run["step"]) == step(page)
    assert taken_home(page, "download_samples").read_text().startswith("x1,x2")


def test_a_deep_link_opens_the_same_experiment(context: Any, server: Server) -> None:
    query = "?layer=additive+%C2%B7+cumulative+sum&k=1&on=z&start=hand"
    page = open_flow(context, server, query)
    assert "nothing to train" in page.locator(".run-facts:visible").first.inner_text()
    found = page.evaluate(f"{MAP}.probe([0.5, 0.25])")
    assert found["x"] == [0.5, 0.75]
    assert found["det"] == 1


@pytest.mark.parametrize("base", ["normal", "uniform"])
def test_a_dragged_centre_changes_the_target(context: Any, server: Server, base: str) -> None:
    page = open_flow(context, server, f"?target=mixture&base={base}")
    wait_for(lambda: step(page) > 0, "the opening steps")
    press(page, "pause")
    field = page.locator(".st-key-mix input")
    before = np.array(read_centres(field.input_value()))
    scene = f"{MAP}.scene"
    drawn = np.array(page.evaluate(f"{scene}.centres"))
    x, y = drawn[0]
    low, high = page.evaluate(f"{scene}.meta.data_range")
    area = page.evaluate(f"{scene}.panels.mapped.area")
    box = page.locator(".st-key-flow_map .mapped .over").bounding_box()
    left = box["x"] + area["left"] + (x - low) / (high - low) * area["side"]
    top = box["y"] + area["top"] + (high - y) / (high - low) * area["side"]
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left - 20, top + 20, steps=4)
    page.mouse.up()
    wait_for(lambda: not field.input_value().startswith("-1.20,-0.80"), "the field to follow")
    stretch = np.ptp(before, axis=0) / np.ptp(drawn, axis=0)  # the square has units of its own
    by = 20 * (high - low) / area["side"] * stretch
    moved = read_centres(field.input_value())[0]
    np.testing.assert_allclose(moved, before[0] - by, atol=0.02)
    page.wait_for_selector("text=the mixture's centres")


@pytest.mark.parametrize(("a", "b"), [(0.5, 1.0), (0.9, 1.0)])
def test_a_wave_that_does_not_fold_is_inverted(
    context: Any, server: Server, a: float, b: float
) -> None:
    page = open_flow(context, server, f"?layer=wave-none&k=1&fold_a={a}&fold_b={b}")
    for z in ([0.5, 0.25], [-2.0, 1.1]):
        found = page.evaluate(f"(z) => {MAP}.probe(z)", z)
        assert found["roundTrip"] < 1e-8
        assert not found["folds"]
    numbers = page.locator(".flow-map .numbers").inner_text()
    assert "no inverse" not in numbers
    assert "one root" not in numbers


def test_the_fold_is_played_and_cannot_be_trained(context: Any, server: Server) -> None:
    page = open_flow(context, server)
    choose_experiment(page, "preset_fold")
    time = f"{MAP}?.counters.time ?? -1"  # no map for a moment: the new run mounts its own
    wait_for(lambda: 0 < page.evaluate(time) < 1, "the walk")
    wait_for(lambda: page.evaluate(time) == 1, "its end")
    assert button(page, "train").is_disabled()
    assert "no inverse" in page.locator(".flow-map .numbers").inner_text()
    assert "one root" in page.locator(".flow-map .numbers").inner_text()


def test_the_density_is_turned_as_a_surface_and_plotly_loads_only_for_it(
    context: Any, server: Server
) -> None:
    page = context.new_page()
    watch = watched(page, server)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address(server, "flow", "?panel=density"))
    shown(page, "flow")
    settle(page)
    assert not [url for url in fetched if "plotly" in url.lower()]
    page.locator(".st-key-surface label").first.click()
    page.wait_for_selector(".js-plotly-plot canvas")
    assert [url for url in fetched if "plotly" in url.lower()]
    picture = page.locator("[aria-label*='as a surface over the plane']")
    assert picture.count()
    view = "document.querySelector('.js-plotly-plot')._fullLayout.scene.camera.eye"
    before = page.evaluate(view)
    box = page.locator(".js-plotly-plot").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 80, middle[1] + 10, steps=8)
    page.mouse.up()
    wait_for(lambda: page.evaluate(view) != before, "the view to turn")
    assert "surface=true" in query_of(page)
    assert (
        taken_home(page, "csv_surface").read_text().startswith("z1,z2,x1,x2,log_abs_det,density")
    )
    assert not watch.errors
    assert not watch.elsewhere


def test_a_panel_of_a_link_is_chosen_on_the_page_while_the_run_trains(
    context: Any, server: Server
) -> None:
    page = open_flow(context, server, "?panel=samples&layer=affine-made&k=4")
    chosen = page.locator(".st-key-panel button[aria-checked=true]")
    wait_for(lambda: chosen.all_inner_texts() == ["Samples"], "the panel of the link")
