"""What all charts share: a chart is a table and a specification (Vega-Lite or ECharts).

Vega-Lite specifications are built with Altair once per look and cached; a live page then sends
only new rows, and the drawn chart keeps its zoom.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.theme import Look


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A table, how it is drawn, and what it shows in words."""

    data: pd.DataFrame
    spec: dict[str, Any]
    alt: str


def finished(
    chart: alt.LayerChart | alt.FacetChart | alt.Chart,
    look: Look,
    height: int,
    *,
    legend: bool = False,
) -> dict[str, Any]:
    """The specification of ``chart`` in the page's look, without its data."""
    styled = (
        chart.properties(height=height, width="container")
        .configure_axis(
            labelColor=look.muted,
            titleColor=look.muted,
            labelFontSize=look.font_size,
            titleFontSize=look.font_size,
            titleFontWeight="normal",
            gridColor=look.grid,
            domainColor=look.grid,
            tickColor=look.grid,
        )
        .configure_view(strokeWidth=0)
        .configure_legend(
            disable=not legend,
            orient="top",
            labelColor=look.muted,
            labelFontSize=look.font_size,
        )
    )
    spec: dict[str, Any] = styled.to_dict()
    for key in ("$schema", "datasets"):
        spec.pop(key, None)
    for part in (spec, *spec.get("layer", ())):
        part.pop("data", None)  # the table travels beside the specification
    return spec


def worded(chart: alt.Chart, column: str, shown: Mapping[str, str]) -> alt.Chart:
    """``chart`` with a further column ``<column>_said``: the words for the keys in ``column``."""
    words = {f"{column}_said": f"{json.dumps(dict(shown))}[datum.{column}]"}
    return chart.transform_calculate(**words)


def in_later_range(values: NDArray[Any], *shown: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values of a training curve to draw: untrained losses would flatten all that follows.

    Kept is the range of the later half and of ``shown`` (exact values drawn beside them), widened
    three times; a curve of under eight records is kept whole.

    Args:
        values: in order of their steps, shape ``[n]``.
        shown: what else has to be seen, any length; values that are not finite are ignored.
    """
    finite: NDArray[np.bool_] = np.isfinite(values)
    if len(values) < 8:
        return finite
    wanted = np.concatenate([values[len(values) // 2 :], *shown])
    wanted = wanted[np.isfinite(wanted)]
    if not len(wanted):
        return finite
    low, high = float(wanted.min()), float(wanted.max())
    room = 3 * max(high - low, 1e-3 * max(abs(high), abs(low), 1e-9))
    return finite & (values >= low - room) & (values <= high + room)
