"""The names of a page's fragments, and what asks for them: nowhere else."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.kit.lesson import Lesson

WORDS = "words"
FIRST = "live"


def due(name: str) -> str:
    """The fragment that asks for a later part when all before it is drawn."""
    return f"{name}_due"


def redraw(lesson: Lesson, part: str = FIRST) -> None:
    """A callback of what leaves all other controls as they are: only what shows it is redrawn.

    Args:
        lesson: whose page.
        part: the fragment that shows it.
    """
    from dashboard.kit.scene import live_part

    names = [part]
    if part == FIRST and not lesson.training:
        later = [part.name for part in live_part(lesson).parts if part.is_later]
        names = [WORDS, *(due(name) for name in later), FIRST]
    st.rerun(names)


def redraw_later(name: str) -> None:
    """A callback: draw a later part now."""
    st.rerun([name, due(name)])


def is_alone() -> bool:
    """Whether a fragment is being drawn by itself, not in the course of its page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)
