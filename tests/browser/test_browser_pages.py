"""What holds for every page on the real server, in a real Chromium."""

from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from support import (
    LESSON_NAMES,
    Server,
    mapped_files,
    open_page,
    query_of,
    settle,
    shown,
)
from websockets.exceptions import InvalidStatus
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.typing import Origin

pytestmark = pytest.mark.browser


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
    stream = server.url.replace("http", "ws") + "/_stcore/stream"
    elsewhere = Origin("https://elsewhere.example.org")
    with pytest.raises(InvalidStatus), connect(stream, origin=elsewhere, proxy=None):
        pass
    for origin in (Origin(server.url), None):  # the README says what the second one means
        with connect(stream, origin=origin, proxy=None) as accepted:
            assert accepted.state is State.OPEN


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


def test_workers_load_torch_and_the_server_does_not(context: Any, server: Server) -> None:
    """That no page makes the server load it is asked where every page is opened anyway."""
    open_page(context, server, "estimators", "?f=elbo").close()
    page = open_page(context, server, "foundations", "?tab=infinity&to=decoder")
    page.locator("[data-picture=entropy] canvas").wait_for()  # an answer of torch's was read
    assert "libtorch" not in mapped_files(server)
    loaded = [Path(f"/proc/{pid}/maps").read_text() for pid in server.workers()]
    assert any("libtorch" in text for text in loaded)
