"""The moves of a visitor of the evidence map, and what the map says of itself."""

import json
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

MAP = "globalThis.__evidenceMap?.map"


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
