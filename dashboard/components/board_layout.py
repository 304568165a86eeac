"""Where things stand on a board: rows and columns of places for pictures and for HTML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """A place for pictures.

    Attributes:
        name: by which panels are put there.
        columns: pictures side by side; two at most on a narrow page.
    """

    name: str
    columns: int = 1


@dataclass(frozen=True, kw_only=True)
class Html:
    """A place for words.

    Attributes:
        name: by which HTML is put there.
        look: "sentence" stands a little apart from what is around it.
    """

    name: str
    look: Literal["plain", "sentence"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Column:
    """Parts one below the other."""

    parts: Sequence["Part"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Parts side by side, one below the other on a narrow page.

    Attributes:
        parts: from the left.
        weights: shares of the width, one for each part.
    """

    parts: Sequence["Part"]
    weights: Sequence[float]

    def __post_init__(self) -> None:
        """Check that every part has its width."""
        if len(self.weights) != len(self.parts) or not all(w > 0 for w in self.weights):
            raise ValueError(
                f"`weights` must be {len(self.parts)} positive numbers, got {self.weights}"
            )


Part = Pictures | Html | Column | Row


def places(part: Part) -> Iterator[Pictures | Html]:
    """Every place of a layout."""
    if isinstance(part, Pictures | Html):
        yield part
    else:
        for inner in part.parts:
            yield from places(inner)


def layout_message(part: Part) -> dict[str, Any]:
    """A layout as the browser takes it."""
    if isinstance(part, Pictures):
        return {"kind": "pictures", "name": part.name, "columns": part.columns}
    if isinstance(part, Html):
        return {"kind": "html", "name": part.name, "look": part.look}
    parts = [layout_message(inner) for inner in part.parts]
    if isinstance(part, Row):
        return {"kind": "row", "parts": parts, "weights": list(part.weights)}
    return {"kind": "column", "parts": parts}
