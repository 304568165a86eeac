"""A client that asks as the page in a browser does, and draws nothing.

It speaks Streamlit's protocol: protocol buffers over a WebSocket. Like the browser it keeps the
latest element of every place, sends the state of every widget with each question, and repeats a
fragment as often as the server has asked for. All clients share one thread; what they have seen
carries the time of its arrival (``time.perf_counter``), so that waiting costs no accuracy.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from page_widgets import chosen_state, given_state
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 60.0
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all clients, in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="page-clients", daemon=True).start()
    return loop


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result(PATIENCE)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The latest element of one place: what, of which fragment ("" for none), of which run."""

    kind: str
    element: Any
    fragment_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ScriptRun:
    """A script run that ended well: when it began and ended here, and of which fragments."""

    started: float
    at: float
    fragment_ids: tuple[str, ...]


class PageClient:
    """One open tab.

    Attributes:
        elements: the latest element of every place (delta path).
        widgets: places of the widgets by their keys.
        runs: every script run that ended well.
        errors: exceptions that the page shows.
    """

    def __init__(self, url: str, page: str, query: str = "") -> None:
        """Open ``page`` of the server at ``url``, with a query string."""
        self.elements: dict[tuple[int, ...], Drawn] = {}
        self.widgets: dict[str, tuple[int, ...]] = {}
        self.runs: list[ScriptRun] = []
        self.errors: list[str] = []
        self._url, self._page, self._query = url, page, query
        self._page_hash = ""
        self._states: dict[str, WidgetState] = {}
        self._repeats: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._number, self._started = 0, 0.0
        self._fragment_ids: tuple[str, ...] = ()
        self._news = threading.Condition()
        self._socket: ClientConnection = _run(self._open())

    def close(self) -> None:
        """Close the tab."""
        _run(self._close())

    def press(self, key: str) -> float:
        """Press a button; the time of it."""
        now, drawn = time.perf_counter(), self.widget(key)
        trigger = WidgetState(id=drawn.element.id, trigger_value=True)
        _run(self._send(drawn.fragment_id, trigger))
        return now

    def choose(self, key: str, value: Any) -> float:
        """Set a widget to ``value`` (a text where it offers options); the time of it."""
        now = time.perf_counter()
        _run(self._choose(self.widget(key), value))
        return now

    def widget(self, key: str) -> Drawn:
        """The widget called ``key``."""
        return self.elements[self.widgets[key]]

    def chosen(self, key: str) -> str:
        """What a widget with options is set to."""
        return self._states[self.widget(key).element.id].string_array_value.data[0]

    def wait(self, what: str, answer: Callable[[], T | None], patience: float = PATIENCE) -> T:
        """The first true ``answer``, asked again with everything that comes.

        Raises:
            TimeoutError: naming ``what``.
            RuntimeError: when the page shows an exception, or its connection is lost.
        """
        deadline = time.perf_counter() + patience
        with self._news:
            while not (found := answer()):
                if self.errors or self._listener.done():
                    raise RuntimeError(f"the page is lost: {self.errors or 'no connection'}")
                rest = deadline - time.perf_counter()
                if rest <= 0 or not self._news.wait(rest):
                    raise TimeoutError(f"waited {patience:.0f} s for {what}")
            return found

    def finished_since(self, since: float, *, whole: bool) -> ScriptRun | None:
        """The first script run that began after ``since``; of the whole page, or any."""
        later = (r for r in self.runs if r.started > since and not (whole and r.fragment_ids))
        return next(later, None)

    @property
    def repeats(self) -> bool:
        """Whether the page asks by itself."""
        return bool(self._repeats)

    # ---- asking

    async def _choose(self, drawn: Drawn, value: Any) -> None:
        self._states[drawn.element.id] = chosen_state(drawn.kind, drawn.element, [value])
        name = drawn.element.query_param_key
        if name:
            self._query = urlencode(dict(parse_qsl(self._query)) | {name: value})
        await self._send(drawn.fragment_id)

    async def _send(
        self, fragment_id: str, *triggers: WidgetState, is_auto_rerun: bool = False
    ) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        state.widget_states.widgets.extend([*self._states.values(), *triggers])
        state.fragment_id = fragment_id
        state.is_auto_rerun = is_auto_rerun
        if self._page_hash:
            state.page_script_hash = self._page_hash
        else:
            state.page_name = self._page
        info = state.context_info
        info.timezone, info.locale, info.color_scheme = "UTC", "en-US", "light"
        info.url, info.is_embedded = f"{self._url}/{self._page}", False
        await self._socket.send(message.SerializeToString())

    async def _repeat(self, fragment_id: str, interval: float) -> None:
        """What ``setInterval`` does: ask whether or not the last question is answered."""
        clock = asyncio.get_running_loop().time
        due = clock()
        with suppress(ConnectionClosed):
            while True:
                due = max(due + interval, clock())
                await asyncio.sleep(due - clock())
                await self._send(fragment_id, is_auto_rerun=True)

    # ---- listening

    async def _open(self) -> ClientConnection:
        self._socket = await connect(
            f"{self._url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self._url,
            subprotocols=["streamlit"],
            compression=None,
            max_size=None,
        )
        self._listener = asyncio.create_task(self._listen())
        await self._send("")
        return self._socket

    async def _close(self) -> None:
        self._stop_repeating(*self._repeats)
        await self._socket.close()
        await self._listener

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                data = await self._socket.recv()
                now = time.perf_counter()
                message = ForwardMsg.FromString(data)
                with self._news:
                    self._take(message, now)
                    self._news.notify_all()

    def _take(self, message: ForwardMsg, now: float) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            if message.delta.WhichOneof("type") == "new_element":
                delta = message.delta
                place = tuple(message.metadata.delta_path)
                self._take_element(place, delta.new_element, delta.fragment_id, now)
        elif kind == "new_session":
            self._begin(message, now)
        elif kind == "script_finished":
            self._end(message.script_finished, now)
        elif kind == "auto_rerun":
            self._start_repeating(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_repeating(*message.stop_auto_rerun.fragment_ids)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash

    def _begin(self, message: ForwardMsg, now: float) -> None:
        self._number += 1
        self._started = now
        self._fragment_ids = tuple(message.metadata.run.fragment_ids)
        if not self._fragment_ids:
            self._stop_repeating(*self._repeats)

    def _end(self, status: int, now: float) -> None:
        """Forget what the run has not drawn again."""
        if status not in FINISHED:
            return
        ids = self._fragment_ids
        self.elements = {
            place: drawn
            for place, drawn in self.elements.items()
            if drawn.number == self._number or (ids and drawn.fragment_id not in ids)
        }
        self.widgets = {
            key: place for key, place in self.widgets.items() if place in self.elements
        }
        present = {self.elements[place].element.id for place in self.widgets.values()}
        self._states = {name: s for name, s in self._states.items() if name in present}
        self.runs.append(ScriptRun(started=self._started, at=now, fragment_ids=ids))

    def _start_repeating(self, fragment_id: str, interval: float) -> None:
        if self._repeats.get(fragment_id, (None,))[0] == interval:
            return
        self._stop_repeating(fragment_id)
        task = asyncio.create_task(self._repeat(fragment_id, interval))
        self._repeats[fragment_id] = (interval, task)

    def _stop_repeating(self, *fragment_ids: str) -> None:
        for fragment_id in fragment_ids:
            if fragment_id in self._repeats:
                self._repeats.pop(fragment_id)[1].cancel()

    def _take_element(
        self, place: tuple[int, ...], element: Element, fragment_id: str, now: float
    ) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        content = getattr(element, kind)
        self.elements[place] = Drawn(
            kind=kind, element=content, fragment_id=fragment_id, number=self._number
        )
        name = getattr(content, "id", "")
        if name.startswith("$$ID-"):
            self.widgets[name.split("-", 2)[2]] = place
            if getattr(content, "set_value", False) or name not in self._states:
                state = given_state(kind, content)
                self._states |= {name: state} if state else {}
        if kind == "exception":
            self.errors.append(f"{content.type}: {content.message}")
        self.take_content(kind, content, now)

    def take_content(self, kind: str, content: Any, now: float) -> None:
        """For a lesson's client: what an element that came at ``now`` says."""
