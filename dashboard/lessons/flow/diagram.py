"""Computation diagrams of one autoregressive layer, as SVG: z → x and x → z."""

from typing import Literal

from dashboard.theme import BACKGROUNDS, ROLE_COLORS, Look

Way = Literal["forward", "inverse"]

GAP, TOP, MIDDLE, BOTTOM, RADIUS = 100, 30, 106, 196, 17
SMALL = 14
"""Of the node of h_i and of that of τ: half their width."""

ASIDE = 44
"""How far h_i stands left of its dimension."""

HEAD = 7
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Point = tuple[float, float]


def diagram(*, dims: int, conditioner: str, on: str, way: Way, look: Look, turn_word: str) -> str:
    """What each number is computed from (SVG), every arrow from what is needed to what needs it.

    What is given stands above, what is found below, with the pass in which it is found. Fine
    arrows are the conditioners ``c_i``: they lead to the parameters ``h_i``. Those and the given
    number go into the transformer τ (backwards: its inverse), the heavy arrows.

    Args:
        dims: D.
        conditioner: a registered one; with "none" nothing leads to any ``h_i``.
        on: "z" or "x": what the conditioner sees.
        way: from z to x, or back.
        look: theme and size.
        turn_word: what the pass of each result is called.
    """
    given, found = ("z", "x") if way == "forward" else ("x", "z")
    at_once = on == given or conditioner == "none"
    seen = TOP if on == given else BOTTOM
    lines, nodes = [], []
    for i in range(dims):
        if conditioner != "none":
            lines += [_conditioning(i, j, seen, look) for j in range(i)]
        lines += _transforming(i, look)
        turn = 1 if at_once else i + 1
        nodes += [
            _round((_x(i), TOP), RADIUS, f"{given}{_sub(i + 1)}", look),
            _round((_x(i) - ASIDE, MIDDLE), SMALL, f"h{_sub(i + 1)}", look),
            _square((_x(i), MIDDLE), "τ" if way == "forward" else "τ⁻¹", look),
            _round((_x(i), BOTTOM), RADIUS, f"{found}{_sub(i + 1)}", look),
            _text((_x(i), BOTTOM + 36), f"{turn_word} {turn}", 12, look.muted),
        ]
    width, height = _x(dims - 1) + 42, BOTTOM + 46
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" font-family="sans-serif">'
        f"{''.join((*lines, *nodes))}</svg>"
    )


def _x(i: int) -> float:
    return 42 + ASIDE / 2 + i * GAP


def _sub(number: int) -> str:
    return str(number).translate(SUBSCRIPTS)


def _transforming(i: int, look: Look) -> list[str]:
    """From the given number and from h_i into τ, and from τ to what is found."""
    x, color, width = _x(i), ROLE_COLORS["model"], look.line_width + 0.5
    return [
        _arrow((x, TOP + RADIUS), (x, MIDDLE - SMALL), color, width),
        _arrow((x - ASIDE + SMALL, MIDDLE), (x - SMALL, MIDDLE), color, width),
        _arrow((x, MIDDLE + SMALL), (x, BOTTOM - RADIUS), color, width),
    ]


def _conditioning(i: int, j: int, seen: float, look: Look) -> str:
    """A fine arrow from the earlier dimension j, in the row that is seen, to h_i."""
    start, end = (_x(j), seen), (_x(i) - ASIDE, MIDDLE)
    return _arrow(
        _towards(start, end, RADIUS),
        _towards(end, start, SMALL),
        look.muted,
        0.5 * look.line_width,
    )


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point at a distance from ``start`` on the way to ``end``."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = distance / max((dx * dx + dy * dy) ** 0.5, 1e-9)
    return start[0] + share * dx, start[1] + share * dy


def _arrow(start: Point, end: Point, color: str, width: float) -> str:
    """A line with a head at its end."""
    neck = _towards(end, start, HEAD)
    side = (0.5 * (end[1] - neck[1]), 0.5 * (neck[0] - end[0]))
    head = " ".join(
        f"{x:.1f},{y:.1f}"
        for x, y in (
            end,
            (neck[0] + side[0], neck[1] + side[1]),
            (neck[0] - side[0], neck[1] - side[1]),
        )
    )
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{neck[0]:.1f}" y2="{neck[1]:.1f}" '
        f'stroke="{color}" stroke-width="{width:.1f}"/>'
        f'<polygon points="{head}" fill="{color}"/>'
    )


def _round(at: Point, radius: float, text: str, look: Look) -> str:
    circle = (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}" '
        f'fill="{BACKGROUNDS[look.theme]}" stroke="{look.truth}" stroke-width="1.5"/>'
    )
    return circle + _text((at[0], at[1] + 5), text, 15 if radius == RADIUS else 13, look.truth)


def _square(at: Point, text: str, look: Look) -> str:
    box = (
        f'<rect x="{at[0] - SMALL:.1f}" y="{at[1] - SMALL:.1f}" width="{2 * SMALL}" '
        f'height="{2 * SMALL}" rx="4" fill="{BACKGROUNDS[look.theme]}" '
        f'stroke="{ROLE_COLORS["model"]}" stroke-width="1.5"/>'
    )
    return box + _text((at[0], at[1] + 5), text, 13, look.truth)


def _text(at: Point, text: str, size: int, color: str) -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="middle" font-size="{size}" '
        f'fill="{color}">{text}</text>'
    )
