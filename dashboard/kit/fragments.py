"""The names of a page's fragments, and what asks for them: nowhere else."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from dashboard.kit.lesson import Lesson
from dashboard.kit.parts import live_part

WORDS = "words"
FIRST = "live"
TOOLS = "tools"
"""What goes back; it writes the link, too."""

POLLING = "kit_polling"
"""Where the session keeps which fragment the browser asks for by itself, and how often."""


def due(name: str) -> str:
    """The fragment that asks for a later part when all before it is drawn."""
    return f"{name}_due"


def redraw(lesson: Lesson, part: str = FIRST) -> None:
    """A callback of what leaves all other controls as they are: only what shows it is redrawn.

    Args:
        lesson: whose page.
        part: the fragment that shows it.
    """
    names = [part]
    if part == FIRST and not lesson.training:
        later = [part.name for part in live_part(lesson).parts if part.is_later]
        names = [WORDS, *(due(name) for name in later), FIRST]
    _draw_alone([*names, TOOLS])


def redraw_tools() -> None:
    """A callback of what is drawn already: only the link follows, and what goes back."""
    _draw_alone([TOOLS])


def redraw_moving(name: str) -> None:
    """A callback of a handle on its way: only its picture follows, the rest when it rests."""
    _draw_alone([name])


def redraw_later(name: str) -> None:
    """A callback: draw a later part now."""
    _draw_alone([name, due(name)])


def _draw_alone(names: list[str]) -> None:
    """Draw these fragments alone, where that loses nothing; else the page is drawn whole.

    A control can be moved in a page that is still being drawn for the first time, and its callback
    then runs before the fragments below it are known. And on a busy machine several fragments can
    be asked for in one breath: the others' askings would be lost with what they were to show.
    """
    context = get_script_run_ctx(suppress_warning=True)
    asked = () if context is None else context.fragment_ids_this_run or ()
    if set(asked) - {ThreadState.get().fragment_id}:  # in a callback, that of its control
        st.rerun()
    with suppress(StreamlitAPIException):
        st.rerun(names)


def note_polling(seconds: float | None) -> None:
    """In a fragment that the browser asks for by itself: how often; None: it does not.

    Args:
        seconds: from one asking to the next.
    """
    own = ThreadState.get().fragment_id
    st.session_state[POLLING] = (own, seconds) if own and seconds else None


def keep_polling() -> None:
    """In a fragment that is drawn by itself: the browser goes on asking for the one that polls.

    A control that stands outside of all fragments starts a run of the page, with which the browser
    forgets what it asks for by itself; the callback then ends that run for one of fragments only,
    in which nobody would tell it anew. To be told twice changes nothing there.
    """
    polling = st.session_state.get(POLLING)
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not is_alone() or polling is None:
        return
    message = ForwardMsg()
    message.auto_rerun.fragment_id, message.auto_rerun.interval = polling
    context.enqueue(message)


def is_alone() -> bool:
    """Whether a fragment is being drawn by itself, not in the course of its page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


def is_own_run() -> bool:
    """Whether the fragment that is being drawn was asked for itself, not one around it."""
    context = get_script_run_ctx(suppress_warning=True)
    asked = () if context is None else context.fragment_ids_this_run or ()
    return ThreadState.get().fragment_id in asked
