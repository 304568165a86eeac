"""The flow lesson on the home page: a lattice carried by the shipped flow, and its draws."""

from core.flow.recorded import recorded_map
from dashboard.charts.sketch import dots, line, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look

KIND: Kind = "recorded"
REACH = 2.1
"""The drawn part of the data plane, from its centre upwards, in standard deviations."""


def card(look: Look) -> str:
    """The lines of the lattice over the base where the flow puts them, and its draws (SVG)."""
    recorded = recorded_map()
    if recorded is None:
        return sketch(look)
    lattice, samples = recorded
    low, high = (-REACH * 4 / 3, -REACH), (REACH * 4 / 3, REACH)
    ways = [way for pair in zip(lattice, lattice.swapaxes(0, 1), strict=True) for way in pair]
    grid = [line(placed(way, low, high), look.muted, 0.6) for way in ways]
    return sketch(look, *grid, dots(placed(samples, low, high), ROLE_COLORS["model"]))
