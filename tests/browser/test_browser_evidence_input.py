"""The evidence map by keys, by touch, by number; what it tells the server; and its width."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_app import bare_app
from evidence_page import MAP, asked, drawn, middle, opened
from support import wait_for

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
FOCUSED = "(node) => node.matches(':focus')"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with nothing but the map."""
    with bare_app(HERE / "evidence_app.py", tmp_path_factory.mktemp("evidence")) as url:
        yield url


def told(page: Any) -> dict[str, Any]:
    """What the server was told last."""
    text = page.locator("#said").inner_text()
    found: dict[str, Any] = {} if text == "None" else json.loads(text)
    return found


def test_keys_move_shape_and_turn_q_and_leave_it(context: Any, address: str) -> None:
    page = opened(context, address, "plane", opening={"q": "mine", "s1": 0.8, "s2": 0.4})
    centre, major, minor, turn = (
        page.locator(f"[data-handle={name}]") for name in ("centre", "major", "minor", "turn")
    )
    centre.focus()
    centre.press("ArrowRight")
    one = asked(page, "q().mean[0]")
    assert one > 0
    centre.press("Shift+ArrowUp")
    assert asked(page, "q().mean") == pytest.approx([one, 5 * one], rel=1e-5)
    centre.press("+")
    sizes = asked(page, "scene.axes.sizes")
    assert sizes == pytest.approx([0.88, 0.44])
    centre.press("]")
    assert major.evaluate(FOCUSED)
    major.press("ArrowRight")
    assert asked(page, "scene.axes.sizes") == pytest.approx([0.968, 0.44])
    major.press("]")
    minor.press("-")
    assert asked(page, "scene.axes.sizes") == pytest.approx([0.968, 0.4])
    minor.press("]")
    turn.press("ArrowUp")
    assert asked(page, "scene.axes.angle") == pytest.approx(3.14159265 / 60)
    turn.press("]")
    assert centre.evaluate(FOCUSED)
    live = page.locator(".evidence-map .live")
    wait_for(lambda: "q is mine" in live.inner_text(), "q aloud")
    assert "ELBO" in live.inner_text()
    assert "KL" in live.inner_text()
    centre.press("Tab")
    assert not centre.evaluate(FOCUSED)
    turn.focus()
    turn.press("Escape")
    assert page.locator(".handle:focus").count() == 0


def test_space_plays_the_steps_of_inference(context: Any, address: str) -> None:
    page = opened(context, address, "plane")
    page.locator("[data-handle=centre]").press(" ")
    wait_for(lambda: asked(page, "scene.play.share") > 0.02, "the steps to run")
    assert page.locator(".play").inner_text() == "■ Stop"
    page.locator(".play").click()
    assert asked(page, "scene.play") is None
    wait_for(lambda: page.locator(".play").inner_text().startswith("▶"), "the button")


def test_a_handle_is_a_slider_with_its_place_in_words(context: Any, address: str) -> None:
    page = opened(context, address, "plane", opening={"q": "mine", "m1": 0.5, "m2": -0.25})
    centre = page.locator("[data-handle=centre]")
    assert centre.get_attribute("role") == "slider"
    assert centre.get_attribute("aria-label") == "centre of q"
    assert centre.get_attribute("aria-valuetext") == "0.5, −0.25"
    picture = page.locator(".map .overlay").get_attribute("aria-label")
    assert "mean 0.5, −0.25" in picture
    assert "100 draws" in picture
    column = page.locator(".column canvas").get_attribute("aria-label")
    assert "log p(x) = −2.97" in column


def test_a_finger_moves_q_and_not_the_page(browser: Any, address: str) -> None:
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    page = opened(context, address, "plane")
    centre = page.locator("[data-handle=centre]")
    centre.scroll_into_view_if_needed()
    assert centre.evaluate("(node) => getComputedStyle(node).touchAction") == "none"
    overlay = page.locator(".map .overlay")
    assert overlay.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"
    x, y = middle(centre)
    client = context.new_cdp_session(page)
    for kind, dx in (("touchStart", 17), ("touchMove", 30), ("touchMove", 57), ("touchEnd", 0)):
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    drawn(page)
    assert asked(page, "q().key") == "mine"
    assert middle(centre)[0] == pytest.approx(x + 40, abs=1.5)
    buttons = page.locator(".evidence-map button:visible")
    heights = [buttons.nth(i).bounding_box()["height"] for i in range(buttons.count())]
    assert min(heights) >= 44
    context.close()


@pytest.mark.parametrize(
    ("model", "name", "typed", "sentence"),
    [
        (
            "plane",
            "s1",
            "0",
            "s1 must be at least 0.0001: a narrower q has no volume to draw from, got 0",
        ),
        ("plane", "s2", "101", "s2 must be at most 100, got 101"),
        ("plane", "m1", "-100.5", "m1 must be between −100 and 100, got −100.5"),
        (
            "plane",
            "rho",
            "1",
            "rho must be between −0.9999 and 0.9999: beyond, q is a line without volume, got 1",
        ),
        ("line", "m1", "two", "m1 must be a number, got two"),
        ("line", "s1", "", "s1 must be a number, got"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_one_sentence(
    context: Any, address: str, model: str, name: str, typed: str, sentence: str
) -> None:
    page = opened(context, address, model)
    before = asked(page, "q()")
    field = page.locator(f"[data-name={name}] .number")
    shown = field.input_value()
    field.fill(typed)
    field.press("Enter")
    assert page.locator(".refusal").inner_text().strip() == sentence
    assert field.input_value() == shown
    assert field.get_attribute("aria-invalid") == "true"
    assert asked(page, "q()") == before


def test_a_number_that_can_be_is_taken(context: Any, address: str) -> None:
    page = opened(context, address, "plane")
    for name, typed in (("s1", "0.5"), ("rho", "−0,25"), ("m2", "1e1")):
        field = page.locator(f"[data-name={name}] .number")
        field.fill(typed)
        field.press("Enter")
        drawn(page)
    q = asked(page, "q()")
    assert q["mean"] == [0, 10]
    assert q["covariance"][0] == pytest.approx([0.25, -0.125])
    assert page.locator(".refusal").inner_text() == ""
    slider = page.locator("[data-name=s1] input[type=range]")
    slider.press("ArrowRight")
    assert asked(page, "q().covariance[0][0]") > 0.25


def test_the_page_hears_of_the_view_when_it_rests(context: Any, address: str) -> None:
    page = opened(context, address, "plane", opening={"m2": 0.25})
    assert told(page) == {}
    page.locator(".choices [data-key=posterior]").click()
    wait_for(lambda: told(page).get("q") == "posterior", "the chosen q")
    assert told(page)["m2"] == 0.25
    assert told(page)["nonce"] == 1
    page.locator(".twin").click()
    page.locator(".zooms [data-key=all]").click()
    wait_for(lambda: told(page).get("zoom") == "all", "the zoom")
    assert told(page)["twin"] is True
    page.locator("[data-handle=centre]").press("ArrowRight")
    wait_for(lambda: told(page).get("q") == "mine", "one's own q")
    now = told(page)
    assert [now["m1"], now["m2"]] == pytest.approx(asked(page, "q().mean"))
    assert now["rho"] == pytest.approx(-0.490812, abs=1e-5)


def test_what_is_not_known_cannot_be_chosen_and_says_why(context: Any, address: str) -> None:
    page = opened(context, address, "plane", early=1, opening={"q": "posterior"})
    posterior = page.locator(".choices [data-key=posterior]")
    assert posterior.get_attribute("aria-disabled") == "true"
    assert "being computed" in posterior.inner_text()
    encoder = page.locator(".choices [data-key=encoder]")
    assert encoder.get_attribute("title") == "this model has none"
    encoder.click(force=True)
    assert asked(page, "q().key") == "posterior"
    prior = page.locator(".choices [data-key=prior]")
    assert prior.get_attribute("aria-checked") == "true"
    assert "shown is prior" in page.locator(".stand-in").inner_text()
    prior.focus()
    prior.press("ArrowRight")
    assert asked(page, "q().key") == "mine"
    assert "being computed" in page.locator(".log-p").inner_text()


def test_more_draws_rain_in_beside_those_that_are_there(context: Any, address: str) -> None:
    page = opened(context, address, "plane")
    before = asked(page, "draws()")
    wait_for(lambda: asked(page, "scene.rain") is None, "the first draws")
    page.evaluate(
        f"() => {{ globalThis.__rained = null; const s = {MAP}.scene; let rain = null;"
        "Object.defineProperty(s, 'rain', { get: () => rain, set: (value) => {"
        "rain = value; if (value) globalThis.__rained = value.from; } }) }"
    )
    page.get_by_text("more draws").click()
    wait_for(lambda: len(asked(page, "draws()")) == 400, "more draws")
    assert page.evaluate("globalThis.__rained") == 100
    assert asked(page, "draws()")[:200] == before
    wait_for(lambda: asked(page, "scene.rain") is None, "all draws")


def test_still_pages_have_no_rain(new_context: Any, address: str) -> None:
    page = opened(new_context(reduced_motion="reduce"), address, "plane")
    assert asked(page, "scene.rain") is None


def test_what_a_worker_found_stands_while_q_rests_there(context: Any, address: str) -> None:
    page = opened(context, address, "plane", rest=1, count=5000)
    assert page.locator("dd.elbo").inner_text() == "−12.500 ± 0.2500"
    assert page.locator(".hat").inner_text() == "−3.250 ± 0.063"
    assert page.locator("dd.ess").inner_text() == "321 of 5000"
    assert "5000 weights holds 50 %" in page.locator(".largest").inner_text()
    assert asked(page, "residual()") == pytest.approx(-2.75 + 2.9656898515)
    page.locator("[data-handle=centre]").press("ArrowLeft")
    drawn(page)
    assert "±" not in page.locator("dd.elbo").inner_text()
    assert "first 256 of 5000" in page.locator(".part").inner_text()
    page.locator(".choices [data-key=prior]").click()
    wait_for(lambda: "± 0.2500" in page.locator("dd.elbo").inner_text(), "the worker's number")


def test_the_window_stays_while_q_moves_and_follows_when_it_rests(
    context: Any, address: str
) -> None:
    page = opened(context, address, "plane", opening={"q": "posterior", "zoom": "close"})
    before = asked(page, "window()")
    x, y = middle(page.locator("[data-handle=centre]"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y)
    drawn(page)
    assert asked(page, "window()") == before
    page.mouse.up()
    page.wait_for_timeout(300)
    assert asked(page, "window()") == before
    page.locator(".zooms [data-key=fit]").click()
    fit = asked(page, "window()")
    assert fit != before
    page.locator(".choices [data-key=diagonal]").click()
    drawn(page)
    assert asked(page, "window()") == fit
    page.locator("[data-name=m1] .number").fill("30")
    page.locator("[data-name=m1] .number").press("Enter")
    wait_for(lambda: asked(page, "window().half") > fit["half"], "the window to follow")


@pytest.mark.parametrize("model", ["line", "plane", "digit"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_is_wider_than_the_page(
    new_context: Any, address: str, model: str, width: int
) -> None:
    page = opened(new_context(viewport={"width": width, "height": 768}), address, model)
    inside = page.locator(".evidence-map").evaluate(
        "(root) => { const edge = root.getBoundingClientRect().right; return [...root"
        ".querySelectorAll('canvas, button, input, dl, p:not(.live), table')].filter((node) =>"
        " node.getBoundingClientRect().right > edge + 1).map((node) => node.className) }"
    )
    assert inside == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("model", ["line", "plane", "digit"])
def test_the_model_is_looked_into_under_the_pointer(
    context: Any, address: str, model: str
) -> None:
    page = opened(context, address, model)
    assert "the mean of q" in page.locator(".where").inner_text()
    box = page.locator(".map .overlay").bounding_box()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    drawn(page)
    z = asked(page, "scene.probe")
    assert len(z) == (1 if model == "line" else 2)
    assert "the mean of q" not in page.locator(".where").inner_text()
    if model == "line":
        value = page.locator(".values tbody td").nth(2).inner_text().replace("−", "-")
        assert float(value) == pytest.approx(z[0], abs=0.006)
    else:
        assert page.locator(".decoded").is_visible() == (model == "digit")
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] + 400)
    wait_for(lambda: "the mean" in page.locator(".where").inner_text(), "the mean of q again")
