"""Over the steps: the exact divergence, what D makes of it, and R above its floor."""

import numpy as np
from numpy.typing import NDArray

from core.divergences.game_answers import GamePicture
from core.divergences.losses import LOSSES
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import Shown, divergence, stairs
from dashboard.lessons.divergences.names import CRITIC, MODEL
from dashboard.lessons.divergences.numbers import nats

Array = NDArray[np.float64]
Marks = list[Mark | Texts]

MARGIN = 4.4
ROWS = 19.0
LOW_ROWS = 11.0
HALF_ROWS = 4.3
SETTLED = 4
"""The first so many hundredths of a run may leave the picture of R."""

APART = 0.065
"""Of the height of the picture: how far names of steps are from one another."""

NAMED = 8
"""No more steps of the staircase than so many are drawn and named."""


def distance(shown: Shown, said: Words) -> Panel:
    """The exact divergence that the loss is, what D says of it, and the staircase of modes."""
    high = _high(shown)
    marks: Marks = _staircase(shown, high, said)
    if len(shown.run.history):
        marks += _found(shown, said) if shown.judge is not None else _game(shown, said)
    if shown.picture is not None:
        marks += _now(shown, shown.picture)
    return Panel(
        name="distance",
        x=_steps(shown, said),
        y=Axis(title=said(f"gan.{shown.metric}"), low=min(0.0, _low(shown)), high=high),
        marks=marks,
        alt=said("gan.distance_alt", step=f"{shown.run.step:,}"),
        rows=ROWS,
        margin=MARGIN,
    )


def _high(shown: Shown) -> float:
    """At least as high as all modes but one dropped."""
    top = float(stairs(shown.loss, len(shown.modes))[0])
    return rounded(0.0, 1.05 * max([top, *_of(shown, shown.metric)]))[1]


def _low(shown: Shown) -> float:
    says = _of(shown, "says")[len(shown.run.history) // SETTLED :]
    return rounded(min(0.0, float(says.min(initial=0.0))), 1.0)[0]


def _of(shown: Shown, name: str) -> Array:
    history = shown.run.history
    return history[name] if name in history.names else np.zeros(0)


def _game(shown: Shown, said: Words) -> Marks:
    """The game: exact, and what its own D says."""
    steps = shown.run.history.steps.astype(np.float64)
    exact, says = said(f"gan.exact_{shown.metric}"), said("gan.says")
    true, told = _of(shown, shown.metric), _of(shown, "says")
    return [
        Mark(kind="line", color=MODEL, x=steps, y=true, tip=said("gan.exact_tip")),
        Mark(kind="line", color=CRITIC, x=steps, y=told, tip=said("gan.says_tip")),
        _name(shown, exact, true[-1], MODEL),
        _name(shown, says, told[-1], CRITIC),
    ]


def _now(shown: Shown, picture: GamePicture) -> Marks:
    """The moment that the densities are of: beyond the last record as a rule."""
    at = np.array([float(shown.step)])
    exact = np.array([divergence(shown, picture)])
    says = Mark(kind="points", color=CRITIC, x=at, y=np.array([picture.says]), size=3.0)
    if shown.judge is not None:
        return [says]
    return [says, Mark(kind="points", color=MODEL, x=at, y=exact, size=3.0)]


def _found(shown: Shown, said: Words) -> Marks:
    """The judge: what it has found so far below what there is."""
    steps = shown.run.history.steps.astype(np.float64)
    edge, exact = np.array([0.0, shown.step_axis_end]), shown.latest["exact"]
    found = _of(shown, "says")
    marks: Marks = [
        Mark(
            kind="line",
            color=EXACT,
            x=edge,
            y=np.full(2, exact),
            is_dashed=True,
            tip=said("gan.exact_judge_tip"),
        ),
        Mark(kind="line", color=CRITIC, x=steps, y=found, tip=said("gan.found_tip")),
        _name(shown, said("gan.exact"), exact, EXACT),
        _name(shown, said("gan.found"), found[-1], CRITIC, side=-1.0),
    ]
    if shown.said_by_game is not None:
        y = np.full(2, shown.said_by_game)
        tip = said("gan.said_by_game_tip")
        marks.append(Mark(kind="line", color=MUTED, x=edge, y=y, is_thin=True, tip=tip))
        marks.append(_name(shown, said("gan.said_by_game"), shown.said_by_game, MUTED))
    return marks


def _name(shown: Shown, text: str, y: float, color: str, side: float = 1.0) -> Texts:
    """Above the end of a curve, or below it."""
    x = np.array([0.985 * shown.step_axis_end])
    lifted = np.array([y + side * 0.035 * _high(shown)])
    return Texts(x=x, y=lifted, texts=[text], color=color, align="right")


def _staircase(shown: Shown, high: float, said: Words) -> Marks:
    """A dashed line for every number of covered modes."""
    count, ends = len(shown.modes), np.array([0.0, shown.step_axis_end])
    values = stairs(shown.loss, count)
    chosen = np.unique(np.linspace(0, count - 1, min(count, NAMED)).round().astype(int))
    marks: Marks = [
        Mark(
            kind="line",
            color=EXACT,
            x=ends,
            y=np.full(2, values[j]),
            is_dashed=True,
            is_thin=True,
            opacity=0.45,
            tip=said("gan.stairs_tip", covered=j + 1, all=count),
        )
        for j in chosen
        if values[j] <= high
    ]
    named: list[int] = []
    for j in reversed(chosen.tolist()):  # from the foot: names do not stand on one another
        if not named or values[j] - values[named[-1]] >= APART * high:
            named.append(j)
    texts = [said("gan.stairs", covered=j + 1, all=count) for j in named]
    x = np.full(len(named), 0.015 * ends[1])
    y = values[named] + 0.022 * high
    return [*marks, Texts(x=x, y=y, texts=texts, color=MUTED, align="left")]


def other(shown: Shown, said: Words) -> Panel:
    """Total variation with its own staircase; of a game of the hinge loss JS."""
    name = "js" if shown.metric == "tv" else "tv"
    values = stairs(LOSSES["logistic" if name == "js" else "hinge"], len(shown.modes))
    ends = np.array([0.0, shown.step_axis_end])
    marks: Marks = [
        Mark(
            kind="line",
            color=EXACT,
            x=ends,
            y=np.full(2, value),
            is_dashed=True,
            is_thin=True,
            opacity=0.45,
            tip=said("gan.stairs_tip", covered=j + 1, all=len(values)),
        )
        for j, value in enumerate(values)
    ]
    if len(shown.run.history):
        steps = shown.run.history.steps.astype(np.float64)
        y = _of(shown, name)
        marks.append(Mark(kind="line", color=MODEL, x=steps, y=y, tip=said("gan.exact_tip")))
    return Panel(
        name="other",
        x=_steps(shown, said, ""),
        y=Axis(title=said(f"gan.{name}"), low=0.0, high=1.0 if name == "tv" else 0.7),
        marks=marks,
        alt=said(f"gan.{name}_alt", step=f"{shown.run.step:,}"),
        rows=LOW_ROWS if shown.judge is not None else HALF_ROWS,
        margin=MARGIN,
    )


def risk(shown: Shown, said: Words) -> Panel:
    """R(D), and the least that any D could have."""
    equal, ends = shown.loss.at_equal, np.array([0.0, shown.step_axis_end])
    marks: Marks = [
        Mark(
            kind="line",
            color=MUTED,
            x=ends,
            y=np.full(2, equal),
            is_thin=True,
            tip=said("gan.equal_tip", value=nats(equal)),
        )
    ]
    seen = [np.array([equal])]
    if len(shown.run.history):
        steps = shown.run.history.steps.astype(np.float64)
        values, floor = _of(shown, "risk"), _of(shown, "risk_exact")
        marks += [
            Mark(
                kind="line",
                color=EXACT,
                x=steps,
                y=floor,
                is_dashed=True,
                tip=said("gan.floor_tip"),
            ),
            Mark(kind="line", color=CRITIC, x=steps, y=values, tip=said("gan.risk_tip")),
        ]
        seen += [values[len(values) // SETTLED :], floor[len(floor) // SETTLED :]]
    every = np.concatenate(seen)
    low, high = rounded(float(every.min()), float(every.max()) + 1e-9)
    return Panel(
        name="risk",
        x=_steps(shown, said),
        y=Axis(title="R(D)", low=low, high=high),
        marks=marks,
        alt=said("gan.risk_alt", step=f"{shown.run.step:,}"),
        rows=LOW_ROWS if shown.judge is not None else HALF_ROWS,
        margin=MARGIN,
    )


def _steps(shown: Shown, said: Words, title: str | None = None) -> Axis:
    name = "gan.judge_step" if shown.judge is not None else "gan.step"
    return Axis(title=said(name) if title is None else title, low=0.0, high=shown.step_axis_end)
