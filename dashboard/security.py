"""What the server tells browsers about the page: where it may load from, who may frame it.

Streamlit sets none of this; its ASGI application takes a middleware that does.
"""

import os
from collections.abc import Callable, MutableMapping
from typing import Any

FRAME_ANCESTORS = "LATENT_FLOW_FRAME_ANCESTORS"
"""The environment variable that names the origins which may show the page in a frame."""

SOURCES = {
    "default-src": "'self'",
    # Streamlit writes scripts into its page, Vega compiles its expressions, components come as
    # blobs, and the kernels are WebAssembly.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""From where the page may load what: from nowhere but here."""

Message = MutableMapping[str, Any]


def content_policy(ancestors: str) -> str:
    """The value of ``Content-Security-Policy``.

    Args:
        ancestors: origins that may frame the page besides its own, with spaces between them.

    Raises:
        ValueError: for an origin that would end the directive.
    """
    if any(sign in ancestors for sign in ";,\r\n"):
        raise ValueError(
            f"`{FRAME_ANCESTORS}` must be origins with spaces between, got {ancestors!r}"
        )
    policy = SOURCES | {"frame-ancestors": " ".join(["'self'", *ancestors.split()])}
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


class SecurityHeaders:
    """ASGI middleware: adds the headers to every answer of the server."""

    def __init__(self, app: Callable[..., Any]) -> None:
        """Stand before ``app``; the environment says who may frame it."""
        self.app = app
        headers = {
            "content-security-policy": content_policy(os.environ.get(FRAME_ANCESTORS, "")),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",  # a link names the run
        }
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(
        self, scope: Message, receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        """Serve one connection; those of web sockets pass as they are."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self.headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)
