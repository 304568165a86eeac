"""Fields for what a picture holds: its handle is dragged, and its number can be typed.

Such an option has the place "picture" and no widget of its own, so that a page which is still
being drawn cannot pull back what is dragged. A field beside it is made anew whenever the number
has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard.kit.fragments import redraw
from dashboard.kit.state import state_of
from dashboard.kit.words import code

if TYPE_CHECKING:
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Option
    from dashboard.kit.scene import Scene


def held_number(scene: Scene, key: str, width: int | Literal["stretch"] = "stretch") -> None:
    """A field for a number that a handle moves."""
    option, now = scene.option(key), scene.choices[key]
    st.number_input(
        scene.said(f"options.{key}.label"),
        value=now if option.is_whole else float(now),
        step=1 if option.is_whole else None,
        format="%d" if option.is_whole else "%g",
        width=width,
        **_field(scene, option),
    )


def held_text(scene: Scene, key: str) -> None:
    """A line of text for what handles move together."""
    st.text_input(
        scene.said(f"options.{key}.label"),
        value=scene.choices[key],
        **_field(scene, scene.option(key)),
    )


def held_column(scene: Scene, key: str, height: int = 200) -> None:
    """A place to paste numbers, one in a line, of an option that holds them as text."""
    shown = "\n".join(str(scene.choices[key]).split())
    st.text_area(
        scene.said(f"options.{key}.label"),
        value=shown,
        height=height,
        **_field(scene, scene.option(key)),
    )


def _field(scene: Scene, option: Option) -> dict[str, Any]:
    """Key, help and callback of a field; another key whenever its number has changed."""
    now = scene.choices[option.key]
    turn, shows = scene.state.fields.get(option.key, (0, now))
    scene.state.fields[option.key] = (turn + (shows != now), now)
    key = _key(scene.lesson, option)
    fixed = {"key": key, "on_change": _take, "args": (scene.lesson, option, key)}
    words = f"options.{option.key}.help"
    return fixed | ({"help": scene.said(words)} if words in scene.said else {})


def _key(lesson: Lesson, option: Option) -> str:
    return f"{option.key}_held_{state_of(lesson).fields[option.key][0]}"


def _take(lesson: Lesson, option: Option, key: str) -> None:
    """A callback: what was typed holds; what is refused is said and put back."""
    state, typed = state_of(lesson), st.session_state[key]
    if key != _key(lesson, option) or typed is None:
        return  # of a browser that has not yet heard of the present one
    value = " ".join(typed.split()) if isinstance(typed, str) else typed
    refusal = lesson.refusal(option.key, value)
    was_refused, state.complaints = bool(state.complaints), ()
    if refusal:
        state.complaints = (f"{code(option.key)} = {code(str(value)[:40])}: {refusal}.",)
        turn, now = state.fields[option.key]
        state.fields[option.key] = (turn + 1, now)  # the field shows what holds
        st.rerun()
    state.choices[option.key] = value
    if was_refused:
        st.rerun()  # the sentence that goes stands above the part
    redraw(lesson, option.part)
