"""Fields for what a picture holds: its handle is dragged, and its number can be typed.

Such an option has the place "picture" and no widget of its own, so that a page which is still
being drawn cannot pull back what is dragged. A field beside it is made anew whenever the number
has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard.kit.fragments import redraw
from dashboard.kit.state import state_of
from dashboard.kit.words import code

if TYPE_CHECKING:
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Option
    from dashboard.kit.scene import Scene

Take = Callable[..., None]


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
    """A place to paste numbers, one in a line, of an option that holds them as text.

    What is refused stays to be mended, with what is wrong with it below.
    """
    shown = "\n".join(str(scene.choices[key]).split())
    st.text_area(
        scene.said(f"options.{key}.label"),
        value=shown,
        height=height,
        **_field(scene, scene.option(key), _take_column),
    )
    if refusal := scene.state.drawn.get(_refused(key)):
        st.error(refusal)


def _field(scene: Scene, option: Option, take: Take | None = None) -> dict[str, Any]:
    """Key, help and callback of a field; another key whenever a handle has changed its number."""
    now = scene.choices[option.key]
    turn, shows = scene.state.fields.get(option.key, (0, now))
    if shows != now:
        turn += 1
        scene.state.drawn.pop(_refused(option.key), None)
    scene.state.fields[option.key] = (turn, now)
    key = _key(scene.lesson, option)
    fixed = {"key": key, "on_change": take or _take, "args": (scene.lesson, option, key)}
    words = f"options.{option.key}.help"
    return fixed | ({"help": scene.said(words)} if words in scene.said else {})


def _key(lesson: Lesson, option: Option) -> str:
    return f"{option.key}_held_{state_of(lesson).fields[option.key][0]}"


def _refused(key: str) -> str:
    """Where the lesson's state keeps what is wrong with a column."""
    return f"{key}_refused"


def _take(lesson: Lesson, option: Option, key: str) -> None:
    """A callback: what was typed holds; what is refused is said and put back."""
    state, value = state_of(lesson), _typed(lesson, option, key)
    if value is None:
        return
    refusal = lesson.refusal(option.key, value)
    if refusal:
        state.complaints = (_complaint(option, value, refusal),)
        st.session_state[key] = state.fields[option.key][1]
        st.rerun()
    _hold(lesson, option, value)


def _take_column(lesson: Lesson, option: Option, key: str) -> None:
    """A callback: the numbers hold; what is refused is said beside the text, which stays."""
    state, value = state_of(lesson), _typed(lesson, option, key)
    if value is None:
        return
    state.drawn.pop(_refused(option.key), None)
    refusal = lesson.refusal(option.key, value)
    if refusal:
        state.drawn[_refused(option.key)] = _complaint(option, value, refusal)
        redraw(lesson, option.part)
        return
    _hold(lesson, option, value)


def _typed(lesson: Lesson, option: Option, key: str) -> Any:
    """What a field says; None of a browser that has not yet heard of the present field."""
    typed = st.session_state[key]
    if key != _key(lesson, option):
        return None
    return " ".join(typed.split()) if isinstance(typed, str) else typed


def _complaint(option: Option, value: Any, refusal: str) -> str:
    return f"{code(option.key)} = {code(str(value)[:40])}: {refusal}."


def _hold(lesson: Lesson, option: Option, value: Any) -> None:
    """The choice is what its field says already."""
    state = state_of(lesson)
    was_refused, state.complaints = bool(state.complaints), ()
    state.choices[option.key] = value
    state.fields[option.key] = (state.fields[option.key][0], value)
    if was_refused:
        st.rerun()  # the sentence that goes stands above the part
    redraw(lesson, option.part)
