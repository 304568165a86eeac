"""The density of a flow as a surface over the plane, with the grid of the base lying on it.

A Plotly figure as plain data: Plotly itself is imported where the figure is drawn, nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.space import space_layout
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]

TOP_SHARE = 0.99
"""The axis of heights ends half as high again as what this share of the vertices stays below."""

LIFT = 0.006
"""How far above the surface its grid is drawn, as a share of the axis: it would flicker in it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """A figure, and what it shows in words.

    Attributes:
        figure: as Plotly takes it.
        alt: what it shows.
        top: where heights are cut; None where none is.
    """

    figure: dict[str, Any]
    alt: str
    top: float | None


def surface_chart(
    *,
    x: Array,
    density: Array,
    every: int,
    titles: tuple[str, str],
    axes: tuple[float, float],
    look: Look,
    said: Mapping[str, str],
    height: int = 430,
) -> Surface:
    """``p_X`` over the places that a lattice of the base is carried to.

    Args:
        x: where each vertex arrives, ``[n, n, 2]``.
        density: there, per unit area, ``[n, n]``.
        every: one line of the lattice in so many is drawn.
        titles: of both axes of the plane, with units.
        axes: the range of both.
        look: theme and size.
        said: "axis", the title of the heights; "alt" with its placeholders.
        height: in pixels.
    """
    largest = float(density.max())
    top = 1.5 * float(np.quantile(density, TOP_SHARE))
    is_cut = largest > top
    top = top if is_cut else largest
    heights = np.minimum(density, top)
    return Surface(
        figure={
            "data": [
                _sheet(x, heights, density, top, titles, look, said),
                _grid(x, heights + LIFT * top, every, look),
            ],
            "layout": space_layout(
                (*titles, said["axis"]),
                look,
                height=height,
                proportions=(1.0, 1.0, 0.6),
                eye=(-1.0, -1.8, 1.2),
                ranges={"x": axes, "y": axes, "z": (0.0, (1 + 2 * LIFT) * top)},
            ),
        },
        alt=filled(said["alt"], top=f"{largest:.2f}"),
        top=top if is_cut else None,
    )


def _sheet(
    x: Array,
    heights: Array,
    density: Array,
    top: float,
    titles: tuple[str, str],
    look: Look,
    said: Mapping[str, str],
) -> dict[str, Any]:
    tip = f"{titles[0]} %{{x:.2f}}<br>{titles[1]} %{{y:.2f}}<br>{said['axis']} %{{customdata:.3f}}"
    return {
        "type": "surface",
        "x": _numbers(x[..., 0]),
        "y": _numbers(x[..., 1]),
        "z": _numbers(heights),
        "customdata": _numbers(density),
        "cmin": 0.0,
        "cmax": top,
        "colorscale": [[0.0, look.grid], [0.5, ROLE_COLORS["model"]], [1.0, look.truth]],
        "showscale": False,
        "hovertemplate": tip + "<extra></extra>",
        "contours": {axis: {"highlight": False} for axis in ("x", "y", "z")},
    }


def _grid(x: Array, heights: Array, every: int, look: Look) -> dict[str, Any]:
    """Lines of the lattice in both directions, as one broken line."""
    places = np.concatenate([x, heights[..., None]], axis=-1)
    gap = np.full((1, 3), np.nan)
    lines = [line for way in (places, places.swapaxes(0, 1)) for line in way[::every]]
    drawn = np.concatenate([part for line in lines for part in (line, gap)])
    return {
        "type": "scatter3d",
        "mode": "lines",
        "x": _numbers(drawn[:, 0]),
        "y": _numbers(drawn[:, 1]),
        "z": _numbers(drawn[:, 2]),
        "line": {"color": look.muted, "width": look.line_width},
        "connectgaps": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _numbers(values: Array) -> Array:
    """Single precision, as it is drawn: half of what has to travel."""
    return np.asarray(values, dtype=np.float32)
