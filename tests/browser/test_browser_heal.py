"""A page that Streamlit's browser side cannot draw on loads itself anew."""

from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support import Server, address, shown, watched

from dashboard.components.heal import ERROR, MARK

pytestmark = pytest.mark.browser


class Lossy:
    """Loses the blocks of a page's body, with what stands in them, until it connects anew."""

    def __init__(self) -> None:
        """Nothing is lost yet."""
        self.loses, self.lost = False, 0

    def __call__(self, route: Any) -> None:
        """Stand between a page and its server."""
        server, self.loses = route.connect_to_server(), False

        def pass_on(frame: str | bytes) -> None:
            message = ForwardMsg()
            message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
            is_block = message.delta.HasField("add_block")
            if self.loses and is_block and list(message.metadata.delta_path)[:1] == [0]:
                self.lost += 1
            else:
                route.send(frame)

        server.on_message(pass_on)


def test_a_page_with_lost_blocks_is_whole_again(context: Any, server: Server) -> None:
    page, lossy = context.new_page(), Lossy()
    page.route_web_socket("**/_stcore/stream", lossy)
    watch = watched(page, server)
    page.goto(address(server, "home"))
    shown(page, "home")
    page.evaluate("window.before = true")
    lossy.loses = True
    page.locator("[data-testid=stTopNavSection]", has_text="Latent variables").click()
    page.locator("[data-testid=stTopNavDropdownLink]", has_text="VAE").first.click()
    page.wait_for_function("mark => !window.before && sessionStorage.getItem(mark)", arg=MARK)
    name = page.evaluate("location.pathname").strip("/") or "home"  # the address may lag the click
    shown(page, name)
    assert lossy.lost
    assert watch.errors
    assert all(ERROR in error for error in watch.errors)
