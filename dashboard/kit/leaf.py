"""The frame of a page that is no lesson: title, switches, opening; its link says the switches."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import streamlit as st

from dashboard.kit.look import switched, switches
from dashboard.kit.words import Words

FORMULA_OR_BAR = re.compile(r"\$[^$]*\$|\|")


def leaf_top(said: Words) -> None:
    """Title and switches, and below them what the page is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="leaf_top"):
        st.title(said("title"), width="stretch")
        switches()
    st.markdown(said("opening"))
    asked, link = st.query_params, switched()
    if {key: asked.get(key) for key in ("projector", "lang") if key in asked} != link:
        asked.from_dict(link)


def relative(page: str, **asked: str) -> str:
    """The address of another page, seen from one beside it, in the same look and language."""
    query = urlencode(asked | switched())
    return f"{page}?{query}" if query else page


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table (Markdown); a shorter row is filled up with empty cells."""
    lines = [head, ["---"] * len(head), *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    return "\n".join(f"| {' | '.join(map(_in_cell, line))} |" for line in lines)


def _in_cell(text: str) -> str:
    """A bar would end the cell: in a formula it has other names, elsewhere it is escaped."""

    def other(found: re.Match[str]) -> str:
        formula = found[0].replace(r"\|", r"\Vert ").replace("|", r"\vert ")
        return formula if found[0] != "|" else r"\|"

    return FORMULA_OR_BAR.sub(other, text)
