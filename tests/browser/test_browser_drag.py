"""What is dragged slowly, while the server's pictures follow, stays under the pointer."""

from typing import Any

import pytest
from foundations_page import handle_on
from support import Server, facts, open_page, settle, step, wait_for

pytestmark = pytest.mark.browser

HANDLES = {
    "foundations": ("", "ruler", "x4"),
    "hierarchy": ("", "axis", "z2"),
}
"""A link, a picture and a handle on it, by lesson."""

OPENING_STEPS = {"foundations": 0, "hierarchy": 1500}
MOVES, PIXELS, PAUSE = 6, 8, 250
"""How often it is moved, how far each time, and milliseconds between: the server answers each."""


@pytest.mark.parametrize("name", HANDLES)
def test_a_handle_that_is_dragged_slowly_stays_the_same(
    context: Any, server: Server, name: str
) -> None:
    query, picture, handle = HANDLES[name]
    page = open_page(context, server, name, query)
    if OPENING_STEPS[name]:
        wait_for(lambda: facts(page) and step(page) >= OPENING_STEPS[name], "the first steps", 90)
    taken = handle_on(page, picture, handle)
    taken.wait_for()
    settle(page)
    taken.evaluate("node => { globalThis.__taken = node; }")
    box = taken.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for turn in range(1, MOVES + 1):
        page.mouse.move(x + turn * PIXELS, y)
        page.wait_for_timeout(PAUSE)
        assert page.evaluate("__taken.isConnected"), f"after {turn} moves"
    now = taken.bounding_box()
    page.mouse.up()
    assert now["x"] + now["width"] / 2 == pytest.approx(x + MOVES * PIXELS, abs=3)
