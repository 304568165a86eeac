"""The long text of a page, in the symbols and colours of its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.theme import ink, role_colors

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene


def explanation(scene: Scene) -> None:
    """Roles in their colours, the text, and what each letter means here."""
    colors = role_colors()
    names = [
        f'<span class="term" style="color:{ink(colors[role])}">{said}</span>'
        for role in scene.lesson.roles
        if (said := scene.said(f"roles.{role}"))
    ]
    if names:
        st.html(" · ".join(names))
    st.markdown(scene.said("explanation", **scene.look.inks))
    if scene.lesson.symbols:
        with st.expander(scene.kit("page.letters")):
            st.markdown(
                " · ".join(scene.said(f"symbols.{symbol}") for symbol in scene.lesson.symbols)
            )
