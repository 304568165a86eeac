"""The measurements: strips of estimates, and variance along an axis."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, decades, padded, rounded
from dashboard.kit.words import Words
from dashboard.lessons.estimators.draws_chart import LEFT

Array = NDArray[Any]

SHOWN = 100
"""Estimates drawn per strip."""

CENTRAL = (1.0, 99.0)
"""Percentiles of a strip that are drawn: heavy tails would flatten everybody else."""

SMALLEST = 1e-14
"""A variance below is rounding, and 0 has no place on a logarithmic axis."""


def strips_panel(
    *,
    estimates: Mapping[str, Array],
    means: Mapping[str, tuple[float, float]],
    colors: Sequence[str],
    exact: float | None,
    wanted: str,
    said: Words,
) -> Panel:
    """The estimates of every competitor, one strip each, the exact value dashed across.

    Args:
        estimates: by title, estimates of one component, ``[R]``.
        means: by title, the mean of all estimates and its standard error.
        colors: one per strip.
        exact: the exact value, if it is known already.
        wanted: what the gradient is with respect to.
        said: the lesson's words.
    """
    marks, ends = [], [] if exact is None else [exact]
    for row, (title, color) in enumerate(zip(estimates, colors, strict=True)):
        values = estimates[title]
        low, high = np.percentile(values, CENTRAL)
        kept = values[(values >= low) & (values <= high)][:SHOWN]
        jitter = row + 0.14 + 0.72 * ((np.arange(len(kept)) * 0.618034) % 1.0)
        mean, error = means[title]
        ends += [float(kept.min()), float(kept.max()), mean - error, mean + error]
        marks += [
            Mark(
                kind="points",
                color=color,
                x=kept,
                y=jitter,
                size=2.3,
                opacity=0.45,
                tip=said("strips.estimate", name=title),
            ),
            Mark(
                kind="bars",
                color=color,
                x=np.array([mean - error]),
                x2=np.array([mean + error]),
                y=np.array([row + 0.5]),
                value=np.array([mean]),
                tip=said("strips.mean", name=title, error=f"{error:.2g}"),
            ),
        ]
    if exact is not None:
        at = np.array([exact])
        marks.append(
            Mark(
                kind="rules",
                color=EXACT,
                x=at,
                y=np.zeros(1),
                is_dashed=True,
                text=said("strips.exact"),
                tip=said("strips.exact_value", value=f"{exact:.6g}"),
            )
        )
    spoken = ", ".join(f"{t} {m:.3g} ± {e:.1g}" for t, (m, e) in means.items())
    truth = said("strips.unknown") if exact is None else f"{exact:.6g}"
    low, high = rounded(*padded(min(ends), max(ends), 0.01))
    return Panel(
        name="strips",
        x=Axis(title=said("strips.x", wanted=wanted), low=low, high=high),
        y=Axis(title="", low=len(estimates), high=0, names=tuple(estimates), colors=tuple(colors)),
        marks=marks,
        alt=said("strips.alt", exact=truth, means=spoken),
        rows=1.5 + 2.1 * len(estimates),
        margin=LEFT,
    )


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
