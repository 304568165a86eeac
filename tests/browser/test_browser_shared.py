"""What all canvases share: numbers as text, ticks, contours, and the one key table."""

from typing import Any

import pytest
from support import Server, press, wait_for

pytestmark = pytest.mark.browser

CALL = """async ([path, name, args]) => {
    const module = await import(new URL(`app/static/${path}`, location.href));
    return module[name](...args);
}"""


@pytest.fixture(scope="module")
def page(browser: Any, server: Server) -> Any:
    """A page of the app, to import modules from."""
    made = browser.new_page()
    made.goto(server.url)
    yield made
    made.close()


def call(page: Any, path: str, name: str, *args: Any) -> Any:
    return page.evaluate(CALL, [path, name, list(args)])


@pytest.mark.parametrize(
    ("name", "value", "digits", "expected"),
    [
        ("fixed", -1.5, 2, "−1.50"),
        ("fixed", -0.001, 2, "0.00"),
        ("fixed", 0.0, 1, "0.0"),
        ("scientific", -1.234e-7, 1, "−1.2e−7"),
        ("scientific", 5e6, 1, "5.0e6"),
        ("readable", -0.0001, 3, "−1.0e−4"),
        ("readable", -12345.0, 3, "−1.2e4"),
        ("readable", -0.5, 3, "−0.500"),
        ("significant", -0.123456, 4, "−0.1235"),
        ("significant", -123456.0, 4, "−123,456"),
        ("significant", 2.50, 4, "2.5"),
        ("significant", -2e-5, 4, "−2.00e−5"),
        ("measured", -1234.5, None, "−1235"),
        ("measured", -0.0004, None, "−4.0e−4"),
        ("measured", 3.14159, None, "3.14"),
        ("whole", -1234.0, None, "−1,234"),
    ],
)
def test_all_numbers_have_the_same_minus(
    page: Any, name: str, value: float, digits: int | None, expected: str
) -> None:
    args = [value] if digits is None else [value, digits]
    assert call(page, "shared/numbers.js", name, *args) == expected


@pytest.mark.parametrize("name", ["fixed", "scientific", "readable", "significant", "measured"])
def test_what_is_not_a_number_is_a_dash(page: Any, name: str) -> None:
    assert call(page, "shared/numbers.js", name, float("nan")) == "–"
    assert call(page, "shared/numbers.js", name, float("-inf")) == "−∞"


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("linearTicks", (-1, 1, 4), ["−1", "−0.5", "0", "0.5", "1"]),
        ("linearTicks", (-1, 1, 4, True), ["−1.0", "−0.5", "0", "0.5", "1.0"]),
        ("linearTicks", (0, 30000, 3), ["0", "10,000", "20,000", "30,000"]),
        ("logTicks", (0.1, 100, 6), ["0.1", "1", "10", "100"]),
        ("logTicks", (1, 10, 6), ["1", "2", "5", "10"]),
        ("logTicks", (1e-8, 1, 3), ["10⁻⁸", "10⁻⁵", "0.01"]),
    ],
)
def test_ticks_are_round(
    page: Any, name: str, args: tuple[float, ...], expected: list[str]
) -> None:
    found = call(page, "shared/ticks.js", name, *args)
    assert [tick["text"] for tick in found] == expected
    for tick in found:
        assert min(args[0], args[0] * 0.999) <= tick["value"] <= args[1] * 1.001


def test_a_contour_of_a_cone_is_a_circle(page: Any) -> None:
    n, level = 41, 12.0
    values = [((c - 20) ** 2 + (r - 20) ** 2) ** 0.5 for r in range(n) for c in range(n)]
    segments = call(page, "shared/contours.js", "contourSegments", values, [n, n], level)
    assert len(segments) > 60
    length = 0.0
    for (x0, y0), (x1, y1) in segments:
        assert ((x0 - 20) ** 2 + (y0 - 20) ** 2) ** 0.5 == pytest.approx(level, abs=0.02)
        length += ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    assert length == pytest.approx(2 * 3.14159265 * level, rel=2e-3)


def test_no_contour_is_drawn_through_what_is_not_known(page: Any) -> None:
    values = [0, 0, 0, 0, None, 2, 0, 2, 2]
    code = CALL.replace("...args", "args[0].map((v) => v ?? NaN), args[1], args[2]")
    found = page.evaluate(code, ["shared/contours.js", "contourSegments", [values, [3, 3], 1]])
    assert found == []


FLOW = ("/flow?target=Your+mixture", ".flow-map .mapped .over")
PLANE = ("/vae", ".latent-plane .plane .overlay")
RACE = ("/estimators", ".race-track input")


@pytest.mark.parametrize("picture", [FLOW, PLANE, RACE], ids=["flow map", "latent plane", "race"])
def test_escape_leaves_a_picture_and_tab_goes_on(
    context: Any, server: Server, picture: tuple[str, str]
) -> None:
    path, selector = picture
    page = context.new_page()
    page.goto(server.url + path)
    element = page.locator(selector).first
    element.focus()
    has_focus = "(node) => node.matches(':focus')"
    for leave in ("Escape", "Tab"):
        wait_for(lambda: element.focus() or element.evaluate(has_focus), "the focus")
        element.press(leave)
        assert not element.evaluate(has_focus), leave


def test_space_walks_through_a_flow_and_brackets_choose_a_centre(
    context: Any, server: Server
) -> None:
    page = context.new_page()
    page.goto(server.url + FLOW[0])
    scene = "globalThis.__flowMap['flow_map'].scene"
    page.wait_for_function(f"globalThis.__flowMap?.flow_map && {scene}.centres")
    press(page, "pause")
    canvas = page.locator(FLOW[1])
    z = page.evaluate(f"{scene}.z")
    canvas.press("ArrowRight")
    assert page.evaluate(f"{scene}.z[0]") > z[0]
    canvas.press(" ")
    assert page.evaluate(f"{scene}.playing")
    before = page.evaluate(f"{scene}.centres[0]")
    canvas.press("]")
    canvas.press("Shift+ArrowRight")
    assert page.evaluate(f"{scene}.centres[0][0]") > before[0]
    field = page.locator(".st-key-mix input")
    wait_for(lambda: not field.input_value().startswith("-1.20,-0.80"), "the field to follow")


def test_brackets_choose_a_pin_of_the_latent_plane(context: Any, server: Server) -> None:
    page = context.new_page()
    page.goto(server.url + PLANE[0])
    page.wait_for_function("globalThis.__latentPlane?.plane")
    scene = "globalThis.__latentPlane['plane'].scene"
    canvas = page.locator(PLANE[1])
    canvas.press("Enter")
    canvas.press("ArrowRight")
    [pin], cursor = page.evaluate(f"{scene}.pins"), page.evaluate(f"{scene}.cursor")
    assert cursor[0] > pin[0]
    canvas.press("]")
    canvas.press("ArrowUp")
    assert page.evaluate(f"{scene}.cursor") == cursor
    assert page.evaluate(f"{scene}.pins[0][1]") > pin[1]
    canvas.press("Delete")
    assert page.evaluate(f"{scene}.pins") == []


def test_keys_play_and_step_the_race(context: Any, server: Server) -> None:
    page = context.new_page()
    page.goto(server.url + RACE[0])
    slider, step = page.locator(RACE[1]), page.locator(".race-track output")
    wait_for(lambda: step.inner_text() == "step 100 of 100", "the finished race")
    slider.press("Shift+ArrowLeft")
    assert step.inner_text() == "step 95 of 100"
    slider.press("Home")
    slider.press("ArrowRight")
    assert step.inner_text() == "step 1 of 100"
    slider.press(" ")
    wait_for(lambda: step.inner_text() not in ("step 1 of 100", "step 0 of 100"), "the start")
    slider.press(" ")
    assert page.locator(".race-track .play").inner_text() == "▶ Play"
