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
from support import (
    Server,
    choose_experiment,
    facts,
    mapped_files,
    move_slider,
    open_page,
    pause,
    press,
    query_of,
    shown,
    step,
    taken_home,
    train,
    wait_for,
    watched,
)

from core.vae.inference import decode_codes
from core.vae.ready import ready_vae
from dashboard.kit.words import words
from dashboard.lessons.vae.lesson import PACKAGE

pytestmark = pytest.mark.browser

SAID = words(PACKAGE)


DRAWN_AT = """async (z) => {
    globalThis.__latentPlane["plane"].setCursor(z);
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
}"""
"""Puts the cursor at z and waits until it is drawn: a canvas draws in the next frame."""


def test_a_deep_link_opens_the_lesson_on_a_trained_state(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    assert step(page) == ready_vae().step
    assert "ELBO" in facts(page)
    assert page.locator(".st-key-curves canvas").count() == 1


def test_a_run_that_trains_leaves_the_server_without_torch(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    watch = watched(page, server)
    train(page)
    assert "libtorch" not in mapped_files(server)
    assert not watch.errors
    assert not watch.elsewhere


def test_one_experiment_right_after_another_waits_for_nothing_and_closes_the_menu(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "vae")
    menu, waiting = page.locator("[data-testid=stPopoverBody]"), page.locator("text=Waiting for")
    for name in ("collapse", "diverge", "holes", "diverge"):
        choose_experiment(page, f"preset_{name}")
        title = SAID(f"presets.{name}.title")
        page.wait_for_selector(f".st-key-header :text('{title}.')")
        wait_for(lambda: not menu.count(), "the menu to close")
        assert waiting.count() == 0, name
    page.wait_for_selector("text=Training diverged")
    assert waiting.count() == menu.count() == 0


def test_a_full_run_from_reset_learns_and_answers_a_moved_kl_weight(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "vae", "?data=digits&width=64&lr=0.005")
    press(page, "reset")
    wait_for(lambda: step(page) == 0, "the reset")
    train(page)
    wait_for(lambda: step(page) > 800, "800 steps")
    before = wait_for(lambda: (kl := kl_now(page)) > 1.0 and kl, "the curves to follow")
    move_slider(page, "beta", "ArrowRight", 8)
    wait_for(lambda: page.locator(".st-key-moved:visible").count(), "the mark")
    assert "β " in page.locator(".st-key-moved:visible").first.inner_text()
    wait_for(lambda: kl_now(page) < 0.7 * before, "the KL to answer")
    wait_for(lambda: "beta=" in query_of(page), "the link to follow")
    stopped = pause(page)
    press(page, "step")
    wait_for(lambda: step(page) == stopped + 1, "one step")


def kl_now(page: Any) -> float:
    text = page.locator(".st-key-curves [aria-label*='KL']").first.get_attribute("aria-label")
    return float(re.search(r"KL \(nats\) now (-?[\d.]+)", text).group(1))


def test_a_reload_goes_on_with_the_run(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    reached = train(page)
    link = page.url
    page.reload()
    shown(page, "vae")
    assert page.url == link
    wait_for(lambda: step(page) > reached, "the run to go on")


def test_two_tabs_steer_two_runs(context: Any, server: Server) -> None:
    first = open_page(context, server, "vae")
    train(first)
    second = open_page(context, server, "vae", query_of(first))
    assert "run=" in second.url
    assert second.url != first.url
    at = step(second)
    here = step(first)
    wait_for(lambda: step(first) > here, "the first tab to go on")
    assert step(second) == at


def test_somebody_elses_link_gives_a_copy(
    context: Any, new_context: Callable[..., Any], server: Server
) -> None:
    page = open_page(context, server, "vae")
    link, query = page.url, query_of(page)
    page.close()
    copy = open_page(new_context(), server, "vae", query)
    assert copy.url != link
    assert step(copy) == ready_vae().step


@pytest.mark.parametrize("kernel", ["WebAssembly", "loops"])
def test_the_decoder_under_the_cursor_is_the_one_of_core(
    context: Any, server: Server, kernel: str
) -> None:
    if kernel == "loops":
        context.add_init_script("delete globalThis.WebAssembly")
    page = open_page(context, server, "vae")
    assert page.evaluate("globalThis.__latentPlane['plane'].multipliedBy") == kernel
    run = ready_vae()
    for z in ([0.0, 0.0], [1.3, -0.7], [-2.1, 0.4]):
        page.evaluate(DRAWN_AT, z)
        shown = np.array(page.evaluate("globalThis.__latentPlane['plane'].decoded()"))
        expected = decode_codes(run.state.parameters, run.config, np.array([z]))[0]
        assert np.abs(shown - expected).max() < 1 / 255


def test_downloads_are_of_the_run_as_it_stands(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    reached = train(page)
    wait_for(lambda: step(page) > reached + 256, "two more records")
    pause(page)
    rows = taken_home(page, "download_curves").read_text().splitlines()
    assert rows[0].startswith("step,")
    assert int(rows[-1].split(",")[0]) > reached
    with np.load(taken_home(page, "download_run"), allow_pickle=False) as run:
        assert int(run["step"]) > reached
    assert taken_home(page, "download_codes").read_text().startswith("z1,z2,label")


def test_the_pointer_moves_the_cursor(context: Any, server: Server) -> None:
    page = open_page(context, server, "vae")
    canvas = page.locator(".st-key-plane canvas").first
    box = canvas.bounding_box()
    decodes = "globalThis.__latentPlane['plane'].counters.decodes"
    before = page.evaluate(decodes)
    for i in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.4 + 0.02 * i), box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
    assert page.evaluate(decodes) >= before + 5


def test_a_killed_worker_costs_nothing_but_a_line(context: Any, own_server: Server) -> None:
    page = open_page(context, own_server, "vae")
    train(page)
    for pid in own_server.workers():
        os.kill(pid, signal.SIGKILL)
    page.wait_for_selector("text=A worker process was lost")
    after = step(page)
    wait_for(lambda: step(page) > after, "the run to go on")


def test_a_closed_tab_stops_the_training(context: Any, own_server: Server) -> None:
    page = open_page(context, own_server, "vae")
    train(page)
    page.close()
    time.sleep(3)

    def cpu_ticks() -> int:
        total = 0
        for pid in own_server.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total

    before = cpu_ticks()
    time.sleep(2)
    assert cpu_ticks() - before <= 5  # hundredths of a second: the watch of the parent process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_server_leaves_no_process_behind(
    context: Any, own_server: Server, how: signal.Signals
) -> None:
    page = open_page(context, own_server, "vae")
    train(page)
    workers = own_server.workers()
    assert workers
    own_server.process.send_signal(how)
    own_server.process.wait(timeout=30)
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers), "workers to end")
