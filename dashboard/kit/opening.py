"""What pictures in the browser hold of a lesson's view: told to them, and told by them.

A picture that a visitor moves without the server (pins, a probe, the time of a walk) keeps what
it shows. The options that stand for it have the place "picture": a link, an experiment, undo set
them, and the picture takes them when it is told so, once for each new ``nonce``; so what a
visitor has done since is never overwritten. When the visitor comes to rest the picture says what
it shows, and nothing but the link follows.
"""

from __future__ import annotations

import json
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.kit.fragments import redraw_tools
from dashboard.kit.state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Option
    from dashboard.kit.scene import Scene


def opening_of(scene: Scene) -> dict[str, Any]:
    """What a picture opens with, or changes to when the nonce is new: options, commands, nonce."""
    held = {option.key: scene.state.choices[option.key] for option in scene.lesson.pictured}
    return {**scene.state.opening, **held}


def takes_view(
    scene: Scene, key: str, then: Callable[[], None] = redraw_tools
) -> Callable[[], None]:
    """The callback of the picture ``key``, whose event ``view`` says what it shows.

    Args:
        scene: what the page is being drawn of.
        key: of the picture.
        then: what is drawn again: the link, or also what depends on what the picture holds.
    """
    return partial(_take, scene.lesson, key, then)


def _take(lesson: Lesson, key: str, then: Callable[[], None]) -> None:
    state = state_of(lesson)
    sent = getattr(st.session_state.get(key), "view", None)
    found = reported(lesson, sent, state.opening["nonce"])
    if found:
        state.choices |= found
        state.opening = {"nonce": state.opening["nonce"]}  # what it was to do, it has done
    then()


def reported(lesson: Lesson, sent: Any, nonce: int) -> dict[str, Any]:
    """The options that a picture reports; of an older telling, and what cannot be, nothing.

    Args:
        lesson: whose picture.
        sent: JSON text of option keys and values, and the nonce that they follow.
        nonce: of the newest telling.
    """
    try:
        fields = json.loads(sent or "null")
    except (TypeError, ValueError):
        return {}
    if not isinstance(fields, dict) or fields.get("nonce") != nonce:
        return {}
    held = {option.key: option for option in lesson.pictured}
    return {k: v for k, v in fields.items() if k in held and _can_be(lesson, held[k], v)}


def _can_be(lesson: Lesson, option: Option, value: Any) -> bool:
    if option.look == "switch":
        return isinstance(value, bool)
    if option.is_number:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and not lesson.refusal(option.key, value)
    if not isinstance(value, str):
        return False
    return value in option.values if option.values else not lesson.refusal(option.key, value)
