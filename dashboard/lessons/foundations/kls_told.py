"""The two divergences in sentences and in a table of optima."""

from core.foundations.config import DivergenceConfig
from core.foundations.kl_estimates import SampledKL
from core.foundations.kl_fits import forward_kl, forward_optimum, reverse_kl
from core.foundations.kl_landscape import descent_path
from core.foundations.kl_optima import Optimum, crossover, reverse_optima
from core.foundations.target import Target1D
from core.gaussian import kl_terms
from dashboard.kit.sentences import table_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations.numbers import nats, short
from dashboard.lessons.foundations.terms import terms_table

SAME = 1e-9

UNSEEN = 0.01
"""Of E r = 1 what draws hardly see: more is said."""


def told(target: Target1D, config: DivergenceConfig, sampled: SampledKL, said: Words) -> str:
    """Both divergences here, where a descent leads, and what draws say (Markdown)."""
    here = reverse_kl(target, config.mean, config.sd)
    sentences = [
        said(
            "kls.here",
            forward=nats(forward_kl(target, config.mean, config.sd)),
            reverse=nats(here),
        ),
        _descent(target, config, said),
    ]
    twins = half_distance(target)
    if twins is not None:
        sentences.append(_crossover(*twins, said))
    value, error = sampled.log_ratio.last
    positive, positive_error = sampled.positive.last
    sentences.append(
        said(
            "kls.sampled",
            count=f"{config.num_samples:,}",
            which=said.value("dir", config.direction),
            value=nats(value),
            error=nats(error),
            positive=nats(positive),
            positive_error=nats(positive_error),
            exact=nats(sampled.exact),
        )
    )
    if value < 0:
        sentences.append(said("kls.negative"))
    if sampled.unseen > UNSEEN:
        sentences.append(
            said("kls.unseen", share=f"{sampled.unseen:.0%}", count=sampled.counts[-1])
        )
    if not sampled.is_error_finite:
        sentences.append(said("kls.no_error"))
    return " ".join(sentences)


def half_distance(target: Target1D) -> tuple[float, float] | None:
    """Of two equal bumps: half of their distance, and their width; None of any other target."""
    if target.num_components != 2 or abs(target.weights[0] - target.weights[1]) > SAME:
        return None
    if abs(target.sds[0] - target.sds[1]) > SAME:
        return None
    return abs(target.means[1] - target.means[0]) / 2, target.sds[0]


def _crossover(half: float, sd: float, said: Words) -> str:
    """Whether KL(q‖p) covers or seeks two equal bumps, and from where it seeks."""
    edge = crossover().half_distance * sd
    key = "kls.seeks" if half > edge else "kls.covers"
    return said(key, half=short(round(half, 4)), edge=f"{edge:.4f}")


def _descent(target: Target1D, config: DivergenceConfig, said: Words) -> str:
    """Where the reverse divergence leads from here."""
    if config.direction == "forward":
        fit = forward_optimum(target)
        m, s = short(round(fit.mean, 4)), short(round(fit.sd, 4))
        return said("kls.ends_forward", m=m, s=s, value=nats(fit.kl))
    path = descent_path(target, (config.mean, config.sd))
    optima = [optimum for optimum in reverse_optima(target) if optimum.is_minimum]
    end = min(
        optima,
        key=lambda o: abs(o.mean - path.means[-1]) / o.sd + abs(o.sd - path.sds[-1]) / o.sd,
    )
    key = "kls.ends_global" if end.is_global else "kls.ends_local"
    best = min(optimum.kl for optimum in optima)
    return said(
        key,
        m=short(round(end.mean, 4)),
        s=short(round(end.sd, 4)),
        value=nats(end.kl),
        best=nats(best),
    )


def table_html(target: Target1D, config: DivergenceConfig, said: Words) -> str:
    """Every optimum with its value; of one Gaussian the formula term by term."""
    rows = [_row(optimum, said) for optimum in reverse_optima(target)]
    fit = forward_optimum(target)
    rows.append(
        (said("kls.forward_row"), short(round(fit.mean, 6)), short(round(fit.sd, 6)), nats(fit.kl))
    )
    head = ("kls.optimum", "kls.m", "kls.s", "kls.value")
    text = table_of([said(name) for name in head], rows)
    if config.pair == "line":
        p = (target.means[0], target.sds[0] ** 2)
        q = (config.mean, config.sd**2)
        text += terms_table(kl_terms(*p, *q), kl_terms(*q, *p), said)
    return text


def _row(optimum: Optimum, said: Words) -> tuple[str, ...]:
    kind = "global" if optimum.is_global else "local" if optimum.is_minimum else "saddle"
    values = (round(optimum.mean, 6), round(optimum.sd, 6))
    return (said(f"kls.{kind}_row"), *map(short, values), f"{optimum.kl:.6f}")
