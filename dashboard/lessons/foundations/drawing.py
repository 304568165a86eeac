"""What several pictures of the lesson draw alike: components by number, ellipses."""

import numpy as np

ANGLES = np.linspace(0, 2 * np.pi, 61)
CIRCLE = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)])
"""Two standard deviations."""

HUES = (
    "#3a78e0",
    "#d9641e",
    "#1e9e57",
    "#b8479f",
    "#a9790a",
    "#0b93ad",
    "#8a63d2",
    "#dc3d43",
)
"""Components by number, again from the ninth on: a mixture has no other name for them."""


def hue(component: int) -> str:
    """The colour of a component."""
    return HUES[component % len(HUES)]
