"""How long a page waits for its server: read from the messages between the two."""

import time
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Wire:
    """The web sockets of a tab.

    Attributes:
        asked: when the oldest request was sent that no finished script has followed; else `None`.
        finished: how many scripts have finished.
        longest: the longest wait from a request to the next finished script, in seconds.
    """

    asked: float | None = None
    finished: int = 0
    longest: float = 0.0
    waits: list[float] = field(default_factory=list)

    def attach(self, socket: Any) -> None:
        """Listen to a web socket; the requests of one that has closed are void."""
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)
        socket.on("close", lambda _: self._void())

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
        if message is None or message.WhichOneof("type") != "script_finished":
            return
        self.finished += 1
        if self.asked is not None:
            self.waits.append(self.waiting)
            self.longest = max(self.longest, self.waiting)
        self.asked = None

    def _void(self) -> None:
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
