"""What every tab of the foundations lesson is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from dashboard.charts.panel import Panel
from dashboard.components.board import Drag, board, dragged
from dashboard.kit.fragments import redraw
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Choices
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.state import put_one, state_of
from dashboard.lessons.foundations.board_layout import LAYOUTS


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the four frames.

    Attributes:
        ask: what it wants to know of the workers.
        draw: draws what is known.
    """

    ask: Callable[[Scene], Sequence[Question]]
    draw: Callable[[Scene], None]


Found = TypeVar("Found")

Taken = Callable[[Choices, Drag], Mapping[str, Any]]
"""What the options of a tab are once a handle was moved, added or removed."""


def draw_board(
    scene: Scene,
    tab: str,
    panels: Mapping[str, Sequence[Panel]],
    html: Mapping[str, str],
    take: Taken,
    stale: Sequence[str] = (),
) -> None:
    """The board of a tab; what is dragged changes the options that its pictures hold."""
    key = f"board_{tab}"
    with st.container(key=f"tab_{tab}"):
        board(
            key=key,
            words=scene.kit.part("components.board"),
            layout=LAYOUTS[tab],
            panels=panels,
            html=html,
            look=scene.look,
            stale=stale,
            on_drag=lambda: _take(scene.lesson, key, take),
        )


def while_dragged(scene: Scene, tab: str, name: str, found: Found) -> Found:
    """What is found now, or was when a handle was taken that is still moving: axes stand still.

    Args:
        scene: what the page is being drawn of.
        tab: whose board.
        name: of what is found, in that tab.
        found: ends of axes.
    """
    drag, slot = dragged(f"board_{tab}"), f"{tab}_{name}"
    if drag is not None and not drag.is_final and slot in scene.state.drawn:
        kept: Found = scene.state.drawn[slot]
        return kept
    scene.state.drawn[slot] = found
    return found


def _take(lesson: Lesson, key: str, take: Taken) -> None:
    """A callback: the options follow what the visitor did, if the lesson accepts them."""
    drag = dragged(key)
    if drag is None:
        return
    state = state_of(lesson)
    found = take(state.choices, drag)
    if any(lesson.refusal(name, value) for name, value in found.items()):
        return
    for name, value in found.items():
        state.choices[name] = value
        put_one(lesson.by_key[name], value)
    has_widget = any(lesson.by_key[name].place != "picture" for name in found)
    if has_widget or state.complaints:  # they stand outside of the part that is drawn
        state.complaints = ()
        st.rerun()
    redraw(lesson)
