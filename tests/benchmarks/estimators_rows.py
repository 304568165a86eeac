"""Rows `estimators.*`: a million draws in a worker, and a moved control in Chromium."""

import time
from collections.abc import Iterator
from typing import Any

from page_server import PATIENCE, ROUNDS, lone_worker, running_chromium, running_server
from report import Group, Row, summary

from core.estimators.config import MAX_TOTAL_DRAWS, EstimatorsConfig
from core.estimators.lineup import LINEUP

WATCH = """() => {
    const state = (globalThis.__redraw = { pressed: 0, last: 0 });
    addEventListener("keydown", () => (state.pressed = state.last = performance.now()), true);
    const visible = (node) => {
        const element = node.nodeType === 1 ? node : node.parentElement;
        return element && element.getBoundingClientRect().top < innerHeight;
    };
    const observer = new MutationObserver((changes) => {
        if (!changes.some((change) => visible(change.target))) return;
        requestAnimationFrame(() => setTimeout(() => (state.last = performance.now())));
    });
    const main = document.querySelector('[data-testid="stMain"]');
    const shadows = [...main.querySelectorAll("*")].map((node) => node.shadowRoot);
    for (const root of [main, ...shadows.filter((shadow) => shadow)]) {
        observer.observe(root, {
            subtree: true, childList: true, attributes: true, characterData: true,
        });
    }
}"""
"""Notes when a key was pressed, and when the frame was painted that shows the last visible change.

A canvas that is drawn anew changes nothing in the document but its words: ``aria-label`` holds the
numbers that it shows, and is set when it has been drawn.
"""

QUIET_MS = 700
"""Nothing has changed for so long: all is redrawn."""


def million() -> Iterator[Row]:
    """`estimators.million_ms`: every estimator on a million draws of the 1-D quadratic."""
    with lone_worker() as ask:
        seconds = [ask(million_draws_seconds) for _ in range(ROUNDS + 1)][1:]
    millis = [1000 * s for s in seconds]
    yield summary(
        "estimators.million_ms",
        millis,
        better="lower",
        target=150,
        unit="ms",
        note=f"a million draws of z², all {len(LINEUP)} estimators, mean and variance, float64, "
        "in a worker of one thread",
    )


def million_draws_seconds() -> float:
    """How long one whole trial takes in this process."""
    from core.estimators.trial import run_trial
    from core.estimators.work import blocks_in_all

    config = EstimatorsConfig(total_draws=MAX_TOTAL_DRAWS)
    started = time.perf_counter()
    run_trial(config, 0, blocks_in_all(config))
    return time.perf_counter() - started


def redraw() -> Iterator[Row]:
    """`estimators.redraw_ms`: a moved control until the visible page stands still."""
    with running_server() as server, running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.url}/estimators")
        page.wait_for_selector(".race-track canvas", timeout=PATIENCE * 1000)
        server.settle()
        page.evaluate(WATCH)
        waits = [_move(page, n) for n in range(2 * ROUNDS + 1)]
    yield summary(
        "estimators.redraw_ms",
        waits[1:],
        better="lower",
        target=200,
        unit="ms",
        note="μ moved → the last change of anything visible at 1440 × 900 is painted: draws, "
        "strips, verdict, table, four variance charts",
    )


def _move(page: Any, n: int) -> float:
    """Milliseconds from an arrow key to the last visible change."""
    slider = page.locator(".st-key-mu input[type=range]").first
    slider.press("ArrowRight" if n % 2 == 0 else "ArrowLeft")
    page.wait_for_function(
        f"performance.now() - globalThis.__redraw.last > {QUIET_MS}", timeout=PATIENCE * 1000
    )
    return float(page.evaluate("globalThis.__redraw.last - globalThis.__redraw.pressed"))


GROUPS: dict[str, Group] = {
    "estimators.million_ms": million,
    "estimators.redraw_ms": redraw,
}
