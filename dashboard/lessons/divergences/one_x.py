"""One x: what each answer α costs there, and f as the upper envelope of one line for each α."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.divergences.envelope import envelope
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel
from dashboard.charts.panel_fields import Texts
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.divergences.names import (
    ALPHA,
    ALPHAS,
    CRITIC,
    CURVE,
    LARGE_T,
    MOST_LOG_T,
    MOST_T,
    STEP,
)
from dashboard.lessons.divergences.numbers import short

if TYPE_CHECKING:
    from dashboard.lessons.divergences.shown import Shown

MARGIN = 5.5


def costs(shown: Shown, said: Words) -> Panel:
    """α ↦ ℓ(α) t + ℓ(−α), its minimum marked where it is within what is drawn."""
    t, loss = math.exp(min(shown.log_t, MOST_LOG_T)), shown.loss
    alphas = np.linspace(*ALPHAS, CURVE)
    unit = t if t >= LARGE_T else 1.0
    values = (loss.cost(alphas) * t + loss.cost(-alphas)) / unit
    low, high = (end / unit for end in _cost_ends(shown, t))
    tip = said("one.cost_tip")
    marks: list[Mark | Texts] = [
        Mark(kind="line", color=CRITIC, x=alphas, y=values, tip=tip, key="costs")
    ]
    best = _optimum(shown)
    if math.isfinite(best) and abs(best) <= ALPHAS[1]:
        least = -float(loss.curve(np.array([min(shown.log_t, MOST_LOG_T)]))[0]) / unit
        at = np.array([best])
        marks.append(
            Mark(
                kind="rules",
                color=EXACT,
                x=at,
                y=at,
                is_dashed=True,
                text=said("one.minimum", value=short(best)),
                key="least_rule",
            )
        )
        y = np.array([least])
        marks.append(Mark(kind="points", color=EXACT, x=at, y=y, size=4.0, key="least"))
    now = float(loss.cost(shown.alpha) * t + loss.cost(-shown.alpha)) / unit
    return Panel(
        name="costs",
        x=Axis(title="α", low=ALPHAS[0], high=ALPHAS[1]),
        y=Axis(title=said("one.cost_large" if unit > 1 else "one.cost"), low=low, high=high),
        marks=marks,
        alt=said("one.costs_alt", x=short(shown.place), t=short(t), best=short(best)),
        rows=9.5,
        margin=MARGIN,
        handles=[
            Handle(
                name=ALPHA,
                title=said("one.alpha"),
                x=shown.alpha,
                y=min(max(now, low), high),
                moves="x",
                x_bounds=ALPHAS,
                color=CRITIC,
            )
        ],
    )


def _optimum(shown: Shown) -> float:
    """D* at the place; of the Wasserstein loss none, unless t = 1."""
    return float(shown.loss.optimum(np.array([shown.log_t]))[0])


def _cost_ends(shown: Shown, t: float) -> tuple[float, float]:
    if shown.is_wasserstein:
        far = 4.4 * max(abs(1 - t), 0.25)
        return -far, far
    ratio = 1.3 if shown.loss.key == "zero_one" else 2.2
    return 0.0, ratio * (1 + t) * float(shown.loss.cost(0.0))


def lines(shown: Shown, said: Words) -> Panel:
    """The lines −ℓ(α) t − ℓ(−α) of the sweep so far; f rises out of them."""
    loss, t = shown.loss, np.linspace(1e-6, MOST_T, CURVE)
    swept = np.append(np.arange(ALPHAS[0], shown.alpha - 1e-9, STEP), shown.alpha)
    traces, f = envelope(loss, swept, t)
    depth = 4.4 if shown.is_wasserstein else 1.6 * abs(float(f[-1]))
    high = depth if shown.is_wasserstein else 0.06 * depth
    gap = np.full((len(swept), 1), np.nan)
    marks: list[Mark | Texts] = [
        Mark(
            kind="line",
            color=CRITIC,
            x=np.tile(np.append(t[[0, -1]], np.nan), len(swept)),
            y=np.hstack([traces[:, [0, -1]], gap]).ravel(),
            is_thin=True,
            opacity=0.65,
        ),
        Mark(kind="line", color=CRITIC, x=t, y=traces.max(0), tip=said("one.envelope_tip")),
    ]
    if not shown.is_wasserstein:
        tip = said("one.f_tip")
        marks.append(Mark(kind="line", color=EXACT, x=t, y=f, is_dashed=True, tip=tip))
    marks += _dot(shown, depth)
    return Panel(
        name="lines",
        x=Axis(title="t = p_d / p_g", low=0.0, high=MOST_T),
        y=Axis(title="f(t)", low=-depth, high=high),
        marks=marks,
        alt=said("one.lines_alt", count=len(swept)),
        rows=11.5,
        margin=MARGIN,
    )


def _dot(shown: Shown, depth: float) -> list[Mark | Texts]:
    """Where the place is on f; at the edge, in words, where that is off the axis."""
    t = math.exp(min(shown.log_t, MOST_LOG_T))
    at = np.array([min(t, MOST_T)])
    found: list[Mark | Texts] = [
        Mark(kind="rules", color=MUTED, x=at, y=at, is_thin=True, key="ratio")
    ]
    if t > MOST_T:
        text = [f"t = {short(t)} →"]
        found.append(
            Texts(x=at - 0.1, y=np.array([-0.06 * depth]), texts=text, color=EXACT, align="right")
        )
    elif not shown.is_wasserstein:
        y = shown.loss.curve(np.array([shown.log_t]))
        found.append(Mark(kind="points", color=EXACT, x=at, y=y, size=4.5, key="dot"))
    return found
