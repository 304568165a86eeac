"""What a link carries is text: it is named, never rendered, and the browser fetches nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from support import LESSON_NAMES, Server, address, settle, shown, watched

from dashboard.lessons import LESSONS

pytestmark = pytest.mark.browser

CHOICES = {
    lesson.name: [o.key for o in lesson.options if o.look in ("menu", "buttons")][:4]
    for lesson in LESSONS
}
"""Parameters of a link that name one of several choices; any other value is answered."""

VALUES = {
    "image": "![i](http://127.0.0.1:{port}/x.png)",
    "link": "[click](http://127.0.0.1:{port}/x)",
    "code left": "`![i](http://127.0.0.1:{port}/y)",
    "element": "<img src=http://127.0.0.1:{port}/z>",
    "script": "<script>document.title=1</script>",
    "bare address": "http://127.0.0.1:{port}/w",
    "colour": ":red[loud]",
    "formula": "$x^2$ and $y$",
}


@pytest.fixture
def elsewhere() -> Iterator[tuple[int, list[str]]]:
    """Another server: its port, and what was asked of it."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield http.server_port, asked
    http.shutdown()
    http.server_close()


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("name", LESSON_NAMES)
def test_markup_in_a_link_is_shown_as_text(
    context: Any, server: Server, elsewhere: tuple[int, list[str]], name: str, half: int
) -> None:
    port, asked = elsewhere
    values = [value.replace("{port}", str(port)) for value in VALUES.values()][4 * half :][:4]
    parts = [f"{key}={quote(value)}" for key, value in zip(CHOICES[name], values, strict=True)]
    page = context.new_page()
    watch = watched(page, server)
    page.goto(address(server, name, "?" + "&".join(parts)))
    shown(page, name)
    settle(page)
    alerts = page.locator("[data-testid=stAlert]")
    text = "\n".join(alerts.all_inner_texts())
    for value in values:
        assert value in text
    assert alerts.locator("a, img, script, .katex, span[style*=color]").count() == 0
    assert not asked
    assert not watch.elsewhere
    assert page.title() != "1"


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_markup_in_the_name_of_a_parameter_or_of_a_run_is_not_rendered(
    context: Any, server: Server, elsewhere: tuple[int, list[str]], name: str
) -> None:
    port, asked = elsewhere
    image = quote(f"![i](http://127.0.0.1:{port}/x.png)")
    page = context.new_page()
    page.goto(address(server, name, f"?{image}=1&run={image}&of={image}&lang={image}"))
    shown(page, name)
    settle(page)
    assert not asked
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator(f"img[src*=':{port}'], a[href*=':{port}']").count() == 0
