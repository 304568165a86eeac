"""A step in slow motion: its stages one after the other, then the very step is taken.

The lesson says what is seen at each stage of the step that its run would take next, from the
numbers of a worker; the player turns the pages. The last one's button takes the ordinary step,
and the first stage of the following step comes next. While the run trains there is no next step
to look at: the stages seen last fade, and the keys rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.components.board import board
from dashboard.components.board_layout import places
from dashboard.components.stage_keys import stage_keys
from dashboard.kit.fragments import FIRST, redraw
from dashboard.kit.playing import beat, play_button, stop_playing
from dashboard.kit.state import state_of

if TYPE_CHECKING:
    from core.execution.view import RunView
    from dashboard.components.board_layout import Part
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.scene import Scene
    from dashboard.kit.sessions import HeldRun
    from dashboard.kit.stage import Stage

STAGE_SECONDS = 1.5
"""How long a stage stands while they play."""

Stand = tuple[str, int, int]
"""A run, its generation and its step: where one begins again with the first stage."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Walk:
    """How far a visitor is in a step.

    Attributes:
        key: of the player.
        lesson: whose.
        stand: the step that is walked through.
        index: of the stage.
        seen: all stages; those seen last where the present ones cannot be shown.
        is_current: whether they can.
    """

    key: str
    lesson: Lesson
    stand: Stand
    index: int
    seen: tuple[Stage, ...]
    is_current: bool

    @property
    def is_last(self) -> bool:
        """Whether nothing is left but to take the step."""
        return self.index >= len(self.seen) - 1

    @property
    def plays(self) -> str:
        """What of the lesson's state says that it goes on by itself."""
        return f"{self.key}_plays"


def stages(
    scene: Scene,
    key: str,
    layout: Part,
    shown: Sequence[Stage],
    take: Callable[[], None] | None = None,
    *,
    part: str = FIRST,
) -> None:
    """Draw the keys, where one stands, and the stage on a board.

    Args:
        scene: what the page is being drawn of.
        key: of the player; its board and its keys are called after it.
        layout: where what stands, of every stage alike.
        shown: the stages of the step that the steered run takes next; empty until they are known.
        take: takes the step; by default the steered run's ordinary one.
        part: the fragment that it stands in.
    """
    walk = _walk(scene, key, shown)
    if not walk.is_current or walk.is_last:
        stop_playing(scene.lesson, walk.plays)
    with st.container(key=key):
        _keys(scene, walk, take or scene.main.held.step_once, part)
        if walk.seen:
            stage = walk.seen[walk.index]
            board(
                key=f"{key}_board",
                words=scene.kit.part("components.board"),
                layout=layout,
                panels=stage.panels,
                html=stage.html,
                look=scene.look,
                stale=() if walk.is_current else [place.name for place in places(layout)],
            )
    if walk.is_current:
        onward = partial(_go, scene.lesson, key, walk.stand, walk.index + 1)
        beat(scene, walk.plays, onward, after=STAGE_SECONDS, part=part)


def _walk(scene: Scene, key: str, shown: Sequence[Stage]) -> Walk:
    """The stages with how far one is: in another step than the last time, at the first."""
    stand, drawn = _stand(scene.view), scene.state.drawn
    of, index = drawn.get(key, (stand, 0))
    seen, is_current = tuple(shown), bool(shown) and _is_still(scene.view)
    if is_current:
        drawn[_seen(key)] = seen
    else:
        seen = drawn.get(_seen(key), ())
    index = index if of == stand or not is_current else 0
    return Walk(
        key=key,
        lesson=scene.lesson,
        stand=stand,
        index=max(0, min(index, len(seen) - 1)),
        seen=seen,
        is_current=is_current,
    )


def _seen(key: str) -> str:
    return f"{key}_seen"


def _stand(view: RunView) -> Stand:
    return (view.run_id, view.generation, view.run.step)


def _is_still(view: RunView) -> bool:
    """Whether the run stays where it is until it is told otherwise."""
    return not view.training and view.phase != "running"


def _keys(scene: Scene, walk: Walk, take: Callable[[], None], part: str) -> None:
    """Back, on, play, and where one stands; at the last stage the button for on takes the step.

    It is the same button, so that it keeps the focus; the keys of ``stage_keys`` do not press it
    there.
    """
    said, row = scene.kit, f"{walk.key}_keys"
    rests = not walk.is_current
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=row):
        st.button(
            said("stages.back"),
            key=f"{walk.key}_back",
            icon=":material/arrow_back:",
            disabled=rests or walk.index == 0,
            on_click=_turn,
            args=(walk, -1, part),
        )
        takes = walk.is_current and walk.is_last
        st.button(
            said("stages.take" if takes else "stages.on"),
            key=f"{walk.key}_on",
            icon=":material/skip_next:" if takes else ":material/arrow_forward:",
            type="primary" if takes else "secondary",
            disabled=rests,
            on_click=_take if takes else _turn,
            args=(scene.main.held, walk, take) if takes else (walk, 1, part),
            help=said("stages.take_help" if takes else "stages.on_help"),
        )
        play_button(
            scene,
            st,
            walk.plays,
            play=said("stages.play"),
            pause=said("stages.pause"),
            key=f"{walk.key}_play",
            disabled=rests or walk.is_last,
            part=part,
        )
        st.html(f'<span class="note" role="status">{_where(scene, walk)}</span>')
        stage_keys(
            key=f"{walk.key}_listener",
            row=row,
            may_go_on=walk.is_current and not walk.is_last,
        )


def _where(scene: Scene, walk: Walk) -> str:
    """HTML: which stage of how many, or why there is none to be seen."""
    if not _is_still(scene.view):
        return escape(scene.kit("stages.pause_first"))
    if not walk.is_current:
        return escape(scene.kit("stages.waits"))
    title = escape(walk.seen[walk.index].title)
    count = len(walk.seen)
    return scene.kit("stages.where", number=walk.index + 1, count=count, title=f"<b>{title}</b>")


def _turn(walk: Walk, by: int, part: str) -> None:
    """A callback: a stage on or back; what plays then stands still."""
    stop_playing(walk.lesson, walk.plays)
    _go(walk.lesson, walk.key, walk.stand, walk.index + by)
    redraw(walk.lesson, part)


def _go(lesson: Lesson, key: str, stand: Stand, index: int) -> None:
    """In a callback: to that stage of that step; of another step it is no news."""
    state_of(lesson).drawn[key] = (stand, index)


def _take(held: HeldRun, walk: Walk, take: Callable[[], Any]) -> None:
    """A callback: the ordinary step, once, however often the click arrives."""
    view = held.glance()
    if view is not None and _is_still(view) and _stand(view) == walk.stand:
        take()
