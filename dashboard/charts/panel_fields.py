"""What a picture shows besides marks: values over the plane, as colours or contours, and texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Image:
    """Values over the plane, as colours.

    Attributes:
        levels: 0…255 with shape ``[rows, columns]``, lowest row first, as :func:`levels` makes
            them; cells are of equal size on the page, on logarithmic axes too.
        extent: left, right, bottom and top edge of the grid, in values of the axes.
        colors: two or three, of the lowest level, (the middle one) and the highest.
        range: what the levels 0 and 255 stand for.
        opacity: 0 to 1.
        is_smooth: whether cells run into one another.
        tip: said on hover where no mark is near, with ``{x}``, ``{y}`` and ``{v}``.
    """

    levels: Array
    extent: Extent
    colors: Sequence[str]
    range: tuple[float, float] = (0.0, 1.0)
    opacity: float = 1.0
    is_smooth: bool = True
    tip: str = ""

    def __post_init__(self) -> None:
        """Check the grid and its colours."""
        if self.levels.ndim != 2 or self.levels.dtype != np.uint8:
            raise ValueError(
                f"`levels` must be uint8 with shape [rows, columns], got {self.levels.dtype} "
                f"with shape {self.levels.shape}"
            )
        if len(self.colors) not in (2, 3):
            raise ValueError(f"`colors` must be two or three, got {len(self.colors)}")
        check_extent(self.extent)


@dataclass(frozen=True, kw_only=True, eq=False)
class Contours:
    """Lines where values over the plane are the same.

    Attributes:
        values: ``[rows, columns]``, lowest row first; none is drawn through what is not finite.
        extent: left, right, bottom and top edge of the grid, in values of the axes.
        at: the values to draw lines at, ``[k]``.
        color: as CSS, or a name as marks take it.
        is_dashed: as exact answers are.
        is_thin: as guides are.
        opacity: 0 to 1.
    """

    values: Array
    extent: Extent
    at: Sequence[float]
    color: str
    is_dashed: bool = False
    is_thin: bool = True
    opacity: float = 1.0

    def __post_init__(self) -> None:
        """Check the grid."""
        if np.ndim(self.values) != 2:
            raise ValueError(
                f"`values` must have shape [rows, columns], got {np.shape(self.values)}"
            )
        check_extent(self.extent)


@dataclass(frozen=True, kw_only=True, eq=False)
class Texts:
    """Words in the plane.

    Attributes:
        x: ``[m]``.
        y: ``[m]``.
        texts: m of them.
        color: as CSS, or a name as marks take it.
        align: where they stand, seen from their place.
        opacity: 0 to 1.
        key: by which a preview in the browser gives others; empty: none does.
    """

    x: Array
    y: Array
    texts: Sequence[str]
    color: str
    align: Literal["left", "center", "right"] = "center"
    opacity: float = 1.0
    key: str = ""

    def __post_init__(self) -> None:
        """Check that every text has its place."""
        for name in ("y", "texts"):
            if len(getattr(self, name)) != len(self.x):
                raise ValueError(
                    f"`{name}` must have length {len(self.x)}, got {len(getattr(self, name))}"
                )


def check_extent(extent: Extent) -> None:
    """Raise a ValueError unless a grid has a left and a right, a bottom and a top."""
    left, right, bottom, top = extent
    if not (left < right and bottom < top):
        raise ValueError(f"`extent` must be left < right, bottom < top, got {extent}")


def levels(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Values as the levels of an :class:`Image`: ``low`` is 0, ``high`` 255; NaN is 0."""
    shares = (np.nan_to_num(np.asarray(values, dtype=float), nan=low) - low) / (high - low)
    found: NDArray[np.uint8] = (np.clip(shares, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)
    return found
