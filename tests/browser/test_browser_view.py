"""A copied link opens on the same thing: state and pictures, in another visitor's browser."""

from typing import Any

import numpy as np
import pytest
from frames import everything_twice
from support import (
    Server,
    address,
    button,
    choose_experiment,
    move_slider,
    open_page,
    press,
    query_of,
    settle,
    shown,
    step,
    train,
    wait_for,
)

pytestmark = pytest.mark.browser

PLANE = "globalThis.__latentPlane['plane'].scene"
MAP = "globalThis.__flowMap['flow_map'].scene"
PLAYS = "globalThis.__flowMap?.['flow_map']?.scene.playing"
CANVASES = {"vae": ".latent-plane .plane canvas", "flow": ".flow-map .pair canvas"}

DIFFERENCE = """async ([one, other]) => {
    const pixels = async (url) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height).data;
    };
    const [a, b] = [await pixels(one), await pixels(other)];
    if (a.length !== b.length) return 255;
    return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]), 0) / a.length;
}"""
"""Mean difference of two pictures, in levels of 255."""

SAME = 0.2


def with_clipboard(new_context: Any) -> Any:
    """A visitor whose browser lets the page write to the clipboard."""
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


def copied(page: Any) -> str:
    """The address that the button puts into the clipboard."""
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector("text=Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def pictures(page: Any, name: str) -> list[str]:
    """The canvases of the lesson's picture, once they stand still."""
    before: list[str] = []

    def stands() -> bool:
        nonlocal before
        page.wait_for_timeout(250)
        now = page.locator(CANVASES[name]).evaluate_all("all => all.map(c => c.toDataURL())")
        stood, before = now == before and bool(now), now
        return stood

    wait_for(stands, "the pictures to stand still")
    return before


def assert_same_pictures(page: Any, other: Any, name: str) -> None:
    ours, theirs = pictures(page, name), pictures(other, name)
    assert len(ours) == len(theirs)
    for one, two in zip(ours, theirs, strict=True):
        assert other.evaluate(DIFFERENCE, [one, two]) < SAME


def opened_elsewhere(new_context: Any, link: str, name: str) -> Any:
    """The link in the browser of another visitor."""
    other = new_context().new_page()
    other.goto(link)
    shown(other, name)
    settle(other)
    return other


def test_the_latent_plane_of_a_link(new_context: Any, server: Server) -> None:
    page = open_page(with_clipboard(new_context), server, "vae", "?data=digits&net=linear")
    page.wait_for_selector("text=Training stopped by itself at step 1,000")
    canvas = page.locator(".latent-plane .plane .overlay")
    for keys in ("ArrowRight", "ArrowUp", "Enter", "ArrowLeft", "ArrowLeft", "Enter", "Home"):
        canvas.press(f"Shift+{keys}" if keys.startswith("Arrow") else keys)
    canvas.press("ArrowDown")
    page.locator(".latent-plane .legend button").nth(3).click()
    move_slider(page, "back", "ArrowLeft", 5)
    page.locator(".st-key-panel button", has_text="KL").first.click()
    carried = ("pins", "cursor", "hide", "back", "panel", "run")
    wait_for(lambda: all(f"{key}=" in query_of(page) for key in carried), "the link")
    settle(page)
    draws = page.evaluate(f"{PLANE}.stats.updates")
    link = copied(page)
    assert all(f"{key}=" in link for key in carried), link
    other = opened_elsewhere(new_context, link, "vae")
    for what in ("pins", "cursor", "meta.step"):
        ours, theirs = (np.array(p.evaluate(f"{PLANE}.{what}")) for p in (page, other))
        np.testing.assert_allclose(theirs, ours, atol=1e-4)
    assert other.evaluate(f"[...{PLANE}.hidden]") == [3]
    assert step(other) == step(page)
    assert_same_pictures(page, other, "vae")
    assert page.evaluate(f"{PLANE}.stats.updates") == draws


def test_the_map_and_the_experiment_of_a_link(new_context: Any, server: Server) -> None:
    page = open_page(with_clipboard(new_context), server, "flow")
    choose_experiment(page, "preset_affine")
    wait_for(lambda: "shows=affine" in query_of(page), "the experiment")
    wait_for(lambda: page.evaluate(PLAYS), "the walk")
    where = page.locator(".flow-map .where")
    wait_for(lambda: where.count() and where.inner_text() == "x = f(z)", "the end of the walk")
    page.locator(".flow-map [data-mode=logdet]").click()
    page.locator(".flow-map [data-show=samples]").click()
    page.locator(".flow-map .base .over").press("Shift+ArrowRight")
    page.locator(".flow-map .time").fill("0.4")
    wait_for(lambda: "t=0.4" in query_of(page), "the link")
    settle(page)
    link = copied(page)
    assert all(f"{key}=" in link for key in ("mode", "samples", "probe", "t", "shows"))
    other = opened_elsewhere(new_context, link, "flow")
    for what in ("z", "time"):
        ours, theirs = (np.array(p.evaluate(f"{MAP}.{what}")) for p in (page, other))
        np.testing.assert_allclose(theirs, ours, atol=1e-3)
    for what in ("mode", "shows", "playing"):
        assert other.evaluate(f"{MAP}.{what}") == page.evaluate(f"{MAP}.{what}")
    words = page.locator(".st-key-header p").all_inner_texts()
    assert other.locator(".st-key-header p").all_inner_texts() == words
    assert_same_pictures(page, other, "flow")


def test_what_the_visitor_does_is_not_taken_back_while_a_run_trains(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "vae")
    train(page)
    canvas = page.locator(".latent-plane .plane .overlay")
    for n in range(6):
        canvas.press("ArrowRight")
        canvas.press("Enter")
        pins = page.evaluate(f"{PLANE}.pins")
        reached = step(page)
        wait_for(lambda r=reached: step(page) > r + 40, "the run to go on")
        assert page.evaluate(f"{PLANE}.pins") == pins, n
    wait_for(lambda: "pins=" in query_of(page), "the link")


def test_a_report_rewrites_the_link_and_sends_no_picture_anew(
    context: Any, server: Server
) -> None:
    page, sizes = context.new_page(), []
    page.on("websocket", lambda s: s.on("framereceived", lambda frame: sizes.append(len(frame))))
    page.goto(address(server, "vae"))
    shown(page, "vae")
    settle(page)
    whole, updates = sum(sizes), page.evaluate(f"{PLANE}.stats.updates")
    sizes.clear()
    page.locator(".latent-plane .plane .overlay").press("Enter")
    wait_for(lambda: "pins=" in query_of(page), "the link")
    settle(page)
    print(f"page {whole:,} bytes, report {sum(sizes):,} bytes")  # pytest -s
    assert sum(sizes) < whole / 20
    assert page.evaluate(f"{PLANE}.stats.updates") == updates


def test_undo_by_key_but_not_in_a_text_field(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    assert button(page, "undo").is_disabled()
    move_slider(page, "beta", "ArrowRight", 2)
    wait_for(lambda: "beta=5" in query_of(page), "the link")
    settle(page)
    field = page.locator(".st-key-beta_typed input, [class*=st-key-beta_typed] input").first
    field.click()
    field.press_sequentially("77")
    field.press("Control+z")
    assert "beta=5" in query_of(page)
    field.press("Escape")
    page.locator(".latent-plane .plane .overlay").press("Control+z")
    wait_for(lambda: "beta=" not in query_of(page), "the undo")
    wait_for(lambda: button(page, "undo").is_disabled(), "nothing left to undo")


def test_undo_takes_back_pins_and_an_experiment(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    canvas = page.locator(".latent-plane .plane .overlay")
    canvas.press("Enter")
    wait_for(lambda: "pins=" in query_of(page), "the link")
    choose_experiment(page, "preset_collapse")
    wait_for(lambda: "shows=collapse" in query_of(page), "the link")
    wait_for(lambda: page.evaluate(f"{PLANE}.pins") == [], "the pins of the experiment: none")
    press(page, "undo")
    wait_for(lambda: "pins=" in query_of(page) and "shows" not in query_of(page), "the undo")
    wait_for(lambda: page.evaluate(f"{PLANE}.pins.length") == 1, "the pin")
    assert step(page) > 0
    settle(page)
    press(page, "undo")
    wait_for(lambda: page.evaluate(f"{PLANE}.pins.length") == 0, "no pin")


def test_an_undo_that_arrives_twice_takes_back_one_change(context: Any, server: Server) -> None:
    page = context.new_page()
    page.route_web_socket("**/_stcore/stream", everything_twice)
    page.goto(address(server, "estimators"))
    shown(page, "estimators")
    for name in ("boopy", "score"):
        choose_experiment(page, f"preset_{name}")
        wait_for(lambda name=name: f"shows={name}" in query_of(page), "the link")
    settle(page)
    press(page, "undo")
    wait_for(lambda: "shows=boopy" in query_of(page), "the undo")
    page.wait_for_timeout(1500)
    assert "shows=boopy" in query_of(page)


def test_where_the_clipboard_is_refused_the_address_is_selected(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "estimators")
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    copy = page.get_by_role("button", name="Copy link")
    copy.focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Address of this page")
    wait_for(field.is_visible, "the field")
    assert field.input_value() == page.evaluate("location.href")
    assert field.evaluate("f => f.selectionEnd - f.selectionStart") == len(field.input_value())
