"""The foundations lesson on the home page: contours of a likelihood, and the way to its top."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import HEIGHTS
from core.foundations.likelihood import Path, descend, kl_from_best, maximum
from dashboard.charts.sketch import line, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[np.float64]

KIND: Kind = "exact"
START = (1.6, 0.13)
RATE = 0.003
BELOW = (0.05, 0.2, 0.6, 1.4, 3.0, 6.0)
"""Nats per datum."""

LOW, HIGH = (1.55, np.log(0.028)), (1.82, np.log(0.16))
ANGLES = np.linspace(0, 2 * np.pi, 97)


@lru_cache(maxsize=1)
def way() -> Path:
    """The path of the gradient."""
    return descend(HEIGHTS, START, kind="gradient", learning_rate=RATE)


def ring(below: float) -> Array:
    """Where ℓ is so many nats per datum below the maximum, ``[97, 2]`` in (μ, log σ)."""
    best = maximum(HEIGHTS)
    reach = np.geomspace(1e-4, 4, 400)
    places = []
    for angle in ANGLES:
        means = best.mean + best.sd * reach * np.cos(angle)
        logs = np.log(best.sd) + reach * np.sin(angle)
        gaps = kl_from_best(HEIGHTS, means, np.exp(logs))
        at = int(np.argmax(gaps >= below))
        places.append((means[at], logs[at]))
    return np.array(places)


def card(look: Look) -> str:
    """Contours, the path, and the top (SVG)."""
    parts = [
        line(placed(ring(below), LOW, HIGH), ROLE_COLORS["log_likelihood"], 1.3) for below in BELOW
    ]
    path = way()
    places = np.stack([path.means, np.log(path.sds)], axis=1)
    parts.append(line(placed(places, LOW, HIGH), ROLE_COLORS["model"], 3.0))
    best = maximum(HEIGHTS)
    top = np.array([[LOW[0], np.log(best.sd)], [HIGH[0], np.log(best.sd)]])
    parts.append(line(placed(top, LOW, HIGH), look.truth, 1.6, is_exact=True))
    return sketch(look, *parts)
