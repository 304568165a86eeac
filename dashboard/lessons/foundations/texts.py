"""The texts in which a link and the page's pictures hold bumps, Gaussians and points."""

from collections.abc import Iterable

from core.foundations.config import Bump, Plane2


def rows_of(key: str, text: str, width: int) -> tuple[tuple[float, ...], ...]:
    """Rows of ``width`` numbers joined by commas, rows joined by semicolons; none of no text.

    Raises:
        ValueError: naming the option, what was wanted and what is there.
    """
    rows = [row.split(",") for row in text.split(";")] if text else []
    try:
        found = tuple(tuple(float(number) for number in row) for row in rows)
    except ValueError:
        found = ((),)
    if any(len(row) != width for row in found):
        raise ValueError(
            f"`{key}` must be rows of {width} numbers joined by commas, rows joined by "
            "semicolons, as in " + ";".join([",".join(["1"] * width)] * 2)
        )
    return found


def bumps_of(text: str) -> tuple[Bump, ...]:
    """Share, mean and sd of every component of the target."""
    return tuple((share, mean, sd) for share, mean, sd in rows_of("p", text, 3))


def gaussians_of(text: str) -> tuple[Plane2, Plane2]:
    """Two Gaussians of the plane.

    Raises:
        ValueError: if there are not two.
    """
    rows = rows_of("pair", text, 5)
    if len(rows) != 2:
        raise ValueError(f"`pair` must be 2 Gaussians, got {len(rows)}")
    (a, b, c, d, e), (f, g, h, i, j) = rows
    return (a, b, c, d, e), (f, g, h, i, j)


def points_of(text: str) -> tuple[tuple[float, float], ...]:
    """Points of the plane."""
    return tuple((x, y) for x, y in rows_of("pts", text, 2))


def means_of(text: str) -> tuple[tuple[float, ...], ...]:
    """Means of components, all of one dimension from 1 to 4."""
    return rows_of("c", text, min(4, text.split(";")[0].count(",") + 1))


def text_of(rows: Iterable[Iterable[float]]) -> str:
    """Rows as a link carries them."""
    return ";".join(",".join(f"{number:.6g}" for number in row) for row in rows)
