"""The look the visitor has chosen: theme, and projector mode for a room."""

import streamlit as st

from dashboard.theme import Look


def is_projector() -> bool:
    """Whether type is large, lines are thick and the controls are folded."""
    asked = st.query_params.get("projector") == "true"  # the switch reads its link later
    return bool(st.session_state.get("projector", asked))


def chosen_look() -> Look:
    """Theme and size for charts."""
    is_dark = st.context.theme.type == "dark"
    return Look(theme="dark" if is_dark else "light", projector=is_projector())


def projector_switch() -> None:
    """The switch into projector mode, part of the link."""
    st.toggle(
        "Projector",
        key="projector",
        bind="query-params",
        persist_state="session",
        help="For a room: large type, thick lines, controls folded.",
    )
