"""Rows of the divergences page in Chromium: a peak under the pointer, and what follows it."""

from collections.abc import Iterator

import numpy as np
from drag_browser import DRAG_SECONDS, MOVES_PER_SECOND, Drag, drags
from report import Row, summary

WATCH = """() => {
    const state = Object.assign(globalThis.__drag, { redraws: [], shown: [] });
    const picture = __handle.closest("[data-picture]");
    let [began, moved, drawn, frame] = [0, 0, null, 0];
    addEventListener("pointermove", (event) => {
        if (!event.buttons || began) return;
        [began, moved, drawn] = [performance.now(), event.timeStamp, picture.__drawn];
    }, true);
    addEventListener("pointermove", (event) => {
        if (!event.buttons) return;
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => {
            const now = performance.now();
            if (picture.__drawn !== drawn) {
                state.redraws.push(now - began);
                state.shown.push(now - moved);
            }
            began = 0;
        });
    });
}"""
"""Notes how long the pictures take to know a move.

The first listener is called before the board's own and the second after it, so that its frame's
work comes after what the board has set for that frame: the densities, D*, the integrand and the
bars are then computed and on their canvases. Counted from when the page is given the move, and
from when the pointer made it, which adds the wait for the next frame.
"""

DRAG = Drag(
    address="divergences",
    handle=".board [data-picture=densities] [data-handle=d0]",
    note=".board [data-place=pair_note]",
    watch=WATCH,
)


def drag_rows() -> Iterator[Row]:
    """`divergences.drag.redraw_ms`, `.shown_ms`, `.fps` and `.follows_ms`."""
    rounds = drags(DRAG)
    dragged = f"a peak dragged, {MOVES_PER_SECOND:.0f} moves per second: "
    yield summary(
        "divergences.drag.redraw_ms",
        [float(np.median(noted["redraws"])) for noted in rounds],
        better="lower",
        target=16,
        unit="ms",
        note=f"{dragged}from the pointer event in the page until both densities, D*, the "
        "integrand, the costs and R are computed and drawn; median of about "
        f"{np.mean([len(noted['redraws']) for noted in rounds]):.0f} redraws, p95 "
        f"{np.median([np.percentile(noted['redraws'], 95) for noted in rounds]):.1f}",
    )
    yield summary(
        "divergences.drag.shown_ms",
        [float(np.median(noted["shown"])) for noted in rounds],
        better="lower",
        target=None,
        unit="ms",
        note="the same from the pointer's own time, with the wait for a frame",
    )
    yield summary(
        "divergences.drag.fps",
        [noted["frames"] / DRAG_SECONDS for noted in rounds],
        better="higher",
        target=55,
        unit="1/s",
        note=f"{dragged}frames in which it follows",
    )
    yield summary(
        "divergences.drag.follows_ms",
        [float(np.median(noted["waits"])) for noted in rounds],
        better="lower",
        target=200,
        unit="ms",
        note="the same: from a move to the frame whose sentence, which the server writes, "
        "knows it",
    )
