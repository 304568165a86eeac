"""What is said where an answer is not there yet, or will not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.kit.questions import Answer, Failure
from dashboard.kit.words import Words, code

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene


def failed(said: Words, failure: Failure) -> str:
    """Why no answer will come, in the kit's words (Markdown)."""
    error = said(f"failure.{failure.kind}", error=code(str(failure)))
    return said("worker.failed", error=error)


def tell(scene: Scene, answer: Answer, meanwhile: str = "") -> None:
    """Say how a question stands, unless its newest answer is there.

    Args:
        scene: what the page is being drawn of.
        answer: how it stands.
        meanwhile: what is said while it is being worked on, if there is nothing to show.
    """
    if answer.error is not None:
        st.warning(failed(scene.kit, answer.error), icon=":material/error:")
    elif answer.worker == "suspect":
        st.caption(scene.kit("worker.suspect"))
    elif answer.value is None:
        is_working = answer.worker == "ready" and meanwhile
        st.caption(meanwhile if is_working else scene.kit("worker.starting"))
