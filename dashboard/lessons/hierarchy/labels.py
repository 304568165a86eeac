"""Words beside the ends of lines."""

from collections.abc import Sequence


def apart(places: Sequence[float], low: float, high: float) -> list[float]:
    """Heights of words beside the ends of lines, in the same order, none upon another."""
    gap = 0.13 * (high - low)
    found, below = [0.0] * len(places), low - 0.5 * gap
    for k in sorted(range(len(places)), key=lambda k: places[k]):
        found[k] = below = max(places[k] - 0.6 * gap, below + gap)
    above = max(0.0, max(found) - (high - 0.5 * gap))
    return [y - above for y in found]
