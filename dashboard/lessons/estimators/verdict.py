"""Who wins, and why, in words. Pure functions."""

import math
from collections.abc import Sequence

from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from dashboard.kit.words import Words
from dashboard.lessons.estimators.names import title_of
from dashboard.lessons.estimators.table import VANISHING, Row, short_number, with_minus_signs

PERFECT = 1e-24
"""A mean squared error that is rounding."""

ALIKE = 1.05
"""Mean squared errors within this factor are noise of a measurement."""

WORSE = 1.1
"""A baseline that raises the variance by more than this factor makes it worse."""


def verdict(
    config: EstimatorsConfig, table: list[Row], exact: ExactGradient, index: int, said: Words
) -> str:
    """Who wins here, and why, in words (Markdown)."""
    value = short_number(float(exact.value[index]), 4)
    sentences = [said("verdict.exact", value=value)]
    sentences += _about_all(config, table, exact.is_zero(index), said)
    return with_minus_signs(" ".join(sentences))


def _about_all(
    config: EstimatorsConfig, table: list[Row], is_zero: bool, said: Words
) -> list[str]:
    sentences = [_about_naot(config, row, is_zero, said) for row in table if row.name == "naive"]
    unseen = [row for row in table if row.is_unseen]
    if unseen:
        sentences.append(said("verdict.unseen", names=_names(unseen, said)))
    able = sorted(
        (row for row in table if not (row.is_biased or row.is_unseen or row.name == "naive")),
        key=lambda row: row.mse,
    )
    if not able:
        return sentences if unseen else [*sentences, said("verdict.nobody")]
    if is_zero and len(able) > 1 and able[-1].mse < VANISHING**2:
        return [*sentences, said("verdict.flat")]
    sentences += _about_the_best(config, able, said)
    biased = [row for row in table if row.is_biased]
    others = [row for row in biased if row.name != "naive"]
    if not config.test_function.is_continuous and others:
        sentences.append(said("verdict.jumps", names=_names(others, said)))
    sentences += _about_the_baseline(config, table, said)
    closer = min(biased, key=lambda row: row.mse, default=able[0])
    if closer.mse < able[0].mse:
        sentences.append(_about_patience(config, closer, able[0], said))
    return sentences


def _name(row: Row, said: Words) -> str:
    name = title_of(row.name, said)
    return name[0].upper() + name[1:]


def _names(table: Sequence[Row], said: Words) -> str:
    return said("verdict.and").join(_name(row, said) for row in table)


def _about_the_best(config: EstimatorsConfig, able: list[Row], said: Words) -> list[str]:
    """Who is best, and by how much: against the next one, and against the last."""
    perfect = [row for row in able if row.mse < PERFECT]
    if len(perfect) > 1:
        names = " · ".join(_name(row, said) for row in perfect)
        return [said("verdict.perfect", names=names)]
    plain = next((row for row in able if row.name == "score_function"), None)
    best = able[0]
    if plain is not None and best.name == "optimal_baseline" and plain.mse < ALIKE * best.mse:
        best = plain  # b* is as good as 0: no baseline helps
    rivals = [row for row in able if row is not best]
    why = said(f"why.{_why(config, best)}")
    sentences = [said("verdict.best", name=_name(best, said), mse=short_number(best.mse), why=why)]
    if not rivals or best.mse < PERFECT:
        return sentences
    ratio, last = rivals[0].mse / best.mse, rivals[-1].mse / best.mse
    key = "verdict.alike" if ratio < ALIKE else "verdict.next"
    sentences.append(said(key, name=_name(rivals[0], said), ratio=short_number(ratio)))
    if len(rivals) > 1 and last > ALIKE * ratio:
        name = _name(rivals[-1], said)
        sentences.append(said("verdict.last", name=name, ratio=short_number(last)))
    return sentences


def _about_the_baseline(config: EstimatorsConfig, table: list[Row], said: Words) -> list[str]:
    by_name = {row.name: row.variance for row in table}
    plain, with_it = by_name.get("score_function"), by_name.get("constant_baseline")
    if plain is None or with_it is None or with_it <= WORSE * plain:
        return []
    values = {"without": short_number(plain), "with_it": short_number(with_it)}
    if config.baseline is None:
        return [said("verdict.mean_baseline", **values)]
    return [said("verdict.number_baseline", b=f"{config.baseline:g}", **values)]


def _about_patience(config: EstimatorsConfig, biased: Row, best: Row, said: Words) -> str:
    """Few draws can be worse than none: but variance shrinks with n, a bias never does."""
    enough = math.ceil(config.num_samples * best.variance / biased.bias_squared)
    return said(
        "verdict.patience",
        n=config.num_samples,
        name=title_of(biased.name, said),
        mse=short_number(biased.mse),
        enough=f"{enough:,}",
    )


def _about_naot(config: EstimatorsConfig, row: Row, is_zero: bool, said: Words) -> str:
    if config.is_elbo:
        ending = "_biased" if row.is_biased else ""
        return said(f"verdict.naot_{config.function}{ending}", bias=f"{row.bias:.3g}")
    return said("verdict.naot_zero" if is_zero else "verdict.naot_bias")


def _why(config: EstimatorsConfig, row: Row) -> str:
    """The key of the reason."""
    if row.name in ("pathwise", "antithetic", "measure_valued"):
        return row.name
    if not config.test_function.is_continuous:
        return "jumps"
    return row.name if row.name in ("score_function", "score_antithetic") else "baseline"
