"""Exercises, glossary and the way from lesson to lesson, in a real browser."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from support import LESSON_NAMES, Server, open_page, settle, shown, wait_for

from dashboard.kit.words import words
from dashboard.lessons import in_order

pytestmark = pytest.mark.browser

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OVERFLOWING = """() => {
    const places = [...document.querySelectorAll('.st-key-exercises td, .st-key-glossary td')];
    return places.filter((cell) => cell.getBoundingClientRect().right > innerWidth + 1).length;
}"""


def test_a_link_of_an_exercise_opens_its_state_in_a_tab_of_its_own(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "exercises")
    with context.expect_page() as opening:
        page.locator(".st-key-exercises a[href*='fold_a=1']").click()
    lesson = opening.value
    shown(lesson, "flow")
    lesson.wait_for_selector("text=ab = 1.00")
    assert urlsplit(page.url).path == "/exercises"
    assert lesson.locator("[data-testid=stAlert]", has_text="The link").count() == 0


def test_formulas_of_a_table_are_drawn_and_no_bar_ended_a_cell(
    context: Any, server: Server
) -> None:
    for name in ("exercises", "glossary"):
        page = open_page(context, server, name)
        settle(page)
        assert page.locator(".katex-error").count() == 0
        assert "$" not in page.locator(f".st-key-{name}").inner_text()
        columns = page.evaluate(
            "() => [...document.querySelectorAll('table')].map((table) =>"
            " new Set([...table.rows].map((row) => row.cells.length)).size)"
        )
        assert set(columns) == {1}
        page.close()


def test_the_glossary_filters_while_one_types(context: Any, server: Server) -> None:
    page = open_page(context, server, "glossary")
    settle(page)
    rows = page.locator(".st-key-glossary tr")
    before = rows.count()
    field = page.locator(".st-key-glossary_find input")
    field.press_sequentially("leave-one", delay=20)  # no Enter
    wait_for(lambda: 0 < rows.count() < before / 4, "the list to follow")
    assert page.locator(".st-key-glossary td", has_text="leave-one-out").count()
    field.fill("")
    wait_for(lambda: rows.count() == before, "the whole list")


@pytest.mark.parametrize("name", ["exercises", "glossary"])
@pytest.mark.parametrize("width", [1440, 1024, 400])
def test_nothing_is_wider_than_the_page(
    new_context: Callable[..., Any], server: Server, name: str, width: int
) -> None:
    page = open_page(new_context(viewport={"width": width, "height": 800}), server, name)
    settle(page)
    assert page.evaluate(WIDE) <= 0
    assert page.evaluate(OVERFLOWING) == 0


def test_the_course_is_walked_by_keys_to_its_end_and_back(context: Any, server: Server) -> None:
    order = [lesson.name for lesson in in_order()]
    assert set(order) == set(LESSON_NAMES)
    page = open_page(context, server, order[0])
    for name in (*order[1:], "exercises"):
        settle(page)
        page.locator(".st-key-way_on a").last.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{name}*")
        shown(page, name)
    page.go_back()
    shown(page, order[-1])
    settle(page)
    page.locator(".st-key-way_on a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{order[-2]}*")


def test_the_top_navigation_leads_to_both_pages(context: Any, server: Server) -> None:
    page = open_page(context, server, "home")
    for name in ("exercises", "glossary"):
        page.get_by_text("Look up", exact=True).first.click()
        title = words(f"dashboard.{name}")("title")
        page.locator("[data-testid=stTopNavDropdownLink]", has_text=title).first.click()
        page.wait_for_url(f"**/{name}")
        shown(page, name)
