"""What holds for every page on the real server, in a real Chromium."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from support import (
    LESSON_NAMES,
    PAGE_NAMES,
    Server,
    address,
    mapped_files,
    open_page,
    query_of,
    settle,
    shown,
    wait_for,
    watched,
)
from websockets.exceptions import InvalidStatus
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.typing import Origin

pytestmark = pytest.mark.browser

DARK = "rgb(16, 21, 28)"


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_page_opens_whole_without_errors_and_fetches_nothing_from_elsewhere(
    context: Any, server: Server, name: str
) -> None:
    page = context.new_page()
    watch = watched(page, server)
    page.goto(address(server, name))
    shown(page, name)
    settle(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert not watch.errors
    assert not watch.elsewhere


@pytest.mark.parametrize("path", ["", "/vae", "/_stcore/health", "/app/static/none"])
def test_every_answer_says_who_may_frame_the_page(server: Server, path: str) -> None:
    try:
        headers = urlopen(server.url + path).headers
    except HTTPError as refusal:
        headers = refusal.headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_another_site_cannot_talk_to_the_server_through_a_visitors_browser(
    server: Server,
) -> None:
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    elsewhere = Origin("https://elsewhere.example.org")
    with pytest.raises(InvalidStatus), connect(address, origin=elsewhere, proxy=None):
        pass
    for origin in (Origin(server.url), None):  # the README says what the second one means
        with connect(address, origin=origin, proxy=None) as accepted:
            assert accepted.state is State.OPEN


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_the_dark_theme_is_drawn_dark(
    new_context: Callable[..., Any], server: Server, name: str
) -> None:
    page = open_page(new_context(color_scheme="dark"), server, name)
    drawn = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(drawn) == DARK


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_a_link_opens_in_projector_mode_at_once(context: Any, server: Server, name: str) -> None:
    page = open_page(context, server, name, "?projector=true")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    right = "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right"
    wait_for(lambda: page.evaluate(right) <= 0, "the controls to be folded")


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_the_link_of_a_page_opens_it_again(context: Any, server: Server, name: str) -> None:
    page = open_page(context, server, name, "?seed=7&projector=true")
    settle(page)
    again = page.url
    page.reload()
    shown(page, name)
    settle(page)
    assert page.url == again
    assert "projector=true" in query_of(page)


def test_the_server_does_not_load_torch_on_any_page(context: Any, server: Server) -> None:
    for name, query in (*((name, "") for name in PAGE_NAMES), ("estimators", "?f=elbo")):
        open_page(context, server, name, query).close()
    page = open_page(context, server, "foundations", "?tab=infinity&to=decoder")
    page.locator("[data-picture=entropy] canvas").wait_for()  # an answer of torch's was read
    assert "libtorch" not in mapped_files(server)
    loaded = [Path(f"/proc/{pid}/maps").read_text() for pid in server.workers()]
    assert any("libtorch" in text for text in loaded)
