"""What stands between a page and its server, for tests of frames that come twice."""

from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg


def everything_twice(route: Any) -> None:
    """Stand between a page and its server: what was clicked arrives twice.

    So does Streamlit's browser side now and then, where a poll goes out with the click.
    """
    server = route.connect_to_server()

    def pass_on(frame: str | bytes) -> None:
        server.send(frame)
        message = BackMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        if any(state.trigger_value for state in message.rerun_script.widget_states.widgets):
            server.send(frame)

    route.on_message(pass_on)
