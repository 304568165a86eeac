"""At the top of the controls: undo of the last change, and every control back to its default."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.kit.changes import name_of
from dashboard.kit.fragments import TOOLS, is_alone, keep_polling
from dashboard.kit.scene import renewed
from dashboard.kit.state import absorb, put, state_of
from dashboard.kit.steering import bring_back

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Choices
    from dashboard.kit.scene import Scene
    from dashboard.kit.trail import Stand


def tools(scene: Scene, place: DeltaGenerator) -> None:
    """The two buttons, in ``place``; drawn again by themselves, they let the link follow."""
    with place:
        st.fragment(_tools, key=TOOLS)(scene)


def _tools(scene: Scene) -> None:
    keep_polling()
    now = renewed(scene) if is_alone() else scene
    said, lesson = now.kit, now.lesson
    before, turn = now.state.trail.before, now.state.trail.turn
    with st.container(horizontal=True, gap="small", key="tools"):
        with st.container(key="undo", width="content"):
            st.button(
                said("tools.undo"),
                key=f"undo_{turn}",
                icon=":material/undo:",
                type="tertiary",
                disabled=not before,
                on_click=undo,
                args=(lesson, turn),
                help=said("tools.undo_help", what=_named(now, before[-1])) if before else None,
            )
        st.button(
            said("tools.defaults"),
            key="defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=now.state.choices == lesson.defaults and now.state.shown is None,
            on_click=to_defaults,
            args=(lesson,),
            help=said("tools.defaults_trains" if lesson.training else "tools.defaults_help"),
        )


def _named(scene: Scene, before: Stand) -> str:
    """What was changed since: an experiment, or options by name."""
    shown, now = scene.state.shown, scene.state.choices
    if shown is not None and before.shown != shown:
        return scene.said(f"presets.{shown}.title")
    keys = [o.key for o in scene.lesson.options if before.choices.get(o.key) != now[o.key]]
    names = [name_of(scene.option(key), scene.said) for key in keys[:3]]
    return ", ".join(names) + (" …" if len(keys) > 3 else "") or scene.kit("tools.run")


def undo(lesson: Lesson, turn: int) -> None:
    """A callback: what was chosen before the last change, and the run that this replaced.

    Args:
        lesson: whose.
        turn: how much was undone when its button was drawn: a click that arrives twice, before
            or after the button is drawn anew, undoes once.
    """
    state = state_of(lesson)
    if state.trail.turn != turn:
        return
    absorb(lesson, state)
    state.trail.note(state.choices, state.shown, time.monotonic())
    before = state.trail.back()
    if before is None:
        return
    _set(lesson, before.choices, before.shown)
    if before.replaced is not None:
        bring_back(lesson, before.choices, before.replaced)
    st.rerun()  # the page, not only the fragment of these buttons


def to_defaults(lesson: Lesson) -> None:
    """A callback: every control as the page opened with it."""
    _set(lesson, lesson.defaults, None)
    st.rerun()


def _set(lesson: Lesson, choices: Choices, shown: str | None) -> None:
    state = state_of(lesson)
    state.choices = dict(choices)
    put(lesson, state.choices)
    state.shown, state.complaints = shown, ()
    state.opening = {"nonce": state.opening["nonce"] + 1}
