"""Proofs of what the experiments of the estimators lesson say."""

import numpy as np
from claims import Proof
from estimators_elbo import is_of_the_trained_vae
from estimators_evidence import (
    both,
    gradient_is,
    helps_between_zero_and_twice_the_best,
    is_always_zero,
    is_at,
    is_refused,
    is_right,
    is_slope_of_a_square,
    lies_inside_of_the_strips,
    says,
    says_in_the_verdict,
    slopes,
    that,
)

from core.estimators.moments import best_baseline, mean_value
from dashboard.lessons.estimators.panels import naots_mean

EXPERIMENTS = (
    Proof(
        of="presets.start",
        decisive="mu",
        claims={
            "f = z² at μ = 2, σ = 1": is_at(function="quadratic", k=0.0, mu=2.0, sigma=1.0),
            "where the gradient is 4": gradient_is(4),
            "Naot's variance is 0": says("naive", 0),
            "every estimate of his is 0, too": is_always_zero("naive"),
            "Boopy's scatter around 4": that(
                lambda f: f.is_right("pathwise") and f.shown("pathwise").std() > 0.3
            ),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.boopy",
        decisive="n",
        claims={
            "One draw of z² each": is_at(function="quadratic", num_samples=1),
            "variance 4 for Boopy": says("pathwise", 4),
            "30 for the score function": says("score_function", 30),
            "14 with its best baseline": says("optimal_baseline", 14),
        },
    ),
    Proof(
        of="presets.score",
        decisive=("f", "k"),
        claims={
            "cos(2z) is bounded but steep": that(
                lambda f: (
                    np.abs(f.witness.curve).max() <= 1
                    and 1.9 < np.abs(slopes(f)).max() <= 2
                    and f.config.k == 2
                )
            ),
            "one draw has variance 0.441 with the score function": both(
                is_at(num_samples=1), says("score_function", 0.441)
            ),
            "1.940 with Boopy": says("pathwise", 1.940),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.step",
        decisive="f",
        claims={
            "A step has slope 0 almost everywhere": that(
                lambda f: np.count_nonzero(np.diff(f.witness.curve)) == 1
            ),
            "autograd refuses Boopy, too": both(is_refused(0), is_refused(1)),
            "The score function and the measure-valued gradient need no slope": is_right(
                "score_function", "measure_valued"
            ),
        },
    ),
    Proof(
        of="presets.best",
        decisive="k",
        claims={
            "(z + 4)²": is_at(function="quadratic", k=-4.0),
            "averages 26, far from 0": that(
                lambda f: round(mean_value(f.config), 9) == 26 and f.witness.value.min() > 4
            ),
            "the score function pays for it with variance 990": says("score_function", 990),
            "Its best baseline leaves 206": says("optimal_baseline", 206),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.worse",
        decisive=("f", "k"),
        claims={
            "cos z": is_at(function="cos", k=1.0),
            "a baseline helps between 0 and 2b*": that(helps_between_zero_and_twice_the_best),
            "here b* = 0": that(lambda f: abs(best_baseline(f.config)) < 1e-9),
            "Taking the mean E f raises the variance": that(
                lambda f: (
                    f.config.baseline is None
                    and f.row("constant_baseline").variance
                    > f.row("score_function").variance + 0.1
                )
            ),
            "from 0.324": says("score_function", 0.324),
            "to 0.431": says("constant_baseline", 0.431),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.dimension",
        decisive="d",
        claims={
            "Σ zᵢ² in 20 dimensions": is_at(function="quadratic", k=0.0, dim=20),
            "the score function hears one coordinate through the noise of all others": that(
                lambda f: f.variance("score_function") > 60 * f.variance("score_function", dim=1)
            ),
            "its variance is 63 times that in one dimension": that(
                lambda f: (
                    round(f.variance("score_function") / f.variance("score_function", dim=1)) == 63
                )
            ),
            "Boopy's is the same as there": that(
                lambda f: f.variance("pathwise") == f.variance("pathwise", dim=1)
            ),
        },
    ),
    Proof(
        of="presets.pairs",
        decisive="est",
        claims={
            "Boopy on pairs ε, −ε": that(
                lambda f: np.allclose(f.arrows("antithetic").reshape(-1, 2).sum(1), 4)
            ),
            "z² has a linear slope": both(that(is_slope_of_a_square), is_at(k=0.0)),
            "the pair's mean is exactly 2": both(
                gradient_is(2), that(lambda f: np.allclose(f.shown("antithetic"), 2, rtol=1e-12))
            ),
            "Variance 0 like Naot's": both(says("antithetic", 0), says("naive", 0)),
            "but no bias": both(is_right("antithetic"), that(lambda f: not f.is_right("naive"))),
        },
    ),
    Proof(
        of="presets.elbo",
        decisive="f",
        claims={
            "The trained encoder and decoder, one real digit": that(is_of_the_trained_vae),
            "where the gradient for the first coordinate is −21.3": both(
                gradient_is(-21.3, 1), that(lambda f: f.choice.component == 0)
            ),
            "The KL is in closed form": is_at(function="elbo"),
            "Naot gets its 0.9 at every draw": both(
                that(lambda f: round(naots_mean(f.choice, f.witness) or 0.0, 1) == 0.9),
                that(lambda f: np.allclose(f.arrows("naive"), naots_mean(f.choice, f.witness))),
                that(lambda f: np.ptp(f.shown("naive")) < 1e-6),
            ),
            "nothing of the reconstruction's −22.2": both(
                that(lambda f: round(f.gradient - f.row("naive").mean, 1) == -22.2),
                says_in_the_verdict("the reconstruction's, **−22.2**, never reaches him"),
                lies_inside_of_the_strips("naive"),
            ),
            "Boopy gets both": both(
                is_right("pathwise"), that(lambda f: f.row("pathwise").mean < -18)
            ),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.elbo_sampled",
        decisive="f",
        claims={
            "Now log q_φ(z) is evaluated at the draws": is_at(function="elbo_sampled"),
            "what Naot gets is noise of mean 0": both(
                that(lambda f: abs(f.row("naive").mean) < 4 * f.row("naive").standard_error),
                that(lambda f: f.shown("naive").std() > 1),
                that(lambda f: naots_mean(f.choice, f.witness) == 0),
                lies_inside_of_the_strips("naive"),
            ),
            "while the gradient for the first coordinate is still −21.3": both(
                gradient_is(-21.3, 1), that(lambda f: f.choice.component == 0)
            ),
        },
    ),
)
