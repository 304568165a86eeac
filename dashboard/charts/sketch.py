"""Small pictures without words or axes, as SVG: what a card shows of its lesson."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.theme import TRUTH_DASH, Look

Array = NDArray[Any]

WIDTH, HEIGHT = 168, 126
MARGIN = 5


def placed(points: Array, low: Sequence[float], high: Sequence[float]) -> Array:
    """Points in the picture, y upwards; what lies outside of it is not finite.

    Args:
        points: ``[n, 2]``.
        low: the corner at the left, below, ``[2]``.
        high: the corner at the right, above, ``[2]``.
    """
    ends = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    share = (points - ends[0]) / (ends[1] - ends[0])
    share = np.where(((share < 0) | (share > 1)).any(-1, keepdims=True), np.nan, share)
    x = MARGIN + share[:, 0] * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - share[:, 1] * (HEIGHT - 2 * MARGIN)
    return np.stack([x, y], axis=1)


def dots(points: Array, color: str, size: float = 2.4) -> str:
    """One round dot at each placed point, ``[n, 2]``; one path holds them all."""
    kept = points[np.isfinite(points).all(-1)]
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in kept)
    return _path(path, color, size)


def line(points: Array, color: str, width: float, *, is_exact: bool = False) -> str:
    """A line through placed points, ``[n, 2]``, dashed as exact answers are."""
    kept = points[np.isfinite(points).all(-1)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept)
    dash = f' stroke-dasharray="{" ".join(map(str, TRUTH_DASH))}"' if is_exact else ""
    return _path(path, color, width, dash) if len(kept) > 1 else ""


def _path(path: str, color: str, width: float, more: str = "") -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}" '
        f'stroke-linecap="round" stroke-linejoin="round"{more}/>'
    )


def sketch(look: Look, *parts: str) -> str:
    """The picture, framed."""
    frame = f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="6" fill="none" '
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{frame}stroke="{look.grid}"/>{"".join(parts)}</svg>'
    )
