"""The table that decides, as HTML, and the note that says what its letters mean."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from core.estimators.moments import best_baseline, has_exact_variance, mean_value
from dashboard.lessons.estimators.names import ink_of, title_of, wanted
from dashboard.lessons.estimators.table import VANISHING, Measured, Row, winners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.estimators.config import EstimatorsConfig
    from dashboard.kit.words import Words
    from dashboard.lessons.estimators.choice import Choice

COLUMNS = ("bias", "bias_squared", "variance", "exact", "total", "mse", "cost", "needed")


def with_minus_signs(text: str) -> str:
    """With true minus signs before numbers; names keep their hyphens."""
    return re.sub(r"(?<![\w])-(?=\d)|(?<=\de)-", "−", text)


def short_number(value: float, digits: int = 3) -> str:
    """Few digits; thousands in full; what rounding leaves of a zero is zero."""
    if abs(value) < VANISHING:
        return "0"
    return f"{value:,.0f}" if 10**digits <= abs(value) < 1e7 else f"{value:.{digits}g}"


def table_html(table: Sequence[Row], said: Words) -> str:
    """The table; who is clearly ahead in a column is marked.

    Sampled and exact variances stand beside each other; the sum over all components stands there
    where there are several.
    """
    best = winners(list(table))
    is_known = any(row.exact is not None for row in table)
    count = max((row.num_parameters for row in table), default=1)
    absent = {"exact"} if not is_known else set()
    absent |= {"total"} if count == 1 else set()
    columns = [name for name in COLUMNS if name not in absent]
    stars = best | {"exact": best["variance"]} | ({"variance": set()} if is_known else {})
    head = "".join(f"<th>{said(f'table.{name}', count=f'{count:,}')}</th>" for name in columns)
    body = "".join(_line(row, columns, stars, said) for row in table)
    return (
        f'<table class="results"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _line(row: Row, columns: Sequence[str], stars: dict[str, set[str]], said: Words) -> str:
    cells = _cells(row, said)
    marked = "".join(
        f'<td class="{"best" if row.name in stars[name] else ""}">{cells[name]}</td>'
        for name in columns
    )
    return (
        f'<tr><th scope="row" style="color:{ink_of(row.name)}">'
        f"{title_of(row.name, said)}</th>{with_minus_signs(marked)}</tr>"
    )


def _cells(row: Row, said: Words) -> dict[str, str]:
    needed = row.needed
    return {
        "bias": f"{'+' if row.bias > 0 else ''}{_with_error((row.bias, row.standard_error))}",
        "bias_squared": short_number(row.bias_squared, 2),
        "variance": _with_error(row.sampled),
        "exact": "" if row.exact is None else short_number(row.exact.value),
        "total": short_number(row.total[0]),
        "mse": f"<b>{short_number(row.mse)}</b>",
        "cost": f"{row.cost:,.0f}",
        "needed": said(f"table.{needed}") if isinstance(needed, str) else f"{needed:,.0f}",
    }


def _with_error(found: Measured) -> str:
    value, error = found
    if math.isnan(error):
        return short_number(value)
    return f"{short_number(value)} <small>± {short_number(error, 1)}</small>"


def table_note(choice: Choice, table: Sequence[Row], said: Words) -> str:
    """What ± and the star are, and every letter and abbreviation of the table (Markdown)."""
    names = {row.name for row in table}
    parts = [said(f"note.{key}") for key in ("plus_minus", "star", "mse", "cost")]
    known = _baselines(choice.config)
    if "constant_baseline" in names:
        b = known[0] if choice.config.baseline is None else choice.config.baseline
        key = "b_mean" if choice.config.baseline is None else "b_number"
        parts.append(said(f"note.{key}", value=_equals(b, said)))
    if "optimal_baseline" in names:
        parts.append(said("note.best", value=_equals(known[1], said), wanted=wanted(choice)))
    if "leave_one_out" in names:
        parts.append(said("note.leave_one_out"))
    if names & {"antithetic", "score_antithetic"}:
        parts.append(said("note.antithetic"))
    return with_minus_signs(" · ".join(parts))


@lru_cache(maxsize=64)
def _baselines(config: EstimatorsConfig) -> tuple[float, float]:
    """``E f`` and b*; NaN where they are not exactly known."""
    if not has_exact_variance(config):
        return math.nan, math.nan
    return mean_value(config), best_baseline(config)


def _equals(value: float, said: Words) -> str:
    return "" if math.isnan(value) else said("note.equals", value=short_number(value))
