"""The evidence lesson on the home page: one height, split by many proposals."""

from functools import lru_cache

import numpy as np

from core.evidence.models import Line
from core.evidence.proposals import gaussian
from core.evidence.quantities import find_elbo
from dashboard.charts.sketch import line, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look

KIND: Kind = "exact"
MEANS = tuple(float(mean) for mean in np.linspace(0.25, 2.15, 15))
"""Of q = N(m, 0.2); the posterior is N(1.6, 0.2)."""

LOW, HIGH = -10.0, -2.0
WIDTH = 6.5


@lru_cache(maxsize=1)
def columns() -> tuple[float, tuple[float, ...]]:
    """``log p(x)`` of the line, and the ELBO of every q."""
    problem = Line()
    bounds = (find_elbo(problem, gaussian([mean], [0.2**0.5])).value for mean in MEANS)
    return problem.exact().log_p, tuple(bounds)


def card(look: Look) -> str:
    """Columns of one height; blue below is the ELBO, orange above the KL (SVG)."""
    log_p, bounds = columns()
    last = len(MEANS) - 1
    low, high = (-0.8, LOW), (last + 0.8, HIGH)

    def bar(place: int, start: float, end: float, color: str) -> str:
        ends = np.array([[place, start], [place, end]], dtype=np.float64)
        return line(placed(ends, low, high), color, WIDTH)

    parts = []
    for place, bound in enumerate(bounds):
        parts.append(bar(place, bound, log_p, ROLE_COLORS["kl"]))
        parts.append(bar(place, LOW, max(bound, LOW), ROLE_COLORS["elbo"]))
    top = np.array([[-0.8, log_p], [last + 0.8, log_p]])
    parts.append(line(placed(top, low, high), look.truth, 1.6, is_exact=True))
    return sketch(look, *parts)
