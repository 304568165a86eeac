"""Surfaces over a plane, to be turned: how they look is the same on every page.

Plotly layouts as plain data: Plotly itself is imported where a figure is drawn, nowhere else.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.theme import BACKGROUNDS, Look


def space_layout(
    titles: tuple[str, str, str],
    look: Look,
    *,
    height: int,
    proportions: tuple[float, float, float],
    eye: tuple[float, float, float],
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """The layout of a figure in space.

    Args:
        titles: of both axes of the plane, and of the heights, with units.
        look: theme and size.
        height: in pixels.
        proportions: how long the axes are drawn, relative to each other.
        eye: from where it is first seen, in the same measure.
        ranges: of some axes, by "x", "y", "z"; the others show all there is.
    """
    axes = {f"{name}axis": _axis(title, look) for name, title in zip("xyz", titles, strict=True)}
    for name, ends in (ranges or {}).items():
        axes[f"{name}axis"]["range"] = list(ends)
    return {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": BACKGROUNDS[look.theme],
        "font": {"color": look.muted, "size": look.font_size},
        "showlegend": False,
        "uirevision": "kept",  # turned as it was when other numbers come
        "scene": axes
        | {
            "aspectmode": "manual",
            "aspectratio": dict(zip("xyz", proportions, strict=True)),
            "camera": {
                "eye": dict(zip("xyz", eye, strict=True)),
                "center": {"x": 0, "y": 0, "z": -0.2},
            },
        },
    }


def _axis(title: str, look: Look) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "color": look.muted,
        "gridcolor": look.grid,
        "zerolinecolor": look.grid,
        "showbackground": False,
        "nticks": 5,
    }
