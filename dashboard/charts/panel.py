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

from dashboard.charts.panel_fields import Contours, Image, Texts
from dashboard.charts.panel_handle import Handle

Array = NDArray[Any]
Kind = Literal["area", "line", "points", "rules", "bars", "arrows"]

OTHER_ENDS: dict[str, str] = {"area": "y2", "bars": "x2", "arrows": "x2"}
"""What a mark of this kind cannot be without."""

EXACT = "exact"
"""The colour of exact answers: that of the text, in the theme that the browser shows."""

MUTED = "muted"
"""The colour of guides."""

GROUND = "ground"
"""The colour of the page."""


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

    def __post_init__(self) -> None:
        """Check that values have a place on it."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low != self.high):
            raise ValueError(
                f"`low` and `high` must be two finite numbers, got {self.low} and {self.high}"
            )
        if self.is_log and min(self.low, self.high) <= 0:
            raise ValueError(f"`low` must be positive on a logarithmic axis, got {self.low}")
        if self.colors and len(self.colors) != len(self.names):
            raise ValueError(
                f"`colors` must be {len(self.names)}, one for each name, got {len(self.colors)}"
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """Points, lines, … of one colour.

    Attributes:
        kind: "area" between y and y2, "line", "points", "rules" (at x from top to bottom), "bars"
            (from x to x2), "arrows" (from x to x2, and from y to y2 where that is given).
        color: as CSS, ``EXACT``, ``MUTED`` or ``GROUND``.
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
        key: by which a preview in the browser gives it other numbers; empty: none does.
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
    key: str = ""

    def __post_init__(self) -> None:
        """Check that all arrays fit together."""
        needed = OTHER_ENDS.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"`{needed}` must be given for {self.kind}, got None")
        for name in ("y", "x2", "y2", "value"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.x):
                raise ValueError(f"`{name}` must have length {len(self.x)}, got {len(values)}")


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
        handles: points that the visitor may drag, in the order in which keys go through them.
        is_equal: whether a unit is as long along both axes; it is then lower than ``rows`` where
            the page is narrow.
        takes_points: whether a click where there is no handle asks for another one there.
        follower: name of a handle, here or in another picture of its board, that goes to the x
            of a mouse over this picture without being pressed; empty: none does.
    """

    name: str
    x: Axis
    y: Axis
    marks: Sequence[Mark | Image | Contours | Texts]
    alt: str
    rows: float
    margin: float = 4.0
    handles: Sequence[Handle] = ()
    takes_points: bool = False
    follower: str = ""
    is_equal: bool = False

    def __post_init__(self) -> None:
        """Check that handles can be told apart, and the picture by those who do not see it."""
        names = [handle.name for handle in self.handles]
        if len(set(names)) != len(names):
            raise ValueError(f"`handles` must have names of their own, got {names}")
        if not self.alt:
            raise ValueError(
                f"`alt` of {self.name!r} must say what the picture shows, got nothing"
            )


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
