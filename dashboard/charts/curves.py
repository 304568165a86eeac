"""Curves over training steps, one panel per term: training faint, held-out strong, exact dashed.

All panels are one ECharts canvas, redrawn several times a second while training: three separate
Vega-Lite charts took most of a browser's time, and the pointer stuttered.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.curve_marks import mark_far, mark_line
from dashboard.charts.frame import Chart
from dashboard.charts.past import (
    Past,
    outside_notes,
    past_alt,
    past_column,
    past_series,
    table_steps,
    with_metric,
)
from dashboard.charts.window import outliers, window
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look, Role

MAX_POINTS = 240
"""Points drawn per curve; a longer history is thinned evenly in its records."""

TITLE_LETTERS = 18
"""A title beside a panel that is longer stands in two lines."""

PANEL_GAP = 26
STEP_AXIS_HEIGHT = 46

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """One term over the steps; every array has shape ``[n]``.

    Attributes:
        title: of the vertical axis, with its unit.
        role: what is shown; decides the colour.
        train: values on training rows.
        held_out: values on held-out rows.
        exact: the exact reference on held-out rows, where there is one.
        objective: what is trained, where it differs from the term.
        exact_name: what the exact reference is called.
        limit: a second exact reference, the same at every step, where there is one.
        limit_name: what it is called.
        metric: the held-out values' name in a history, under which a run before has its own.
        always: values within these ends are drawn wherever the rest of the curve is.
    """

    title: str
    role: Role
    train: Values
    held_out: Values
    exact: Values | None = None
    objective: Values | None = None
    exact_name: str = "exact"
    limit: float | None = None
    limit_name: str = ""
    metric: str = ""
    always: tuple[float, float] | None = None


def curves_chart(
    *,
    steps: NDArray[np.int64],
    terms: Sequence[Term],
    marks: Sequence[tuple[int, str]],
    look: Look,
    said: Mapping[str, str],
    height: int = 560,
    past: Sequence[Past] = (),
) -> Chart:
    """Every panel against the step, above one another, with what moved marked.

    A panel's axis is that of its usual values (``window``); what lies outside is not drawn, and a
    mark at the edge says where and how far away the furthest of it is.

    Args:
        steps: recorded steps, shape ``[n]``.
        terms: one panel each.
        marks: steps at which a control moved, and in words what moved.
        look: theme and size.
        said: names of the curves, by their keys: "training", "held_out", "objective", "exact",
            "step"; "alt", "now", "below" and "above", and of runs before "outside", "past_alt"
            and "then", with their placeholders.
        height: in pixels.
        past: runs that this one is compared with.

    Returns:
        A chart whose specification is an ECharts option without its data set.
    """
    kept = _thinned(len(steps))
    rows = table_steps(steps[kept], past)
    columns: dict[str, Any] = {"step": rows}
    series: list[dict[str, Any]] = []
    shown: list[Values] = []
    for index, term in enumerate(terms):
        curves = _curves(term)
        low, high = _ends(term)
        drawn = {name: _inside(values, low, high)[kept] for name, values in curves.items()}
        shown.append(np.concatenate(list(drawn.values())))
        for one in with_metric(past, term.metric):
            column = f"{term.title}, {one.name}"
            columns[column] = past_column(one, term.metric, rows, shown[index])
            series.append(past_series(index, one.name, column, term.role, look))
        for name, values in drawn.items():
            own = {"exact": term.exact_name, "limit": term.limit_name}
            text = own.get(name) or said[name]
            column = f"{term.title}, {text}"
            columns[column] = np.pad(values, (0, len(rows) - len(kept)), constant_values=np.nan)
            series.append(_series(index, name, text, column, term.role, look))
        # on the held-out curve, the last one
        series[-1]["markLine"] = mark_line(marks, look)
        far = outliers(steps, curves, low, high)
        series[-1]["markPoint"] = mark_far(far, steps, said, look)
    option = {
        "animation": False,
        "textStyle": {"fontSize": look.font_size},
        "grid": _grids(len(terms), look, height),
        "xAxis": [
            _step_axis(i, i == len(terms) - 1, said["step"], look) for i in range(len(terms))
        ],
        "yAxis": [_value_axis(i, term, look) for i, term in enumerate(terms)],
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "tooltip": {"trigger": "axis", "valueFormatter": "%.3f", "confine": True},
        "series": series,
    }
    panels = [(term.metric, term.title) for term in terms]
    if past:
        grids = _grids(len(terms), look, height)
        option["title"] = outside_notes(past, panels, shown, grids, look, said)
    now = ", ".join(
        filled(said["now"], title=term.title, value=_now(term.held_out[-1]))
        for term in terms
        if len(term.held_out)
    )
    alt = filled(said["alt"], now=now) + past_alt(past, panels, said)
    return Chart(data=pd.DataFrame(columns), spec=option, alt=alt)


def _thinned(count: int) -> NDArray[np.int64]:
    """At most ``MAX_POINTS`` indices up to ``count``, the last one always among them."""
    if count <= MAX_POINTS:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MAX_POINTS).astype(np.int64))


def _curves(term: Term) -> dict[str, Values]:
    """The curves of a term that there are, the held-out one last, hence on top."""
    curves = {} if term.exact is None else {"exact": term.exact}
    if term.limit is not None:
        curves["limit"] = np.full(len(term.train), term.limit)
    curves["training"] = term.train
    if term.objective is not None:
        curves["objective"] = term.objective
    return curves | {"held_out": term.held_out}


def _ends(term: Term) -> tuple[float, float]:
    """The lowest and the highest value that a panel draws; what bounds it is always seen."""
    low, high = window(term.held_out, term.train, term.exact, term.objective)
    limits = [*(term.always or ()), *(() if term.limit is None else (term.limit,))]
    return min(low, *limits, low), max(high, *limits, high)


def _inside(values: Values, low: float, high: float) -> Values:
    """The values that a panel draws, NaN for all others."""
    return np.where(np.isfinite(values) & (values >= low) & (values <= high), values, np.nan)


def _series(
    index: int, name: str, text: str, column: str, role: Role, look: Look
) -> dict[str, Any]:
    styles: dict[str, dict[str, Any]] = {
        "training": {"color": ROLE_COLORS[role], "opacity": 0.4, "width": look.line_width},
        "objective": {"color": ROLE_COLORS["objective"], "width": 0.7 * look.line_width},
        "exact": {
            "color": look.truth,
            "type": list(TRUTH_DASH),
            "width": 0.8 * look.line_width,
        },
        "limit": {
            "color": look.truth,
            "type": list(TRUTH_DASH),
            "width": 0.4 * look.line_width,
        },
        "held_out": {"color": ROLE_COLORS[role], "width": look.line_width},
    }
    style = styles[name]
    return {
        "type": "line",
        "name": text,
        "xAxisIndex": index,
        "yAxisIndex": index,
        "encode": {"x": "step", "y": column, "tooltip": [column]},
        "showSymbol": False,
        "connectNulls": False,
        "lineStyle": style,
        "itemStyle": {"color": style["color"]},
        "emphasis": {"disabled": True},
    } | ({"step": "end"} if name == "exact" else {})  # holds until a control moves, then jumps


def _now(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 1e6 else f"{value:.1e}"


def _grids(count: int, look: Look, height: int) -> list[dict[str, Any]]:
    panel = (height - STEP_AXIS_HEIGHT - 10) / count - PANEL_GAP
    left = round(6.4 * look.font_size)
    return [
        {"left": left, "right": 12, "top": 10 + i * (panel + PANEL_GAP), "height": panel}
        for i in range(count)
    ]


def _step_axis(index: int, last: bool, title: str, look: Look) -> dict[str, Any]:
    return {
        "type": "value",
        "gridIndex": index,
        "min": "dataMin",
        "max": "dataMax",
        "name": title if last else "",
        "nameLocation": "middle",
        "nameGap": 2.2 * look.font_size,
        "nameTextStyle": {"color": look.muted, "fontSize": look.font_size},
        "splitNumber": 5,
        "axisLabel": {
            "show": last,
            "color": look.muted,
            "fontSize": look.font_size,
            "showMaxLabel": False,
        },
        "axisLine": {"onZero": False, "lineStyle": {"color": look.grid}},
        "axisTick": {"show": last},
        "axisPointer": {"label": {"precision": 0}},
        "splitLine": {"lineStyle": {"color": look.grid}},
    }


def _value_axis(index: int, term: Term, look: Look) -> dict[str, Any]:
    return {
        "type": "value",
        "gridIndex": index,
        "scale": True,
        "name": "\n".join(textwrap.wrap(term.title, TITLE_LETTERS)),
        "nameLocation": "middle",
        "nameGap": 3.8 * look.font_size,
        "nameTextStyle": {
            "color": look.muted,
            "fontSize": look.font_size,
            "lineHeight": 1.2 * look.font_size,
        },
        "splitNumber": 4,
        "axisLabel": {"color": look.muted, "fontSize": look.font_size},
        "splitLine": {"lineStyle": {"color": look.grid}},
    }
