"""Computation diagrams of one autoregressive layer, as SVG: z → x and x → z."""

from typing import Literal

from dashboard.theme import BACKGROUNDS, ROLE_COLORS, Look

Way = Literal["forward", "inverse"]

GAP, TOP, BOTTOM, RADIUS = 84, 34, 156, 17
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def diagram(*, dims: int, conditioner: str, on: str, way: Way, look: Look, turn_word: str) -> str:
    """What each number is computed from (SVG).

    What is given stands above. Solid lines go through the transformer, fine ones through the
    conditioner; under each result the pass in which it is found.

    Args:
        dims: D.
        conditioner: a registered one; "none" has no fine lines.
        on: "z" or "x": what the conditioner sees.
        way: from z to x, or back.
        look: theme and size.
        turn_word: what the pass of each result is called.
    """
    given, found = ("z", "x") if way == "forward" else ("x", "z")
    at_once = on == given or conditioner == "none"
    parts = [
        _conditioning(i, j, on == given, look)
        for i in range(dims)
        for j in range(i)
        if conditioner != "none"
    ]
    parts += [
        _line(i, TOP, i, BOTTOM, ROLE_COLORS["model"], look.line_width + 0.5) for i in range(dims)
    ]
    for i in range(dims):
        parts.append(_node(i, TOP, f"{given}{_sub(i + 1)}", look))
        parts.append(_node(i, BOTTOM, f"{found}{_sub(i + 1)}", look))
        turn = 1 if at_once else i + 1
        parts.append(
            f'<text x="{_x(i)}" y="{BOTTOM + 34}" text-anchor="middle" font-size="12" '
            f'fill="{look.muted}">{turn_word} {turn}</text>'
        )
    width, height = _x(dims - 1) + 42, BOTTOM + 44
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def _x(i: int) -> int:
    return 42 + i * GAP


def _sub(number: int) -> str:
    return str(number).translate(SUBSCRIPTS)


def _line(i: int, y: int, j: int, v: int, color: str, width: float) -> str:
    return (
        f'<line x1="{_x(i)}" y1="{y}" x2="{_x(j)}" y2="{v}" stroke="{color}" '
        f'stroke-width="{width:.1f}"/>'
    )


def _conditioning(i: int, j: int, from_above: bool, look: Look) -> str:
    """A fine line into dimension i from the earlier dimension j, above or in the same row."""
    if from_above:
        return _line(j, TOP, i, BOTTOM, look.muted, 0.5 * look.line_width)
    middle, depth = 0.5 * (_x(j) + _x(i)), BOTTOM - 16 - 14 * (i - j)
    return (
        f'<path d="M {_x(j)} {BOTTOM} Q {middle} {depth - 22} {_x(i)} {BOTTOM}" fill="none" '
        f'stroke="{look.muted}" stroke-width="{0.5 * look.line_width:.1f}"/>'
    )


def _node(i: int, y: int, text: str, look: Look) -> str:
    return (
        f'<circle cx="{_x(i)}" cy="{y}" r="{RADIUS}" fill="{BACKGROUNDS[look.theme]}" '
        f'stroke="{look.truth}" stroke-width="1.5"/>'
        f'<text x="{_x(i)}" y="{y + 5}" text-anchor="middle" font-size="15" '
        f'fill="{look.truth}">{text}</text>'
    )
