"""A second language is two files: read from left to right, and from right to left."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from course import PACKAGES
from pseudo import OPEN, write_languages
from support import Server, running_server

from dashboard.kit.words import EXTRA_VARIABLE
from dashboard.lessons import LESSONS, REFERENCE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("words")
    write_languages(folder, PACKAGES)
    before = dict(os.environ)
    os.environ[EXTRA_VARIABLE] = str(folder)
    made = running_server(tmp_path_factory.mktemp("server") / "log")
    os.environ.clear()
    os.environ.update(before)
    yield made
    made.stop()


def direction(page: Any, selector: str) -> str:
    found = page.locator(selector).first.evaluate("node => getComputedStyle(node).direction")
    return str(found)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_language_from_right_to_left_mirrors_the_page_but_no_picture(
    context: Any, server: Server, lesson: Any
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/{lesson.name}?lang=xr")
    page.wait_for_selector("canvas")
    page.wait_for_selector(f".st-key-header :text('{OPEN}')")
    assert direction(page, '[data-testid="stMain"]') == "rtl"
    assert direction(page, '[data-testid="stSidebar"]') == "rtl"
    assert direction(page, "canvas") == "ltr"
    assert direction(page, ".katex") == "ltr"
    assert direction(page, 'input[type="range"], input[type="number"]') == "ltr"


@pytest.mark.parametrize("name", REFERENCE)
def test_tables_of_words_are_mirrored_too_and_their_links_keep_the_language(
    context: Any, server: Server, name: str
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/{name}?lang=xr")
    page.wait_for_selector(f".st-key-{name} td:has-text('{OPEN}')")
    assert direction(page, f".st-key-{name} table") == "rtl"
    assert direction(page, f".st-key-{name} .katex") == "ltr"
    links = page.locator(f".st-key-{name} td a")
    assert all("lang=xr" in str(link.get_attribute("href")) for link in links.all())
    assert "lang=xr" in page.url


def test_the_language_is_chosen_beside_the_projector_and_stands_in_the_link(
    context: Any, server: Server
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/vae?lang=xx")
    page.wait_for_selector(f".st-key-train :text('{OPEN}')")
    assert page.locator(".st-key-lang").count() == 1
    page.locator(".st-key-lang [role=combobox], .st-key-lang input").first.click()
    page.get_by_role("option", name="English").click()
    page.wait_for_selector(".st-key-train :text('Train')")
    page.wait_for_function("!location.search.includes('lang=')")
