"""A picture as a value: axes, marks and words. The browser draws it on a canvas, with no compiler.

A Vega-Lite picture is compiled again whenever its data change: about 50 ms each in the browser.
Where seven pictures follow a slider, that is too much.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Kind = Literal["area", "line", "points", "rules", "bars", "arrows"]

EXACT = "exact"
"""The colour of exact answers: that of the text, in the theme that the browser shows."""

MUTED = "muted"
"""The colour of guides."""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis.

    Attributes:
        title: with units.
        low: where it begins: left, or below.
        high: where it ends.
        is_log: whether it is logarithmic, ``low`` positive.
        names: of rows, from above: the axis is then theirs, row i from i to i + 1.
        colors: one per name; empty for that of the text.
    """

    title: str
    low: float
    high: float
    is_log: bool = False
    names: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """Points, lines, … of one colour.

    Attributes:
        kind: "area" between y and y2, "line", "points", "rules" (at x from top to bottom), "bars"
            (from x to x2), "arrows" (from x to x2).
        color: as CSS, ``EXACT`` or ``MUTED``.
        x: ``[m]``; places that are not finite are left out.
        y: ``[m]``.
        x2: other ends, ``[m]``.
        y2: other ends, ``[m]``.
        value: what to say of each on hover instead of y, ``[m]``.
        is_dashed: as exact answers are.
        is_thin: as guides are.
        size: radius of points in pixels.
        opacity: 0 to 1.
        tip: said on hover, with ``{x}``, ``{y}`` and ``{v}`` for the numbers; empty: nothing.
        text: written above a rule.
    """

    kind: Kind
    color: str
    x: Array
    y: Array
    x2: Array | None = None
    y2: Array | None = None
    value: Array | None = None
    is_dashed: bool = False
    is_thin: bool = False
    size: float = 2.5
    opacity: float = 1.0
    tip: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One picture.

    Attributes:
        name: stable on its page.
        x: the horizontal axis.
        y: the vertical one.
        marks: from back to front.
        alt: what it shows in words.
        rows: its height, in lines of text.
        margin: room at the left, in widths of a letter of the text.
    """

    name: str
    x: Axis
    y: Axis
    marks: Sequence[Mark]
    alt: str
    rows: float
    margin: float = 4.0


def padded(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """A range a little wider; never empty."""
    room = share * (high - low) or 0.1 * max(1.0, abs(high))
    return low - room, high + room


def rounded(low: float, high: float) -> tuple[float, float]:
    """The range out to the next tenth or so of its width: small changes do not move the axis."""
    if not high > low:
        return padded(low, high)
    unit = 10.0 ** math.floor(math.log10((high - low) / 2))
    unit *= next(step for step in (1, 2, 5, 10) if (high - low) / (step * unit) <= 10)
    return math.floor(low / unit + 1e-9) * unit, math.ceil(high / unit - 1e-9) * unit


def decades(values: Array) -> tuple[float, float]:
    """Whole decades around positive values; 0.1 to 10 where there is none."""
    known = values[np.isfinite(values) & (values > 0)]
    if not len(known):
        return 0.1, 10.0
    low = math.floor(math.log10(float(known.min())) + 1e-9)
    high = math.ceil(math.log10(float(known.max())) - 1e-9)
    return 10.0**low, 10.0 ** max(high, low + 1)
