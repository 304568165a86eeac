"""The story: f over q_φ with draws, and each draw's own gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, Axis, Mark, Panel, padded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS

Array = NDArray[Any]

LANE_DRAWS = 12

LEFT = 10.5
"""Room for the labels at the left, in font sizes: the same in both pictures."""

LONGEST_ARROW = 0.2
"""Of the width of the picture."""


def function_panel(
    *,
    grid: Array,
    curve: Array,
    mean: float,
    scale: float,
    z: Array,
    value: Array | None,
    coordinate: str,
    said: Words,
) -> Panel:
    """F along one coordinate, q_φ behind it, and the draws.

    Args:
        grid: places, ``[g]``.
        curve: f there, ``[g]``.
        mean: μ of the coordinate.
        scale: its standard deviation.
        z: the draws, ``[m]``; empty while there are none.
        value: f of the draws, or ``None`` where other coordinates move it off the curve.
        coordinate: its name.
        said: the lesson's words.
    """
    low, high = float(curve.min()), float(curve.max())
    bottom, top = padded(low, high)
    density = np.exp(-0.5 * ((grid - mean) / scale) ** 2)
    inside = (z >= grid[0]) & (z <= grid[-1])
    on_curve = np.interp(z, grid, curve) if value is None else value
    gray = ROLE_COLORS["data"]
    return Panel(
        name="function",
        x=Axis(title="", low=float(grid[0]), high=float(grid[-1])),
        y=Axis(title=said("function.y"), low=bottom, high=top),
        marks=(
            Mark(
                kind="area",
                color=gray,
                x=grid,
                y=bottom + 0.6 * (top - bottom) * density,
                y2=np.full(len(grid), bottom),
                opacity=0.25,
            ),
            Mark(
                kind="line",
                color=EXACT,
                x=grid,
                y=curve,
                tip=said("function.curve", coordinate=coordinate),
            ),
            Mark(
                kind="points",
                color=gray,
                x=z[inside],
                y=on_curve[inside],
                size=3.6,
                tip=said("function.draw", coordinate=coordinate),
            ),
        ),
        alt=said(
            "function.alt",
            coordinate=coordinate,
            mean=f"{mean:.3g}",
            scale=f"{scale:.3g}",
            count=int(inside.sum()),
        ),
        rows=9.5,
        margin=LEFT,
    )


def arrows_panel(
    *,
    lanes: Mapping[str, Array],
    colors: Sequence[str],
    z: Array,
    extent: tuple[float, float],
    coordinate: str,
    wanted: str,
    said: Words,
) -> Panel:
    """Each draw's own gradient as an arrow from the draw, one lane per estimator.

    Args:
        lanes: by title, the gradients of the draws, ``[m]``.
        colors: one per lane.
        z: the draws, ``[m]``.
        extent: of the horizontal axis.
        coordinate: its name.
        wanted: what the gradient is with respect to.
        said: the lesson's words.
    """
    width = extent[1] - extent[0]
    sizes = [float(np.percentile(np.abs(g), 90)) for g in lanes.values()]
    usual = float(np.median([size for size in sizes if size > 0] or [np.inf]))
    unit = 0.6 * LONGEST_ARROW * width / usual
    shown = slice(0, LANE_DRAWS)
    start = z[shown]
    marks = []
    for row, (title, color) in enumerate(zip(lanes, colors, strict=True)):
        own = lanes[title][shown]
        reach = np.clip(unit * own, -LONGEST_ARROW * width, LONGEST_ARROW * width)
        marks.append(
            Mark(
                kind="arrows",
                color=color,
                x=start,
                x2=np.clip(start + reach, *extent),
                y=row + (np.arange(len(start)) + 0.75) / (LANE_DRAWS + 0.5),
                value=own,
                tip=said("arrows.arrow", name=title, coordinate=coordinate, wanted=wanted),
            )
        )
    means = ", ".join(f"{t} {np.mean(g):.3g}" for t, g in lanes.items())
    return Panel(
        name="arrows",
        x=Axis(title=coordinate, low=extent[0], high=extent[1]),
        y=Axis(
            title="",
            low=len(lanes),
            high=0,
            names=tuple(lanes),
            colors=tuple(colors),
        ),
        marks=marks,
        alt=said("arrows.alt", wanted=wanted, means=means),
        rows=1.2 + 2.6 * len(lanes),
        margin=LEFT,
    )
