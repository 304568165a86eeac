"""Who wins the arena, and why, in words. Pure functions."""

import math

from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.lineup import LINEUP
from dashboard.lessons.estimators.table import VANISHING, Row, short_number, with_minus_signs

PERFECT = 1e-24
"""A mean squared error that is rounding."""

ALIKE = 1.05
"""Mean squared errors within this factor are noise of a measurement."""


def verdict(config: EstimatorsConfig, table: list[Row], exact: ExactGradient, index: int) -> str:
    """Who wins here, and why, in words (Markdown)."""
    is_zero = exact.is_zero(index)
    sentences = [f"The exact gradient is **{short_number(float(exact.value[index]), 4)}**."]
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
        return with_minus_signs(" ".join([*sentences, more]).strip())
    if is_zero and len(able) > 1 and able[-1].mse < VANISHING**2:
        sentences.append("f is flat wherever q_φ has mass: every estimate is 0, **nobody wins**.")
        return with_minus_signs(" ".join(sentences))
    sentences += _about_the_best(config, able)
    biased = [row for row in table if row.is_biased]
    if not config.test_function.is_continuous and any(row.name != "naive" for row in biased):
        names = " and ".join(_title(row) for row in biased if row.name != "naive")
        sentences.append(f"{names}: slope 0 almost everywhere, so **biased**, like Naot.")
    sentences += _about_the_mean_as_baseline(config, table)
    closer = min(biased, key=lambda row: row.mse, default=able[0])
    if closer.mse < able[0].mse:
        sentences.append(_about_patience(config, closer, able[0]))
    return with_minus_signs(" ".join(sentences))


def _title(row: Row) -> str:
    title = LINEUP[row.name].title
    return title[0].upper() + title[1:]


def _about_the_best(config: EstimatorsConfig, able: list[Row]) -> list[str]:
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
        f"**{_title(best)} wins** among the unbiased with MSE {short_number(best.mse)}: "
        f"{_why(config, best)}."
    ]
    if not rivals or best.mse < PERFECT:
        return sentences
    ratio = rivals[0].mse / best.mse
    if ratio < ALIKE:
        sentences.append(f"{_title(rivals[0])} is as good.")
    else:
        sentences.append(f"{_title(rivals[0])} needs {short_number(ratio)} times as many draws.")
    last = rivals[-1].mse / best.mse
    if len(rivals) > 1 and last > ALIKE * ratio:
        sentences.append(f"{_title(rivals[-1])} needs {short_number(last)} times as many.")
    return sentences


def _about_the_mean_as_baseline(config: EstimatorsConfig, table: list[Row]) -> list[str]:
    by_name = {row.name: row.variance for row in table}
    plain, mean = by_name.get("score_function"), by_name.get("constant_baseline")
    if plain is None or mean is None or mean <= 1.1 * plain:
        return []
    b = "The mean as baseline" if config.baseline is None else f"The baseline {config.baseline:g}"
    without, with_it = short_number(plain), short_number(mean)
    return [f"{b} makes it worse: variance {without} without, {with_it} with it."]


def _about_patience(config: EstimatorsConfig, biased: Row, best: Row) -> str:
    """Few draws can be worse than none: but variance shrinks with n, a bias never does."""
    enough = math.ceil(config.num_samples * best.variance / biased.bias_squared)
    return (
        f"At n = {config.num_samples} even the biased answer of {LINEUP[biased.name].title} is "
        f"closer (MSE {short_number(biased.mse)}); from n = {enough:,} on it is not: variance "
        "shrinks with n, a bias never does."
    )


def _about_naot(config: EstimatorsConfig, row: Row, is_zero: bool) -> str:
    if config.is_elbo:
        gets = "the KL's gradient alone" if config.function == "elbo" else "noise of mean 0"
        return f"Naot gets {gets}" + (f": **biased by {row.bias:.3g}**." if row.is_biased else ".")
    if is_zero:
        return "It is zero here, so Naot's eternal 0 is right by luck."
    return "Naot has variance **0** and answers 0 every time: **all bias**."


def _why(config: EstimatorsConfig, row: Row) -> str:
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
