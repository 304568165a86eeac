"""The table that decides: bias, variance, their sum, what an estimate costs. Pure functions."""

import math
import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.estimators.answers import ROUNDING, ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.lineup import LINEUP
from core.estimators.tally import Trial
from dashboard.kit.words import Words
from dashboard.lessons.estimators.names import ink_of, title_of

RELATIVE_ERROR = 0.01
"""The accuracy for which draws are counted."""

SIGNIFICANT = 4.0
"""A bias within so many standard errors is taken for noise."""

VANISHING = 1e-13

Hopeless = Literal["never", "undefined", "not_seen"]
Needed = float | Hopeless


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimator against the exact gradient, for one component and n draws.

    Attributes:
        name: in ``LINEUP``.
        mean: of all its estimates.
        standard_error: of that mean.
        bias: mean minus exact.
        is_biased: whether the bias is more than noise.
        is_unseen: unbiased, but what its mean is made of is so rare that no draw has shown it.
        variance: of an estimate.
        total_variance: the same, summed over all components of the gradient: the trace.
        cost: nanoseconds per draw.
        needed: draws for 1 % relative error, "never", "undefined", or "not_seen".
    """

    name: str
    mean: float
    standard_error: float
    bias: float
    is_biased: bool
    is_unseen: bool
    variance: float
    total_variance: float
    cost: float
    needed: Needed

    @property
    def bias_squared(self) -> float:
        """The bias, squared."""
        return self.bias**2

    @property
    def mse(self) -> float:
        """Mean squared error ``bias² + variance``."""
        return self.bias_squared + self.variance


def rows(config: EstimatorsConfig, index: int, exact: ExactGradient, trial: Trial) -> list[Row]:
    """One row per competitor, in the order of the lineup.

    Args:
        config: the problem.
        index: the component, among P.
        exact: the gradient.
        trial: what was measured.
    """
    truth, error = float(exact.value[index]), float(exact.error[index])
    found = []
    for name, tally in trial.tallies.items():
        bias = float(tally.mean[index]) - truth
        noise = math.hypot(float(tally.standard_error[index]), error)
        room = SIGNIFICANT * noise + ROUNDING * max(1.0, abs(truth))
        variances = tally.variance(config.num_samples)
        variance, spread = float(variances[index]), float(tally.standard_error[index])
        is_off = abs(bias) > room
        is_biased = is_off and not LINEUP[name].is_unbiased(config.test_function)
        is_unseen = is_off and not is_biased and spread == 0
        needed: Needed = "never" if is_biased else "not_seen" if is_unseen else "undefined"
        if needed == "undefined" and not exact.is_zero(index):
            draws = variance * config.num_samples / (RELATIVE_ERROR * truth) ** 2
            needed = max(LINEUP[name].least_samples, math.ceil(draws))
        found.append(
            Row(
                name=name,
                mean=float(tally.mean[index]),
                standard_error=spread,
                bias=bias,
                is_biased=is_biased,
                is_unseen=is_unseen,
                variance=variance,
                total_variance=float(variances.sum()),
                cost=1e9 * tally.seconds / tally.draws,
                needed=needed,
            )
        )
    return found


def winners(table: list[Row]) -> dict[str, set[str]]:
    """By column, who is best; in the columns of the bias everybody whose bias is only noise."""

    def least(values: dict[str, float]) -> set[str]:
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        best = min(finite.values(), default=math.nan)
        return {name for name, value in finite.items() if value <= best + 1e-12 * abs(best)}

    unbiased = {row.name for row in table if not (row.is_biased or row.is_unseen)}
    return {
        "bias": unbiased,
        "bias_squared": unbiased,
        "variance": least({row.name: row.variance for row in table}),
        "total": least({row.name: row.total_variance for row in table}),
        "mse": least({row.name: row.mse for row in table}),
        "cost": least({row.name: row.cost for row in table}),
        "needed": least(
            {row.name: row.needed for row in table if not isinstance(row.needed, str)}
        ),
    }


COLUMNS = ("bias", "bias_squared", "variance", "total", "mse", "cost", "needed")


def with_minus_signs(text: str) -> str:
    """With true minus signs before numbers; names keep their hyphens."""
    return re.sub(r"(?<![\w])-(?=\d)|(?<=\de)-", "−", text)


def short_number(value: float, digits: int = 3) -> str:
    """Few digits; thousands in full; what rounding leaves of a zero is zero."""
    if abs(value) < VANISHING:
        return "0"
    return f"{value:,.0f}" if 10**digits <= abs(value) < 1e7 else f"{value:.{digits}g}"


def table_html(table: list[Row], said: Words, num_parameters: int = 1) -> str:
    """The table, the winner of each column marked.

    Args:
        table: one component.
        said: the lesson's words.
        num_parameters: P; where there are several, their variances are summed up, too.
    """
    best = winners(table)
    columns = [name for name in COLUMNS if name != "total" or num_parameters > 1]
    head = "".join(
        f"<th>{said(f'table.{name}', count=f'{num_parameters:,}')}</th>" for name in columns
    )
    body = []
    for row in table:
        cells = _cells(row, said)
        marked = "".join(
            f'<td class="{"best" if row.name in best[name] else ""}">{cells[name]}</td>'
            for name in columns
        )
        body.append(
            f'<tr><th scope="row" style="color:{ink_of(row.name)}">'
            f"{title_of(row.name, said)}</th>{with_minus_signs(marked)}</tr>"
        )
    return (
        f'<table class="results"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _cells(row: Row, said: Words) -> dict[str, str]:
    needed = row.needed
    return {
        "bias": f"{'+' if row.bias > 0 else ''}{short_number(row.bias)} "
        f"<small>± {short_number(row.standard_error, 1)}</small>",
        "bias_squared": short_number(row.bias_squared, 2),
        "variance": short_number(row.variance),
        "total": short_number(row.total_variance),
        "mse": f"<b>{short_number(row.mse)}</b>",
        "cost": f"{row.cost:,.0f}",
        "needed": said(f"table.{needed}") if isinstance(needed, str) else f"{needed:,.0f}",
    }


def table_frame(table: list[Row], exact: ExactGradient, index: int) -> pd.DataFrame:
    """The same with full precision, for download."""
    return pd.DataFrame(
        [
            {
                "estimator": row.name,
                "exact": exact.value[index],
                "mean": row.mean,
                "standard_error": row.standard_error,
                "bias": row.bias,
                "bias_squared": row.bias_squared,
                "variance": row.variance,
                "total_variance": row.total_variance,
                "mse": row.mse,
                "nanoseconds_per_draw": row.cost,
                "draws_for_1_percent": row.needed,
            }
            for row in table
        ]
    )
