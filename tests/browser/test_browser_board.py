"""The board in a real Chromium: its handles by mouse, touch and keys, its words, its pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_app import bare_app
from support import wait_for

from dashboard.components.payload import read_sources

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with nothing but the board."""
    with bare_app(HERE / "board_app.py", tmp_path_factory.mktemp("board")) as url:
        yield url


def opened(context: Any, address: str) -> Any:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    page.wait_for_selector(".board [data-handle=centre]")
    wait_for(lambda: said(page), "the words")
    return page


def said(page: Any) -> str:
    text: str = page.locator("#said").inner_text()
    return text


def middle(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_handle_follows_the_mouse_and_the_server_hears_of_it(context: Any, address: str) -> None:
    page = opened(context, address)
    handle = page.locator("[data-handle=centre]")
    x, y = middle(handle)
    page.mouse.move(x + 3, y)  # taken at its side: it must not jump
    page.mouse.down()
    for i in range(1, 11):
        page.mouse.move(x + 3 + 6 * i, y - 4 * i)
    assert middle(handle) == pytest.approx((x + 60, y - 40), abs=0.6)
    wait_for(lambda: "final False" in said(page), "the places on the way")
    assert page.locator("[data-place=words]").get_attribute("class").endswith("is-stale")
    page.mouse.up()
    wait_for(lambda: "final True" in said(page), "the last place")
    assert "centre 0.50 0.50" not in said(page)
    assert middle(handle) == pytest.approx((x + 60, y - 40), abs=1.5)


def test_old_places_do_not_come_back(context: Any, address: str) -> None:
    page = opened(context, address)
    handle = page.locator("[data-handle=other]")
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    handle.evaluate(
        "(node) => { globalThis.__places = []; new MutationObserver(() =>"
        " globalThis.__places.push(node.offsetLeft)).observe(node, {attributeFilter: ['style']}) }"
    )
    for i in range(1, 31):
        page.mouse.move(x + 3 * i, y)
        page.wait_for_timeout(10)
    page.mouse.up()
    wait_for(lambda: "final True" in said(page), "the last place")
    page.wait_for_timeout(500)
    places = page.evaluate("globalThis.__places")
    assert len(places) > 10
    assert places == sorted(places)


def test_a_handle_stays_within_its_bounds_and_on_its_axis(context: Any, address: str) -> None:
    page = opened(context, address)
    for name, expected in (("centre", "centre 2.00"), ("scale", "scale 100.00 0.00")):
        x, y = middle(page.locator(f"[data-handle={name}]"))
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 900, y + 30, steps=5)
        page.mouse.up()
        wait_for(lambda e=expected: e in said(page), f"{name} at its bound")


def test_keys_choose_move_and_leave(context: Any, address: str) -> None:
    page = opened(context, address)
    handle, other = (page.locator(f"[data-handle={name}]") for name in ("centre", "other"))
    handle.focus()
    handle.press("ArrowRight")
    wait_for(lambda: "centre 0.60 0.50; other -1.00 -1.00" in said(page), "a step")
    handle.press("Shift+ArrowUp")
    wait_for(lambda: "centre 0.60 0.83" in said(page), "five steps")
    handle.press("+")
    wait_for(lambda: "width 0.550" in said(page), "a wider handle")
    handle.press("]")
    assert other.evaluate("(node) => node.matches(':focus')")
    live = page.locator(".board .live")
    wait_for(lambda: live.inner_text().startswith("the other point: x₁ −1"), "its place aloud")
    other.press("[")
    assert handle.evaluate("(node) => node.matches(':focus')")
    handle.press("Tab")
    assert page.locator("[data-handle=scale]").evaluate("(node) => node.matches(':focus')")
    page.locator("[data-handle=scale]").press("Escape")
    assert page.locator(".handle:focus").count() == 0


def test_a_handle_is_a_slider_with_its_place_in_words(context: Any, address: str) -> None:
    page = opened(context, address)
    canvas = page.locator("canvas[data-name=plane]")
    assert canvas.get_attribute("role") == "img"
    assert canvas.get_attribute("aria-label") == "A density around the centre"
    handle = page.locator("[data-handle=other]")
    assert handle.get_attribute("role") == "slider"
    assert handle.get_attribute("aria-label") == "the other point"
    assert handle.get_attribute("aria-valuetext") == "x₁ −1, x₂ −1"
    assert float(handle.get_attribute("aria-valuenow")) == -1


def test_a_finger_moves_a_handle_and_not_the_page(browser: Any, address: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 900, "height": 500})
    page = opened(context, address)
    handle = page.locator("[data-handle=centre]")
    assert handle.evaluate("(node) => getComputedStyle(node).touchAction") == "none"
    canvas = page.locator("canvas[data-name=plane]")
    assert canvas.evaluate("(node) => getComputedStyle(node).touchAction") == "auto"
    x, y = middle(handle)
    client = context.new_cdp_session(page)
    for kind, dx in (("touchStart", 12), ("touchMove", 30), ("touchMove", 52), ("touchEnd", 0)):
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    wait_for(lambda: "final True" in said(page), "the last place")
    assert middle(handle)[0] == pytest.approx(x + 40, abs=1.5)
    context.close()


def test_what_the_server_sets_wins_after_a_drag(context: Any, address: str) -> None:
    page = opened(context, address)
    handle = page.locator("[data-handle=centre]")
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 10, steps=3)
    page.mouse.up()
    wait_for(lambda: "final True" in said(page), "the last place")
    page.get_by_text("elsewhere").click()
    wait_for(lambda: "centre 1.50 -1.00" in said(page), "the server's place")
    value = "x₁ 1.5, x₂ −1, width 0.5"
    wait_for(lambda: handle.get_attribute("aria-valuetext") == value, "the handle to follow")


def test_an_image_says_its_value_under_the_cursor(context: Any, address: str) -> None:
    page = opened(context, address)
    x, y = middle(page.locator("[data-handle=centre]"))
    page.mouse.move(x + 24, y)
    tip = page.locator(".board .tip")
    wait_for(tip.is_visible, "the tip")
    assert tip.inner_text().startswith("density 0.")


def pixel(page: Any, name: str, x: float, y: float) -> list[int]:
    """Colour of a canvas at a share of its area, as red, green, blue, alpha."""
    found: list[int] = page.locator(f"canvas[data-name={name}]").evaluate(
        "(canvas, [x, y]) => Array.from(canvas.getContext('2d').getImageData("
        "Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1).data)",
        [x, y],
    )
    return found


@pytest.mark.parametrize(("scheme", "ground"), [("light", 255), ("dark", 16)])
def test_the_ground_of_an_image_is_that_of_the_theme(
    browser: Any, address: str, scheme: str, ground: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 700})
    page = opened(context, address)
    red, *_, alpha = pixel(page, "plane", 0.2, 0.7)
    assert alpha == 255
    assert red == pytest.approx(ground, abs=3)
    context.close()


def test_pictures_read_left_to_right_on_a_page_that_does_not(context: Any, address: str) -> None:
    page = opened(context, address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    left, right = (page.locator(f"[data-handle={name}]") for name in ("other", "centre"))
    plane, line = (page.locator(f"canvas[data-name={name}]") for name in ("plane", "line"))
    assert plane.evaluate("(node) => getComputedStyle(node).direction") == "ltr"
    assert middle(left)[0] < middle(right)[0]
    assert middle(line)[0] < middle(plane)[0]  # the layout is mirrored, the charts are not


def test_a_click_adds_a_handle_and_delete_takes_it_away(context: Any, address: str) -> None:
    page = opened(context, address)
    picture = page.locator("canvas[aria-label='The decimal logarithm']")
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.locator("[data-handle=new2]").wait_for()
    wait_for(lambda: "new2" in said(page), "the new place")
    page.mouse.click(box["x"] + 2, box["y"] + 2)  # beside the axes: nothing
    page.locator("[data-handle=new2]").focus()
    page.keyboard.press("Delete")
    wait_for(lambda: "new" not in said(page), "its end")
    assert page.locator("[data-handle=new2], [data-handle=new3]").count() == 0
    page.locator("[data-handle=scale]").focus()
    page.keyboard.press("Delete")  # it may not go
    page.keyboard.press("ArrowRight")
    wait_for(lambda: "scale" in said(page), "its move")


OLD = """([script, times]) => {
    const isOld = new Function(`${script}; return isOld;`)();
    const parentElement = document.createElement("div");
    return times.map((time) => {
        const data = new Uint8Array(11); // no multiple of eight: a view into a longer message
        new DataView(data.buffer, 3).setFloat64(0, time, true);
        return isOld({ data: data.subarray(1), parentElement });
    });
}"""


def test_a_message_that_comes_after_a_newer_one_is_not_drawn(context: Any, address: str) -> None:
    page = opened(context, address)
    times = [1.0, 3.0, 2.0, 3.0, 4.0]
    found = page.evaluate(OLD, [read_sources("modules.js"), times])
    assert found == [False, False, True, False, False]
