"""Numbers as the boards write them, and how high a component stands."""

import math

from dashboard.kit.words import with_minus

LARGE = 1e4


def short(value: float) -> str:
    """A place, a ratio or an answer."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= LARGE or 0 < abs(value) < 5e-4:
        return with_minus(f"{value:.1e}")
    return with_minus(f"{value + 0.0:.3g}")


def nats(value: float) -> str:
    """A risk or a divergence, to four places; fewer of a large one."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if math.isnan(value):
        return "–"
    value = value if abs(value) >= 5e-5 else 0.0
    if abs(value) >= LARGE:
        return with_minus(f"{value:.1e}")
    return with_minus(f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}")


def peak(component: tuple[float, float, float], total: float) -> float:
    """How high a component stands by itself, of weights that sum to ``total``."""
    weight, _, sd = component
    return weight / total / sd / math.sqrt(2 * math.pi)
