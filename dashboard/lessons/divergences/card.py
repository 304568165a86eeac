"""The divergences lesson on the home page: f, the upper envelope of its lines."""

import numpy as np

from core.divergences.envelope import envelope
from core.divergences.losses import LOSSES
from dashboard.charts.sketch import line, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look

KIND: Kind = "exact"
MOST_T = 4.0
LOW, HIGH = (0.0, -3.4), (MOST_T, 0.1)


def card(look: Look) -> str:
    """Lines of the logistic loss for seventeen answers α, and f dashed (SVG)."""
    t = np.linspace(1e-3, MOST_T, 80)
    lines, f = envelope(LOSSES["logistic"], np.linspace(-4, 4, 17), t)
    color = ROLE_COLORS["discriminator"]
    parts = [
        line(placed(np.stack([t, np.maximum(y, LOW[1])], 1), LOW, HIGH), color, 1.0) for y in lines
    ]
    parts.append(line(placed(np.stack([t, f], 1), LOW, HIGH), look.truth, 2.5, is_exact=True))
    return sketch(look, *parts)
