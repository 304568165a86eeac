"""The table that decides: bias, variance, their sum, what an estimate costs. Pure functions."""

import math
from dataclasses import dataclass

import pandas as pd

from core.estimators.config import ArenaConfig
from core.estimators.lineup import LINEUP
from core.estimators.reference import ROUNDING, ExactGradient
from core.estimators.tally import Trial
from dashboard.arena_text import role_color

RELATIVE_ERROR = 0.01
"""The accuracy for which draws are counted."""

SIGNIFICANT = 4.0
"""A bias within so many standard errors is taken for noise."""

VANISHING = 1e-13

Needed = float | str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimator against the exact gradient, for one component and n draws.

    Attributes:
        name: in ``LINEUP``.
        mean: of all its estimates.
        standard_error: of that mean.
        bias: mean minus exact.
        is_biased: whether the bias is more than noise.
        variance: of an estimate.
        cost: nanoseconds per draw.
        needed: draws for 1 % relative error, "never", or "undefined".
    """

    name: str
    mean: float
    standard_error: float
    bias: float
    is_biased: bool
    variance: float
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


def rows(config: ArenaConfig, index: int, exact: ExactGradient, trial: Trial) -> list[Row]:
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
        variance = float(tally.variance(config.num_samples)[index])
        is_biased = abs(bias) > room
        needed: Needed = "never" if is_biased else "undefined"
        if not is_biased and not exact.is_zero(index):
            draws = variance * config.num_samples / (RELATIVE_ERROR * truth) ** 2
            needed = max(LINEUP[name].least_samples, math.ceil(draws))
        found.append(
            Row(
                name=name, mean=float(tally.mean[index]),
                standard_error=float(tally.standard_error[index]), bias=bias,
                is_biased=is_biased, variance=variance,
                cost=1e9 * tally.seconds / tally.draws, needed=needed,
            )
        )  # fmt: skip
    return found


def winners(table: list[Row]) -> dict[str, set[str]]:
    """By column, who is best; in the columns of the bias everybody whose bias is only noise."""

    def least(values: dict[str, float]) -> set[str]:
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        best = min(finite.values(), default=math.nan)
        return {name for name, value in finite.items() if value <= best + 1e-12 * abs(best)}

    unbiased = {row.name for row in table if not row.is_biased}
    return {
        "bias": unbiased,
        "bias²": unbiased,
        "variance": least({row.name: row.variance for row in table}),
        "MSE": least({row.name: row.mse for row in table}),
        "cost": least({row.name: row.cost for row in table}),
        "needed": least(
            {row.name: row.needed for row in table if isinstance(row.needed, int | float)}
        ),
    }


COLUMNS = {
    "bias": "bias",
    "bias²": "bias²",
    "variance": "variance",
    "MSE": "MSE = bias² + variance",
    "cost": "ns per draw",
    "needed": "draws for 1 % error",
}


def _short(value: float, digits: int = 3) -> str:
    """Few digits; thousands in full; what rounding leaves of a zero is zero."""
    if abs(value) < VANISHING:
        return "0"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.{digits}g}"


def table_html(table: list[Row]) -> str:
    """The table, the winner of each column marked."""
    best = winners(table)
    head = "".join(f"<th>{title}</th>" for title in COLUMNS.values())
    body = []
    for row in table:
        cells = {
            "bias": f"{'+' if row.bias > 0 else ''}{_short(row.bias)} "
            f"<small>± {_short(row.standard_error, 1)}</small>",
            "bias²": _short(row.bias_squared, 2),
            "variance": _short(row.variance),
            "MSE": f"<b>{_short(row.mse)}</b>",
            "cost": f"{row.cost:,.0f}",
            "needed": row.needed if isinstance(row.needed, str) else f"{row.needed:,.0f}",
        }
        marked = "".join(
            f'<td class="{"best" if row.name in best[column] else ""}">{text}</td>'
            for column, text in cells.items()
        )
        body.append(
            f'<tr><th scope="row" style="color:{role_color(row.name)}">'
            f"{LINEUP[row.name].title}</th>{marked.replace('-', '−')}</tr>"
        )
    return (
        f'<table class="arena"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def table_frame(table: list[Row], exact: ExactGradient, index: int) -> pd.DataFrame:
    """The same with full precision, for download."""
    return pd.DataFrame(
        [
            {
                "estimator": row.name, "exact": exact.value[index], "mean": row.mean,
                "standard_error": row.standard_error, "bias": row.bias,
                "bias_squared": row.bias_squared, "variance": row.variance, "mse": row.mse,
                "nanoseconds_per_draw": row.cost, "draws_for_1_percent": row.needed,
            }
            for row in table
        ]
    )  # fmt: skip


def verdict(config: ArenaConfig, table: list[Row], exact: ExactGradient, index: int) -> str:
    """Who wins here, and why, in words (Markdown)."""
    is_zero = exact.is_zero(index)
    sentences = [f"The exact gradient is **{_short(float(exact.value[index]), 4)}**."]
    naive = next((row for row in table if row.name == "naive"), None)
    if naive is not None:
        sentences.append(_about_naot(config, naive, is_zero))
    able = sorted(
        (row for row in table if not row.is_biased and row.name != "naive"),
        key=lambda row: row.mse,
    )
    if not able:
        return " ".join([*sentences, "**Nobody here is unbiased**: add the score function."])
    sentences += _about_the_best(config, able)
    biased = [row for row in table if row.is_biased]
    if not config.test_function.is_continuous and any(row.name != "naive" for row in biased):
        names = " and ".join(_title(row) for row in biased if row.name != "naive")
        sentences.append(f"{names}: slope 0 almost everywhere, so **biased**, like Naot.")
    closer = min(biased, key=lambda row: row.mse, default=able[0])
    if closer.mse < able[0].mse:
        sentences.append(_about_patience(config, closer, able[0]))
    return " ".join(sentences).replace("-", "−").replace("leave−one−out", "leave-one-out")


def _title(row: Row) -> str:
    title = LINEUP[row.name].title
    return title[0].upper() + title[1:]


def _about_the_best(config: ArenaConfig, able: list[Row]) -> list[str]:
    best, rivals = able[0], [row for row in able[1:] if row.mse > 0]
    sentences = [
        f"**{_title(best)} wins** among the unbiased with MSE {_short(best.mse)}: "
        f"{_why(config, best)}."
    ]
    if rivals and best.mse > 1e-9 * rivals[0].mse:
        ratio = _short(rivals[0].mse / best.mse)
        sentences.append(f"{_title(rivals[0])} needs {ratio} times as many draws.")
    return sentences


def _about_patience(config: ArenaConfig, biased: Row, best: Row) -> str:
    """Few draws can be worse than none: but variance shrinks with n, a bias never does."""
    enough = math.ceil(config.num_samples * best.variance / biased.bias_squared)
    return (
        f"At n = {config.num_samples} even the biased answer of {LINEUP[biased.name].title} is "
        f"closer (MSE {_short(biased.mse)}); from n = {enough:,} on it is not: variance shrinks "
        "with n, a bias never does."
    )


def _about_naot(config: ArenaConfig, row: Row, is_zero: bool) -> str:
    if config.is_elbo:
        gets = "the KL's gradient alone" if config.function == "elbo" else "noise of mean 0"
        return f"Naot gets {gets}" + (f": **biased by {row.bias:.3g}**." if row.is_biased else ".")
    if is_zero:
        return "It is zero here, so Naot's eternal 0 is right by luck."
    return "Naot has variance **0** and answers 0 every time: **all bias**."


def _why(config: ArenaConfig, row: Row) -> str:
    if row.name == "pathwise":
        return "it uses the slope of f at every draw, and that slope varies less than f·s"
    if row.name == "antithetic":
        return "the slopes at ε and −ε err in opposite directions and cancel"
    if row.name == "measure_valued":
        return "it compares f at two coupled draws and needs neither slope nor score"
    if not config.test_function.is_continuous:
        return "it needs values of f only, no slope"
    if row.name == "score_function":
        return "f stays small here while its slope varies a lot"
    if row.name == "score_antithetic":
        return "the part of f that pairs share cancels"
    return "its baseline takes away the part of f that says nothing about φ"
