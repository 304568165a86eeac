"""The curves of a run before, faded behind those of the present run and in the same table.

The hover of a chart names what has a value at one step. So a run before is drawn at the steps at
which the present run is drawn, as far as it has recorded them, and beyond its end at its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.frame import in_later_range
from dashboard.kit.words import filled, with_minus
from dashboard.theme import ROLE_COLORS, Look, Role

MAX_POINTS_BEYOND = 120
"""Points of a run before that are drawn beyond the end of the present run."""

ROOM = 6.0
"""How many times the range of the present run an axis may span for runs before."""

DOTS = (2, 3)
FADED = 0.75

Values = NDArray[np.float64]
Steps = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """The held-out curves of a run that the present one is compared with.

    Attributes:
        name: of its curves, in words.
        what: which run it is, in words.
        steps: its recorded steps, shape ``[m]``.
        values: by the metric of a term, each of shape ``[m]``.
    """

    name: str
    what: str
    steps: Steps
    values: Mapping[str, Values]


def table_steps(steps: Steps, past: Sequence[Past]) -> Steps:
    """The steps of all rows: those of the present run, then what runs before have beyond them.

    Args:
        steps: at which the present run is drawn, shape ``[n]``.
        past: what it is compared with.
    """
    last = steps[-1] if len(steps) else -1
    beyond = [one.steps[_spread(len(one.steps))] for one in past if len(one.steps)]
    return np.unique(np.concatenate([steps, *(own[own > last] for own in beyond)]))


def _spread(count: int) -> Steps:
    """Indices spread evenly over ``count``, the same however far the present run has come."""
    return np.unique(np.linspace(0, count - 1, MAX_POINTS_BEYOND).astype(np.int64))


def with_metric(past: Sequence[Past], metric: str) -> list[Past]:
    """The runs before that have finite values of a metric."""
    return [one for one in past if np.isfinite(one.values.get(metric, np.zeros(0))).any()]


def past_column(one: Past, metric: str, rows: Steps, shown: Values) -> NDArray[np.float32]:
    """A curve of a run before in the rows of the table, NaN where it is not drawn.

    Left out are its own untrained losses and what would squeeze the present run: with it the axis
    spans no more than ``ROOM`` times the range of ``shown``.

    Args:
        one: the run before.
        metric: which of its curves.
        rows: the steps of the table, increasing, shape ``[n]``.
        shown: all that is drawn of the present run on the same axis, any length.
    """
    steps, values = one.steps, one.values[metric]
    low, high = reach(shown)
    kept = np.isin(steps, rows) & in_later_range(values) & (values >= low) & (values <= high)
    column = np.full(len(rows), np.nan, dtype=np.float32)
    column[np.searchsorted(rows, steps[kept])] = values[kept]
    return column


def reach(shown: Values) -> tuple[float, float]:
    """The lowest and the highest value that a run before may have beside these."""
    finite = shown[np.isfinite(shown)]
    if not len(finite):
        return -np.inf, np.inf
    low, high = float(finite.min()), float(finite.max())
    span = ROOM * max(high - low, 1e-3 * max(abs(high), abs(low), 1e-9))
    return high - span, low + span


def past_series(index: int, name: str, column: str, role: Role, look: Look) -> dict[str, Any]:
    """How a curve of a run before is drawn: dotted, thin, in the colour of its term."""
    color = ROLE_COLORS[role]
    width = 0.8 * look.line_width
    return {
        "type": "line",
        "name": name,
        "xAxisIndex": index,
        "yAxisIndex": index,
        "encode": {"x": "step", "y": column, "tooltip": [column]},
        "showSymbol": False,
        "connectNulls": True,  # it has no record at some steps of the present run
        "lineStyle": {"color": color, "type": list(DOTS), "opacity": FADED, "width": width},
        "itemStyle": {"color": color},
        "emphasis": {"disabled": True},
    }


def outside_notes(
    past: Sequence[Past],
    panels: Sequence[tuple[str, str]],
    shown: Sequence[Values],
    grids: Sequence[Mapping[str, Any]],
    look: Look,
    said: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Titles in the corners of the panels whose axes do not reach where a run before ended.

    Args:
        past: runs before.
        panels: metric and title of each.
        shown: all that is drawn of the present run, by panel.
        grids: of the panels.
        look: theme and size.
        said: "outside" with its placeholder.
    """
    notes = []
    for (metric, _), own, grid in zip(panels, shown, grids, strict=True):
        low, high = reach(own)
        for one in with_metric(past, metric):
            value = float(one.values[metric][-1])
            if not low <= value <= high:
                text = filled(said["outside"], value=with_minus(f"{value:,.2f}"))
                notes.append(_note(text, grid, look, is_above=value > high))
    return notes


def _note(text: str, grid: Mapping[str, Any], look: Look, *, is_above: bool) -> dict[str, Any]:
    below = grid["top"] + grid["height"] - 1.6 * look.font_size
    return {
        "text": f"{text} {'↑' if is_above else '↓'}",
        "right": grid["right"],
        "top": grid["top"] if is_above else below,
        "padding": 0,
        "textStyle": {"color": look.muted, "fontSize": look.font_size, "fontWeight": "normal"},
    }


def past_alt(
    past: Sequence[Past], panels: Sequence[tuple[str, str]], said: Mapping[str, str]
) -> str:
    """Which runs before are faded, and where they ended, in words.

    Args:
        past: runs before.
        panels: metric and title of each.
        said: "past_alt" and "then" with their placeholders.
    """
    told = ""
    for one in past:
        ends = [
            filled(said["then"], title=title, value=f"{one.values[metric][-1]:.2f}")
            for metric, title in panels
            if with_metric((one,), metric)
        ]
        told += filled(said["past_alt"], what=one.what, then=", ".join(ends))
    return told
