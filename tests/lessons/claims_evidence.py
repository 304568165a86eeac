"""What proves the sentences of the evidence lesson."""

from typing import Any

import numpy as np
from claims import Proof
from evidence_found import (
    Found,
    effects,
    found_for,
    learned,
    median_gap,
    near,
    strip,
    that,
)
from evidence_steps import STEPS

from core.evidence.answers import Family


def evidence(choices: dict[str, Any], train_steps: int) -> Found:
    """What the page finds out; nothing is trained here."""
    assert not train_steps
    return found_for(tuple(sorted(choices.items())))


def weights_are_equal(found: Found) -> bool:
    return bool(np.ptp(found.weights.log_w) < 1e-9)


def one_holds_all(found: Found) -> bool:
    shares = found.weights.normalised
    return bool(found.config.proposal == "prior" and shares.max() > 0.99999)


def is_best_within_a_fraction(found: Found) -> bool:
    family: Family = found.choices["family"]
    return found.choices["tab"] == "gaps" and 0 < median_gap(family, "approximation") < 0.5


def log_p_falls(found: Found) -> bool:
    return bool((np.diff(found.climb[1].log_p) < 0).all())


def elbo_rises(found: Found) -> bool:
    return bool((np.diff(found.climb[1].elbo) > 0).all())


def theta_goes_to_one(found: Found) -> bool:
    theta = found.climb[1].theta
    return bool(theta[0] == 1.7 and abs(theta[-1] - 1) < 1e-3)


def gain(_: Found) -> float:
    return learned().gain


def mean_change(_: Found) -> float:
    return float(np.mean([one.evidence_change.value for one in effects()]))


def losing(_: Found) -> int:
    return sum(one.evidence_change.value < 0 for one in effects())


def is_learned(found: Found) -> bool:
    return found.config.learned_prior and found.choices["tab"] == "prior"


EXPERIMENTS = (
    Proof(
        of="presets.perfect",
        decisive=("q", "model"),
        claims={
            "q is the posterior itself": that(lambda f: f.config.proposal == "posterior"),
            "every weight is the same, p(x)": that(
                lambda f: weights_are_equal(f) and abs(f.weights.log_w.mean() - f.log_p) < 1e-9
            ),
            "so that one single draw is exact": that(
                lambda f: abs(f.weights.log_w[0] - f.log_p) < 1e-9
            ),
            "the KL is 0": that(lambda f: f.kl == 0),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.split",
        decisive="model",
        claims={
            "ELBO and KL change places": that(
                lambda f: f.other(m1=0.4).elbo - f.elbo > 0.5 > f.other(m1=0.4).kl - f.kl
            ),
            "their sum stays log p(x) = −2.9657": that(
                lambda f: all(
                    round(one.elbo + one.kl, 4) == round(f.log_p, 4) == -2.9657
                    for one in (f, f.other(m1=0.4), f.other(s1=0.9, rho=-0.5))
                )
            ),
        },
        asides=("Drag q over the plane", "and"),
    ),
    Proof(
        of="presets.prior_misses",
        decisive="q",
        claims={
            "A hundred draws of the prior for row 2": that(
                lambda f: (
                    (f.config.num_samples, f.config.row, f.config.proposal) == (100, 2, "prior")
                )
            ),
            "one of them holds all the weight": that(one_holds_all),
            "so that the other 99 might as well not have been drawn": that(
                lambda f: abs(float(f.weights.ess) - 1) < 1e-5
            ),
        },
    ),
    Proof(
        of="presets.encoder_wrong",
        decisive="row",
        claims={
            "Row 0, a 2": that(lambda f: f.config.row == 0 and f.label == 2),
            "the encoder looks around (−0.80, 0.71)": that(
                lambda f: np.allclose(f.posterior.encoder_mean, (-0.80, 0.71), atol=5e-3)
            ),
            "the posterior sits at (−2.22, −0.85)": that(
                lambda f: np.allclose(f.posterior.mean, (-2.22, -0.85), atol=5e-3)
            ),
            "An ELBO of −412": near(lambda f: f.elbo, -412, 0),
            "hides log p(x) = −47": near(lambda f: f.log_p, -47, 0),
        },
    ),
    Proof(
        of="presets.infinite",
        decisive="s1",
        claims={
            "q has half of the posterior's variance": near(
                lambda f: float(f.q.components[0][1].covariance[0, 0]), 0.1, 3
            ),
            "its KL is only 0.097": near(lambda f: f.kl, 0.097, 3),
            "its weights have no finite variance": that(lambda f: not f.chi_squared.is_finite),
        },
        asides=("but",),
    ),
    Proof(
        of="presets.two_answers",
        decisive="model",
        claims={
            "z ≈ −√x explains x as well as √x": that(
                lambda f: np.ptp(f.square.log_joint(np.array([[1.5**0.5], [-(1.5**0.5)]]))) < 1e-12
            ),
            "The best Gaussian takes one of both": that(
                lambda f: abs(f.q.components[0][1].mean[0] - 1.198) < 1e-3
            ),
            "loses about log 2: 0.699 nats": that(
                lambda f: round(f.kl, 3) == 0.699 and abs(f.kl - np.log(2)) < 0.01
            ),
        },
        asides=("x = z² + noise", "and"),
    ),
    Proof(
        of="presets.log_mean",
        decisive=("model", "q"),
        claims={
            "p̂ is right on average": that(
                lambda f: abs(float(np.exp(f.repeats_of_line().log_w - f.log_p).mean()) - 1) < 0.05
            ),
            "log p̂ is not": that(lambda f: f.bias(10)[0] < -0.4),
            "with K = 10 draws of the prior it is low by 0.496 nats": near(
                lambda f: float(f.bias(f.config.num_samples)[0]), -0.496, 3
            ),
            "with 100 by 0.031": near(lambda f: float(f.bias(100)[0]), -0.031, 3),
        },
    ),
    Proof(
        of="presets.bound_down",
        decisive="model",
        claims={
            "q stays N(1, 1)": that(
                lambda f: f.q.components[0][1].mean[0] == 1 == f.q.components[0][1].scales[0]
            ),
            "gradient ascent on the ELBO moves θ from 1.7 towards 1": that(theta_goes_to_one),
            "the ELBO rises": that(elbo_rises),
            "log p(x) falls": that(log_p_falls),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.learn_prior",
        decisive="learn",
        claims={
            "The prior that fits the encoder": that(is_learned),
            "raises the mean ELBO of the training rows by 0.815 nats": near(gain, 0.815, 3),
            "log p(x) of the first 100 held-out rows by 0.540 on average": near(
                mean_change, 0.540, 3
            ),
            "54 of the 100 lose": that(lambda f: losing(f) == 54),
        },
        asides=("and", "yet"),
    ),
    Proof(
        of="presets.gaps",
        decisive="tab",
        claims={
            "A hundred held-out rows, each column its log p(x)": that(
                lambda f: len(strip()) == 100
            ),
            "the best Gaussian comes within a fraction of a nat": that(is_best_within_a_fraction),
            "the encoder loses 16 in the median": near(
                lambda f: median_gap(f.choices["family"], "amortisation"), 16, 0
            ),
        },
    ),
    Proof(
        of="presets.wrong_encoder",
        decisive="row",
        claims={
            "Row 0": that(lambda f: f.config.row == 0),
            "ten thousand draws of the encoder find less than a thousand of the prior": that(
                lambda f: f.highest("encoder", 10_000) < f.lowest("prior", 1_000)
            ),
            "A proposal that is confidently wrong is worse than none": that(
                lambda f: f.highest("encoder", 10_000) < f.log_p - 300
            ),
        },
    ),
)

PROOFS = EXPERIMENTS + STEPS
