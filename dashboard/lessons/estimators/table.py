"""What decides between estimators: bias, variance, their sum, what a draw costs. Pure."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pandas as pd

from core.estimators.answers import ROUNDING, ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.lineup import LINEUP
from core.estimators.moments import ExactVariance, exact_variances
from core.estimators.tally import Tally, Trial

RELATIVE_ERROR = 0.01
"""The accuracy for which draws are counted."""

SIGNIFICANT = 4.0
"""A bias within so many standard errors is taken for noise."""

SURE = 2.0
"""Whoever leads by more than so many standard errors of the difference is ahead."""

TIMING_NOISE = 2.0
"""Costs within this factor are the same: on a busy machine the middle four fifths of 30 timings of
one estimator spanned a factor of 1.1 to 2.1."""

SAME = 1e-9
"""Numbers whose ratio is so near to 1 differ by rounding."""

VANISHING = 1e-13
"""What rounding leaves of a zero is less."""

Hopeless = Literal["never", "undefined", "not_seen"]
Needed = float | Hopeless
Measured = tuple[float, float]
"""A number and its standard error."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimator against the exact gradient, for one component and n draws.

    Attributes:
        name: in ``LINEUP``.
        mean: of all its estimates.
        standard_error: of that mean, and so of the bias.
        bias: mean minus exact.
        is_biased: whether the bias is more than noise.
        is_unseen: unbiased, but what its mean is made of is so rare that no draw has shown it.
        sampled: the variance of an estimate, from all of them, and its standard error.
        exact: the same where it is known, and how far off it may be.
        sampled_total: the variance summed over all components of the gradient: the trace.
        num_parameters: P, how many components there are.
        cost: nanoseconds per draw.
        needed: draws for 1 % relative error, "never", "undefined", or "not_seen".
    """

    name: str
    mean: float
    standard_error: float
    bias: float
    is_biased: bool
    is_unseen: bool
    sampled: Measured
    exact: ExactVariance | None = None
    sampled_total: Measured
    num_parameters: int = 1
    cost: float
    needed: Needed

    @property
    def known(self) -> Measured:
        """The variance as well as it is known, and its error."""
        return self.sampled if self.exact is None else (self.exact.value, self.exact.error)

    @property
    def variance(self) -> float:
        """The variance as well as it is known."""
        return self.known[0]

    @property
    def total(self) -> Measured:
        """The trace as well as it is known: where it is exactly, all coordinates are alike."""
        if self.exact is None:
            return self.sampled_total
        return self.num_parameters * self.exact.value, self.num_parameters * self.exact.error

    @property
    def bias_squared(self) -> float:
        """The bias, squared."""
        return self.bias**2

    @property
    def mse(self) -> float:
        """Mean squared error ``bias² + variance``; a bias that is noise does not count."""
        return self.variance + (self.bias_squared if self.is_biased else 0.0)

    @property
    def error(self) -> Measured:
        """The mean squared error and its standard error."""
        of_bias = 2 * abs(self.bias) * self.standard_error if self.is_biased else 0.0
        return self.mse, math.hypot(of_bias, self.known[1])


def rows(config: EstimatorsConfig, index: int, exact: ExactGradient, trial: Trial) -> list[Row]:
    """One row per competitor, in the order of the lineup.

    Args:
        config: the problem.
        index: the component, among P.
        exact: the gradient.
        trial: what was measured.
    """
    known = known_variances(config)
    return [
        _row(config, name, index, exact, tally, known.get(name))
        for name, tally in trial.tallies.items()
    ]


@lru_cache(maxsize=64)
def known_variances(config: EstimatorsConfig) -> dict[str, ExactVariance]:
    """Every competitor's exact variance, the same for all components; empty if not known."""
    return exact_variances(config, config.competitors)


def _row(
    config: EstimatorsConfig,
    name: str,
    index: int,
    exact: ExactGradient,
    tally: Tally,
    known: ExactVariance | None,
) -> Row:
    truth, n = float(exact.value[index]), config.num_samples
    variances, errors = tally.variance(n), tally.variance_error(n)
    spread = float(tally.standard_error[index])
    bias = float(tally.mean[index]) - truth
    room = SIGNIFICANT * math.hypot(spread, float(exact.error[index]))
    is_off = abs(bias) > room + ROUNDING * max(1.0, abs(truth))
    is_biased = is_off and not LINEUP[name].is_unbiased(config.test_function)
    is_unseen = is_off and not is_biased and spread == 0
    needed: Needed = "never" if is_biased else "not_seen" if is_unseen else "undefined"
    if needed == "undefined" and not exact.is_zero(index):
        variance = float(variances[index]) if known is None else known.value
        draws = variance * n / (RELATIVE_ERROR * truth) ** 2
        needed = max(LINEUP[name].least_samples, math.ceil(draws * (1 - SAME)))
    return Row(
        name=name,
        mean=float(tally.mean[index]),
        standard_error=spread,
        bias=bias,
        is_biased=is_biased,
        is_unseen=is_unseen,
        sampled=(float(variances[index]), float(errors[index])),
        exact=known,
        sampled_total=(float(variances.sum()), float(errors.sum())),
        num_parameters=config.num_parameters,
        cost=1e9 * tally.seconds / tally.draws,
        needed=needed,
    )


def is_ahead(one: Measured, other: Measured) -> bool:
    """Whether one number is less than another by more than their errors."""
    return other[0] - one[0] > SURE * math.hypot(one[1], other[1]) + SAME * abs(other[0])


def winners(table: list[Row]) -> dict[str, set[str]]:
    """By column, who is ahead of all others; nobody where that is within the errors.

    Several are where their numbers are the same and exact; in the columns of the bias, everybody
    whose bias is only noise, as long as somebody is biased.
    """
    right = {row.name for row in table if not (row.is_biased or row.is_unseen)}
    unbiased = right if len(right) < len(table) else set()
    counted = [row for row in table if not isinstance(row.needed, str)]
    return {
        "bias": unbiased,
        "bias_squared": unbiased,
        "variance": _leaders({row.name: row.known for row in table}),
        "total": _leaders({row.name: row.total for row in table}),
        "mse": _leaders({row.name: row.error for row in table}),
        "cost": _cheapest(table),
        "needed": _leaders({row.name: _needed(row) for row in counted}),
    }


def _needed(row: Row) -> Measured:
    """Draws that are needed, as far off as the variance that they were told from."""
    assert not isinstance(row.needed, str)
    value, error = row.known
    return row.needed, row.needed * error / value if value > 0 else 0.0


def _leaders(values: dict[str, Measured]) -> set[str]:
    finite = {name: found for name, found in values.items() if math.isfinite(found[0])}
    if not finite:
        return set()
    least = min(found[0] for found in finite.values())
    room = SAME * abs(least) + VANISHING
    first = {name for name, found in finite.items() if found[0] <= least + room}
    others = [found for name, found in finite.items() if name not in first]
    is_clear = bool(others) and all(
        is_ahead(finite[name], other) for name in first for other in others
    )
    return first if is_clear else set()


def _cheapest(table: list[Row]) -> set[str]:
    costs = sorted((row.cost, row.name) for row in table)
    if len(costs) < 2 or costs[1][0] <= TIMING_NOISE * costs[0][0]:
        return set()
    return {costs[0][1]}


def table_frame(table: list[Row], exact: ExactGradient, index: int) -> pd.DataFrame:
    """The table with full precision, for download."""
    return pd.DataFrame(
        [
            {
                "estimator": row.name,
                "exact": exact.value[index],
                "mean": row.mean,
                "standard_error": row.standard_error,
                "bias": row.bias,
                "bias_squared": row.bias_squared,
                "variance": row.sampled[0],
                "variance_standard_error": row.sampled[1],
                "exact_variance": math.nan if row.exact is None else row.exact.value,
                "total_variance": row.sampled_total[0],
                "mse": row.mse,
                "nanoseconds_per_draw": row.cost,
                "draws_for_1_percent": row.needed,
            }
            for row in table
        ]
    )
