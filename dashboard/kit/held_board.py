"""Boards whose handles hold options: the choices follow what a visitor drags, adds or takes away.

Everything that is drawn anew costs the browser frames, and what is dragged has to follow the
pointer. So while a handle moves only its board is drawn, where that can be; the fields beside it,
the words above and the link follow when it rests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from streamlit.errors import StreamlitWidgetAlreadyInstantiatedError

from dashboard.components.board import Drag, Preview, board, dragged
from dashboard.kit.fragments import FIRST, is_own_run, redraw, redraw_moving
from dashboard.kit.scene import renewed
from dashboard.kit.state import put_one, state_of

if TYPE_CHECKING:
    from dashboard.charts.panel import Panel
    from dashboard.components.board_layout import Part
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Choices
    from dashboard.kit.scene import Scene

MOVING = "moving"
"""The fragment of a board that is drawn by itself while one of its handles moves."""

Found = TypeVar("Found")

Take = Callable[["Choices", Drag], Mapping[str, Any]]
"""What options are once a handle was moved, added or removed."""


def apart(scene: Scene, draw: Callable[[Scene], None]) -> None:
    """Draw a board, and while one of its handles moves nothing else.

    Args:
        scene: what the page is being drawn of.
        draw: draws the board, ``held_board`` with ``fragment=MOVING``; asks no worker.
    """
    st.fragment(_apart, key=MOVING)(scene, draw)


def _apart(scene: Scene, draw: Callable[[Scene], None]) -> None:
    draw(renewed(scene) if is_own_run() else scene)


def held_board(
    scene: Scene,
    key: str,
    layout: Part,
    panels: Mapping[str, Sequence[Panel]],
    html: Mapping[str, str],
    take: Take,
    *,
    stale: Sequence[str] = (),
    fragment: str = FIRST,
    preview: Preview | None = None,
) -> None:
    """A board; what is dragged changes the options that its pictures hold.

    Args:
        scene: what the page is being drawn of.
        key: of the board, also the class of its container.
        layout: where what stands.
        panels: pictures by place.
        html: HTML by place.
        take: what the options become.
        stale: places that belong to the last question.
        fragment: what is drawn while a handle moves.
        preview: what the browser computes itself meanwhile.
    """
    drag = dragged(_key(key))
    if drag is not None and drag.turn > scene.state.drawn.get(_turn(key), 0):
        with suppress(StreamlitWidgetAlreadyInstantiatedError):  # a widget says it already
            _take(scene.lesson, key, take, fragment)  # it came before the board was known
    with st.container(key=key):
        board(
            key=_key(key),
            words=scene.kit.part("components.board"),
            layout=layout,
            panels=panels,
            html=html,
            look=scene.look,
            stale=stale,
            preview=preview,
            on_drag=lambda: _take(scene.lesson, key, take, fragment),
        )


def while_dragged(scene: Scene, key: str, name: str, found: Found) -> Found:
    """What is found now, or was when a handle was taken that is still moving: axes stand still.

    Args:
        scene: what the page is being drawn of.
        key: of the board.
        name: of what is found, on that board.
        found: ends of axes.
    """
    drag, slot = dragged(_key(key)), f"{key}_{name}"
    if drag is not None and not drag.is_final and slot in scene.state.drawn:
        kept: Found = scene.state.drawn[slot]
        return kept
    scene.state.drawn[slot] = found
    return found


def _turn(key: str) -> str:
    """Where the lesson's state keeps the last turn that was taken."""
    return f"{key}_turn"


def _key(key: str) -> str:
    """The board's own key: its container has the other."""
    return f"{key}_board"


def _take(lesson: Lesson, key: str, take: Take, fragment: str) -> None:
    """A callback: the options follow what the visitor did, if the lesson accepts them."""
    drag = dragged(_key(key))
    if drag is None:
        return
    state = state_of(lesson)
    state.drawn[_turn(key)] = drag.turn
    found = take(state.choices, drag)
    if any(lesson.refusal(name, value) for name, value in found.items()):
        return
    for name, value in found.items():
        state.choices[name] = value
        put_one(lesson, lesson.by_key[name], value)
    has_widget = any(lesson.by_key[name].place != "picture" for name in found)
    if has_widget or state.complaints:  # they stand outside of the part that is drawn
        state.complaints = ()
        st.rerun()
    if drag.is_final:
        redraw(lesson)
    else:
        state.is_moving = True
        redraw_moving(fragment)
