"""Every page in every look: whole, without errors, and without a fault that axe-core can see.

A page is opened once for each look, and all that holds of it is asked there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import (
    LESSON_NAMES,
    PAGE_NAMES,
    Server,
    address,
    mapped_files,
    settle,
    shown,
    wait_for,
    watched,
)

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")

DARK = "rgb(16, 21, 28)"

NARROW = {"width": 1024, "height": 768}

VIOLATIONS = """async () => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target, any }) =>
            `${id}: ${target.flat().join(' ')}: ${any[0]?.message ?? ''}`));
}"""


def whole(context: Any, server: Server, name: str, query: str = "") -> Any:
    """A page that came without an error, fetched nothing from elsewhere and needed no torch."""
    page = context.new_page()
    watch = watched(page, server)
    page.goto(address(server, name, query))
    shown(page, name)
    settle(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert not watch.errors
    assert not watch.elsewhere
    assert "libtorch" not in mapped_files(server)
    return page


def faults(page: Any) -> list[str]:
    """What axe-core calls serious or critical."""
    page.evaluate(f"{AXE}\n0")  # the policy of the page lets nothing else in
    found: list[str] = page.evaluate(VIOLATIONS)
    return found


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_page_in_light_wide_and_narrow(context: Any, server: Server, name: str) -> None:
    page = whole(context, server, name)
    assert faults(page) == []
    page.set_viewport_size(NARROW)
    settle(page)
    assert faults(page) == []


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_page_in_the_dark(new_context: Callable[..., Any], server: Server, name: str) -> None:
    page = whole(new_context(color_scheme="dark"), server, name)
    drawn = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(drawn) == DARK
    assert faults(page) == []


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_page_for_a_projector_by_link(context: Any, server: Server, name: str) -> None:
    page = whole(context, server, name, "?projector=true")
    if name in LESSON_NAMES:
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
        right = "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right"
        wait_for(lambda: page.evaluate(right) <= 0, "the controls to be folded")
    assert faults(page) == []
