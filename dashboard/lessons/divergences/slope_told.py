"""What the slopes say, in sentences and in a table: true at every θ, from the numbers."""

from collections.abc import Sequence
from html import escape

from core.divergences.slopes import ROWS, UNIT, Row
from core.divergences.theorem import two_sides
from dashboard.kit.sentences import SQUARE
from dashboard.kit.words import Words
from dashboard.lessons.divergences.loss_colors import LOSS_COLORS
from dashboard.lessons.divergences.slope_shown import HUGE, PULLS, SlopeShown, number


def names(rows: Sequence[Row], said: Words) -> str:
    """Rows in words, one after the other."""
    return "; ".join(said(f"slope.rows.{row.key}") for row in rows)


def who_pulls(shown: SlopeShown, said: Words) -> str:
    """Which losses still pull at this θ, which stall (Markdown)."""
    values = {"theta": f"{shown.theta:g}", "least": f"{PULLS:g}"}
    if not shown.stalling:
        return said("slope.all_pull", **values)
    pulling, stalling = names(shown.pulling, said), names(shown.stalling, said)
    return said("slope.some_stall", pulling=pulling, stalling=stalling, **values)


def explodes(shown: SlopeShown, said: Words) -> str:
    """Which slopes explode at this θ (Markdown); mostly none."""
    found = [row for row in ROWS if shown.exact[row.key] > HUGE]
    if not found:
        return ""
    values = "; ".join(number(shown.exact[row.key]) for row in found)
    return said("slope.explodes", rows=names(found, said), values=values)


def squares(shown: SlopeShown, said: Words) -> str:
    """What squares do against D* and against the D that was trained (Markdown)."""
    row = next(row for row in ROWS if row.key == "non_saturating_squared")
    found = shown.dots.get((row.loss, shown.theta))
    if found is None:
        return ""
    return said(
        "slope.squares",
        exact=number(shown.exact[row.key]),
        trained=number(shown.trained(row)),
        steps=f"{found.steps:,}",
    )


def theorem(shown: SlopeShown, said: Words) -> str:
    """Both sides of Arjovsky and Bottou's theorem, side by side (Markdown)."""
    found = two_sides(UNIT.moved(shown.theta))
    values = {
        "left": found.slope,
        "right": found.right,
        "kl": found.kl_slope,
        "js": found.js_slope,
    }
    return said("slope.theorem", **{name: f"{value:.6f}" for name, value in values.items()})


def table(shown: SlopeShown, said: Words) -> str:
    """Every loss with its slope against D* and against the trained D (HTML)."""
    head = "".join(
        f"<th>{escape(said(f'slope.head_{name}'))}</th>" for name in ("exact", "trained")
    )
    rows = "".join(_row(row, shown, said) for row in ROWS)
    first = escape(said("slope.head_row"))
    return f"<table><thead><tr><th>{first}</th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(row: Row, shown: SlopeShown, said: Words) -> str:
    name = escape(said(f"slope.rows.{row.key}"))
    square = SQUARE.format(LOSS_COLORS[row.loss])
    exact, trained = number(shown.exact[row.key]), number(shown.trained(row))
    style = "" if shown.exact[row.key] >= PULLS else ' style="opacity:0.6"'
    first = f'<th scope="row">{square}&nbsp;{name}</th>'
    return f"<tr{style}>{first}<td>{exact}</td><td>{trained}</td></tr>"
