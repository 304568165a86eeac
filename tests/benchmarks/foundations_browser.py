"""Rows of the foundations page in Chromium: a height under the pointer, and what follows it."""

from collections.abc import Iterator

import numpy as np
from drag_browser import DRAG_SECONDS, MOVES_PER_SECOND, Drag, drags
from report import Row, summary

DRAG = Drag(
    address="foundations",
    handle=".board [data-handle=x4]",
    note=".board [data-place=likelihood_note]",
)


def drag_rows() -> Iterator[Row]:
    """`foundations.drag.fps` and `foundations.drag.follows_ms`."""
    rounds = drags(DRAG)
    yield summary(
        "foundations.drag.fps",
        [noted["frames"] / DRAG_SECONDS for noted in rounds],
        better="higher",
        target=55,
        unit="1/s",
        note=f"a height dragged along its ruler, {MOVES_PER_SECOND:.0f} moves per second: frames "
        "in which it follows",
    )
    yield summary(
        "foundations.drag.follows_ms",
        [float(np.median(noted["waits"])) for noted in rounds],
        better="lower",
        target=200,
        unit="ms",
        note="the same: from a move to the frame whose densities, contours and sentence know it",
    )
