"""Who wins, and why, in words. Pure functions."""

import math
from collections.abc import Sequence

from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from dashboard.kit.words import Words
from dashboard.lessons.estimators.names import title_of
from dashboard.lessons.estimators.table import VANISHING, Row, is_ahead
from dashboard.lessons.estimators.table_html import short_number, with_minus_signs

PERFECT = 1e-24
"""A mean squared error that is rounding."""

WORSE = 1.1
"""A baseline that raises the variance by more than this factor makes it worse."""


def verdict(
    config: EstimatorsConfig, table: list[Row], exact: ExactGradient, index: int, said: Words
) -> str:
    """Who wins here, and why, in words (Markdown)."""
    truth = float(exact.value[index])
    sentences = [said("verdict.exact", value=short_number(truth, 4))]
    naot = next((row for row in table if row.name == "naive"), None)
    if naot is not None and config.is_elbo:
        sentences += _about_naots_elbo(config, naot, truth, said)
    elif naot is not None:
        sentences.append(
            said("verdict.naot_zero" if exact.is_zero(index) else "verdict.naot_bias")
        )
    sentences += _about_all(config, table, exact.is_zero(index), said)
    return with_minus_signs(" ".join(sentences))


def _about_all(
    config: EstimatorsConfig, table: list[Row], is_zero: bool, said: Words
) -> list[str]:
    sentences = []
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
    if is_ahead(closer.error, able[0].error):
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
    if plain and best.name == "optimal_baseline" and not is_ahead(best.error, plain.error):
        best = plain  # b* is as good as 0: no baseline helps
    rivals = [row for row in able if row is not best]
    why = said(f"why.{_why(config, best, able)}")
    sentences = [said("verdict.best", name=_name(best, said), mse=short_number(best.mse), why=why)]
    if not rivals or best.mse < PERFECT:
        return sentences
    is_alike = not is_ahead(best.error, rivals[0].error)
    key = "verdict.alike" if is_alike else "verdict.next"
    sentences.append(_against(key, best, rivals[0], said))
    if len(rivals) > 1 and is_ahead(rivals[0].error, rivals[-1].error):
        sentences.append(_against("verdict.last", best, rivals[-1], said))
    return sentences


def _against(key: str, best: Row, other: Row, said: Words) -> str:
    return said(key, name=_name(other, said), ratio=short_number(other.mse / best.mse))


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
    excess = best.variance - biased.variance
    enough = math.ceil(config.num_samples * excess / biased.bias_squared)
    return said(
        "verdict.patience",
        n=config.num_samples,
        name=title_of(biased.name, said),
        mse=short_number(biased.mse),
        enough=f"{enough:,}",
    )


def _about_naots_elbo(config: EstimatorsConfig, row: Row, truth: float, said: Words) -> list[str]:
    """What of the ELBO's gradient reaches Naot, and what is lost."""
    kl, rest = short_number(row.mean), short_number(truth - row.mean)
    noise = f"{short_number(row.mean)} ± {short_number(row.standard_error, 1)}"
    sentences = [said(f"verdict.naot_{config.function}", kl=kl, rest=rest, noise=noise)]
    if row.is_biased:
        sentences.append(said("verdict.naot_biased", bias=short_number(row.bias)))
    return sentences


def _why(config: EstimatorsConfig, best: Row, able: Sequence[Row]) -> str:
    """The key of the reason; one that compares stands where what it compares with does."""
    others = {row.name: row for row in able}
    if best.name in ("pathwise", "antithetic"):
        rival = others.get({"pathwise": "score_function", "antithetic": "pathwise"}[best.name])
        if rival is None or not is_ahead(best.known, rival.known):
            return "slope"
        return best.name
    if best.name == "measure_valued":
        return best.name
    if not config.test_function.is_continuous:
        return "jumps"
    if best.name == "score_antithetic":
        return f"score_antithetic_{config.block}"
    return best.name if best.name == "score_function" else "baseline"
