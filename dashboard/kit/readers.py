"""The run of one lesson in another that reads it: who does, and the way there.

The kit knows no lesson; the shell knows all, and tells who reads runs before it draws a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.execution.outcomes import UnknownRun
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language
from dashboard.kit.words import words

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene

READERS = "kit_readers"
"""Where the session keeps which lessons read runs of others."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A lesson that reads runs of others.

    Attributes:
        lesson: its declaration.
        page: the script of its page.
    """

    lesson: Lesson
    page: Path


def tell_readers(readers: Iterable[Reader]) -> None:
    """Say which lessons read runs of others, in the order of the course."""
    st.session_state[READERS] = tuple(readers)


def readers_of(lesson: str) -> tuple[Reader, ...]:
    """Who reads runs of ``lesson``."""
    known: tuple[Reader, ...] = st.session_state.get(READERS, ())
    return tuple(reader for reader in known if lesson in reader.lesson.reads_runs_of)


def ways_to_readers(scene: Scene, why_not: Callable[[Scene, str, Any], str]) -> None:
    """For every lesson that reads runs of this one a link that opens this very run there.

    Args:
        scene: what the page is being drawn of.
        why_not: from a reader's name and the run's configuration to why it cannot be read there;
            that stands in the link's place.
    """
    readers = readers_of(scene.lesson.name)
    if not readers or not scene.lesson.training:
        return
    held = scene.main.held
    try:
        config = held.latest().config
    except UnknownRun:
        return  # forgotten since the page began: with its next run it is on another
    with st.container(key="readers", gap="small"):
        for reader in readers:
            _way(scene, reader, held.run_id, why_not(scene, reader.lesson.name, config))


def _way(scene: Scene, reader: Reader, run_id: str, reason: str) -> None:
    title = words(reader.lesson.package, chosen_language())("title")
    if reason:
        st.caption(scene.kit("readers.why_not", title=title, reason=reason))
        return
    st.page_link(
        reader.page,
        label=scene.kit("readers.open", title=title),
        icon=reader.lesson.icon,
        query_params={"of": run_id},
        help=scene.kit("readers.help"),
    )
