"""What proves the sentences of the evidence lesson's script."""

from collections.abc import Callable

import numpy as np
from claims import Proof
from evidence_found import Found, median_gap, near, strip, that

from core.evidence.chi_squared import find_chi_squared
from core.evidence.proposals import gaussian
from core.evidence.quantities import Weights, find_kl, weigh
from core.evidence.variational import stationary_gaussians


def chi_at(variance: float) -> Callable[[Found], float]:
    """χ² of the line with a q of this variance at the posterior's mean."""

    def value(found: Found) -> float:
        posterior = found.config.problem.exact().posterior
        q = gaussian([float(posterior.mean[0])], [variance**0.5])
        return find_chi_squared(q, posterior).value

    return value


def ess_falls(found: Found) -> bool:
    """The measured share of effective draws, medians over 50 seeds, at 100 and 10,000 draws."""
    medians = []
    for K in (100, 10_000):
        noise = np.stack(
            [np.random.default_rng(seed).standard_normal((K, 1)) for seed in range(50)]
        )
        _, weights = weigh(found.config.problem, found.q, noise)
        medians.append(float(np.median(weights.ess / K)))
    return found.split.has_finite_variance is False and medians[1] < medians[0]


def is_ess_whole(found: Found) -> bool:
    return abs(float(found.other(k=50).weights.ess) - 50) < 1e-6


def mean_of_logs_is_low(found: Found) -> bool:
    return bool((found.bias(1, 2, 5, 10, 100) < 0).all())


def symmetric(found: Found) -> float:
    """The KL of the stationary q that covers both answers."""
    problem = found.square
    q = next(one for one in stationary_gaussians(problem) if one.mean[0] == 0)
    return find_kl(q, problem.exact().posterior).value


def mean_approximation(_: Found) -> float:
    return float(np.mean([gaps.approximation("diagonal") for gaps in strip()]))


def mean_loss(_: Found) -> float:
    return float(np.mean([gaps.log_evidence - gaps.encoder for gaps in strip()]))


def is_strip(found: Found) -> bool:
    return found.choices["tab"] == "gaps"


def nearest(found: Found) -> float:
    """How near the best of 10,000 draws of the encoder comes, in nats below log p(x)."""
    return found.log_p - found.highest("encoder", 10_000)


def refits_both_rise(found: Found) -> bool:
    climb = found.other(refit=True).climb[1]
    return bool((np.diff(climb.log_p) >= -1e-12).all() and (np.diff(climb.elbo) >= -1e-12).all())


STEPS = (
    Proof(
        of="script.1",
        decisive=("q", "model"),
        claims={
            "That would be so if the weights varied: here every z has the same weight": that(
                lambda f: np.ptp(f.other(k=200).weights.log_w) < 1e-9
            ),
            "The KL is 0 here": that(lambda f: f.kl == 0),
            "where it is not, log p̂ of one draw is low by it on average, not high": that(
                lambda f: abs(f.other(q="prior").bias(1)[0] + f.other(q="prior").kl) < 1e-4
            ),
            "The entropy is in the weight already: $\\log w = \\log p(x, z) - \\log q(z)$": that(
                lambda f: abs(f.weights.log_w.mean() - f.log_p) < 1e-9
            ),
            (
                "The weight p(x, z)/q(z) is p(x) p(z|x)/q(z), and with q = p(z|x) that is "
                "p(x), at every z"
            ): that(lambda f: abs(f.weights.log_w - f.log_p).max() < 1e-9),
            "So every weight is equal, and ESS = K for any K": that(is_ess_whole),
        },
        asides=("and",),
    ),
    Proof(
        of="script.2",
        decisive="model",
        claims={
            "p(x) is an integral over z of the model alone: q does not occur in it": that(
                lambda f: f.other(m1=2.0).log_p == f.log_p
            ),
            "If the ELBO alone moved, so would the sum, and the sum is log p(x) = −2.9657": that(
                lambda f: round(f.elbo + f.kl, 4) == -2.9657
            ),
            "q is not part of the model, but the ELBO and the KL are about q": that(
                lambda f: f.other(m1=2.0).elbo != f.elbo and f.other(m1=2.0).kl != f.kl
            ),
            "log p(x) = ELBO + KL for every q, so what the one gains the other loses": that(
                lambda f: all(
                    abs(one.elbo + one.kl - f.log_p) < 1e-9
                    for one in (f, f.other(m1=2.0), f.other(s2=2.0, rho=0.5))
                )
            ),
            "the KL goes to 0, and the ELBO is log p(x)": that(
                lambda f: (
                    f.other(q="posterior").kl == 0
                    and abs(f.other(q="posterior").elbo - f.log_p) < 1e-9
                )
            ),
        },
        asides=("Drag it onto the posterior",),
    ),
    Proof(
        of="script.3",
        decisive="s1",
        claims={
            "The KL weighs with q, which hardly ever looks into its own tails": near(
                lambda f: f.kl, 0.097, 3
            ),
            "The variance is decided there": that(lambda f: not f.chi_squared.is_finite),
            "It is 4.05 at a variance of 0.101, and 0.74 at 0.11": that(
                lambda f: round(chi_at(0.101)(f), 2) == 4.05 and round(chi_at(0.11)(f), 2) == 0.74
            ),
            "near one half it grows without end": that(
                lambda f: chi_at(0.1001)(f) > 2 * chi_at(0.101)(f) > 4 * chi_at(0.11)(f)
            ),
            "Equal means are not enough: q falls faster than the posterior squared": that(
                lambda f: f.q.components[0][1].mean[0] == 1.6 and not f.split.has_finite_variance
            ),
            (
                "χ² = ∫ p(z|x)²/q dz is finite only if 2/v_p − 1/v_q > 0, and at v_q = v_p/2 "
                "it is not"
            ): that(lambda f: not np.isfinite(chi_at(0.1)(f)) and np.isfinite(chi_at(0.1001)(f))),
            "The ESS that is measured, 88 of 100, looks fine": that(
                lambda f: (round(float(f.weights.ess)), f.weights.num_samples) == (88, 100)
            ),
            (
                "since the draws that would spoil it are rare: the longer you draw, the smaller "
                "its share becomes"
            ): that(ess_falls),
        },
    ),
    Proof(
        of="script.4",
        decisive=("model", "q"),
        claims={
            (
                "The logarithm is concave: the mean of logarithms lies below the logarithm of "
                "the mean"
            ): that(mean_of_logs_is_low),
            "A concave function bends the other way: Jensen says below": that(mean_of_logs_is_low),
            "log K is taken off already: p̂ is a mean, not a sum": that(
                lambda f: abs(Weights(log_w=np.full(10, f.log_p)).log_p.value - f.log_p) < 1e-12
            ),
            "At K = 10 it is low by 0.496, and log 10 is 2.3": near(
                lambda f: float(f.bias(10)[0]), -0.496, 3
            ),
            "At K = 1 its mean is the ELBO, low by the whole KL of 7.595": that(
                lambda f: round(f.kl, 3) == 7.595 and abs(f.bias(1)[0] - (f.elbo - f.log_p)) < 1e-5
            ),
            "at 10 by 0.496, at 100 by 0.031": that(
                lambda f: np.round(f.bias(10, 100), 3).tolist() == [-0.496, -0.031]
            ),
            "−χ²/(2K) says −0.296 at K = 10": near(lambda f: -f.chi_squared.value / 20, -0.296, 3),
            "that is right only once K is well above χ² = 5.9": that(
                lambda f: (
                    round(f.chi_squared.value, 1) == 5.9
                    and abs(f.bias(1000)[0] * 2000 / f.chi_squared.value + 1) < 0.02
                )
            ),
        },
    ),
    Proof(
        of="script.5",
        decisive="tab",
        claims={
            (
                "They are not quite, but the best diagonal Gaussian comes within 0.13 nats on "
                "average"
            ): near(mean_approximation, 0.13, 2),
            "The Gaussian costs a fraction of a nat in the median, the encoder more than 15": that(
                lambda f: (
                    is_strip(f)
                    and median_gap("diagonal", "approximation") < 0.5
                    and median_gap("diagonal", "amortisation") > 15
                )
            ),
            "The decoder decides how high log p(x) is; the gap below it is about q alone": that(
                lambda f: all(
                    abs(g.encoder + g.amortisation() + g.approximation() - g.log_evidence) < 1e-9
                    for g in strip()
                )
            ),
            "Amortisation costs 15.6 nats in the median, the Gaussian shape 0.06": that(
                lambda f: (
                    round(median_gap("diagonal", "amortisation"), 1) == 15.6
                    and round(median_gap("diagonal", "approximation"), 2) == 0.06
                )
            ),
            (
                "One network guesses q for all x, and for some that it never saw it is sure of "
                "the wrong place"
            ): that(lambda f: max(g.amortisation() for g in strip()) > 300),
            "an ELBO understates the model by that much": near(mean_loss, 40, 0),
        },
    ),
    Proof(
        of="script.6",
        decisive="row",
        claims={
            "It has, and looks at the wrong place: no draw of it gets near the posterior": that(
                lambda f: nearest(f) > 300
            ),
            (
                "Right on average over more repeats than anybody has: nearly every one of them "
                "is far too low"
            ): that(lambda f: nearest(f) > 300),
            "More draws of a narrow q stay where q is": that(
                lambda f: f.posterior.encoder_covariance.max() < 0.1**2
            ),
            (
                "The encoder is narrow and two units away from the posterior: of its 10,000 "
                "draws none comes near"
            ): that(
                lambda f: (
                    1.9 < np.linalg.norm(f.posterior.encoder_mean - f.posterior.mean) < 2.2
                    and nearest(f) > 300
                )
            ),
            "The prior is wide, and a few of its 1,000 do": that(
                lambda f: f.log_p - f.mean_of("prior", 1_000) < 10
            ),
            "A proposal that is confidently wrong is worse than none": that(
                lambda f: f.highest("encoder", 10_000) < f.lowest("prior", 1_000)
            ),
        },
    ),
    Proof(
        of="script.7",
        decisive="model",
        claims={
            (
                "One that covers both puts most of its mass in between, where p(x, z) is next "
                "to nothing: 9.785 nats"
            ): near(symmetric, 9.785, 3),
            (
                "The KL of a q that is narrow is finite as long as the posterior is not 0 "
                "where q is"
            ): that(lambda f: np.isfinite(f.kl)),
            "log p(x) = −1.84 has nothing to do with how many answers there are": near(
                lambda f: f.log_p, -1.84, 2
            ),
            (
                "It takes one of both, and holds half of the posterior's mass: log 2 = 0.693, "
                "and 0.006 for its shape"
            ): that(lambda f: round(f.kl - np.log(2), 3) == 0.006),
            "The mirror image as a second component gives the log 2 back": that(
                lambda f: round(f.kl - f.other(twin=True).kl, 2) == round(np.log(2), 2)
            ),
        },
    ),
    Proof(
        of="script.8",
        decisive="model",
        claims={
            "A bound can rise while what it bounds falls: the gap between both shrinks": that(
                lambda f: (np.diff(f.climb[1].log_p - f.climb[1].elbo) < 0).all()
            ),
            "log p(x) depends on θ, whatever q is": that(
                lambda f: f.climb[0].log_p(1.0) != f.climb[0].log_p(1.5)
            ),
            "It falls all the way: its maximum is at θ = 1.732": that(
                lambda f: (
                    (np.diff(f.climb[1].log_p) < 0).all()
                    and round(f.climb[0].best_for_log_p, 3) == 1.732
                )
            ),
            "The ELBO is highest at θ = 1": that(lambda f: f.climb[0].best_for_elbo == 1),
            "where q fits the model": that(lambda f: f.climb[0].elbo(1.0) > f.climb[0].elbo(1.7)),
            "log p(x) at θ = √3": that(lambda f: abs(f.climb[0].best_for_log_p - 3**0.5) < 1e-12),
            "Switch “refit q” on: then each step climbs both, and that is EM": that(
                refits_both_rise
            ),
        },
        asides=("and",),
    ),
)
