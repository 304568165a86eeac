"""No page has a serious fault that axe-core can see, in any look."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import PAGE_NAMES, Server, open_page, settle

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")

LOOKS: dict[str, tuple[dict[str, Any], str]] = {
    "light": ({}, ""),
    "dark": ({"color_scheme": "dark"}, ""),
    "projector": ({}, "?projector=true"),
    "narrow": ({"viewport": {"width": 1024, "height": 768}}, ""),
}
"""How the browser is set, and what the link asks for."""

VIOLATIONS = """async () => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target, any }) =>
            `${id}: ${target.flat().join(' ')}: ${any[0]?.message ?? ''}`));
}"""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_page_has_no_serious_fault_of_accessibility(
    new_context: Callable[..., Any], server: Server, name: str, look: str
) -> None:
    how, query = LOOKS[look]
    page = open_page(new_context(**how), server, name, query)
    settle(page)
    page.evaluate(f"{AXE}\n0")  # the policy of the page lets nothing else in
    assert page.evaluate(VIOLATIONS) == []
