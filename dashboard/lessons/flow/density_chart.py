"""The density of a flow in the plane, beside that of its target."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]


def density_chart(
    *,
    axis: Array,
    model: Array,
    exact: Array | None,
    lost: Array,
    titles: tuple[str, str],
    look: Look,
    said: Mapping[str, str],
    height: int = 192,
) -> Chart:
    """The flow's density, and above it the exact one, as shading on one scale.

    Args:
        axis: grid coordinates, ``[n]``.
        model: ``p_X``, ``[n, n]``, first index along x₁.
        exact: the target's, or None where it is not known.
        lost: the cells where the flow's density means nothing, ``[n, n]``; they are crossed out.
        titles: of both axes, with units.
        look: theme and size.
        said: names by their keys "flow", "exact" and "axis"; "alt" and "alt_exact" with their
            placeholders.
        height: of each panel, in pixels; a multiple of n, or cells show hairlines.
    """
    x1, x2 = (grid.ravel() for grid in np.meshgrid(axis, axis, indexing="ij"))
    half = 0.5 * (axis[1] - axis[0])
    parts = [(said["flow"], model, lost)]
    if exact is not None:
        parts.append((said["exact"], exact, np.zeros_like(lost)))
    frames = [
        pd.DataFrame(
            {
                "kind": kind,
                "x1": x1 - half,
                "x1_end": x1 + half,
                "x2": x2 - half,
                "x2_end": x2 + half,
                "density": values.ravel(),
                "lost": is_lost.ravel(),
            }
        )
        for kind, values, is_lost in parts
    ]
    known = np.where(lost, 0.0, model)
    top = float((known if exact is None else exact).max())
    seen = filled(said["alt"], top=f"{known.max():.2f}")
    if exact is not None:
        seen = filled(said["alt_exact"], flow=seen, top=f"{exact.max():.2f}")
    names = (said["flow"], said["exact"], said["axis"])
    return Chart(
        data=pd.concat(frames, ignore_index=True).round(5),
        spec=_density_spec(names, titles, round(top, 2), bool(lost.any()), look, height),
        alt=seen,
    )


@lru_cache(maxsize=16)
def _density_spec(
    names: tuple[str, str, str],
    titles: tuple[str, str],
    top: float,
    has_lost: bool,
    look: Look,
    height: int,
) -> dict[str, Any]:
    cells = (
        alt.Chart()
        .mark_rect(stroke=None)
        .encode(
            x=alt.X("x1:Q", title=titles[0], scale=alt.Scale(nice=False, zero=False)),
            x2="x1_end:Q",
            y=alt.Y("x2:Q", title=titles[1], scale=alt.Scale(nice=False, zero=False)),
            y2="x2_end:Q",
            color=_color(names[2], top, has_lost, look),
            tooltip=[
                "kind:N",
                alt.Tooltip("x1:Q", format=".2f"),
                alt.Tooltip("x2:Q", format=".2f"),
                alt.Tooltip("density:Q", format=".3f"),
            ],
        )
    )
    rows = alt.Row(
        "kind:N",
        title=None,
        sort=list(names[:2]),
        header=alt.Header(orient="top", labelAnchor="start"),
    )
    if not has_lost:
        return _of_fixed_size(cells.encode(row=rows).properties(height=height, width=height), look)
    struck = (
        alt.Chart()
        .transform_filter("datum.lost")
        .mark_rule(color=look.muted, strokeWidth=0.5 * look.line_width)
        .encode(x="x1:Q", x2="x1_end:Q", y="x2:Q", y2="x2_end:Q")
    )
    both = alt.layer(cells, struck).properties(height=height, width=height)
    return _of_fixed_size(both.facet(row=rows, data=alt.NamedData(name="cells")), look)


def _color(title: str, top: float, has_lost: bool, look: Look) -> Any:
    """By density; a cell that means nothing has the colour of none."""
    shade = alt.Color(
        "density:Q",
        title=title,
        legend=alt.Legend(gradientLength=160),
        scale=alt.Scale(
            domain=[0, max(top, 0.01)],
            clamp=True,
            range=[look.grid, ROLE_COLORS["model"], look.truth],
        ),
    )
    return alt.condition("datum.lost", alt.value(look.grid), shade) if has_lost else shade


def _of_fixed_size(chart: alt.Chart | alt.FacetChart, look: Look) -> dict[str, Any]:
    """Like ``finished``, for panels of a fixed size of their own."""
    spec: dict[str, Any] = (
        chart.configure_axis(
            labelColor=look.muted,
            titleColor=look.muted,
            labelFontSize=look.font_size,
            titleFontSize=look.font_size,
            titleFontWeight="normal",
            grid=False,
            domainColor=look.grid,
            tickColor=look.grid,
        )
        .configure_view(strokeWidth=0)
        .configure_header(labelColor=look.muted, labelFontSize=look.font_size)
        .configure_legend(
            orient="top",
            labelColor=look.muted,
            titleColor=look.muted,
            labelFontSize=look.font_size,
            titleFontSize=look.font_size,
        )
        .to_dict()
    )
    for key in ("$schema", "datasets"):
        spec.pop(key, None)
    spec.pop("data", None)
    return spec
