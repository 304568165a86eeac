"""Numbers as the boards write them."""

from dashboard.kit.words import with_minus


def nats(value: float) -> str:
    """A number of nats: two places, or three where it is small."""
    return with_minus(f"{value:,.3f}" if abs(value) < 1 else f"{value:,.2f}")
