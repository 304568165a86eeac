"""Measured times against the dimension, on log axes, with their slopes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]

COLORS = (
    ROLE_COLORS["model"],
    ROLE_COLORS["kl"],
    ROLE_COLORS["log_likelihood"],
    ROLE_COLORS["elbo"],
)


def slope(dims: Array, seconds: Array) -> float:
    """The exponent p of ``seconds ∝ D^p``: least squares on log axes over the upper half of D."""
    upper = len(dims) // 2
    return float(np.polyfit(np.log(dims[upper:]), np.log(seconds[upper:]), 1)[0])


def times_chart(
    *,
    dims: Array,
    times: Mapping[str, Array],
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """One line per way, each named with its slope.

    Args:
        dims: D, ``[n]``.
        times: seconds, ``[n]``, by what was timed.
        look: theme and size.
        said: titles of the axes, by their keys "dims" and "time"; "alt" with its placeholder.
        height: in pixels.
    """
    named = {f"{name}: D^{slope(dims, taken):.1f}": taken for name, taken in times.items()}
    frames = [
        pd.DataFrame({"way": name, "dims": dims, "microseconds": 1e6 * taken})
        for name, taken in named.items()
    ]
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_spec(tuple(named), (said["dims"], said["time"]), look, height),
        alt=filled(said["alt"], named="; ".join(named)),
    )


@lru_cache(maxsize=16)
def _spec(
    names: tuple[str, ...], titles: tuple[str, str], look: Look, height: int
) -> dict[str, Any]:
    lines = (
        alt.Chart()
        .mark_line(point=True, strokeWidth=look.line_width)
        .encode(
            x=alt.X("dims:Q", title=titles[0], scale=alt.Scale(type="log", base=2)),
            y=alt.Y(
                "microseconds:Q",
                title=titles[1],
                scale=alt.Scale(type="log"),
                axis=alt.Axis(tickCount=5),
            ),
            color=alt.Color(
                "way:N",
                title=None,
                legend=alt.Legend(columns=2, labelLimit=420),
                scale=alt.Scale(domain=list(names), range=list(COLORS)),
            ),
            tooltip=["way:N", "dims:Q", alt.Tooltip("microseconds:Q", format=",.1f")],
        )
    )
    return finished(lines, look, height, legend=True)
