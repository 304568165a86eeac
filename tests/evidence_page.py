"""The moves of a visitor of the evidence map, and what the map says of itself."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from support import Server, open_page, wait_for

from dashboard.lessons.evidence.lesson import LESSON

MAP = "globalThis.__evidenceMap?.map"

ROW_0, ROW_2 = -47.051, 158.309
"""Exact log p(x) of two held-out digits under the shipped VAE, nats."""

NARROW = 2e-3
"""Nats: what the two-level rule reaches."""


def opened(context: Any, address: str, model: str, **query: Any) -> Any:
    """The map of a model, drawn; ``opening`` says how it opens."""
    opening = query.pop("opening", {})
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    asked = {"model": model, "open": json.dumps(opening), **query}
    page.goto(f"{address}?{urlencode(asked)}")
    page.wait_for_function(f"{MAP}?.counters.draws > 0")
    drawn(page)
    return page


def asked(page: Any, what: str) -> Any:
    return page.evaluate(f"{MAP}.{what}")


def drawn(page: Any) -> None:
    """Wait until what was just set has been drawn: a canvas draws in the next frame."""
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def middle(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixels(page: Any, by: np.ndarray) -> np.ndarray:
    """How far a step in z is on the screen, in pixels, y downwards."""
    window, area = asked(page, "window()"), asked(page, "scene.panels.map.area")
    unit = area["width"] / (2 * window["half"])
    return by * np.array([unit, -unit])


def dragged(page: Any, handle: str, by: np.ndarray, steps: int = 12) -> None:
    """Take a handle of the map by the mouse and let it go so many pixels farther."""
    x, y = middle(page.locator(f".evidence-map [data-handle={handle}]"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=steps)
    page.mouse.up()
    drawn(page)


def open_evidence(context: Any, server: Server, query: str = "") -> Any:
    """The page, once its map is drawn."""
    page = open_page(context, server, LESSON.name, query)
    page.wait_for_function(f"{MAP}?.counters.draws > 0")
    return page


def log_p(page: Any) -> float:
    """The exact log p(x) that stands beside the column; NaN while it is being found."""
    text = page.locator(".evidence-map .log-p").inner_text().replace("−", "-")
    found = re.match(r"-?[\d.]+", text)
    return float(found.group()) if found else float("nan")


def wait_for_log_p(page: Any, value: float) -> None:
    wait_for(lambda: abs(log_p(page) - value) < NARROW, f"log p(x) = {value}")


def fill_in(page: Any, key: str, value: str) -> None:
    """Type a number into the field with this widget key."""
    field = field_of(page, key)
    field.fill(value)
    field.press("Enter")


def field_of(page: Any, key: str) -> Any:
    """The field of numbers with this widget key."""
    return page.locator(f".st-key-{key} input:not([type=range])").first


def alerts(page: Any) -> list[str]:
    """The sentences above the pictures."""
    return [
        text.split("\n")[-1]
        for text in page.locator("[data-testid=stAlert]:visible").all_inner_texts()
    ]
