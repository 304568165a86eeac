"""Rows that need Chromium alone: the decoder under the cursor, and the first paint."""

import asyncio
import math
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from page_server import (
    APP,
    FLAGS,
    PATIENCE,
    ROOT,
    ROUNDS,
    chromium_path,
    running_chromium,
    running_server,
    starting_server,
)
from report import Row, compare, summary

HOVER_SECONDS = 3.0
MOVES_PER_SECOND = 120.0
TURN_SECONDS = 1.7
"""How long the cursor takes for one turn over the plane."""

DRAWS = "globalThis.__latentPlane['plane'].counters.draws"

WATCH_PAINT = """(() => {
    const look = () => {
        const texts = [...document.querySelectorAll('[data-testid="stMarkdown"]')];
        if (!texts.some((text) => text.innerText.trim())) return requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => (globalThis.__painted = Date.now()), 0));
    };
    requestAnimationFrame(look);
})()"""
"""Notes when the first text of the app has been painted: after the frame that shows it."""

SAMPLER = """() => {
    const seen = (globalThis.__seen = []);
    setInterval(() => {
        const step = globalThis.__latentPlane?.plane?.counters.step;
        if (step !== undefined && step !== seen.at(-1)?.[1]) {
            seen.push([performance.now() / 1000, step]);
        }
    }, 20);
}"""
"""Notes when the plane in a page shows another step."""

TORCH_APP = f"""import sys
sys.path.insert(0, {str(ROOT)!r})
import torch
if __name__ == "__main__":
    from dashboard.shell import show
    show()
"""
"""The entry script of ``dashboard/app.py``, with torch imported first."""


def hover_rows() -> Iterator[Row]:
    """`page.hover.fps` on a paused run, and the same while training."""
    paused, training = asyncio.run(_hover())
    note = (
        f"decodes drawn per second, {MOVES_PER_SECOND:.0f} mouse moves per second over the plane"
    )
    yield summary(
        "page.hover.fps",
        paused[1:],
        better="higher",
        target=55,
        unit="1/s",
        note=f"{note}; run paused",
    )
    yield summary(
        "page.hover_training.fps",
        training[1:],
        better="higher",
        target=None,
        unit="1/s",
        note=f"{note}; while training",
    )


async def _hover() -> tuple[list[float], list[float]]:
    from playwright.async_api import async_playwright

    paused, training = [], []
    with running_server() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(), args=FLAGS.split()
            )
            page = await browser.new_page(viewport={"width": 1440, "height": 900})
            await page.goto(f"{server.url}/vae")
            await page.wait_for_selector(".st-key-plane canvas")
            for _ in range(ROUNDS + 1):
                await asyncio.to_thread(server.settle)
                paused.append(await _draws_per_second(page))
                await _press(page, "train")
                await page.wait_for_timeout(1000)
                training.append(await _draws_per_second(page))
                await _press(page, "pause")
            await browser.close()
    return paused, training


async def _press(page: Any, key: str) -> None:
    await page.locator(f".st-key-{key} button:visible:enabled").first.click()


async def _draws_per_second(page: Any) -> float:
    """Draws per second while the mouse goes round; its moves do not wait for one another."""
    canvas = page.locator(".st-key-plane canvas:visible").first
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    radius = 0.3 * min(box["width"], box["height"])
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    moves: set[asyncio.Task[None]] = set()
    before, began = await page.evaluate(DRAWS), time.perf_counter()
    while (now := time.perf_counter() - began) < HOVER_SECONDS:
        angle = 2 * math.pi * now / TURN_SECONDS
        x, y = middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)
        move = asyncio.create_task(page.mouse.move(x, y))
        moves.add(move)
        move.add_done_callback(moves.discard)
        await asyncio.sleep(1 / MOVES_PER_SECOND)
    draws, seconds = await page.evaluate(DRAWS) - before, time.perf_counter() - began
    await asyncio.gather(*moves)
    return draws / seconds


def paint_rows() -> Iterator[Row]:
    """`page.first_paint`: seconds, ours over those of an app that imports torch."""
    with running_chromium() as browser, torch_app() as script:
        row = compare(
            "page.first_paint",
            lambda: seconds_to_paint(browser, APP),
            lambda: seconds_to_paint(browser, script),
            ratio=lambda ours, peer: ours / peer,
            target=0.6,
            rounds=ROUNDS,
            note="seconds from starting the server to the first text painted, in a running "
            "Chromium with an empty cache; over the same app that imports torch first",
        )
    yield replace(row, better="lower")


@contextmanager
def torch_app() -> Iterator[Path]:
    """The entry script of an otherwise equal app that imports torch, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(APP.parent / ".streamlit", folder / ".streamlit")
        (folder / "static").symlink_to(APP.parent / "static")
        (folder / "app.py").write_text(TORCH_APP)
        yield folder / "app.py"


def seconds_to_paint(browser: Any, script: Path) -> float:
    """From starting a server to the first text of its lesson on the screen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH_PAINT)
    began = time.time()
    with starting_server(script) as server:
        server.wait_until_it_answers()
        page.goto(f"{server.url}/vae", wait_until="commit")
        page.wait_for_function("globalThis.__painted", timeout=1000 * PATIENCE)
        painted = page.evaluate("globalThis.__painted") / 1000
        context.close()
    return painted - began
