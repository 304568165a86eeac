"""How long a page waits for its server: read from the messages between the two."""

import time
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Wire:
    """The web socket of a tab; that of a page which was left is heard no more.

    Attributes:
        asked: when the oldest request was sent that no finished script has followed; else `None`.
        finished: how many scripts have finished.
        longest: the longest wait from a request to the next finished script, in seconds.
    """

    asked: float | None = None
    finished: int = 0
    longest: float = 0.0
    socket: Any = None

    def attach(self, socket: Any) -> None:
        """Listen to a web socket: nobody waits for the one before it any more."""
        self._end()
        self.socket = socket
        socket.on("framesent", lambda frame: self.socket is socket and self._sent(frame))
        socket.on("framereceived", lambda frame: self.socket is socket and self._received(frame))
        socket.on("close", lambda _: self.socket is socket and self._end())

    @property
    def waiting(self) -> float:
        """For how long the oldest request has been waiting, in seconds."""
        return 0.0 if self.asked is None else time.monotonic() - self.asked

    def _sent(self, frame: str | bytes) -> None:
        message = _read(BackMsg(), frame)
        if message is not None and message.WhichOneof("type") == "rerun_script":
            self.asked = self.asked or time.monotonic()

    def _received(self, frame: str | bytes) -> None:
        message = _read(ForwardMsg(), frame)
        if message is not None and message.WhichOneof("type") == "script_finished":
            self.finished += 1
            self._end()

    def _end(self) -> None:
        """The request was answered, or nobody waits any more."""
        self.longest = max(self.longest, self.waiting)
        self.asked = None


def _read(message: Any, frame: str | bytes) -> Any | None:
    if isinstance(frame, str):
        return None
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return None
    return message


def listened(page: Any) -> Wire:
    """Listen to every web socket that the tab will open."""
    wire = Wire()
    page.on("websocket", wire.attach)
    return wire
