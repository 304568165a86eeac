"""What proves the sentences of the foundations lesson's script."""

import numpy as np
from claims import Proof
from foundations_found import Found, near, that
from foundations_steps_kls import KL_STEPS
from foundations_steps_mixtures import MIXTURE_STEPS

from core.foundations.config import HEIGHTS
from core.foundations.kl_fits import (
    gaussian_log_density,
)
from core.foundations.likelihood import (
    descend,
    factors,
    fisher,
    log_likelihood,
    maximum,
    stability_edge,
    unbiased_variance,
)

FOOT = 0.3048
"""Metres."""


def gains(found: Found) -> np.ndarray:
    """By how much the factor of every height is larger at the ball than at the maximum, nats."""
    config, best = found.likelihood, maximum(found.x)
    here = np.log(factors(found.x, config.mean, config.sd))
    return here - np.log(factors(found.x, best.mean, best.sd))


def near_ones_gain(found: Found) -> bool:
    """Whether the heights that gain are those nearest to the mean."""
    off = np.abs(found.x - maximum(found.x).mean)
    is_gain = gains(found) > 0
    return bool(is_gain.any() and off[is_gain].max() < off[~is_gain].min())


def every_height_pays_in_the_end(found: Found) -> bool:
    best = maximum(found.x)
    narrow = gaussian_log_density(found.x, best.mean, 1e-4)
    levels = log_likelihood(found.x, best.mean, best.sd * np.array([1.0, 0.5, 0.1, 1e-3]))
    return bool((narrow < -100).all() and (np.diff(levels) < 0).all())


def curvatures(found: Found) -> tuple[float, float]:
    """Of −ℓ at the maximum along μ and along log σ, by differences."""
    (mean, sd), step = maximum(found.x), 1e-4

    def at(ahead: float, t: float) -> float:
        return float(log_likelihood(found.x, mean + ahead * sd, sd * np.exp(t)))

    along_mean = 2 * at(0, 0) - at(step, 0) - at(-step, 0)
    along_log_sd = 2 * at(0, 0) - at(0, step) - at(0, -step)
    return along_mean / (step * sd) ** 2, along_log_sd / step**2


def fisher_is_curvature(found: Found) -> bool:
    wanted = np.diag(fisher(len(found.x), maximum(found.x).sd))
    return bool(np.allclose(curvatures(found), wanted, rtol=1e-5))


def knows_no_units(found: Found) -> bool:
    """Whether the natural gradient goes the same way in feet, and the gradient does not."""
    config = found.likelihood
    feet, start = np.array(HEIGHTS) / FOOT, (config.mean / FOOT, config.sd / FOOT)
    natural = descend(feet, start, kind="natural", learning_rate=config.learning_rate)
    other = found.other(way="gradient", rate=0.005).way
    plain = descend(feet, start, kind="gradient", learning_rate=0.005)
    same = natural.num_steps == found.way.num_steps and np.allclose(
        natural.means * FOOT, found.way.means, rtol=1e-12
    )
    return bool(same and plain.num_steps != other.num_steps)


STEPS = (
    Proof(
        of="script.1",
        decisive="sigma",
        claims={
            "Σ(x − μ*)² is 0.02921, and a tenth of that is 0.002921": that(
                lambda f: (
                    round(float(np.square(f.x - f.x.mean()).sum()), 7) == 0.02921
                    and len(f.x) == 10
                    and round(maximum(f.x).sd ** 2, 8) == 0.002921
                )
            ),
            "nearly twice what is printed": that(
                lambda f: 1.9 < maximum(f.x).sd ** 2 / f.likelihood.sd**2 < 2
            ),
            "That divides by 9: it is unbiased, and of lower likelihood": that(
                lambda f: (
                    round(unbiased_variance(f.x), 6) == 0.003246
                    and log_likelihood(f.x, 1.683, unbiased_variance(f.x) ** 0.5) < f.top
                )
            ),
            (
                "It can, but then every height that is not the mean becomes improbable: ℓ "
                "falls again"
            ): that(every_height_pays_in_the_end),
            "σ*² = 0.02921/10": that(lambda f: abs(maximum(f.x).sd ** 2 - 0.002921) < 1e-12),
            "At the printed value ℓ is 13.585 instead of 14.990": that(
                lambda f: (round(f.here, 3), round(f.top, 3)) == (13.585, 14.990)
            ),
            "That Gaussian is too narrow: the heights near the mean gain by it": that(
                near_ones_gain
            ),
            "those far from it lose more, on average 0.14 nats per height": near(
                lambda f: float(-gains(f).mean()), 0.14, 2
            ),
        },
        asides=("than the population variance",),
    ),
    Proof(
        of="script.2",
        decisive=("way", "rate"),
        claims={
            "Along μ the mountain is 171 times as curved as along log σ": near(
                lambda f: curvatures(f)[0] / curvatures(f)[1], 171, 0
            ),
            "one learning rate has to serve both": that(
                lambda f: f.other(way="gradient", rate=0.005).way.num_steps == 823
            ),
            (
                "The other way round: it is the natural gradient that knows how curved it is "
                "in which direction"
            ): that(lambda f: f.likelihood.way == "natural" and f.way.num_steps == 5),
            "Below 2σ*² = 0.005842 the gradient arrives, if slowly": that(
                lambda f: (
                    round(stability_edge(f.x), 6) == 0.005842
                    and (f.other(way="gradient", rate=0.0058).way.num_steps or 0) > 100
                    and (f.other(way="gradient", rate=0.001).way.num_steps or 0) > 1000
                )
            ),
            (
                "In (μ, log σ) the curvature at the top is m/σ*² = 3,423 along μ and 2m = 20 "
                "along log σ"
            ): that(lambda f: np.round(curvatures(f), 0).tolist() == [3423, 20]),
            "The natural gradient divides by it": that(fisher_is_curvature),
            "it does not even know whether heights are in metres or in feet": that(knows_no_units),
        },
    ),
    *KL_STEPS,
    *MIXTURE_STEPS,
)
