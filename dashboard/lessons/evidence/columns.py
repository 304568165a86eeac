"""Columns side by side, one for each held-out row, as marks of a board."""

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import Mark

Array = NDArray[np.float64]


def edges(count: int) -> Array:
    """Both edges of every column, ``[2 count]``: column i stands from i to i + 1."""
    found: Array = np.repeat(np.arange(count + 1, dtype=np.float64), 2)[1:-1]
    return found


def columns(low: Array, high: Array, color: str, opacity: float = 0.8) -> Mark:
    """From ``low`` to ``high``, ``[n]`` each."""
    return Mark(
        kind="area",
        color=color,
        x=edges(len(low)),
        y=np.repeat(high, 2),
        y2=np.repeat(low, 2),
        opacity=opacity,
    )


def tip(place: int, y: float, text: str) -> Mark:
    """What is said of the column at ``place`` near its end: a dot that is not seen."""
    return Mark(
        kind="points",
        color="muted",
        x=np.full(1, place + 0.5),
        y=np.full(1, y),
        size=0.0,
        opacity=0.0,
        tip=text,
    )
