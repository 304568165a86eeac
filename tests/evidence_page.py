"""The moves of a visitor of the evidence map, and what the map says of itself."""

import json
from typing import Any
from urllib.parse import urlencode

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
