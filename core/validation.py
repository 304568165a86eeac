"""Checks at the boundary: every message names the input, the bound and the value."""

import math
from collections.abc import Collection


def require_number(
    name: str,
    value: float,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
) -> None:
    """Refuse a number that is not finite or lies outside its bounds.

    Raises:
        ValueError: naming ``name``, the bound and ``value``.
    """
    if not math.isfinite(value):
        raise ValueError(f"`{name}` must be a finite number, got {value}")
    if at_least is not None and value < at_least:
        raise ValueError(f"`{name}` must be at least {at_least}, got {value}")
    if above is not None and value <= above:
        raise ValueError(f"`{name}` must be greater than {above}, got {value}")
    if at_most is not None and value > at_most:
        raise ValueError(f"`{name}` must be at most {at_most}, got {value}")


def require_choice(name: str, value: str, choices: Collection[str]) -> None:
    """Refuse a word that is not among the known ones.

    Raises:
        ValueError: naming ``name``, the choices and ``value``.
    """
    if value not in choices:
        known = ", ".join(f"'{choice}'" for choice in choices)
        raise ValueError(f"`{name}` must be one of {known}, got '{value}'")
