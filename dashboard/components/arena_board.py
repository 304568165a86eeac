"""The arena's board: its pictures, its verdict and its table as one element of the page.

One element and one message for all that a moved control changes, drawn on canvases by the modules
in ``dashboard/static/arena_board/``: the page around it is left alone.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.charts.panel import Axis, Mark, Panel
from dashboard.components.payload import floats, folder_version, pack, read_sources
from dashboard.theme import TRUTH_DASH, Look

STATIC = Path(__file__).resolve().parents[1] / "static" / "arena_board"

SLOTS = ("story", "strips", "sweeps")
"""Where pictures may stand: left, right, and in a row below the table."""

WORDS = ("provenance", "verdict", "table", "sweep_title", "sweep_note", "submissions")
"""Places of HTML."""

_VERSION = folder_version(STATIC)

_component = st.components.v2.component(
    "arena_board",
    html='<div class="arena-board" aria-busy="true"></div>\n',
    css=read_sources("arena_board.css"),
    js=read_sources("payload.js", "mounting.js", "modules.js", "arena_board.js"),
)


def arena_board(
    *,
    key: str,
    panels: Mapping[str, Sequence[Panel]],
    words: Mapping[str, str],
    look: Look,
    is_stale: bool = False,
) -> None:
    """Draw the board.

    Args:
        key: stable identity on its page.
        panels: pictures by slot.
        words: HTML by place; made by us, never by a visitor.
        look: theme and size.
        is_stale: strips, verdict and table belong to the last question: they fade.

    Raises:
        ValueError: naming an unknown slot or place.
    """
    payload = arena_board_payload(panels=panels, words=words, look=look, is_stale=is_stale)
    _component(key=key, data=payload)


def arena_board_payload(
    *,
    panels: Mapping[str, Sequence[Panel]],
    words: Mapping[str, str],
    look: Look,
    is_stale: bool = False,
) -> bytes:
    """The message of :func:`arena_board`: all numbers in one section, marks name their share."""
    for known, given, name in ((SLOTS, panels, "panels"), (WORDS, words, "words")):
        unknown = set(given) - set(known)
        if unknown:
            raise ValueError(f"`{name}` must be among {', '.join(known)}, got {sorted(unknown)}")
    numbers: list[NDArray[Any]] = []
    meta = {
        "version": _VERSION,
        "is_stale": is_stale,
        "line_width": look.line_width,
        "dash": list(TRUTH_DASH),
        "words": dict(words),
        "slots": {
            slot: [_panel(panel, numbers) for panel in chosen] for slot, chosen in panels.items()
        },
    }
    together = np.concatenate(numbers) if numbers else np.zeros(0)
    return pack(meta, {"numbers": floats(together)})


def _panel(panel: Panel, numbers: list[NDArray[Any]]) -> dict[str, Any]:
    return {
        "name": panel.name,
        "x": _axis(panel.x),
        "y": _axis(panel.y),
        "marks": [_mark(mark, numbers) for mark in panel.marks],
        "alt": panel.alt,
        "rows": panel.rows,
        "margin": panel.margin,
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "title": axis.title,
        "low": axis.low,
        "high": axis.high,
        "is_log": axis.is_log,
        "names": axis.names,
        "colors": axis.colors,
    }


def _mark(mark: Mark, numbers: list[NDArray[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": mark.kind,
        "color": mark.color,
        "is_dashed": mark.is_dashed,
        "is_thin": mark.is_thin,
        "size": mark.size,
        "opacity": mark.opacity,
        "tip": mark.tip,
        "text": mark.text,
    }
    start = sum(len(part) for part in numbers)
    for name in ("x", "y", "x2", "y2", "value"):
        values = getattr(mark, name)
        if values is not None:
            if len(values) != len(mark.x):
                raise ValueError(f"`{name}` must have length {len(mark.x)}, got {len(values)}")
            found[name] = [start, start + len(values)]
            numbers.append(np.asarray(values))
            start += len(values)
    return found
