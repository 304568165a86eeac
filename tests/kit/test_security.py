"""What the server tells browsers about where its pages may load from and who may frame them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard.security import FRAME_ANCESTORS, SecurityHeaders, content_policy


def directives(policy: str) -> dict[str, str]:
    """The sources that a policy allows, by the name of what is loaded."""
    parts = (tuple(part.split(" ", 1)) for part in policy.split("; "))
    return dict(parts)


def answer(kind: str = "http") -> list[dict[str, Any]]:
    """What a server behind the middleware sends."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": f"{kind}.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": f"{kind}.response.body", "body": b""})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave a loop running in this one
        thread.submit(asyncio.run, SecurityHeaders(app)({"type": kind}, None, send)).result()
    return sent


def test_a_page_loads_from_its_own_server_alone_and_is_framed_by_it_alone() -> None:
    policy = directives(content_policy(""))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert not any("*" in sources or "http" in sources for sources in policy.values())


def test_a_learning_platform_may_be_allowed_to_frame_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(FRAME_ANCESTORS, "https://moodle.example.org https://lms.example.org")
    headers = dict(answer()[0]["headers"])
    assert directives(headers[b"content-security-policy"].decode())["frame-ancestors"] == (
        "'self' https://moodle.example.org https://lms.example.org"
    )


@pytest.mark.parametrize("ancestors", ["a; script-src *", "a, b", "a\r\nset-cookie: b"])
def test_an_origin_cannot_bring_a_directive_along(ancestors: str) -> None:
    with pytest.raises(ValueError, match=FRAME_ANCESTORS):
        content_policy(ancestors)


def test_an_answer_keeps_its_own_headers_and_a_web_socket_passes_as_it_is() -> None:
    headers = dict(answer()[0]["headers"])
    assert headers[b"a"] == b"b"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert answer("websocket")[0]["headers"] == [(b"a", b"b")]
