"""Texts that pictures in the browser hold: places and numbers. No streamlit.

Each function raises a ``ValueError`` for what a picture could not take; ``static/shared/view.js``
writes and reads the same texts.
"""

import math
import re
from collections.abc import Callable

FARTHEST = 1000.0
"""No place is farther from the origin along any axis."""

LABELS = re.compile(r"\d{1,3}(,\d{1,3}){0,98}")


def places_of(key: str, most: int) -> Callable[[str], None]:
    """What refuses all but places ``x,y`` of a plane, or ``x`` of a line, joined by ``;``.

    Args:
        key: of the option, for the message.
        most: how many places there may be.
    """
    many = "one place" if most == 1 else f"at most {most} places"

    def valid(text: str) -> None:
        pieces = text.split(";") if text else []
        if len(pieces) > most or not all(_is_place(piece) for piece in pieces):
            raise ValueError(
                f"`{key}` must be {many} of one or two numbers within "
                f"±{FARTHEST:g}, as in {';'.join(['0.5,-1', '2,0.3'][:most])}"
            )

    return valid


def _is_place(text: str) -> bool:
    numbers = text.split(",")
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        return False
    return len(values) <= 2 and all(math.isfinite(v) and abs(v) <= FARTHEST for v in values)


def labels_of(key: str) -> Callable[[str], None]:
    """What refuses all but numbers of classes, joined by commas."""

    def valid(text: str) -> None:
        if text and not LABELS.fullmatch(text):
            raise ValueError(f"`{key}` must be numbers of classes from 0, as in 3,7")

    return valid
