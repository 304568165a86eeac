"""Numbers as the boards write them."""

from dashboard.kit.words import with_minus


def nats(value: float) -> str:
    """A number of nats: two places, or more where it is small."""
    size = abs(value)
    places = 2 if size >= 1 or size < 5e-7 else 3 if size >= 0.001 else 6
    value = value if size >= 5e-7 else 0.0
    return with_minus(f"{value:,.{places}f}")


def short(value: float) -> str:
    """A place or a width."""
    return with_minus(f"{value + 0.0:.6g}")  # no −0
