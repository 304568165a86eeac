"""Data beside their reconstructions where a row is no image: points in the plane, table rows."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished, worded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]

DATA_SHOWN = 400


def pairs_chart(
    *,
    x: Array,
    x_hat: Array,
    samples: Array,
    data: Array,
    look: Look,
    said: Words,
    height: int = 460,
) -> Chart:
    """Held-out points joined to their reconstructions, and prior samples, in the data plane.

    Args:
        x: chosen held-out points, ``[k, 2]``.
        x_hat: their reconstructions, ``[k, 2]``.
        samples: decoded prior samples, ``[m, 2]``.
        data: held-out points behind, ``[n, 2]``.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    frames = [
        _points("data", data[:DATA_SHOWN]),
        _points("x", x).assign(pair=range(len(x))),
        _points("x_hat", x_hat).assign(pair=range(len(x_hat))),
        _points("samples", samples),
    ]
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_pairs_spec(look, said, height),
        alt=said("pairs.plane_alt", rows=len(x), samples=len(samples)),
    )


def table_chart(
    *,
    x: Array,
    x_hat: Array,
    samples: Array,
    columns: tuple[str, ...],
    units: tuple[str, ...],
    look: Look,
    said: Words,
    height: int = 320,
) -> Chart:
    """Rows of a table, their reconstructions and prior samples: one strip per column.

    Args:
        x: chosen held-out rows in raw units, ``[k, D]``.
        x_hat: their reconstructions in raw units, ``[k, D]``.
        samples: decoded prior samples in raw units, ``[m, D]``.
        columns: names of the columns.
        units: their units, or empty.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    parts = []
    for kind, values in (("x", x), ("x_hat", x_hat), ("samples", samples)):
        for j, column in enumerate(columns):
            unit = f" ({units[j]})" if units else ""
            parts.append(
                pd.DataFrame(
                    {
                        "kind": kind,
                        "column": column + unit,
                        "row": range(len(values)),
                        "value": values[:, j],
                        "share": _share(values[:, j], x[:, j]),
                    }
                )
            )
    return Chart(
        data=pd.concat(parts, ignore_index=True),
        spec=_table_spec(look, said, height),
        alt=said("pairs.table_alt"),
    )


def _share(values: Array, reference: Array) -> Array:
    """Values in units of the reference's range: columns of different units on one axis."""
    low, high = float(reference.min()), float(reference.max())
    return (values - low) / max(high - low, 1e-9)


def _points(kind: str, points: Array) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "x1": points[:, 0], "x2": points[:, 1], "pair": np.nan})


KIND_COLORS = {
    "x": ROLE_COLORS["data"],
    "x_hat": ROLE_COLORS["model"],
    "samples": ROLE_COLORS["model"],
}
"""Reconstructions and samples are both of the model: their shapes tell them apart."""

KIND_SHAPES = {"x": "circle", "x_hat": "circle", "samples": "triangle-up"}


def _base(said: Words) -> alt.Chart:
    return worded(alt.Chart(), "kind", said.part("pairs.kinds"))


def _marks(said: Words) -> dict[str, Any]:
    """Colour and shape of what is drawn, in one legend."""
    names = [said(f"pairs.kinds.{kind}") for kind in KIND_COLORS]
    colors = alt.Scale(domain=names, range=list(KIND_COLORS.values()))
    shapes = alt.Scale(domain=names, range=list(KIND_SHAPES.values()))
    return {
        "color": alt.Color("kind_said:N", title=None, scale=colors),
        "shape": alt.Shape("kind_said:N", title=None, scale=shapes),
    }


@lru_cache(maxsize=8)
def _pairs_spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = _base(said).encode(
        x=alt.X(
            "x1:Q",
            title=said("pairs.first_axis"),
            scale=alt.Scale(zero=False),
            axis=alt.Axis(tickCount=6),
        ),
        y=alt.Y("x2:Q", title=said("pairs.second_axis"), scale=alt.Scale(zero=False)),
    )
    behind = base.transform_filter("datum.kind == 'data'").mark_circle(
        size=14, opacity=0.35, color=ROLE_COLORS["data"]
    )
    joins = (
        base.transform_filter("isValid(datum.pair)")
        .mark_line(color=look.muted, strokeWidth=1)
        .encode(detail="pair:Q")
    )
    marks = (
        base.transform_filter("datum.kind != 'data'")
        .mark_point(filled=True, size=55, opacity=0.95)
        .encode(
            **_marks(said),
            tooltip=[
                alt.Tooltip("kind_said:N", title=said("pairs.kind")),
                alt.Tooltip("x1:Q", title="x₁", format=".2f"),
                alt.Tooltip("x2:Q", title="x₂", format=".2f"),
            ],
        )
    )
    return finished(alt.layer(behind, joins, marks), look, height, legend=True)


@lru_cache(maxsize=8)
def _table_spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = _base(said).encode(
        x=alt.X(
            "share:Q",
            title=said("pairs.share_axis"),
            axis=alt.Axis(tickCount=6),
        ),
        y=alt.Y("column:N", title=None, axis=alt.Axis(labelLimit=260)),
        yOffset=alt.YOffset("kind:N", sort=list(KIND_COLORS)),
    )
    points = base.mark_point(filled=True, size=60, opacity=0.8).encode(
        **_marks(said),
        tooltip=[
            alt.Tooltip("kind_said:N", title=said("pairs.kind")),
            alt.Tooltip("column:N", title=said("pairs.column")),
            alt.Tooltip("row:Q", title=said("pairs.row")),
            alt.Tooltip("value:Q", title=said("pairs.value"), format=".1f"),
        ],
    )
    return finished(points, look, height, legend=True)
