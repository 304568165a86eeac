"""The arena's story: f over q_φ with draws, and each draw's own gradient."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished, named_colors, on_canvas
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]


LANE_DRAWS = 12

LEFT = 7.8
"""Room for the labels at the left, in font sizes: the same in both pictures."""

LONGEST_ARROW = 0.2
"""Of the width of the picture."""


def _left_axis(look: Look, **more: Any) -> alt.Axis:
    room = LEFT * look.font_size
    return alt.Axis(minExtent=room, maxExtent=room, labelLimit=room, **more)


def function_chart(
    *, grid: Array, curve: Array, mean: float, scale: float, z: Array, value: Array | None,
    coordinate: str, look: Look, height: int = 170,
) -> Chart:  # fmt: skip
    """F along one coordinate, q_φ behind it, and the draws.

    Args:
        grid: places, ``[g]``.
        curve: f there, ``[g]``.
        mean: μ of the coordinate.
        scale: its standard deviation.
        z: the draws, ``[m]``; empty while there are none.
        value: f of the draws, or ``None`` where other coordinates move it off the curve.
        coordinate: its name.
        look: theme and size.
        height: in pixels.
    """
    low, high = float(curve.min()), float(curve.max())
    room = max(high - low, 1e-9)
    density = np.exp(-0.5 * ((grid - mean) / scale) ** 2)
    line = pd.DataFrame(
        {"kind": "f", "z": grid, "f": curve, "q": low + 0.6 * room * density, "floor": low}
    )
    on_curve = np.interp(z, grid, curve) if value is None else value
    inside = (z >= grid[0]) & (z <= grid[-1])
    draws = pd.DataFrame({"kind": "draw", "z": z[inside], "f": on_curve[inside]})
    return Chart(
        data=pd.concat([line, draws], ignore_index=True),
        spec=_function_spec(coordinate, look, height),
        alt=f"f along {coordinate} over the density of q, which has mean {mean:.3g} and standard "
        f"deviation {scale:.3g}, with {len(draws)} draws",
    )


@lru_cache(maxsize=32)
def _function_spec(coordinate: str, look: Look, height: int) -> dict[str, Any]:
    x = alt.X(
        "z:Q", title=None, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(tickCount=8)
    )
    base = alt.Chart().encode(x=x)
    line = base.transform_filter("datum.kind == 'f'")
    density = line.mark_area(color=ROLE_COLORS["data"], opacity=0.25).encode(
        y=alt.Y(
            "q:Q", title="f(z)", scale=alt.Scale(zero=False), axis=_left_axis(look, tickCount=5)
        ),
        y2="floor:Q",
    )
    function = line.mark_line(color=look.truth, strokeWidth=look.line_width).encode(
        y=alt.Y("f:Q", title="f(z)"),
        tooltip=[
            alt.Tooltip("z:Q", title=coordinate, format=".3f"),
            alt.Tooltip("f:Q", format=".4g"),
        ],
    )
    draws = (
        base.transform_filter("datum.kind == 'draw'")
        .mark_point(filled=True, size=45, color=ROLE_COLORS["data"], opacity=0.95)
        .encode(
            y="f:Q",
            tooltip=[
                alt.Tooltip("z:Q", title=f"draw, {coordinate}", format=".3f"),
                alt.Tooltip("f:Q", title="f of the draw", format=".4g"),
            ],
        )
    )
    return on_canvas(finished(alt.layer(density, function, draws), look, height))


def arrows_chart(
    *, lanes: Mapping[str, Array], colors: Sequence[str], z: Array, extent: tuple[float, float],
    coordinate: str, wanted: str, look: Look, height: int = 130,
) -> Chart:  # fmt: skip
    """Each draw's own gradient as an arrow from the draw, one lane per estimator.

    Args:
        lanes: by title, the gradients of the draws, ``[m]``.
        colors: one per lane.
        z: the draws, ``[m]``.
        extent: of the horizontal axis.
        coordinate: its name.
        wanted: what the gradient is with respect to.
        look: theme and size.
        height: in pixels.
    """
    width = extent[1] - extent[0]
    sizes = [float(np.percentile(np.abs(g), 90)) for g in lanes.values()]
    usual = float(np.median([size for size in sizes if size > 0] or [np.inf]))
    unit = 0.6 * LONGEST_ARROW * width / usual
    frames = [pd.DataFrame({"kind": "extent", "z": list(extent), "end": list(extent)})]
    for title, gradients in lanes.items():
        shown = slice(0, LANE_DRAWS)
        reach = np.clip(unit * gradients[shown], -LONGEST_ARROW * width, LONGEST_ARROW * width)
        frames.append(
            pd.DataFrame(
                {"kind": "arrow", "lane": title, "draw": np.arange(len(reach)), "z": z[shown],
                 "end": np.clip(z[shown] + reach, *extent), "gradient": gradients[shown],
                 "heads": np.where(reach > 0, "right", np.where(reach < 0, "left", "none"))}
            )
        )  # fmt: skip
    tall = round(height * look.font_size / 12)
    means = ", ".join(f"{t} {np.mean(g):.3g}" for t, g in lanes.items())
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_arrows_spec(tuple(lanes), tuple(colors), coordinate, wanted, look, tall),
        alt=f"Each draw's own gradient with respect to {wanted} as an arrow; means: {means}",
    )


@lru_cache(maxsize=32)
def _arrows_spec(
    titles: tuple[str, ...],
    colors: tuple[str, ...],
    coordinate: str,
    wanted: str,
    look: Look,
    height: int,
) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X(
            "z:Q",
            title=coordinate,
            scale=alt.Scale(zero=False, nice=False),
            axis=alt.Axis(tickCount=8),
        ),
    )
    arrows = base.transform_filter("datum.kind == 'arrow'").encode(
        y=alt.Y(
            "lane:N", title="own ∇", sort=list(titles), axis=_left_axis(look, labelOverlap=False)
        ),
        yOffset="draw:O",
        color=alt.Color("lane:N", scale=named_colors(titles, colors)),
        tooltip=[
            alt.Tooltip("lane:N", title="estimator"),
            alt.Tooltip("z:Q", title=coordinate, format=".3f"),
            alt.Tooltip("gradient:Q", title=f"its own ∂f/∂{wanted}", format=".4g"),
        ],
    )
    starts = arrows.mark_point(filled=True, size=14, opacity=0.9)
    shafts = arrows.mark_rule(strokeWidth=0.7 * look.line_width).encode(x2="end:Q")
    heads = arrows.transform_filter("datum.heads != 'none'").mark_point(
        filled=True, size=50, opacity=1
    ).encode(
        x="end:Q",
        shape=alt.Shape(
            "heads:N",
            scale=alt.Scale(domain=["left", "right"], range=["triangle-left", "triangle-right"]),
        ),
    )  # fmt: skip
    ends = base.transform_filter("datum.kind == 'extent'").mark_point(opacity=0)
    return on_canvas(finished(alt.layer(ends, shafts, starts, heads), look, height))
