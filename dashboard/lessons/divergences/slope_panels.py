"""The slopes over θ, the two densities, and arrows for how each loss pushes p_g's samples."""

import numpy as np

from core.divergences.slopes import ROWS, Row
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.divergences.loss_colors import LOSS_COLORS
from dashboard.lessons.divergences.names import DATA, MODEL
from dashboard.lessons.divergences.slope_shown import (
    LEAST,
    MOST,
    THETA,
    SlopeShown,
    curves,
    number,
    pushed,
    samples,
    slope_of,
)

LOWEST, HIGHEST = 1e-6, 1e3
"""Ends of the axis of slopes."""

LEFT = -4.0
LONGEST = 3.0
"""An arrow is no longer: the exponential loss would leave the page."""

MARGIN = 9.0


def slope_curves(shown: SlopeShown, said: Words) -> Panel:
    """Every loss on a logarithmic axis, and dots of discriminators that were trained."""
    thetas, values = curves()
    marks = [_curve(row, thetas, values[row.key], said) for row in ROWS]
    marks += [mark for row in ROWS if len((mark := _dots(row, shown, said)).x)]
    at = np.array([shown.theta])
    text = f"θ = {shown.theta:g}"
    marks.append(Mark(kind="rules", color=EXACT, x=at, y=at, is_thin=True, text=text))
    now = ", ".join(
        f"{said(f'slope.rows.{row.key}')} {number(shown.exact[row.key])}" for row in ROWS
    )
    return Panel(
        name="slopes",
        x=Axis(title=said("slope.theta"), low=0.0, high=MOST),
        y=Axis(title=said("slope.slope"), low=LOWEST, high=HIGHEST, is_log=True),
        marks=marks,
        alt=said("slope.curves_alt", theta=f"{shown.theta:g}", values=now),
        rows=20.0,
        margin=5.5,
        handles=[_handle(shown, 3 * LOWEST, said("slope.handle"))],
    )


def _curve(row: Row, thetas: np.ndarray, values: np.ndarray, said: Words) -> Mark:
    inside = np.where((values >= LOWEST) & (values <= HIGHEST), values, np.nan)
    name = said(f"slope.rows.{row.key}")
    return Mark(
        kind="line",
        color=LOSS_COLORS[row.loss],
        x=thetas,
        y=inside,
        is_thin=row.kind == "minimax",
        tip=said("slope.curve_tip", row=name),
    )


def _dots(row: Row, shown: SlopeShown, said: Words) -> Mark:
    """Of a row, wherever θ was: what a trained D says."""
    found = [dot for (loss, _), dot in shown.dots.items() if loss == row.loss]
    x = np.array([dot.theta for dot in found])
    y = np.array([slope_of(row, dot) for dot in found])
    inside = (y >= LOWEST) & (y <= HIGHEST)
    return Mark(
        kind="points",
        color=LOSS_COLORS[row.loss],
        x=x[inside],
        y=y[inside],
        size=2.8 if row.kind == "minimax" else 4.0,
        tip=said("slope.dot_tip", row=said(f"slope.rows.{row.key}")),
    )


def _handle(shown: SlopeShown, y: float, title: str) -> Handle:
    return Handle(
        name=THETA,
        title=title,
        x=shown.theta,
        y=y,
        moves="x",
        x_bounds=(LEAST, MOST),
        color=MODEL,
    )


def two_bumps(shown: SlopeShown, said: Words) -> Panel:
    """p_d and p_g, which is dragged."""
    x = np.linspace(LEFT, shown.right, 241)
    peak = 1 / np.sqrt(2 * np.pi)
    marks: list[Mark] = []
    for side, centre, color in (("d", 0.0, DATA), ("g", shown.theta, MODEL)):
        y = peak * np.exp(-0.5 * np.square(x - centre))
        tip = said(f"pair.{side}_tip")
        marks.append(Mark(kind="area", color=color, x=x, y=y, y2=0 * y, opacity=0.22))
        marks.append(Mark(kind="line", color=color, x=x, y=y, tip=tip))
    return Panel(
        name="bumps",
        x=Axis(title="", low=LEFT, high=shown.right),
        y=Axis(title=said("pair.density"), low=0.0, high=0.45),
        marks=marks,
        alt=said("slope.bumps_alt", theta=f"{shown.theta:g}"),
        rows=5.0,
        margin=MARGIN,
        handles=[_handle(shown, float(peak), said("slope.handle"))],
    )


def arrows(shown: SlopeShown, said: Words) -> Panel:
    """One row for each loss: where a step of rate 1 sends every sample."""
    x = samples(shown.theta)
    marks: list[Mark] = []
    for place, row in enumerate(ROWS):
        moves = pushed(row, shown.theta, x)
        y = np.full(len(x), place + 0.5)
        tip = said("slope.push_tip", row=said(f"slope.rows.{row.key}"))
        dots = Mark(kind="points", color=MODEL, x=x, y=y, value=moves, size=2.0, tip=tip)
        ends = x + np.clip(moves, -LONGEST, LONGEST)
        color = LOSS_COLORS[row.loss]
        marks += [dots, Mark(kind="arrows", color=color, x=x, y=y, x2=ends, value=moves)]
    zero = np.array([0.0])
    marks.append(Mark(kind="rules", color=MUTED, x=zero, y=zero, is_thin=True))
    return Panel(
        name="pushes",
        x=Axis(title="x", low=LEFT, high=shown.right),
        y=Axis(
            title="",
            low=float(len(ROWS)),
            high=0.0,
            names=tuple(said(f"slope.short.{row.key}") for row in ROWS),
            colors=tuple(LOSS_COLORS[row.loss] for row in ROWS),
        ),
        marks=marks,
        alt=said("slope.arrows_alt", count=len(x), theta=f"{shown.theta:g}"),
        rows=14.6,
        margin=MARGIN,
    )
