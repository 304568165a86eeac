"""The strips: how the estimates of every competitor scatter around the exact gradient."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, Axis, Mark, Panel, padded, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.kit.words import Words, with_minus
from dashboard.lessons.estimators.draws_chart import LEFT

Array = NDArray[Any]
Range = tuple[float, float]

SHOWN = 100
"""Estimates drawn per strip."""

CENTRAL = (1.0, 99.0)
"""Percentiles of a strip that the picture goes around: heavy tails would flatten all others."""

WIDEST = 12.0
"""A strip so many times as wide as the next narrower one is cut off."""

BEYOND = 0.25
"""How far beyond the others the picture then goes, in widths of theirs."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Strip:
    """The estimates of one competitor.

    Attributes:
        title: of the estimator.
        color: its colour.
        estimates: of one component, ``[R]``; the first ``SHOWN`` are drawn.
        mean: of all that were made, and its standard error.
        expected: what his mean is exactly, where that is neither 0 nor the gradient.
    """

    title: str
    color: str
    estimates: Array
    mean: tuple[float, float]
    expected: float | None = None

    @property
    def shown(self) -> Array:
        """Those that are drawn, or counted where they have no place."""
        return self.estimates[:SHOWN]


def strips_panel(
    *, strips: Sequence[Strip], exact: float | None, wanted: str, said: Words
) -> Panel:
    """The estimates of every competitor, one strip each, the exact value dashed across.

    What has no place in the picture is counted at its edges.

    Args:
        strips: from above.
        exact: the exact value, if it is known already.
        wanted: what the gradient is with respect to.
        said: the lesson's words.
    """
    ends = _ends(strips, exact)
    marks = [mark for row, strip in enumerate(strips) for mark in _strip(strip, row, ends, said)]
    if exact is not None:
        marks.append(
            Mark(
                kind="rules",
                color=EXACT,
                x=np.array([exact]),
                y=np.zeros(1),
                is_dashed=True,
                text=said("strips.exact"),
                tip=said("strips.exact_value", value=f"{exact:.6g}"),
            )
        )
    means = [(strip.title, *strip.mean) for strip in strips]
    spoken = ", ".join(f"{title} {mean:.3g} ± {error:.1g}" for title, mean, error in means)
    truth = said("strips.unknown") if exact is None else f"{exact:.6g}"
    outside = sum(_count(s.shown, *side) for s in strips for side in _sides(ends))
    names, colors = tuple(s.title for s in strips), tuple(s.color for s in strips)
    return Panel(
        name="strips",
        x=Axis(title=said("strips.x", wanted=wanted), low=ends[0], high=ends[1]),
        y=Axis(title="", low=len(strips), high=0, names=names, colors=colors),
        marks=marks,
        alt=said("strips.alt", exact=truth, means=spoken, outside=outside),
        rows=1.5 + 2.1 * len(strips),
        margin=LEFT,
    )


def _ends(strips: Sequence[Strip], exact: float | None) -> Range:
    """From where to where the picture goes: around most of what is drawn, and around the mean.

    A strip that is ``WIDEST`` times as wide as all narrower ones would flatten them: the picture
    then ends a little beyond the others.
    """
    spans = [np.percentile(strip.shown, CENTRAL) for strip in strips]
    widths = sorted(width for low, high in spans if (width := high - low) > 0)
    most = next((a for a, b in itertools.pairwise(widths) if b > WIDEST * a), math.inf)
    kept = [span for span in spans if span[1] - span[0] <= most]
    ends = [] if exact is None else [exact]
    ends += [float(end) for span in kept for end in span]
    for strip, (low, high) in zip(strips, spans, strict=True):
        if high - low <= most:
            ends += [strip.mean[0] - strip.mean[1], strip.mean[0] + strip.mean[1]]
            ends += [] if strip.expected is None else [strip.expected]
    share = 0.01 if len(kept) == len(spans) else BEYOND
    return rounded(*padded(min(ends), max(ends), share))


def _strip(strip: Strip, row: int, ends: Range, said: Words) -> list[Mark | Texts]:
    """Estimates as points, their mean as a bar, and how many of them lie outside."""
    values, (mean, error) = strip.shown, strip.mean
    inside = (values >= ends[0]) & (values <= ends[1])
    jitter = row + 0.14 + 0.72 * ((np.arange(len(values)) * 0.618034) % 1.0)
    marks: list[Mark | Texts] = [
        Mark(
            kind="points",
            color=strip.color,
            x=values[inside],
            y=jitter[inside],
            size=2.3,
            opacity=0.45,
            tip=said("strips.estimate", name=strip.title),
        ),
        Mark(
            kind="bars",
            color=strip.color,
            x=np.array([mean - error]),
            x2=np.array([mean + error]),
            y=np.array([row + 0.5]),
            value=np.array([mean]),
            tip=said("strips.mean", name=strip.title, error=f"{error:.2g}"),
        ),
    ]
    if strip.expected is not None:
        marks.append(_expected(strip, row, said))
    return marks + _outside(strip, row, ends, said)


def _expected(strip: Strip, row: int, said: Words) -> Mark:
    """The exact mean of one who is wrong, dashed across his own strip."""
    assert strip.expected is not None
    return Mark(
        kind="line",
        color=EXACT,
        x=np.full(2, strip.expected),
        y=np.array([row + 0.02, row + 0.98]),
        is_dashed=True,
        tip=said("strips.expected", name=strip.title),
    )


def _outside(strip: Strip, row: int, ends: Range, said: Words) -> list[Mark | Texts]:
    """At each edge, how many of the drawn estimates lie beyond it, and whether their mean does."""
    found: list[Mark | Texts] = []
    for side, edge in _sides(ends):
        count = _count(strip.shown, side, edge)
        is_mean = _count(np.array([strip.mean[0]]), side, edge)
        if not count and not is_mean:
            continue
        key = "strips.mean_outside" if is_mean else "strips.outside"
        mean = f"{strip.mean[0]:.3g}"
        text = said(f"{key}_{side}", count=count, of=len(strip.shown), mean=with_minus(mean))
        found.append(
            Texts(
                x=np.array([edge]),
                y=np.array([row + 0.2]),
                texts=(text,),
                color=EXACT,
                align="left" if side == "left" else "right",
            )
        )
    return found


def _count(values: Array, side: str, edge: float) -> int:
    return int((values < edge).sum() if side == "left" else (values > edge).sum())


def _sides(ends: Range) -> tuple[tuple[str, float], tuple[str, float]]:
    return ("left", ends[0]), ("right", ends[1])
