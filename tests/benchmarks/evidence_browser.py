"""Rows of the evidence page that need Chromium: q under the pointer, another digit, the bars."""

import asyncio
import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from page_server import (
    FLAGS,
    PATIENCE,
    ROUNDS,
    Server,
    chromium_path,
    running_chromium,
    running_server,
)
from report import Row, summary

MAP = "globalThis.__evidenceMap.map"
VIEW = {"width": 1440, "height": 900}

DRAG_SECONDS = 3.0
MOVES_PER_SECOND = 60.0
TURN_SECONDS = 1.7
"""How long q takes for one turn."""

RADIUS = 60.0
"""Pixels of the circle along which q is dragged."""

NOTE = "[data-slot=bars_note]"
"""What stands below the bars: which rows they are of."""

STRIPS = (ROUNDS + 1) // 2
"""Times that all hundred bars are waited for: each takes most of a minute."""

WATCH_DRAG = f"""() => {{
    const state = (globalThis.__drag = {{ waits: [] }});
    let [pending, draws] = [[], {MAP}.counters.draws];
    addEventListener("pointermove", (event) => {{
        if (!event.buttons) return;
        const all = event.getCoalescedEvents();
        pending.push(...(all.length ? all : [event]).map((one) => one.timeStamp));
    }}, true);
    const look = () => {{
        setTimeout(() => {{
            const now = {MAP}.counters.draws;
            if (now === draws) return;
            draws = now;
            state.waits.push(...pending.map((moved) => performance.now() - moved));
            pending = [];
        }});
        requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
}}"""
"""Notes how long each move of the pointer waits for the frame that shows its q.

What follows q is computed and drawn in one frame, after the moves that came before it; a task that
is set in a frame runs when that frame has been handed over. A frame that draws nothing is none.
"""

WATCH_ROW = f"""() => {{
    const state = (globalThis.__row = {{ pressed: 0, shown: 0 }});
    const isThere = ({{ meta, turn, fields, wanted }}) =>
        turn !== state.turn && meta.exact && meta.proposals.full &&
        Object.values(wanted).every((one) => !one || one.done === one.values.length) &&
        fields.main?.turn === turn;
    addEventListener("keydown", ({{ key }}) => {{
        if (key !== "Enter") return;
        Object.assign(state, {{ pressed: performance.now(), shown: 0, turn: {MAP}.scene.turn }});
    }}, true);
    const look = () => {{
        const isNew = state.pressed && !state.shown && isThere({MAP}.scene);
        if (isNew) setTimeout(() => (state.shown = performance.now()));
        requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
}}"""
"""Notes when Enter was pressed, and when the frame was there that shows all of another datum."""

WATCH_TAB = """() => addEventListener(
    "pointerdown", () => (globalThis.__pressed = performance.now()), true)"""


def drag_row() -> Iterator[Row]:
    """`evidence.drag.p95_ms`."""
    rounds = asyncio.run(_drags())[1:]
    yield summary(
        "evidence.drag.p95_ms",
        [float(np.percentile(waits, 95)) for waits in rounds],
        better="lower",
        target=33,
        unit="ms",
        note=f"q dragged over a digit of the shipped VAE, {MOVES_PER_SECOND:.0f} moves per second "
        "→ the frame that shows its ELBO, KL and weights; p95 of about "
        f"{np.mean([len(waits) for waits in rounds]):.0f} moves",
    )


async def _drags() -> list[list[float]]:
    """Milliseconds that every move waited, by round."""
    from playwright.async_api import async_playwright

    with running_server() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(), args=FLAGS.split()
            )
            page = await browser.new_page(viewport=VIEW)
            await page.goto(f"{server.url}/evidence?row=1")
            await page.wait_for_function(f"globalThis.__evidenceMap && {MAP}.scene.meta.exact")
            await asyncio.to_thread(server.settle)
            await page.evaluate(WATCH_DRAG)
            rounds = [await _drag(page, server) for _ in range(ROUNDS + 1)]
            await browser.close()
    return rounds


async def _drag(page: Any, server: Server) -> list[float]:
    """Drag q along a circle; the moves do not wait for one another."""
    await asyncio.to_thread(server.settle)
    await page.evaluate("globalThis.__drag.waits.length = 0")
    box = await page.locator(".evidence-map [data-handle=centre]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    moves: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    while (now := time.perf_counter() - began) < DRAG_SECONDS:
        angle = 2 * math.pi * now / TURN_SECONDS
        to = x + RADIUS * (math.cos(angle) - 1), y + RADIUS * math.sin(angle)
        move = asyncio.create_task(page.mouse.move(*to))
        moves.add(move)
        move.add_done_callback(moves.discard)
        await asyncio.sleep(1 / MOVES_PER_SECOND)
    await asyncio.gather(*moves)
    waits: list[float] = await page.evaluate("globalThis.__drag.waits")
    await page.mouse.move(x, y)
    await page.mouse.up()
    return waits


def new_row() -> Iterator[Row]:
    """`evidence.new_row_s`."""
    with running_server() as server, running_chromium() as browser:
        page = open_evidence(browser, server)
        page.evaluate(WATCH_ROW)
        seconds = [_change_row(page, server, row) for row in range(2, 2 * ROUNDS + 3)]
    yield summary(
        "evidence.new_row_s",
        seconds[1:],
        better="lower",
        target=0.5,
        unit="s",
        note="another row typed → exact log p(x), the posterior's picture and the best full q are "
        f"drawn; single answers, {len(seconds) - 1} rows",
    )


def _change_row(page: Any, server: Server, row: int) -> float:
    """Seconds until everything of another row is there."""
    server.settle()
    field = page.locator(".st-key-row input").first
    field.fill(str(row))
    field.press("Enter")
    page.wait_for_function("globalThis.__row.shown", timeout=1000 * PATIENCE)
    return float(page.evaluate("(globalThis.__row.shown - globalThis.__row.pressed) / 1000"))


def bars() -> Iterator[Row]:
    """`evidence.first_bars_s` and `evidence.strip_s`."""
    with running_server() as server, running_chromium() as browser:
        page = open_evidence(browser, server)
        page.evaluate(WATCH_TAB)
        first = [_bars(page, server, NOTE) for _ in range(ROUNDS + 1)][1:]
        yield summary(
            "evidence.first_bars_s",
            first,
            better="lower",
            target=1.0,
            unit="s",
            note="tab Gaps pressed → the first rows' bars are drawn, diagonal and full fits",
        )
        yield summary(
            "evidence.strip_s",
            [_bars(page, server, f"{NOTE}:has-text('Rows 0 to 99')") for _ in range(STRIPS)],
            better="lower",
            target=60.0,
            unit="s",
            note="tab Gaps pressed → all hundred rows' bars are drawn",
        )


def _bars(page: Any, server: Server, what: str) -> float:
    """Seconds from the tab to ``what`` stands below it; then the tab is left."""
    server.settle()
    _press_tab(page, "Gaps")
    page.locator(f".st-key-tab_gaps {what}").wait_for(timeout=3000 * PATIENCE)
    seconds = page.evaluate("(performance.now() - globalThis.__pressed) / 1000")
    _press_tab(page, "Raise the bound")
    page.locator(".st-key-tab_gaps").wait_for(state="detached")
    return float(seconds)


def _press_tab(page: Any, title: str) -> None:
    page.locator(".st-key-tab button", has_text=title).first.click()


def open_evidence(browser: Any, server: Server) -> Any:
    """The lesson in a new tab, when all of its datum is there, of a server that is warm."""
    page = browser.new_page(viewport=VIEW)
    page.goto(f"{server.url}/evidence?row=1&tab=raise")
    page.wait_for_function(f"globalThis.__evidenceMap && {MAP}.scene.meta.proposals.full")
    server.settle()
    return page
