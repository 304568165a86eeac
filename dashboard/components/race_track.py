"""A race of optimisers, played in the browser: all its steps travel once."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import floats, pack
from dashboard.theme import TRUTH_DASH, Look

Array = NDArray[Any]

_component = component("race_track")


@dataclass(frozen=True, kw_only=True, eq=False)
class Racer:
    """One optimiser.

    Attributes:
        name: what it is called.
        color: its colour; the exact one is drawn dashed in the colour of the text.
        path: its places, ``[T + 1, 2]``; NaN once it has left.
        losses: what it minimises, ``[T + 1]``.
        is_exact: whether it follows the exact gradient.
    """

    name: str
    color: str
    path: Array
    losses: Array
    is_exact: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """The loss over the plane: values in [0, 1] with shape ``[rows, columns]``, low row first."""

    values: Array
    x: tuple[float, float]
    y: tuple[float, float]


def race_track(
    *,
    key: str,
    racers: Sequence[Racer],
    ranges: tuple[tuple[float, float], tuple[float, float], tuple[float, float]],
    field: Field | None,
    plane_titles: tuple[str, str],
    curve_titles: tuple[str, str],
    look: Look,
    alt: str,
    words: Mapping[str, str] | None = None,
) -> None:
    """Draw the race with buttons to play, pause and reset, and a slider over its steps.

    Args:
        key: stable identity of this picture on its page.
        racers: paths of the same length.
        ranges: of the plane's two axes and of the loss.
        field: the loss over the plane, where it is known.
        plane_titles: axis titles of the plane.
        curve_titles: axis titles of the curves.
        look: theme and size.
        alt: what the picture shows, in words.
        words: what the race says by itself, the kit's ``components.race_track``.

    Raises:
        ValueError: no racer, shapes that do not fit together, or unknown words.
    """
    payload = race_track_payload(
        racers=racers,
        ranges=ranges,
        field=field,
        plane_titles=plane_titles,
        curve_titles=curve_titles,
        look=look,
        alt=alt,
        words=words,
    )
    _component(key=key, data=payload)


def race_track_payload(
    *,
    racers: Sequence[Racer],
    ranges: tuple[tuple[float, float], tuple[float, float], tuple[float, float]],
    field: Field | None,
    plane_titles: tuple[str, str],
    curve_titles: tuple[str, str],
    look: Look,
    alt: str,
    words: Mapping[str, str] | None = None,
) -> bytes:
    """The message of :func:`race_track`."""
    if not racers:
        raise ValueError("`racers` must have at least one racer, got 0")
    shape = racers[0].path.shape
    for racer in racers:
        if racer.path.shape != shape or racer.losses.shape != shape[:1] or shape[1:] != (2,):
            raise ValueError(
                f"`{racer.name}` must have a path [T + 1, 2] and losses [T + 1] of the length of "
                f"all, got {racer.path.shape} and {racer.losses.shape}"
            )
    sections = {
        "paths": floats(np.stack([racer.path for racer in racers])),
        "losses": floats(np.stack([racer.losses for racer in racers])),
    }
    if field is not None:
        sections["field"] = floats(field.values)
    meta = {
        "racers": [{"name": r.name, "color": r.color, "exact": r.is_exact} for r in racers],
        "steps": shape[0] - 1,
        "x_range": ranges[0],
        "y_range": ranges[1],
        "loss_range": ranges[2],
        "field": None
        if field is None
        else {"shape": [int(n) for n in field.values.shape], "x": field.x, "y": field.y},
        "plane_titles": plane_titles,
        "curve_titles": curve_titles,
        "line_width": look.line_width,
        "dash": list(TRUTH_DASH),
        "identity": zlib.crc32(sections["paths"].tobytes()),
        "alt": alt,
        "words": chosen_words("race_track", words),
    }
    return pack(meta, sections)
