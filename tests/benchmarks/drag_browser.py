"""A handle of a board dragged in Chromium: what follows it, and how soon, in any lesson."""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Any

from page_server import FLAGS, ROUNDS, Server, chromium_path, running_server

VIEW = {"width": 1440, "height": 900}

DRAG_SECONDS = 3.0
MOVES_PER_SECOND = 125.0
TURN_SECONDS = 1.7
REACH = 60.0
"""Pixels that the handle is dragged to both sides."""

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

FORGET = """() => {
    const state = globalThis.__drag;
    for (const [name, value] of Object.entries(state)) {
        state[name] = Array.isArray(value) ? [] : 0;
    }
}"""


@dataclass(frozen=True, kw_only=True)
class Drag:
    """What is dragged, and what is watched meanwhile.

    Attributes:
        address: of the lesson, behind the server's.
        handle: selector of what is dragged, ``__handle`` for scripts.
        note: selector of a sentence that the server writes anew, ``__note`` for scripts.
        watch: a script more, which notes what it sees in lists of ``__drag``.
    """

    address: str
    handle: str
    note: str
    watch: str = "() => {}"


def drags(what: Drag) -> list[dict[str, Any]]:
    """What was noted in every round that counts: ``frames``, ``waits`` and what ``watch`` adds."""
    return asyncio.run(_drags(what))[1:]


async def _drags(what: Drag) -> list[dict[str, Any]]:
    from playwright.async_api import async_playwright

    with running_server() as server:
        async with async_playwright() as playwright:
            browser: Any = await playwright.chromium.launch(
                executable_path=chromium_path(), args=FLAGS.split()
            )
            page = await browser.new_page(viewport=VIEW)
            await page.goto(f"{server.url}/{what.address}")
            await page.wait_for_selector(what.handle)
            await asyncio.to_thread(server.settle)
            for name, selector in (("__handle", what.handle), ("__note", what.note)):
                await page.locator(selector).evaluate(f"node => {{ globalThis.{name} = node; }}")
            await page.evaluate(WATCH)
            await page.evaluate(what.watch)
            rounds = [await _drag(page, server, what.handle) for _ in range(ROUNDS + 1)]
            await browser.close()
    return rounds


async def _drag(page: Any, server: Server, handle: str) -> dict[str, Any]:
    """Drag a handle to and fro; the moves do not wait for one another."""
    await asyncio.to_thread(server.settle)
    box = await page.locator(handle).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.evaluate(FORGET)
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
    noted: dict[str, Any] = await page.evaluate("globalThis.__drag")
    await page.mouse.move(x, y)
    await page.mouse.up()
    return noted
