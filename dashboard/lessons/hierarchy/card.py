"""The hierarchy lesson on the home page: a conditional prior that bends, swept along z2."""

import numpy as np

from dashboard.charts.sketch import placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look

KIND: Kind = "exact"


def card(look: Look) -> str:
    """``p(z1|z2) = N((2 z2, 1.6 sin 2 z2), 0.3²)``, a formula, for quantiles of z2 (SVG)."""
    from dashboard.charts.sketch import dots

    z2 = np.linspace(-1.6, 1.6, 15)
    angles = np.linspace(0, 2 * np.pi, 60)
    rings = [
        np.stack([2 * z + 0.3 * np.cos(angles), 1.6 * np.sin(2 * z) + 0.3 * np.sin(angles)], 1)
        for z in z2
    ]
    points = placed(np.concatenate(rings), (-4.4, -3.3), (4.4, 3.3))
    return sketch(look, dots(points, ROLE_COLORS["model"]))
