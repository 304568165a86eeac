"""The VAE lesson on the real server, in a real Chromium."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Server, wait_for

from core.vae.inference import decode_codes
from core.vae.ready import ready_vae

pytestmark = pytest.mark.browser


DRAWN_AT = """async (z) => {
    globalThis.__latentPlane["plane"].setCursor(z);
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
}"""
"""Puts the cursor at z and waits until it is drawn: a canvas draws in the next frame."""


def open_lesson(context: Any, server: Server, query: str = "") -> Any:
    """The lesson in a new tab, when its pictures are there."""
    page = context.new_page()
    page.goto(f"{server.url}/vae{query}")
    page.wait_for_selector(".run-facts")
    page.wait_for_selector(".st-key-plane canvas")
    return page


def facts(page: Any) -> str:
    return " ".join(page.locator(".run-facts:visible").first.inner_text().split())


def step(page: Any) -> int:
    return int(re.search(r"step ([\d,]+)", facts(page)).group(1).replace(",", ""))


def press(page: Any, key: str) -> None:
    page.locator(f".st-key-{key} button:visible").first.click()


def move_slider(page: Any, key: str, keys: str, times: int = 1) -> None:
    slider = page.locator(f".st-key-{key} input[type=range]").first
    for _ in range(times):
        slider.press(keys)


def train(page: Any) -> int:
    """Train on; the step at which it is seen to move."""
    before = step(page)
    press(page, "train")
    return wait_for(lambda: (now := step(page)) > before and now, "training to move")


def settle(page: Any) -> None:
    """Wait until no script has run for a second: a whole rerun voids a file just asked for."""
    quiet = 0

    def is_quiet() -> bool:
        nonlocal quiet
        rests = page.locator('[data-test-script-state="notRunning"]').count() > 0
        quiet = quiet + 1 if rests else 0
        return quiet >= 20

    wait_for(is_quiet, "the page to come to rest")


def test_a_deep_link_opens_the_lesson_on_a_trained_state(context: Any, server: Server) -> None:
    page = open_lesson(context, server)
    assert step(page) == ready_vae().step
    assert "ELBO" in facts(page)
    assert page.locator(".st-key-curves canvas").count() == 1


def test_nothing_is_fetched_from_elsewhere_and_no_error_is_logged(
    context: Any, server: Server
) -> None:
    page = context.new_page()
    elsewhere, errors = [], []
    page.on("request", lambda r: _is_foreign(r.url, server) and elsewhere.append(r.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/vae")
    page.wait_for_selector(".st-key-plane canvas")
    train(page)
    assert not elsewhere
    assert not errors


def _is_foreign(url: str, server: Server) -> bool:
    return not url.startswith((server.url, "data:", "blob:", server.url.replace("http", "ws")))


def test_the_server_does_not_load_torch(context: Any, server: Server) -> None:
    page = open_lesson(context, server)
    train(page)
    maps = f"/proc/{server.process.pid}/maps"
    if not os.path.exists(maps):
        pytest.skip("no /proc on this system to look into")
    assert "libtorch" not in Path(maps).read_text()
    loaded = [Path(f"/proc/{pid}/maps").read_text() for pid in server.workers()]
    assert any("libtorch" in text for text in loaded)


def test_a_full_run_from_reset_learns_and_answers_a_moved_kl_weight(
    context: Any, server: Server
) -> None:
    page = open_lesson(context, server, "?data=Digits+8+x+8&width=64&lr=0.005")
    press(page, "reset")
    wait_for(lambda: step(page) == 0, "the reset")
    train(page)
    wait_for(lambda: step(page) > 800, "800 steps")
    before = kl_now(page)
    assert before > 1.0
    move_slider(page, "beta", "ArrowRight", 8)
    wait_for(lambda: page.locator(".st-key-moved:visible").count(), "the mark")
    assert "β " in page.locator(".st-key-moved:visible").first.inner_text()
    wait_for(lambda: kl_now(page) < 0.7 * before, "the KL to answer")
    wait_for(lambda: "beta=" in page.url, "the link to follow")
    press(page, "pause")
    wait_for(lambda: page.locator(".st-key-train button:visible").first.is_enabled(), "the pause")
    stopped = wait_for(lambda: (s := step(page)) == (time.sleep(1), step(page))[1] and s, "a stop")
    press(page, "step")
    wait_for(lambda: step(page) == stopped + 1, "one step")


def kl_now(page: Any) -> float:
    text = page.locator(".st-key-curves [aria-label*='KL']").first.get_attribute("aria-label")
    return float(re.search(r"KL \(nats\) now (-?[\d.]+)", text).group(1))


def test_a_reload_goes_on_with_the_run(context: Any, server: Server) -> None:
    page = open_lesson(context, server)
    reached = train(page)
    address = page.url
    page.reload()
    page.wait_for_selector(".run-facts")
    assert page.url == address
    wait_for(lambda: step(page) > reached, "the run to go on")


def test_two_tabs_steer_two_runs(context: Any, server: Server) -> None:
    first = open_lesson(context, server)
    train(first)
    second = open_lesson(context, server, first.url.partition("/vae")[2])
    assert "run=" in second.url
    assert second.url != first.url
    at = step(second)
    here = step(first)
    wait_for(lambda: step(first) > here, "the first tab to go on")
    assert step(second) == at


def test_somebody_elses_link_gives_a_copy(context: Any, server: Server, browser: Any) -> None:
    page = open_lesson(context, server)
    address = page.url
    page.close()
    other = browser.new_context()
    copy = open_lesson(other, server, address.partition("/vae")[2])
    assert copy.url != address
    assert step(copy) == ready_vae().step
    other.close()


@pytest.mark.parametrize("kernel", ["WebAssembly", "loops"])
def test_the_decoder_under_the_cursor_is_the_one_of_core(
    context: Any, server: Server, kernel: str
) -> None:
    if kernel == "loops":
        context.add_init_script("delete globalThis.WebAssembly")
    page = open_lesson(context, server)
    assert page.evaluate("globalThis.__latentPlane['plane'].multipliedBy") == kernel
    run = ready_vae()
    for z in ([0.0, 0.0], [1.3, -0.7], [-2.1, 0.4]):
        page.evaluate(DRAWN_AT, z)
        shown = np.array(page.evaluate("globalThis.__latentPlane['plane'].decoded()"))
        expected = decode_codes(run.state.parameters, run.config, np.array([z]))[0]
        assert np.abs(shown - expected).max() < 1 / 255


def test_downloads_are_of_the_run_as_it_stands(context: Any, server: Server) -> None:
    page = open_lesson(context, server)
    reached = train(page)
    wait_for(lambda: step(page) > reached + 256, "two more records")
    press(page, "pause")
    settle(page)
    with page.expect_download() as curves:
        page.locator(".st-key-download_curves button").click()
    rows = Path(curves.value.path()).read_text().splitlines()
    assert rows[0].startswith("step,")
    assert int(rows[-1].split(",")[0]) > reached
    with page.expect_download() as archive:
        page.locator(".st-key-download_run button").click()
    with np.load(archive.value.path(), allow_pickle=False) as run:
        assert int(run["step"]) > reached
    with page.expect_download() as codes:
        page.locator(".st-key-download_codes button").click()
    assert Path(codes.value.path()).read_text().startswith("z1,z2,label")


def test_the_pointer_moves_the_cursor(context: Any, server: Server) -> None:
    page = open_lesson(context, server)
    canvas = page.locator(".st-key-plane canvas").first
    box = canvas.bounding_box()
    decodes = "globalThis.__latentPlane['plane'].counters.decodes"
    before = page.evaluate(decodes)
    for i in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.4 + 0.02 * i), box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
    assert page.evaluate(decodes) >= before + 5


def test_the_dark_theme_is_drawn_dark(browser: Any, server: Server) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 1440, "height": 900})
    page = open_lesson(context, server)
    background = page.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    assert background == "rgb(16, 21, 28)"
    context.close()


def test_a_killed_worker_costs_nothing_but_a_line(
    context: Any, start_server: Callable[[], Server]
) -> None:
    server = start_server()
    page = open_lesson(context, server)
    train(page)
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    page.wait_for_selector("text=A worker process was lost")
    after = step(page)
    wait_for(lambda: step(page) > after, "the run to go on")


def test_a_closed_tab_stops_the_training(context: Any, start_server: Callable[[], Server]) -> None:
    server = start_server()
    page = open_lesson(context, server)
    train(page)
    page.close()
    time.sleep(3)

    def cpu_ticks() -> int:
        total = 0
        for pid in server.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total

    before = cpu_ticks()
    time.sleep(2)
    assert cpu_ticks() - before <= 5  # hundredths of a second: the watch of the parent process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_server_leaves_no_process_behind(
    context: Any, start_server: Callable[[], Server], how: signal.Signals
) -> None:
    server = start_server()
    page = open_lesson(context, server)
    train(page)
    workers = server.workers()
    assert workers
    server.process.send_signal(how)
    server.process.wait(timeout=30)
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers), "workers to end")
