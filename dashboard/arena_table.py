"""The table that decides: bias, variance, their sum, what an estimate costs. Pure functions."""

import math
import re
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

PERFECT = 1e-24
"""A mean squared error that is rounding."""

ALIKE = 1.05
"""Mean squared errors within this factor are noise of a measurement."""

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
        is_unseen: unbiased, but what its mean is made of is so rare that no draw has shown it.
        variance: of an estimate.
        total_variance: the same, summed over all components of the gradient: the trace.
        cost: nanoseconds per draw.
        needed: draws for 1 % relative error, "never", "undefined", or "not seen".
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
        variances = tally.variance(config.num_samples)
        variance, spread = float(variances[index]), float(tally.standard_error[index])
        is_off = abs(bias) > room
        is_biased = is_off and not LINEUP[name].is_unbiased(config.test_function)
        is_unseen = is_off and not is_biased and spread == 0
        needed: Needed = "never" if is_biased else "not seen" if is_unseen else "undefined"
        if needed == "undefined" and not exact.is_zero(index):
            draws = variance * config.num_samples / (RELATIVE_ERROR * truth) ** 2
            needed = max(LINEUP[name].least_samples, math.ceil(draws))
        found.append(
            Row(
                name=name, mean=float(tally.mean[index]), standard_error=spread, bias=bias,
                is_biased=is_biased, is_unseen=is_unseen, variance=variance,
                total_variance=float(variances.sum()),
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

    unbiased = {row.name for row in table if not (row.is_biased or row.is_unseen)}
    return {
        "bias": unbiased,
        "bias²": unbiased,
        "variance": least({row.name: row.variance for row in table}),
        "total": least({row.name: row.total_variance for row in table}),
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


def _minus(text: str) -> str:
    """With true minus signs before numbers; names keep their hyphens."""
    return re.sub(r"(?<![\w])-(?=\d)|(?<=\de)-", "−", text)


def _short(value: float, digits: int = 3) -> str:
    """Few digits; thousands in full; what rounding leaves of a zero is zero."""
    if abs(value) < VANISHING:
        return "0"
    return f"{value:,.0f}" if 10**digits <= abs(value) < 1e7 else f"{value:.{digits}g}"


def table_html(table: list[Row], num_parameters: int = 1) -> str:
    """The table, the winner of each column marked.

    Args:
        table: one component.
        num_parameters: P; where there are several, their variances are summed up, too.
    """
    best = winners(table)
    columns = dict(COLUMNS)
    if num_parameters > 1:
        columns |= {"variance": "variance", "total": f"Σ variance, all {num_parameters:,}"}
        order = ("bias", "bias²", "variance", "total", "MSE", "cost", "needed")
        columns = {name: columns[name] for name in order}
    head = "".join(f"<th>{title}</th>" for title in columns.values())
    body = []
    for row in table:
        cells = {
            "bias": f"{'+' if row.bias > 0 else ''}{_short(row.bias)} "
            f"<small>± {_short(row.standard_error, 1)}</small>",
            "bias²": _short(row.bias_squared, 2),
            "variance": _short(row.variance),
            "total": _short(row.total_variance),
            "MSE": f"<b>{_short(row.mse)}</b>",
            "cost": f"{row.cost:,.0f}",
            "needed": row.needed if isinstance(row.needed, str) else f"{row.needed:,.0f}",
        }
        marked = "".join(
            f'<td class="{"best" if row.name in best[column] else ""}">{text}</td>'
            for column, text in cells.items()
            if column in columns
        )
        body.append(
            f'<tr><th scope="row" style="color:{role_color(row.name)}">'
            f"{LINEUP[row.name].title}</th>{_minus(marked)}</tr>"
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
                "bias_squared": row.bias_squared, "variance": row.variance,
                "total_variance": row.total_variance, "mse": row.mse,
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
    unseen = [row for row in table if row.is_unseen]
    if unseen:
        names = " and ".join(_title(row) for row in unseen)
        sentences.append(f"{names}: what counts is so rare that **no draw has shown it**.")
    able = sorted(
        (row for row in table if not (row.is_biased or row.is_unseen or row.name == "naive")),
        key=lambda row: row.mse,
    )
    if not able:
        more = "" if unseen else "**Nobody here is unbiased**: add the score function."
        return _minus(" ".join([*sentences, more]).strip())
    if is_zero and len(able) > 1 and able[-1].mse < VANISHING**2:
        sentences.append("f is flat wherever q_φ has mass: every estimate is 0, **nobody wins**.")
        return _minus(" ".join(sentences))
    sentences += _about_the_best(config, able)
    biased = [row for row in table if row.is_biased]
    if not config.test_function.is_continuous and any(row.name != "naive" for row in biased):
        names = " and ".join(_title(row) for row in biased if row.name != "naive")
        sentences.append(f"{names}: slope 0 almost everywhere, so **biased**, like Naot.")
    sentences += _about_the_mean_as_baseline(config, table)
    closer = min(biased, key=lambda row: row.mse, default=able[0])
    if closer.mse < able[0].mse:
        sentences.append(_about_patience(config, closer, able[0]))
    return _minus(" ".join(sentences))


def _title(row: Row) -> str:
    title = LINEUP[row.name].title
    return title[0].upper() + title[1:]


def _about_the_best(config: ArenaConfig, able: list[Row]) -> list[str]:
    """Who is best, and by how much: against the next one, and against the last."""
    perfect = [row for row in able if row.mse < PERFECT]
    if len(perfect) > 1:
        names = " · ".join(_title(row) for row in perfect)
        return [f"**No error at all:** {names}."]
    plain = next((row for row in able if row.name == "score_function"), None)
    best = able[0]
    if plain is not None and best.name == "optimal_baseline" and plain.mse < ALIKE * best.mse:
        best = plain  # b* is as good as 0: no baseline helps
    rivals = [row for row in able if row is not best]
    sentences = [
        f"**{_title(best)} wins** among the unbiased with MSE {_short(best.mse)}: "
        f"{_why(config, best)}."
    ]
    if not rivals or best.mse < PERFECT:
        return sentences
    ratio = rivals[0].mse / best.mse
    if ratio < ALIKE:
        sentences.append(f"{_title(rivals[0])} is as good.")
    else:
        sentences.append(f"{_title(rivals[0])} needs {_short(ratio)} times as many draws.")
    last = rivals[-1].mse / best.mse
    if len(rivals) > 1 and last > ALIKE * ratio:
        sentences.append(f"{_title(rivals[-1])} needs {_short(last)} times as many.")
    return sentences


def _about_the_mean_as_baseline(config: ArenaConfig, table: list[Row]) -> list[str]:
    by_name = {row.name: row.variance for row in table}
    plain, mean = by_name.get("score_function"), by_name.get("constant_baseline")
    if plain is None or mean is None or mean <= 1.1 * plain:
        return []
    b = "The mean as baseline" if config.baseline is None else f"The baseline {config.baseline:g}"
    return [f"{b} makes it worse: variance {_short(plain)} without, {_short(mean)} with it."]


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
        return "f·s as it stands varies least here"
    if row.name == "score_antithetic":
        return "the part of f that pairs share cancels"
    return "its baseline takes away the part of f that says nothing about φ"
