"""Variance of an estimate along an axis: measured points, exact curves dashed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import MUTED, Axis, Mark, Panel, decades
from dashboard.kit.words import Words

Array = NDArray[Any]

SMALLEST = 1e-14
"""A variance below is rounding, and 0 has no place on a logarithmic axis."""


def sweep_panel(
    *,
    name: str,
    places: Sequence[float],
    measured: Mapping[str, Array],
    drawn: Sequence[float],
    exact: Mapping[str, Array],
    colors: Sequence[str],
    axis: str,
    is_log: bool,
    with_slope: bool,
    said: Words,
) -> Panel:
    """Variance of an estimate along one axis, logarithmic; exact curves dashed.

    Args:
        name: of the picture.
        places: where it was measured, ``[m]``.
        measured: by title, variances, ``[m]``; zeros have no place on the axis and are left out.
        drawn: where exact curves are known, ``[e]``.
        exact: by title, exact variances, ``[e]``.
        colors: one per title of ``measured``.
        axis: title of the horizontal axis.
        is_log: whether it is logarithmic.
        with_slope: draw a line of slope −1.
        said: the lesson's words.
    """
    color = dict(zip(measured, colors, strict=True))
    at, exactly_at = np.array(places, dtype=float), np.array(drawn, dtype=float)
    marks = [
        Mark(
            kind="line",
            color=color[title],
            x=exactly_at,
            y=_positive(values),
            is_dashed=True,
            tip=said("sweeps.exact", name=title),
        )
        for title, values in exact.items()
    ]
    for title, values in measured.items():
        if not exact:
            marks.append(
                Mark(kind="line", color=color[title], x=at, y=_positive(values), is_thin=True)
            )
        marks.append(
            Mark(
                kind="points",
                color=color[title],
                x=at,
                y=_positive(values),
                size=3.0,
                tip=said("sweeps.measured", name=title),
            )
        )
    if with_slope:
        marks += _slope(at, marks, said("sweeps.slope"))
    low, high = decades(np.concatenate([mark.y for mark in marks]))
    return Panel(
        name=name,
        x=Axis(title=axis, low=float(at.min()), high=float(at.max()), is_log=is_log),
        y=Axis(title=said("sweeps.y"), low=low, high=high, is_log=True),
        marks=marks,
        alt=said(
            "sweeps.alt_exact" if exact else "sweeps.alt",
            axis=axis,
            values=", ".join(_spoken(title, values, said) for title, values in measured.items()),
        ),
        rows=11.5,
    )


def _positive(values: Array) -> Array:
    return np.where(values > SMALLEST, values, np.nan)


def _slope(at: Array, marks: Sequence[Mark], tip: str) -> list[Mark]:
    """A guide of slope −1 above the highest curve, if there is one."""
    firsts = [value for mark in marks for value in mark.y[:1] if np.isfinite(value)]
    if not firsts:
        return []
    ends = np.array([at.min(), at.max()])
    guide = 2 * max(firsts) * ends[0] / ends
    return [
        Mark(
            kind="line",
            color=MUTED,
            x=ends,
            y=guide,
            is_thin=True,
            is_dashed=True,
            tip=tip,
        )
    ]


def _spoken(title: str, values: Array, said: Words) -> str:
    known = values[np.isfinite(values)]
    if not len(known):
        return said("sweeps.not_yet", name=title)
    return said("sweeps.from_to", name=title, first=f"{known[0]:.3g}", last=f"{known[-1]:.3g}")
