"""What proves the sentences of the estimators lesson."""

from typing import Any

import numpy as np
from claims import Proof
from estimators_elbo import (
    is_descent_on_the_kl,
    is_noise_where_the_kl_is_sampled,
    leaves_for_the_prior,
)
from estimators_evidence import (
    Found,
    both,
    every_baseline_is_worse,
    found_for,
    gradient_is,
    grows_like,
    is_always_zero,
    is_at,
    is_negative_far_away,
    is_refused,
    is_right,
    is_slope_of_a_square,
    is_smooth,
    is_whole_sum_times_score,
    leads,
    n_divides_both,
    ratio,
    says,
    slopes,
    that,
    weighted_mean,
)
from estimators_experiments import EXPERIMENTS

from core.estimators.moments import best_baseline, mean_value


def rise(found: Found, name: str) -> float:
    """By how much a racer's −ELBO has risen."""
    losses = found.race.losses[name]
    return float(losses[-1] - losses[0])


def evidence(choices: dict[str, Any], train_steps: int) -> Found:
    """What the page finds out; nothing is trained here."""
    assert not train_steps
    return found_for(tuple(sorted(choices.items())))


STEPS = (
    Proof(
        of="script.1",
        decisive="mu",
        claims={
            "She does use it, but the slope differs from draw to draw, 2z at z": that(
                is_slope_of_a_square
            ),
            "and so do her estimates": that(lambda f: f.shown("pathwise").std() > 0.3),
            "The draws are the same, but what is made of them is not": that(
                lambda f: (f.arrows("pathwise") != f.arrows("naive")).any()
            ),
            "autograd takes Naot's for constants": that(
                lambda f: not f.witness.submissions[1].z_requires_grad
            ),
            "His variance is 0 for any number of draws": that(
                lambda f: not any(f.variance("naive", num_samples=n) for n in (1, 10, 400))
            ),
            "Naot's do not spread at all": that(lambda f: not np.ptp(f.shown("naive"))),
            "autograd refuses": is_refused(1),
            "the estimate is 0 every time": is_always_zero("naive"),
            "Variance crowns him": leads("variance", "naive"),
            "his bias is the whole gradient, −4": both(
                gradient_is(4), that(lambda f: f.row("naive").bias == -4)
            ),
            "Only bias² + variance decides": leads("mse", "pathwise"),
            "16 for him": that(lambda f: f.row("naive").mse == 16),
            "0.4 for Boopy": that(lambda f: round(f.row("pathwise").mse, 9) == 0.4),
        },
    ),
    Proof(
        of="script.2",
        decisive="n",
        claims={
            "Unbiased means right on average": is_right("score_function", "pathwise"),
            "How far a single estimate lies off is the variance: 30 against 4": both(
                says("score_function", 30), says("pathwise", 4)
            ),
            "Twice as many draws halve its variance, from 30 to 15: still more than 4": that(
                lambda f: (
                    round(f.variance("score_function", num_samples=2), 9)
                    == 15
                    > f.variance("pathwise")
                    and f.config.num_samples == 1
                )
            ),
            "30 is the variance of its draws": says("score_function", 30),
            "Boopy's is not 1: what counts is the ratio to her 4": says("pathwise", 4),
            "It needs 30/4 = 7.5 times as many": ratio("score_function", "pathwise", 7.5, 9),
            "with its best baseline, $b^* = 4$": that(
                lambda f: round(best_baseline(f.config), 9) == 4
            ),
            "still 14/4 = 3.5 times": ratio("optimal_baseline", "pathwise", 3.5, 9),
            "Boopy is told the slope of $f$": that(is_slope_of_a_square),
            "the score function has to find it out from values": that(is_whole_sum_times_score),
        },
        asides=("but",),
    ),
    Proof(
        of="script.3",
        decisive=("f", "k"),
        claims={
            "A slope says more only where it varies less": that(
                lambda f: f.variance("pathwise") > f.variance("score_function")
            ),
            "here the slopes range from −2 to 2, the values from −1 to 1": that(
                lambda f: (
                    np.allclose([slopes(f).min(), slopes(f).max()], [-2, 2], atol=0.01)
                    and np.allclose(
                        [f.witness.curve.min(), f.witness.curve.max()], [-1, 1], atol=0.01
                    )
                )
            ),
            "Bounded by 1 are its values, its slopes are not": that(
                lambda f: np.abs(f.witness.curve).max() <= 1 < np.abs(slopes(f)).max()
            ),
            "variance 0.441 against 1.940": both(
                says("score_function", 0.441), says("pathwise", 1.940)
            ),
            "A cosine is differentiable: both are right on average, at −0.246": both(
                is_right("pathwise", "score_function"), gradient_is(-0.246)
            ),
            "$\\cos(2z)$ never exceeds 1": both(
                is_at(function="cos", k=2.0), that(lambda f: np.abs(f.witness.curve).max() <= 1)
            ),
            "its slope reaches 2": that(lambda f: 1.99 < np.abs(slopes(f)).max() < 2.001),
            "so values vary less than slopes": that(
                lambda f: np.std(f.witness.curve) < np.std(slopes(f))
            ),
            "As $k$ grows on from 2, the variance of Boopy grows like $k^2/2$": that(
                lambda f: all(
                    abs(f.variance("pathwise", k=k) / (k**2 / 2) - 1) < 0.05
                    for k in (2.0, 3.0, 4.0, 5.0)
                )
            ),
            "that of the score function stays near 1/2": that(
                lambda f: all(
                    abs(f.variance("score_function", k=k) - 0.5) < 0.07
                    for k in (2.0, 3.0, 4.0, 5.0)
                )
            ),
        },
        asides=("No", "but"),
    ),
    Proof(
        of="script.4",
        decisive="f",
        claims={
            "The slope of f misses the jump": that(lambda f: not f.arrows("pathwise").any()),
            "the gradient of E f does not: it is 0.352": gradient_is(0.352),
            "A step has none at its jump": that(
                lambda f: np.count_nonzero(np.diff(f.witness.curve)) == 1
            ),
            "E f has one": gradient_is(0.352),
            "the score function differentiates the density instead of f": that(
                is_whole_sum_times_score
            ),
            "E f is smooth": that(is_smooth),
            "Boopy differentiates f, inside of the expectation, and there it is 0": that(
                lambda f: not f.arrows("pathwise").any()
            ),
            "Boopy now stands beside Naot, 0 every time and biased": both(
                is_always_zero("pathwise"),
                is_always_zero("naive"),
                that(lambda f: f.row("pathwise").is_biased),
            ),
            "the derivative may not go inside the expectation": that(
                lambda f: f.row("pathwise").mean == 0 != f.gradient
            ),
            "The score function never asked for a slope": is_right("score_function"),
            "the measure-valued gradient does not either": is_right("measure_valued"),
            "both are right": is_right("score_function", "measure_valued"),
        },
        asides=("but", "and"),
    ),
    Proof(
        of="script.5",
        decisive=("f", "k"),
        claims={
            "What helps is not the mean of f, 0.328": that(
                lambda f: round(mean_value(f.config), 3) == 0.328
            ),
            "its mean weighted with s², and that is 0": that(
                lambda f: abs(best_baseline(f.config)) < 1e-9
            ),
            "How many draws there are does not matter: n divides both variances alike": that(
                n_divides_both
            ),
            "A baseline that depends on no draw changes no mean: both are right on average": (
                is_right("score_function", "constant_baseline")
            ),
            "From 0.324": says("score_function", 0.324),
            "to 0.431": says("constant_baseline", 0.431),
            "here $b^* = 0$": that(lambda f: abs(best_baseline(f.config)) < 1e-9),
            "although $\\mathbb E f = 0.328$": that(
                lambda f: round(mean_value(f.config), 3) == 0.328
            ),
            "every other baseline makes it worse": that(every_baseline_is_worse),
            "The best baseline weighs $f$ with $s^2$": that(
                lambda f: abs(best_baseline(f.config) - weighted_mean(f)) < 1e-9
            ),
            "most of all far from μ, and there, both sides together, the cosine is negative": that(
                is_negative_far_away
            ),
        },
        asides=("but", "and"),
    ),
    Proof(
        of="script.6",
        decisive="d",
        claims={
            "There are, but for one coordinate she takes its own slope alone": that(
                is_slope_of_a_square
            ),
            "variance 0.4, as in one dimension": that(
                lambda f: (
                    round(f.variance("pathwise"), 9)
                    == 0.4
                    == round(f.variance("pathwise", dim=1), 9)
                    and f.config.dim > 1
                )
            ),
            "In one dimension the variances were 3 and 0.4": that(
                lambda f: (
                    round(f.variance("score_function", dim=1), 9) == 3
                    and round(f.variance("pathwise", dim=1), 9) == 0.4
                )
            ),
            "now they are 189 and 0.4": both(
                says("score_function", 189, 0), says("pathwise", 0.4, 9)
            ),
            "It is, but the score function multiplies its score with the whole sum": that(
                is_whole_sum_times_score
            ),
            "The score function multiplies each score with the sum of all twenty terms": both(
                is_at(dim=20),
                that(is_whole_sum_times_score),
            ),
            "in the end its variance grows like $d^2$": grows_like(
                "score_function", "dim", 2, 20, 50
            ),
            "The slope that Boopy takes for one coordinate does not see the others": that(
                is_slope_of_a_square
            ),
        },
    ),
    Proof(
        of="script.7",
        decisive="f",
        claims={
            "More steps do not help: nothing of the reconstruction's gradient reaches him": that(
                is_descent_on_the_kl
            ),
            "Autograd refuses where f is free of φ": is_refused(1, function="quadratic"),
            "The KL is not: it is a formula in μ and σ": that(
                lambda f: f.witness.submissions[1].refusal is None and f.config.function == "elbo"
            ),
            "the KL's gradient, 0.9, reaches him": that(
                lambda f: round(f.row("naive").mean, 1) == 0.9
            ),
            "the reconstruction's, −22.2, does not": that(
                lambda f: round(f.gradient - f.row("naive").mean, 1) == -22.2
            ),
            "He gets the gradient of the KL alone": that(
                lambda f: np.allclose(f.arrows("naive"), f.witness.mean)
            ),
            "In the race his code leaves the image and makes for the prior": that(
                leaves_for_the_prior
            ),
            "μ for 0 and log σ for 0": that(leaves_for_the_prior),
            "whatever the digit": that(is_descent_on_the_kl),
            "Boopy's code stays narrow": that(
                lambda f: f.race.paths["pathwise"][-1, 1] < -2 < f.race.paths["naive"][-1, 1]
            ),
            "his −ELBO rises by about 40 nats": that(lambda f: 35 < rise(f, "naive") < 45),
            "her −ELBO falls": that(lambda f: rise(f, "pathwise") < -3),
            "With a sampled KL he would learn nothing: noise of mean 0": that(
                is_noise_where_the_kl_is_sampled
            ),
        },
        asides=("It is the other way round", "and"),
    ),
)

PROOFS = EXPERIMENTS + STEPS
