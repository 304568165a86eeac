"""What every tab of the foundations lesson is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.charts.panel import Panel
from dashboard.components.board import Drag, board, dragged
from dashboard.kit.fragments import redraw
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Choices
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.state import state_of
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


def _take(lesson: Lesson, key: str, take: Taken) -> None:
    """A callback: the options follow what the visitor did, if the lesson accepts them."""
    drag = dragged(key)
    if drag is None:
        return
    state = state_of(lesson)
    found = take(state.choices, drag)
    if any(lesson.refusal(name, value) for name, value in found.items()):
        return
    state.choices |= found
    redraw(lesson)
