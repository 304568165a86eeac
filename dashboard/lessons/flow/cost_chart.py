"""Measured times against the dimension, on log axes, with the exponents of their growth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished
from dashboard.kit.words import filled, with_minus
from dashboard.lessons.flow.growth import growth
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """One line of the chart.

    Attributes:
        name: what was timed.
        seconds: for each dimension, ``[n]``.
        is_quick: whether it is the cheap one: in the colour of the flow, the other muted.
        shape: of its points.
    """

    name: str
    seconds: Array
    is_quick: bool
    shape: Literal["circle", "square"] = "circle"


def times_chart(
    *,
    dims: Array,
    ways: Sequence[Way],
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """One line per way, each named with how it grows.

    Args:
        dims: D, ``[n]``.
        ways: what was timed.
        look: theme and size.
        said: titles of the axes, by their keys "dims" and "time"; "grows" and "flat", how a line
            is named, and "alt", with their placeholders.
        height: in pixels.
    """
    names = [_named(way, dims, said) for way in ways]
    frames = [
        pd.DataFrame({"way": name, "dims": dims, "microseconds": 1e6 * way.seconds})
        for name, way in zip(names, ways, strict=True)
    ]
    colors = tuple(ROLE_COLORS["model"] if way.is_quick else look.muted for way in ways)
    styles = tuple(zip(names, colors, (way.shape for way in ways), strict=True))
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_spec(styles, (said["dims"], said["time"]), look, height),
        alt=filled(said["alt"], named="; ".join(names)),
    )


def _named(way: Way, dims: Array, said: Mapping[str, str]) -> str:
    """A line's name with the exponent, its standard error and from where it holds."""
    found = growth(dims, way.seconds)
    if found is None:
        return filled(said["flat"], name=way.name)
    return filled(
        said["grows"],
        name=way.name,
        exponent=with_minus(f"{found.exponent:.2f}"),
        error=f"{found.error:.2f}",
        first=found.first,
    )


@lru_cache(maxsize=16)
def _spec(
    styles: tuple[tuple[str, str, str], ...], titles: tuple[str, str], look: Look, height: int
) -> dict[str, Any]:
    names, colors, shapes = (list(column) for column in zip(*styles, strict=True))
    shown = alt.Legend(columns=1, labelLimit=520)
    base = alt.Chart().encode(
        x=alt.X("dims:Q", title=titles[0], scale=alt.Scale(type="log", base=2)),
        y=alt.Y(
            "microseconds:Q",
            title=titles[1],
            scale=alt.Scale(type="log"),
            axis=alt.Axis(tickCount=5),
        ),
        color=alt.Color(
            "way:N", title=None, legend=shown, scale=alt.Scale(domain=names, range=colors)
        ),
        tooltip=["way:N", "dims:Q", alt.Tooltip("microseconds:Q", format=",.1f")],
    )
    lines = base.mark_line(strokeWidth=look.line_width)
    points = base.mark_point(filled=True, opacity=1, size=30 * look.line_width).encode(
        shape=alt.Shape(
            "way:N", title=None, legend=shown, scale=alt.Scale(domain=names, range=shapes)
        )
    )
    return finished(alt.layer(lines, points), look, height, legend=True)
