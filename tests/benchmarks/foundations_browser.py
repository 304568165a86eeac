"""Rows of the foundations page in Chromium: a height under the pointer, and what follows it."""

import asyncio
import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from page_server import FLAGS, ROUNDS, Server, chromium_path, running_server
from report import Row, summary

VIEW = {"width": 1440, "height": 900}

DRAG_SECONDS = 3.0
MOVES_PER_SECOND = 125.0
TURN_SECONDS = 1.7
REACH = 60.0
"""Pixels that the height is dragged to both sides."""

HANDLE = ".board [data-handle=x4]"
NOTE = ".board [data-place=likelihood_note]"

WATCH = """() => {
    const state = (globalThis.__drag = { frames: 0, waits: [] });
    let [place, text, moved] = ["", "", 0];
    addEventListener("pointermove", (event) => {
        if (event.buttons && !moved) moved = event.timeStamp;
    }, true);
    const look = () => {
        const [now, said] = [__handle.style.left, __note.textContent];
        if (now !== place) state.frames++;
        if (said !== text && moved) {
            state.waits.push(performance.now() - moved);
            moved = 0;
        }
        [place, text] = [now, said];
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
"""Counts frames in which the handle stood elsewhere, and notes how long the sentence, which the
server writes, lags behind the first move that it did not know."""


def drag_rows() -> Iterator[Row]:
    """`foundations.drag.fps` and `foundations.drag.follows_ms`."""
    rounds = asyncio.run(_drags())[1:]
    yield summary(
        "foundations.drag.fps",
        [frames / DRAG_SECONDS for frames, _ in rounds],
        better="higher",
        target=55,
        unit="1/s",
        note=f"a height dragged along its ruler, {MOVES_PER_SECOND:.0f} moves per second: frames "
        "in which it follows",
    )
    yield summary(
        "foundations.drag.follows_ms",
        [float(np.median(waits)) for _, waits in rounds],
        better="lower",
        target=200,
        unit="ms",
        note="the same: from a move to the frame whose densities, contours and sentence know it",
    )


async def _drags() -> list[tuple[int, list[float]]]:
    """Frames that moved the handle, and milliseconds until the rest followed, by round."""
    from playwright.async_api import async_playwright

    with running_server() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(), args=FLAGS.split()
            )
            page = await browser.new_page(viewport=VIEW)
            await page.goto(f"{server.url}/foundations")
            await page.wait_for_selector(HANDLE)
            await asyncio.to_thread(server.settle)
            for name, what in (("__handle", HANDLE), ("__note", NOTE)):
                await page.locator(what).evaluate(f"node => {{ globalThis.{name} = node; }}")
            await page.evaluate(WATCH)
            rounds = [await _drag(page, server) for _ in range(ROUNDS + 1)]
            await browser.close()
    return rounds


async def _drag(page: Any, server: Server) -> tuple[int, list[float]]:
    """Drag a height to and fro; the moves do not wait for one another."""
    await asyncio.to_thread(server.settle)
    box = await page.locator(HANDLE).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.evaluate("Object.assign(globalThis.__drag, { frames: 0, waits: [] })")
    moves: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    for turn in range(int(DRAG_SECONDS * MOVES_PER_SECOND)):
        now = turn / MOVES_PER_SECOND
        await asyncio.sleep(max(0.0, began + now - time.perf_counter()))
        to = x + REACH * math.sin(2 * math.pi * now / TURN_SECONDS)
        move = asyncio.create_task(page.mouse.move(to, y))
        moves.add(move)
        move.add_done_callback(moves.discard)
    await asyncio.gather(*moves)
    frames, waits = await page.evaluate("[globalThis.__drag.frames, globalThis.__drag.waits]")
    await page.mouse.move(x, y)
    await page.mouse.up()
    return int(frames), list(waits)
