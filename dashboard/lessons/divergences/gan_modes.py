"""The modes: who holds how much, counted by the nearest centre and within three deviations."""

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, Axis, Mark, Panel, rounded
from dashboard.kit.words import Words
from dashboard.lessons.divergences.names import MODEL
from dashboard.lessons.divergences.numbers import short

Array = NDArray[np.float64]

ROWS = 11.0
MARGIN = 4.4
WIDTH = 0.38


def bars(near: Array, within: Array, said: Words) -> Panel:
    """Two bars a mode: pale by the nearest centre, full within three deviations; equal shares."""
    count = len(near)
    places = np.arange(1, count + 1, dtype=np.float64)
    fair = np.full(2, 1 / count)
    ends = np.array([0.5, count + 0.5])
    high = rounded(0.0, max(float(near.max()), float(within.max()), 1.2 / count))[1]
    marks = [
        _bars(places - WIDTH, near, 0.35),
        _bars(places, within, 0.9),
        Mark(kind="points", color=MODEL, x=places, y=near, size=0.6, tip=said("gan.near_tip")),
        Mark(kind="points", color=MODEL, x=places, y=within, size=0.6, tip=said("gan.within_tip")),
        Mark(
            kind="line",
            color=EXACT,
            x=ends,
            y=fair,
            is_dashed=True,
            tip=said("gan.fair_tip"),
        ),
    ]
    values = ", ".join(f"{short(a)}/{short(b)}" for a, b in zip(near, within, strict=True))
    return Panel(
        name="modes",
        x=Axis(title=said("gan.mode"), low=ends[0], high=ends[1]),
        y=Axis(title=said("gan.share"), low=0.0, high=high),
        marks=marks,
        alt=said("gan.modes_alt", values=values),
        rows=ROWS,
        margin=MARGIN,
    )


def _bars(left: Array, heights: Array, opacity: float) -> Mark:
    """Bars from 0 as one area."""
    x = (left[:, None] + WIDTH * np.array([0.0, 0.0, 1.0, 1.0])).ravel()
    y = (heights[:, None] * np.array([0.0, 1.0, 1.0, 0.0])).ravel()
    return Mark(kind="area", color=MODEL, x=x, y=y, y2=0 * y, opacity=opacity)
