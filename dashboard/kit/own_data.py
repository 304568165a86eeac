"""A column of one's own numbers, as text: pasted, typed, or in a link. No streamlit."""

import re

MOST_NUMBERS = 500
LEAST_NUMBER, MOST_NUMBER = 1e-9, 1e6
"""Of the size of a number that is not 0."""

SEPARATORS = re.compile(r"[\s;]+")
DECIMAL_COMMA = re.compile(r"[-+]?\d+(,\d+)?")


def numbers_of(key: str, text: str) -> tuple[float, ...]:
    """Numbers between spaces, lines, commas or semicolons; ``1,63`` in every line is a decimal.

    Args:
        key: of the option, for the message.
        text: what was pasted.

    Raises:
        ValueError: naming what is no number and its place, or the bound.
    """
    pieces = [piece for piece in SEPARATORS.split(text.replace("−", "-").strip()) if piece]
    if len(pieces) > 1 and all(DECIMAL_COMMA.fullmatch(piece) for piece in pieces):
        pieces = [piece.replace(",", ".") for piece in pieces]
    pieces = [piece for joined in pieces for piece in joined.split(",") if piece]
    if not 1 <= len(pieces) <= MOST_NUMBERS:
        raise ValueError(f"`{key}` must be 1 to {MOST_NUMBERS} numbers, got {len(pieces)}")
    return tuple(_number(key, place, piece) for place, piece in enumerate(pieces, start=1))


def _number(key: str, place: int, piece: str) -> float:
    try:
        value = float(piece.replace("_", "none"))  # 1_000 is Python's own
    except ValueError:
        raise ValueError(f"`{key}` must be numbers: place {place} is not one") from None
    if not abs(value) <= MOST_NUMBER:
        raise ValueError(
            f"`{key}` must be numbers within ±{MOST_NUMBER:,.0f}, got {value:g} in place {place}"
        )
    if 0 < abs(value) < LEAST_NUMBER:
        raise ValueError(
            f"`{key}` must be 0 or at least {LEAST_NUMBER:g} in size, got {value:g} in place "
            f"{place}: take larger units"
        )
    return value


def numbers_text(numbers: tuple[float, ...]) -> str:
    """Numbers as a link carries them."""
    return " ".join(_shortest(number) for number in numbers)


def _shortest(number: float) -> str:
    """The fewest digits that are read as this very number."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)
