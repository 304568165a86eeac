"""The top of a page: experiments, what the chosen one shows, complaints, the switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.components.copy_link import copy_link
from dashboard.kit.fragments import WORDS, is_alone
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import switches
from dashboard.kit.option import Choices
from dashboard.kit.state import absorb, put, state_of
from dashboard.kit.steering import put_run

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene

TURN = "kit_menu"
"""Where the session counts how often the menu was used: each time it is another, closed one."""


def header(scene: Scene) -> None:
    """Experiments to choose from, what the chosen one shows, and the switches."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        if scene.lesson.presets:
            _menu(scene)
        if scene.lesson.training:
            _words(scene)
        else:
            st.fragment(_words, key=WORDS)(scene)
        copy_link(key="copy_link", words=scene.kit.part("components.copy_link"))
        switches()
    with st.container(key="complaints"):  # always: what stands below keeps its place and focus
        for sentence in scene.state.complaints:
            st.warning(sentence, icon=":material/link_off:")


def _menu(scene: Scene) -> None:
    """A button that opens the menu; each experiment is one click, which closes it.

    A popover cannot be told to close while it is being opened; one of another key is closed.
    """
    turn = st.session_state.setdefault(TURN, 0)
    with (
        st.container(key="experiments", width="content"),
        st.popover(
            scene.kit("experiments.title"),
            icon=":material/science:",
            help=scene.kit("experiments.help"),
            key=f"experiments_{turn}",
        ),
    ):
        st.caption(scene.kit("experiments.caption"))
        for name in scene.lesson.presets:
            st.button(
                scene.said(f"presets.{name}.title"),
                key=f"preset_{name}",
                on_click=choose,
                args=(scene.lesson, name),
                help=scene.said(f"presets.{name}.shows"),
                width="stretch",
            )


def _words(scene: Scene) -> None:
    """What the chosen experiment shows, or what the page opens with."""
    if is_alone():
        absorb(scene.lesson, scene.state)
    shown = scene.shown
    if shown is None:
        text = scene.said("opening")
    else:
        title, shows = scene.said(f"presets.{shown}.title"), scene.said(f"presets.{shown}.shows")
        text = f"**{title}.** {shows}"
    st.markdown(text, width="stretch")


def choose(lesson: Lesson, name: str) -> None:
    """A callback: set every control to what the experiment asks for, and start it at once."""
    preset = lesson.presets[name]
    start(lesson, lesson.choices_by(name), preset.train_steps, shown=name, opening=preset.opening)


def start(
    lesson: Lesson,
    choices: Choices,
    train_steps: int,
    *,
    shown: str | None,
    opening: Mapping[str, Any],
) -> None:
    """In a callback: set every control, and start what follows from it at once.

    Args:
        lesson: of the page.
        choices: every option's value.
        train_steps: how far it trains by itself; 0: it stands still.
        shown: the experiment whose words stand at the top.
        opening: what a picture in the browser is told to do.
    """
    state = state_of(lesson)
    state.choices = lesson.opened(choices, opening)
    put(lesson, state.choices)
    state.shown, state.complaints = shown, ()
    state.opening = {**opening, "nonce": state.opening["nonce"] + 1}
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    if lesson.training:
        part = lesson.steered(state.choices)
        put_run(lesson, state, part, *lesson.configured(state.choices, part), train_steps or None)
