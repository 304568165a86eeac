"""The evidence page on the real server, in a real Chromium."""

import re
from typing import Any

import numpy as np
import pytest
from evidence_page import (
    MAP,
    NARROW,
    ROW_0,
    ROW_2,
    alerts,
    asked,
    dragged,
    drawn,
    fill_in,
    log_p,
    middle,
    open_evidence,
    pixels,
    wait_for_log_p,
)
from support import (
    Server,
    choose_experiment,
    open_page,
    pause,
    query_of,
    settle,
    shown,
    train,
    wait_for,
)

from core.evidence.models import Plane
from core.evidence.proposals import Gaussian
from dashboard.lessons.evidence.lesson import LESSON

pytestmark = pytest.mark.browser

IS_ONE = """name => {
    const [key, slot] = name.split(" ");
    const holder = document.querySelector(`.st-key-${key}`);
    const roots = [holder, ...[...holder.querySelectorAll("*")].map((one) => one.shadowRoot)];
    const inside = roots.flatMap((root) => [...(root?.querySelectorAll(`[data-slot]`) ?? [])]);
    return !slot || inside.filter((one) => one.dataset.slot === slot).length === 1;
}"""
"""Whether a name of ``LESSON.pictures`` is that of one element; some are in a shadow tree."""

FOCUSED = """() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return [one?.dataset?.handle, one?.getAttribute("aria-label"), one?.innerText].join("|");
}"""
"""What has the focus, in shadow trees, too: its handle, label and text."""

# ---- q


def test_q_dragged_onto_the_posterior_of_the_plane_has_equal_weights(
    visitor: Any, server: Server
) -> None:
    page = open_evidence(visitor(), server)
    choose_experiment(page, "preset_split")
    wait_for(lambda: "shows=split" in query_of(page), "the experiment")
    wait_for(lambda: asked(page, "q().key") == "mine", "one's own q")
    settle(page)
    assert asked(page, "kl()") > 1
    top = page.locator(".evidence-map .log-p").inner_text()
    drag_onto(page, Plane().exact().posterior)
    assert page.locator(".evidence-map .log-p").inner_text() == top == "−2.9657"
    assert asked(page, "kl()") < 0.01
    assert asked(page, "residual()") == pytest.approx(0, abs=1e-9)
    assert asked(page, "ess()") > 98
    assert np.array(asked(page, "weights()")) == pytest.approx(0.01, abs=0.003)
    mean = asked(page, "q().mean")
    wait_for(lambda: f"m1={mean[0]:g}" in query_of(page), "the link to follow")


def drag_onto(page: Any, posterior: Gaussian) -> None:
    """Centre, both axes and the knob that turns them, by the mouse alone, on to a posterior."""
    sizes, axes = np.linalg.eigh(posterior.covariance)
    minor, major = np.sqrt(sizes)
    dragged(page, "centre", pixels(page, posterior.mean - asked(page, "q().mean")))
    for name, place, size in (("major", 0, major), ("minor", 1, minor)):
        arm = arm_of(page, name)
        dragged(page, name, (size / asked(page, "scene.axes.sizes")[place] - 1) * arm)
    along = axes[:, 1] * np.sign(axes[0, 1])
    turn = np.arctan2(along[1], along[0]) - asked(page, "scene.axes.angle")
    arm = arm_of(page, "turn")  # y downwards: to the left on paper is to the right here
    cos, sin = np.cos(turn), np.sin(turn)
    dragged(page, "turn", np.array([[cos, sin], [-sin, cos]]) @ arm - arm)


def arm_of(page: Any, handle: str) -> np.ndarray:
    """From the centre of q to a handle, in pixels."""
    places = (middle(page.locator(f".evidence-map [data-handle={n}]")) for n in (handle, "centre"))
    end, centre = (np.array(place) for place in places)
    return np.asarray(end - centre)


def test_half_of_the_variance_has_a_small_kl_and_no_finite_variance(
    visitor: Any, server: Server
) -> None:
    page = open_evidence(visitor(), server)
    choose_experiment(page, "preset_infinite")
    wait_for(lambda: asked(page, "scene.meta.latent_dim") == 1, "the line")
    wait_for(lambda: "shows=infinite" in query_of(page), "the link to follow")
    assert asked(page, "variance()") == "infinite"
    assert asked(page, "kl()") == pytest.approx(0.0966, abs=2e-4)
    assert "no finite variance" in page.locator(".evidence-map .exact-ess").inner_text()
    assert asked(page, "ess()") > 50  # what is measured looks fine


# ---- which datum, and links


def test_another_digit_brings_its_own_evidence(visitor: Any, server: Server) -> None:
    page = open_evidence(visitor(), server)
    fill_in(page, "row", "0")
    wait_for_log_p(page, ROW_0)
    wait_for(lambda: abs(asked(page, "elbo()") + 412.2) < 0.1, "the ELBO of the encoder")
    wait_for(lambda: asked(page, "errors()[0]"), "the worker's own split")
    assert abs(asked(page, "residual()")) < sum(asked(page, "errors()")) + NARROW
    wait_for(lambda: "row=0" in query_of(page), "the link to follow")
    page.locator('[aria-label^="The held-out row 0"], [alt^="The held-out row 0"]').wait_for()
    page.locator(".evidence-map .choices [data-key=full][aria-disabled=false]").click()
    wait_for(lambda: asked(page, "elbo()") > ROW_0 - 0.5, "the best q")


def test_a_deep_link_opens_the_page_whole(visitor: Any, server: Server) -> None:
    link = "?row=2&q=prior&k=1000&zoom=all&tab=prior"
    page = open_evidence(visitor(), server, link)
    wait_for_log_p(page, ROW_2)
    of_all = page.locator(".evidence-map .ess")
    wait_for(lambda: "of 1000" in of_all.inner_text(), "the worker's draws")
    assert asked(page, "q().key") == "prior"
    assert asked(page, "scene.zoom") == "all"
    page.locator(".st-key-tab_prior canvas").first.wait_for()
    settle(page)
    assert alerts(page) == []
    assert sorted(query_of(page)[1:].split("&")) == sorted(link[1:].split("&"))
    opened = [name for name in LESSON.pictures if name.startswith(("map", "tab_prior"))]
    assert len(opened) > 5
    for name in opened:
        assert page.evaluate(IS_ONE, name), name
    other = open_evidence(visitor(), server, query_of(page))
    wait_for(lambda: numbers(other) == numbers(page), "the same numbers")
    assert "±" in numbers(other)["elbo"]  # the worker's


def numbers(page: Any) -> dict[str, str]:
    """What stands beside column and weights."""
    names = ("log-p", "elbo", "kl", "hat", "ess")
    return {n: page.locator(f".evidence-map dd .{n}, dd.{n}").first.inner_text() for n in names}


def test_a_run_of_the_vae_page_is_read_here_and_by_whoever_has_the_link(
    visitor: Any, server: Server
) -> None:
    page = open_page(visitor(), server, "vae", "?data=digits&latent=1")
    train(page)
    step = pause(page)
    way = page.locator(".st-key-readers a", has_text="Evidence").first
    way.scroll_into_view_if_needed()
    way.click()
    page.wait_for_function("location.pathname.endsWith('/evidence')")
    shown(page, LESSON.name)
    said = page.locator("[data-testid=stSidebar]").get_by_text("The run that your link names")
    assert f"step {step:,}, L = 1" in said.inner_text()
    assert re.search(r"[?&]of=\w+", query_of(page))
    wait_for(lambda: np.isfinite(log_p(page)), "the evidence under this run")
    other = open_evidence(visitor(), server, query_of(page))
    wait_for(lambda: log_p(other) == log_p(page), "the same evidence")
    assert other.evaluate(f"{MAP}.scene.meta.latent_dim") == 1


# ---- below the map


def test_the_bars_arrive_and_a_handle_on_another_bar_changes_the_row_above(
    visitor: Any, server: Server
) -> None:
    page = open_evidence(visitor(), server, "?row=0&q=diagonal")
    page.locator(".st-key-tab button", has_text="Gaps").click()
    handle = page.locator(".st-key-tab_gaps [data-handle=row]")
    handle.wait_for()
    note = page.locator(".st-key-tab_gaps [data-slot=bars_note]")
    wait_for(lambda: "Rows 0 to 10" in note.inner_text(), "more rows than the first")
    handle.scroll_into_view_if_needed()
    picture = page.locator(".st-key-tab_gaps canvas").bounding_box()
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.08 * picture["width"], y, steps=8)
    page.mouse.up()

    def row() -> int:
        return int(dict(re.findall(r"(\w+)=(\w+)", query_of(page))).get("row", "1"))

    wait_for(lambda: row() != 0, "another row in the link")
    chosen = row()
    assert 0 < chosen < 100
    field = page.locator(".st-key-row input").first
    wait_for(lambda: field.input_value() == str(chosen), "the field above")
    wait_for(lambda: np.isfinite(log_p(page)) and log_p(page) > ROW_0 + 1, "its evidence")


def test_the_climb_plays_in_the_browser(visitor: Any, server: Server) -> None:
    page = open_evidence(visitor(), server)
    choose_experiment(page, "preset_bound_down")
    figure = page.locator(".st-key-tab_raise .js-plotly-plot")
    figure.wait_for()
    settle(page)
    step = figure.locator(".slider-label").first
    assert step.text_content() == "step 0"
    figure.scroll_into_view_if_needed()
    figure.locator(".updatemenu-button", has_text="Play").click()
    wait_for(lambda: step.text_content() not in ("step 0", "step 24"), "the steps to run")
    wait_for(lambda: step.text_content() == "step 24", "the last step")
    note = page.locator(".st-key-tab_raise", has_text="log p(x) falls")
    assert "the ELBO rises" in note.inner_text()


# ---- by keys alone


def tab_to(page: Any, what: str) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if what in page.evaluate(FOCUSED):
            return
    pytest.fail(f"Tab never reached {what}")


def test_everything_is_done_by_keys_alone(visitor: Any, server: Server) -> None:
    page = open_evidence(visitor(), server)
    settle(page)
    tab_to(page, "Held-out row, number")
    page.keyboard.press("Control+a")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    wait_for_log_p(page, ROW_0)
    settle(page)
    tab_to(page, "centre|")
    before = asked(page, "q().mean")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("+")
    drawn(page)
    q = asked(page, "q()")
    assert q["key"] == "mine"
    assert q["mean"][0] < before[0]
    assert q["mean"][1] < before[1]
    page.keyboard.press("]")
    assert page.evaluate(FOCUSED).startswith("major|")
    tab_to(page, "mine")
    for _ in range(5):  # from one's own q to the first, and on
        if asked(page, "q().key") == "posterior":
            break
        page.keyboard.press("ArrowLeft")
    drawn(page)
    assert asked(page, "q().key") == "posterior"
    assert asked(page, "elbo()") == pytest.approx(ROW_0, abs=0.1)
    tab_to(page, "Convergence")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for(lambda: "tab=gaps" in query_of(page), "the tab in the link")
    wait_for(lambda: "q=posterior" in query_of(page), "q in the link")
    page.keyboard.press("PageDown")
    page.locator(".st-key-guess_1 button").wait_for()
