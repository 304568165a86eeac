"""Widgets from the rows of a lesson's options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.training import resolve
from dashboard.kit.fragments import redraw
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Option
from dashboard.kit.state import LessonState, absorb, put, put_one, state_of
from dashboard.kit.words import Words, code, number

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.kit.scene import Scene

Draw = Callable[..., Any]


def sidebar(scene: Scene) -> DeltaGenerator:
    """Every option that stands at the left, folded as the rows say; the place above is free."""
    folds: dict[str, AbstractContextManager[Any]] = {}
    with st.sidebar:
        top = st.container()
        for option in scene.lesson.options:
            if option.place != "sidebar" or not option.is_shown(scene.choices):
                continue
            if not option.group:
                control(scene, option.key)
                continue
            if option.group not in folds:
                folds[option.group] = _fold(scene.said, option.group)
            with folds[option.group]:
                control(scene, option.key)
    return top


def _fold(said: Words, group: str) -> Any:
    fold = st.expander(said(f"groups.{group}.title"))
    if f"groups.{group}.note" in said:
        fold.caption(said(f"groups.{group}.note"))
    return fold


def control(scene: Scene, key: str, **more: Any) -> None:
    """The widget of one option, its note, and what stands beside it.

    Args:
        scene: what the page is being drawn of.
        key: of the option.
        more: for the widget: width, label_visibility and the like.
    """
    option, said = scene.option(key), scene.said
    fixed: dict[str, Any] = {
        "key": key,
        "disabled": not option.is_enabled(scene.choices),
        "on_change": _on_change(scene.lesson, option),
    } | _default(option, scene.choices[key])
    if f"options.{key}.help" in said:
        fixed["help"] = said(f"options.{key}.help")
    _WIDGETS[option.look](scene, option, said(f"options.{key}.label"), fixed | more)
    if f"options.{key}.note" in said:
        st.caption(said(f"options.{key}.note"))
    if option.beside:
        resolve(option.beside)(scene)


def _default(option: Option, value: Any) -> dict[str, Any]:
    """What a widget shows where the browser knows no better.

    Not written into the session: of a fragment that polls, the message that would carry it can
    be lost before the browser has drawn the widget at all.
    """
    if option.look == "menu":
        return {"index": option.values.index(value)}
    if option.look in ("buttons", "pills"):
        return {"default": list(value) if option.is_many else value}
    return {"value": value}


def _on_change(lesson: Lesson, option: Option) -> Callable[[], None] | None:
    """Only what shows the choice is drawn again where nothing else on the page depends on it.

    What stands among the pictures may be in a fragment: Streamlit would redraw that alone.
    """
    if option.then is not None:
        return partial(_take_along, lesson, option)
    if option.applies == "view" or (option.applies == "live" and not lesson.training):
        return None if option.steers else partial(redraw, lesson, option.part)
    return st.rerun if option.place == "page" else None


def _take_along(lesson: Lesson, option: Option) -> None:
    """A callback: other choices follow the one that was made; an echo is none."""
    assert option.then is not None
    state = state_of(lesson)
    before = state.choices[option.key]
    absorb(lesson, state)
    if state.choices[option.key] == before:
        return
    state.choices = dict(option.then(state.choices))
    put(lesson, state.choices)


def shown(scene: Scene, option: Option) -> Callable[[Any], str]:
    """How a widget shows a value."""
    return partial(scene.said.value, option.words_of)


def menu(
    scene: Scene, key: str, values: Sequence[str], shown: Callable[[str], str], **more: Any
) -> None:
    """A menu whose values depend on the run that is shown; one that is gone is the first again.

    Args:
        scene: what the page is being drawn of.
        key: of an option.
        values: what may be chosen now.
        shown: how the menu shows a value.
        more: for the widget.
    """
    now = st.session_state.get(key, scene.choices[key])
    if now not in values:
        now = scene.state.choices[key] = values[0]
        put_one(scene.lesson, scene.option(key), now)
    st.selectbox(
        scene.said(f"options.{key}.label"),
        values,
        index=values.index(now),
        format_func=shown,
        key=key,
        on_change=_on_change(scene.lesson, scene.option(key)),
        **more,
    )


def _menu(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    st.selectbox(label, option.values, format_func=shown(scene, option), **more)


def _buttons(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    st.segmented_control(
        label, option.values, required=True, format_func=shown(scene, option), **more
    )


def _pills(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    st.pills(
        label, option.values, selection_mode="multi", format_func=shown(scene, option), **more
    )


def _rail(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    st.select_slider(label, option.values, format_func=shown(scene, option), **more)


def _ladder(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    """A slider over the ladder, and a field that takes any number."""
    now = scene.choices[option.key]
    rungs = sorted({*option.rungs, now})
    field = _field(scene.state, option, now)
    with st.container(key=f"row_{option.key}"):
        st.select_slider(label, rungs, format_func=number, **more)
        st.number_input(
            scene.kit("controls.typed", label=label),
            value=now if option.is_whole else float(now),
            key=field,
            label_visibility="collapsed",
            step=1 if option.is_whole else None,
            format="%d" if option.is_whole else "%g",
            disabled=more["disabled"],
            on_change=_take_typed,
            args=(scene.lesson, option, field, more["on_change"]),
        )


def _field(state: LessonState, option: Option, now: float) -> str:
    """The key of the field beside a ladder: a new field whenever its slider has moved.

    A browser that is ahead of its page still sends what the field showed before; of the same
    field that would look as if it had been typed, and pull the slider back.
    """
    turn, shows = state.fields.get(option.key, (0, now))
    state.fields[option.key] = (turn + (shows != now), now)
    return _field_key(state, option)


def _field_key(state: LessonState, option: Option) -> str:
    turn, _ = state.fields[option.key]
    return f"{option.key}_typed" + (f"_{turn}" if turn else "")


def _take_typed(
    lesson: Lesson, option: Option, field: str, change: Callable[[], None] | None
) -> None:
    """A callback: a number was typed; what the configuration refuses is said and put back.

    The slider has to be told of it: else it would say the old number at the next occasion.
    """
    state, value = state_of(lesson), st.session_state[field]
    if field != _field_key(state, option):
        return  # of a browser that has not yet heard of the present one
    if _is_refused(lesson, option, value):
        st.session_state[field] = state.fields[option.key][1]
        st.rerun()  # the sentence stands above the fragment that the field may be in
    state.fields[option.key] = (state.fields[option.key][0], value)
    put_one(lesson, option, value)
    is_told = option.place == "sidebar" and option.then is None  # the whole page is drawn
    if change is not None and not is_told:
        change()


def _is_refused(lesson: Lesson, option: Option, value: Any) -> bool:
    """Whether the configuration refuses ``value``; the top of the page then says why."""
    state, refusal = state_of(lesson), lesson.refusal(option.key, value)
    state.complaints = ()
    if refusal:
        state.complaints = (f"{code(option.key)} = {code(str(value))}: {refusal}.",)
    return bool(refusal)


def _slider(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    low, high = option.rungs[0], option.rungs[-1]
    step = option.rungs[1] - low
    st.slider(label, low, high, step=step, **more)


def _number(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    """A field; what the configuration refuses is put back to what holds, and said."""
    change = more.pop("on_change")
    limits: dict[str, Any] = {}
    if option.rungs:
        limits = {"min_value": option.rungs[0], "max_value": option.rungs[-1]}
    if option.is_whole:
        limits |= {"step": 1, "format": "%d"}
    fixed = limits | {"on_change": _take_field, "args": (scene.lesson, option, change)}
    st.number_input(label, **(fixed | more))


def _take_field(lesson: Lesson, option: Option, change: Callable[[], None] | None) -> None:
    """A callback: a field was filled in; what is refused is put back to what holds."""
    if option.key not in st.session_state:
        return  # of a browser that has not yet heard that the field is gone
    was_refused = bool(state_of(lesson).complaints)
    if _is_refused(lesson, option, st.session_state[option.key]):
        put_one(lesson, option, state_of(lesson).choices[option.key])
        st.rerun()  # the sentence stands above the fragment that the field may be in
    if was_refused and option.then is None:
        st.rerun()  # and so does the one that goes
    if change is not None:
        change()


def _switch(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    st.toggle(label, **more)


def _text(scene: Scene, option: Option, label: str, more: dict[str, Any]) -> None:
    change = more.pop("on_change")
    st.text_input(label, on_change=_take_field, args=(scene.lesson, option, change), **more)


_WIDGETS: dict[str, Draw] = {
    "menu": _menu,
    "buttons": _buttons,
    "pills": _pills,
    "rail": _rail,
    "ladder": _ladder,
    "slider": _slider,
    "number": _number,
    "switch": _switch,
    "text": _text,
}
