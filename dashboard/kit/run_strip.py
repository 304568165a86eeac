"""The strip of run controls: ▶ ⏸ step ⟲, always in the same place, with where the run stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.kit.words import Words, code

MOST_STEPS = 1_000_000
"""As far as a run may be told to train."""

if TYPE_CHECKING:
    from core.execution.notices import Message, Notice
    from core.execution.view import RunView
    from dashboard.kit.sessions import HeldRun


def run_strip(
    held: HeldRun,
    view: RunView,
    *,
    lesson: str,
    said: Words,
    train: Callable[[int | None], None],
    reset: Callable[[], None],
    waits_for_reset: bool,
    train_help: str,
    why_not: str = "",
) -> DeltaGenerator:
    """Draw the buttons; the place beside them, for step, epoch and speed, is the result.

    A live fragment fills that place again and again with ``show_facts``; the buttons themselves
    change with the phase of the run only and can stand outside of what is redrawn.

    Args:
        held: the run of this session.
        view: how it stands.
        lesson: its name, and the run's if it has one.
        said: the kit's words.
        train: trains on, to a step that may be given.
        reset: starts over.
        waits_for_reset: whether a choice was made that only a reset applies.
        train_help: what ▶ Train does, and what may be moved meanwhile.
        why_not: why this run cannot be trained; the buttons then rest, and say it.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
        running = view.phase == "running"
        st.button(
            said("strip.train"),
            key="train",
            icon=":material/play_arrow:",
            type="secondary" if running or why_not else "primary",
            disabled=running or bool(why_not),
            on_click=lambda: train(st.session_state.get(_until_key(lesson))),
            help=why_not or train_help,
        )
        _until(lesson, said)
        st.button(
            said("strip.pause"),
            key="pause",
            icon=":material/pause:",
            disabled=not running,
            on_click=held.pause,
        )
        st.button(
            said("strip.step"),
            key="step",
            icon=":material/skip_next:",
            disabled=running or bool(why_not),
            on_click=held.step_once,
            help=why_not or None,
        )
        st.button(
            said("strip.reset"),
            key="reset",
            icon=":material/replay:",
            type="primary" if waits_for_reset else "secondary",
            on_click=reset,
            help=said("strip.reset_help"),
        )
        place = st.empty()
        place.html('<div class="run-facts"></div>')
        return place


def _until(lesson: str, said: Words) -> None:
    """A field for the step at which training is to stop by itself; empty: when it is paused."""
    st.number_input(
        said("strip.until"),
        min_value=1,
        max_value=MOST_STEPS,
        value=None,
        step=1,
        format="%d",
        key=_until_key(lesson),
        persist_state="session",
        placeholder=said("strip.until_none"),
        label_visibility="collapsed",
        width=88,
    )


def _until_key(lesson: str) -> str:
    return f"until_{lesson}"


def show_facts(place: DeltaGenerator, view: RunView, facts: str, said: Words) -> None:
    """Write ``facts`` about the run (HTML) beside its buttons."""
    if view.training and view.steps_per_second is None:
        facts += f"<span>{said('strip.first_slice')}</span>"
    place.html(f'<div class="run-facts">{facts}</div>')


def run_messages(view: RunView, waiting: str, said: Words) -> None:
    """What the visitor has to know: what waits, a lost worker, why it stopped by itself."""
    if waiting:
        st.info(said("strip.waiting", what=waiting), icon=":material/hourglass_top:")
    if view.notice is not None:
        st.warning(_notice(view.notice, said), icon=":material/healing:")
    elif view.phase == "running" and view.worker == "starting" and view.run.step:
        st.warning(said("notice.starting"), icon=":material/healing:")
    if view.message is not None and view.message.key == "reached":
        st.caption(f":material/flag: {_message(view.message, said)}")
    elif view.message is not None:
        is_lesson = view.phase == "diverged"
        after = said("strip.diverged" if is_lesson else "strip.failed")
        icon = ":material/crisis_alert:" if is_lesson else ":material/error:"
        st.error(f"{_message(view.message, said)} {after}", icon=icon)


def _notice(notice: Notice, said: Words) -> str:
    key = f"{notice.key}_running" if notice.is_running else notice.key
    return said(f"notice.{key}", step=f"{notice.step:,}")


def _message(message: Message, said: Words) -> str:
    return said(
        f"message.{message.key}",
        step=f"{message.step:,}",
        metric=message.metric,
        value=f"{message.value:g}",
        losses=message.losses,
        error=code(message.error),
    )
