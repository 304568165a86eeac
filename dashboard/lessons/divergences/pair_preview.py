"""What the browser needs to draw the pair by itself while a handle moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.divergences.pair import LEAST_SD, LEAST_WEIGHT, MOST_CENTRE, MOST_SD
from dashboard.components.board import Preview
from dashboard.lessons.divergences.names import ALPHAS, CURVE, LARGE_T, MOST_LOG_T, MOST_T, NODES

if TYPE_CHECKING:
    from dashboard.lessons.divergences.shown import Shown

BOUNDS = {
    "leastSd": LEAST_SD,
    "mostSd": MOST_SD,
    "mostCentre": MOST_CENTRE,
    "leastWeight": LEAST_WEIGHT,
}


def preview_of(shown: Shown) -> Preview:
    """The pair as it is drawn now, for ``static/pair_preview/preview.js``.

    What that computes is what the core says (``test_browser_pair_preview.py``).
    """
    return Preview(
        module="pair_preview",
        given={
            "loss": shown.loss.key,
            "atEqual": shown.loss.at_equal,
            "data": shown.pair.data,
            "model": shown.pair.model,
            "ends": shown.ends,
            "count": NODES,
            "x": shown.place,
            "trained": shown.risk_now,
            "alphas": ALPHAS,
            "costCount": CURVE,
            "mostT": MOST_T,
            "mostLogT": MOST_LOG_T,
            "largeT": LARGE_T,
            "bounds": BOUNDS,
        },
    )
