"""The board: pictures, words and points to drag, as one element of the page.

One element and one message for all that a moved control changes, drawn on canvases by the modules
in ``dashboard/static/board/``: the page around it is left alone, and a lesson that uses it needs
no JavaScript of its own.
"""

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import streamlit as st

from dashboard.charts.panel import Panel
from dashboard.components.board_layout import Part, Pictures, layout_message, places
from dashboard.components.board_message import Numbers, panel_message
from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import pack
from dashboard.theme import TRUTH_DASH, Look

Act = Literal["move", "add", "remove"]

_component = component("board")


@dataclass(frozen=True, kw_only=True)
class Drag:
    """What the visitor has done with a handle.

    Attributes:
        act: whether it was moved, is to be there from now on, or is to go.
        panel: name of the picture.
        handle: name of the handle; of one that is to be added empty.
        x: in values of the axis.
        y: in values of the axis.
        width: where the handle has one.
        is_final: whether it has come to rest; False on the way.
        turn: counts what the browser sent.
    """

    act: Act
    panel: str
    handle: str
    x: float
    y: float
    width: float | None
    is_final: bool
    turn: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the browser computes itself while a handle moves, until the server's answer is there.

    The module ``dashboard/static/<module>/preview.js`` exports ``preview(given, handles)``: from
    what was given and where the handles are now, by picture and name, to new arrays for marks that
    have a ``key``. A test holds it against the functions of ``core`` that the server draws by.

    Attributes:
        module: its folder.
        given: what it needs to know besides, as JSON.
    """

    module: str
    given: Mapping[str, Any]


def board(
    *,
    key: str,
    layout: Part,
    panels: Mapping[str, Sequence[Panel]],
    look: Look,
    html: Mapping[str, str] | None = None,
    stale: Collection[str] = (),
    words: Mapping[str, str] | None = None,
    preview: Preview | None = None,
    on_drag: Callable[[], None] = lambda: None,
) -> None:
    """Draw the board.

    A handle follows the pointer in the browser at once. Its place arrives about 15 times a second
    while it moves and when it stops: read it with :func:`dragged`, in ``on_drag`` or in the run
    that follows, and draw the handle there.

    Args:
        key: stable identity on its page.
        layout: where what stands.
        panels: pictures by place.
        look: theme and size.
        html: HTML by place; made by us, never by a visitor.
        stale: places of what belongs to the last question: they fade.
        words: what the board says by itself, the kit's ``components.board``.
        preview: what the browser computes itself while a handle moves.
        on_drag: called when a handle was moved, added or removed.

    Raises:
        ValueError: naming an unknown place, a picture that is there twice, or unknown words.
    """
    last = dragged(key)
    payload = board_payload(
        layout=layout,
        panels=panels,
        look=look,
        html=html or {},
        stale=stale,
        words=words,
        turn=0 if last is None else last.turn,
        preview=preview,
    )
    _component(key=key, data=payload, on_handles_change=on_drag)


def board_payload(
    *,
    layout: Part,
    panels: Mapping[str, Sequence[Panel]],
    look: Look,
    html: Mapping[str, str],
    stale: Collection[str] = (),
    words: Mapping[str, str] | None = None,
    turn: int = 0,
    preview: Preview | None = None,
) -> bytes:
    """The message of :func:`board`: all numbers in one section, marks name their share.

    ``turn`` is that of the last drag that these pictures know of.
    """
    _validate(layout, panels, html, stale)
    numbers = Numbers()
    meta = {
        "words": chosen_words("board", words),
        "layout": layout_message(layout),
        "slots": {
            place: [panel_message(panel, numbers) for panel in chosen]
            for place, chosen in panels.items()
        },
        "html": dict(html),
        "stale": sorted(stale),
        "turn": turn,
        "line_width": look.line_width,
        "dash": list(TRUTH_DASH),
        "preview": None if preview is None else asdict(preview),
    }
    return pack(meta, numbers.sections())


def _validate(
    layout: Part,
    panels: Mapping[str, Sequence[Panel]],
    html: Mapping[str, str],
    stale: Collection[str],
) -> None:
    every = list(places(layout))
    pictures = [place.name for place in every if isinstance(place, Pictures)]
    words = [place.name for place in every if not isinstance(place, Pictures)]
    for name, given, known in (
        ("panels", panels, pictures),
        ("html", html, words),
        ("stale", stale, pictures + words),
    ):
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ValueError(f"`{name}` must be among {', '.join(known)}, got {unknown}")
    _require_distinct("layout", pictures + words)
    _require_distinct("panels", [panel.name for chosen in panels.values() for panel in chosen])


def _require_distinct(argument: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"`{argument}` must have names of their own, got twice: {twice}")


def dragged(key: str) -> Drag | None:
    """The handle of the board ``key`` that was moved last; None if none was.

    What the browser sent is not ours: anything but a place in finite numbers is None, too. Whether
    it is within the handle's bounds is for the caller to see to.
    """
    sent = getattr(st.session_state.get(key), "handles", None)
    try:
        fields = json.loads(sent or "null")
        drag = Drag(
            act=fields["act"],
            panel=str(fields["panel"]),
            handle=str(fields["handle"]),
            x=float(fields["x"]),
            y=float(fields["y"]),
            width=None if fields["width"] is None else float(fields["width"]),
            is_final=bool(fields["is_final"]),
            turn=int(fields["turn"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    numbers = (drag.x, drag.y, 0.0 if drag.width is None else drag.width)
    is_known = drag.act in get_args(Act)
    return drag if is_known and all(math.isfinite(number) for number in numbers) else None
