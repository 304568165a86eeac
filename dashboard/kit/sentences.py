"""Sentences and headings inside of a board, as HTML. No streamlit."""

import re
from collections.abc import Iterable, Sequence
from html import escape


def bold(sentence: str) -> str:
    """A sentence whose only Markdown is ``**bold**``."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(sentence, quote=False))


def small(text: str) -> str:
    """HTML in small type."""
    return f"<small>{text}</small>"


def heading(text: str) -> str:
    """A heading of the size of the page's own."""
    return f'<h3 style="font-size: 1.45rem; padding: 0.5rem 0 0.4rem">{text}</h3>'


SQUARE = (
    '<i style="display:inline-block;width:0.7em;height:0.7em;border-radius:0.12em;background:{}">'
    "</i>"
)
"""A colour: not a letter, which would have to be readable in it."""


def key_of(entries: Iterable[tuple[str, str]], exact: str = "") -> str:
    """What the colours of a board's pictures mean, in one line (HTML).

    Args:
        entries: words and their colours.
        exact: what is dashed, in words; empty: nothing.
    """
    parts = [f"{SQUARE.format(color)}&nbsp;{escape(text)}" for text, color in entries]
    if exact:
        parts.append(f"<span><b>╌╌</b> {escape(exact)}</span>")
    return " &nbsp; ".join(parts)


def table_of(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of words and numbers, the first cell of a row naming it (HTML)."""

    def line(cells: Sequence[str], tag: str) -> str:
        first, *others = map(escape, cells)
        scope = ' scope="row"' if tag == "td" else ""
        rest = "".join(f"<{tag}>{cell}</{tag}>" for cell in others)
        return f"<tr><th{scope}>{first}</th>{rest}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
