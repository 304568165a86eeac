"""Three ways to one number, a fourth that is trained, and the divergence that it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.divergences.exact import three_ways
from core.divergences.losses import LOSSES
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.kit.words import Words
from dashboard.lessons.divergences.names import CRITIC, STALE
from dashboard.lessons.divergences.numbers import nats

if TYPE_CHECKING:
    from core.history import History
    from dashboard.lessons.divergences.shown import Shown

Array = NDArray[np.float64]

MARGIN = 10.0


def bars(shown: Shown, said: Words) -> Panel:
    """R by the infimum at every x, by f, by the divergence, and that of the trained D."""
    found = three_ways(shown.loss, shown.pair)
    last = found.by_divergence if not shown.is_wasserstein else shown.exact
    values = [found.infimum, found.by_f, last]
    names = [said(f"ways.{name}") for name in ("infimum", "by_f")]
    names.append(said(f"ways.by_{_divergence(shown)}"))
    trained = shown.risk_now
    if trained is not None:
        values.append(trained)
        names.append(said("ways.trained"))
    colors = [EXACT, EXACT, EXACT, CRITIC][: len(names)]
    known = [value for value in values if math.isfinite(value)]
    lowest, highest = min([*known, 0.0]), max([*known, shown.loss.at_equal, 0.0])
    room = 0.35 * (highest - lowest) or 1.0  # for the number beside a bar
    low, high = rounded(lowest, highest + room)
    marks: list[Mark | Texts] = [
        _bar(row, value, colors[row], 1.0 if row < 3 or shown.is_of_run else STALE)
        for row, value in enumerate(values)
        if math.isfinite(value)
    ]
    marks.append(_numbers(values))
    return Panel(
        name="bars",
        x=Axis(title="R", low=low, high=high),
        y=Axis(title="", low=len(names), high=0.0, names=tuple(names)),
        marks=marks,
        alt=said("ways.bars_alt", values=", ".join(nats(value) for value in values)),
        rows=2.0 * len(names),
        margin=MARGIN,
    )


def _divergence(shown: Shown) -> str:
    return f"w1_{shown.leash}" if shown.is_wasserstein else shown.loss.key


def _bar(row: int, value: float, color: str, strength: float) -> Mark:
    x, y = np.array([0.0, value]), np.full(2, row + 0.22)
    return Mark(
        kind="area", color=color, x=x, y=y, y2=y + 0.56, opacity=0.5 * strength, key=f"way{row}"
    )


def _numbers(values: Sequence[float]) -> Texts:
    x = [value if math.isfinite(value) and value > 0 else 0.0 for value in values]
    texts = [f" {nats(value)}" for value in values]
    rows = np.arange(len(values)) + 0.5
    return Texts(x=np.array(x), y=rows, texts=texts, color=EXACT, align="left", key="way_numbers")


def curve(shown: Shown, before: Sequence[History], said: Words) -> Panel:
    """R(D) over the steps, falling on the exact line; grey: R on the training points.

    Thin and dashed: of the runs before, which had the same loss.
    """
    history, run = shown.run.history, shown.run
    ends = [old.steps[-1] for old in before if len(old)]
    end = rounded(0.0, float(max([run.step, 100, *ends])))[1]
    edge = np.array([0.0, end])
    marks: list[Mark] = []
    values: list[Array] = [old["risk"][-1:] for old in before if len(old)]
    if len(history):
        steps = history.steps.astype(np.float64)
        risk, train = history["risk"], history["risk_train"]
        tips = said("ways.train_tip"), said("ways.risk_tip")
        strength = 1.0 if shown.is_of_run else STALE
        marks = [
            Mark(kind="line", color=MUTED, x=steps, y=train, is_thin=True, tip=tips[0]),
            Mark(kind="line", color=CRITIC, x=steps, y=risk, tip=tips[1], opacity=strength),
        ]
        values += [risk[-1:], train[len(train) // 4 :], risk[len(risk) // 4 :]]
    marks += [_before(old, said) for old in before if len(old)]
    equal, exact = LOSSES[run.config.loss].at_equal, _least_of_run(shown)
    if math.isfinite(exact):
        line = np.full(2, exact)
        tip = said("ways.exact_tip")
        marks.append(Mark(kind="line", color=EXACT, x=edge, y=line, is_dashed=True, tip=tip))
        values.append(np.array([exact]))
    marks.append(Mark(kind="line", color=MUTED, x=edge, y=np.full(2, equal), is_thin=True))
    every = np.concatenate([*values, np.array([equal])])
    every = every[np.isfinite(every)]
    low, high = rounded(float(every.min()), float(every.max()) + 1e-9)
    return Panel(
        name="curve",
        x=Axis(title=said("ways.step"), low=0.0, high=end),
        y=Axis(title="R(D)", low=low, high=high + 0.04 * (high - low)),
        marks=marks,
        alt=said("ways.curve_alt", step=f"{run.step:,}"),
        rows=9.5,
        margin=5.5,
    )


def _before(history: History, said: Words) -> Mark:
    """R(D) of the run before."""
    return Mark(
        kind="line",
        color=CRITIC,
        x=history.steps.astype(np.float64),
        y=history["risk"],
        is_dashed=True,
        is_thin=True,
        tip=said("ways.before_tip"),
    )


def _least_of_run(shown: Shown) -> float:
    """R* of what the run is trained on."""
    history = shown.run.history
    return history.latest()["risk_exact"] if len(history) else shown.exact


def gauge(shown: Shown, said: Words) -> Panel:
    """R(equal) less R, from 0 to R(equal): the divergence that this loss is."""
    equal = shown.loss.at_equal
    value, y = equal - shown.exact, np.full(2, 0.2)
    marks = [
        Mark(
            kind="area",
            color=EXACT,
            x=np.array([0, value]),
            y=y,
            y2=y + 0.6,
            opacity=0.5,
            key="divergence",
        ),
        Mark(
            kind="rules",
            color=EXACT,
            x=np.array([value]),
            y=np.array([0.0]),
            is_dashed=True,
            text=nats(value),
            key="divergence_rule",
        ),
    ]
    trained = shown.risk_now
    if trained is not None and shown.is_of_run:
        at = np.array([equal - trained])
        tip = said("ways.gauge_tip", value=nats(equal - trained))
        marks.append(Mark(kind="points", color=CRITIC, x=at, y=np.array([0.5]), size=4.5, tip=tip))
    return Panel(
        name="gauge",
        x=Axis(title=said(f"ways.gauge_{shown.loss.key}"), low=0.0, high=equal),
        y=Axis(title="", low=1.0, high=0.0, names=("",)),
        marks=marks,
        alt=said("ways.gauge_alt", value=nats(value), most=nats(equal)),
        rows=1.6,
        margin=5.5,
    )
