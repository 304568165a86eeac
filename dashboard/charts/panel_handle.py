"""A point of a picture that the visitor drags."""

import math
from dataclasses import dataclass
from typing import Literal

Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Handle:
    """A point that the visitor drags, by pointer or keys.

    Attributes:
        name: stable in its picture.
        title: what it is, in words: for those who do not see it.
        x: where it is.
        y: where it is.
        moves: along which axes; on the other it stays.
        x_bounds: how far it goes; None for as far as the axis.
        y_bounds: how far it goes; None for as far as the axis.
        color: as CSS, or a name as marks take it.
        width: what + and − change: half the axes of the ellipse around it; None for no width.
        width_bounds: how small and how large it gets.
        is_removable: whether Delete takes it away.
        has_ring: whether the width is drawn.
        is_small: whether it is drawn smaller, and over the others: one of many.
    """

    name: str
    title: str
    x: float
    y: float
    moves: Literal["xy", "x", "y"] = "xy"
    x_bounds: Range | None = None
    y_bounds: Range | None = None
    color: str = "exact"
    width: float | None = None
    width_bounds: Range | None = None
    is_removable: bool = False
    has_ring: bool = True
    is_small: bool = False

    def __post_init__(self) -> None:
        """Check that it is somewhere, and has somewhere to go."""
        for name in ("x", "y"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"`{name}` must be finite, got {getattr(self, name)}")
        for name in ("x_bounds", "y_bounds", "width_bounds"):
            bounds = getattr(self, name)
            if bounds is not None and not bounds[0] < bounds[1]:
                raise ValueError(f"`{name}` must be a lower and a higher number, got {bounds}")
        if self.width is not None and (self.width_bounds is None or not self.width > 0):
            raise ValueError(
                f"`width` must be positive and have `width_bounds`, got {self.width} "
                f"within {self.width_bounds}"
            )
