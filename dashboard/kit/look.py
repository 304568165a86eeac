"""The look the visitor has chosen: theme, projector mode for a room, language."""

import streamlit as st

from dashboard.kit.option import SWITCHES
from dashboard.kit.words import ENGLISH, KIT, Words, languages, words
from dashboard.theme import Look


def is_projector() -> bool:
    """Whether type is large, lines are thick and the controls are folded."""
    asked = SWITCHES.get(st.query_params.get("projector", ""), False)
    return bool(st.session_state.get("projector", asked))


def chosen_look() -> Look:
    """Theme and size for charts."""
    is_dark = st.context.theme.type == "dark"
    return Look(theme="dark" if is_dark else "light", projector=is_projector())


def chosen_language() -> str:
    """The code of the language that pages speak."""
    asked = st.session_state.get("lang", st.query_params.get("lang", ENGLISH))
    return asked if asked in languages() else ENGLISH


def kit_words() -> Words:
    """The words that all lessons share, in the chosen language."""
    return words(KIT, chosen_language())


def switched() -> dict[str, str]:
    """What a link says of projector mode and language, where they are not the usual ones."""
    link = {"projector": "true"} if is_projector() else {}
    return link if chosen_language() == ENGLISH else link | {"lang": chosen_language()}


def switches() -> None:
    """Projector mode and language; both are part of the link (``dashboard.kit.links``)."""
    spoken, said = languages(), kit_words()
    st.toggle(
        said("projector.label"),
        value=is_projector(),
        key="projector",
        persist_state="session",
        help=said("projector.help"),
    )
    if len(spoken) > 1:
        st.session_state.setdefault("lang", chosen_language())
        st.selectbox(
            said("language.label"),
            list(spoken),
            key="lang",
            persist_state="session",
            width=130,
            format_func=lambda code: spoken[code].name,
            label_visibility="collapsed",
        )
