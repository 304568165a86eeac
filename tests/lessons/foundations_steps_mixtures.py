"""What proves the last three steps of the foundations lesson's script: EM, and its limit."""

from math import prod

import numpy as np
from claims import Proof
from foundations_found import Found, near, on_one_point, that

from core.foundations.em_bound import responsibility_kl
from core.foundations.em_step import expect
from core.foundations.infinity import LADDER
from core.vae.decoder_model import model_of
from core.vae.ready import ready_vae


def touches(found: Found) -> bool:
    """Whether bound and ℓ are equal, and equally steep, where E has been."""
    places, total, bound = found.curves
    at = int(np.flatnonzero(places == 0)[0])
    slopes = [
        (curve[at + 1] - curve[at - 1]) / (places[at + 1] - places[at - 1])
        for curve in (total, bound)
    ]
    is_equal = abs(total[at] - bound[at]) < 1e-10 and abs(slopes[0] - slopes[1]) < 1e-3
    return found.stage.is_after_e and is_equal and slopes[0] > 0.05


def step_of(found: Found) -> tuple[float, float, float]:
    """ℓ/N before the step that is shown, its bound after it, and ℓ/N then."""
    now = found.stage.iteration
    run = found.run
    return run.log_likelihoods[now], run.elbos[now], run.log_likelihoods[now + 1]


def top_of_bound(found: Found) -> float:
    """Where the bound is highest, and how much higher than where it touches."""
    places, _, bound = found.curves
    assert places[bound.argmax()] == 1
    old, elbo, _ = step_of(found)
    assert abs(bound.max() - elbo) < 1e-9
    return elbo - old


def held_out_falls(found: Found) -> bool:
    held = found.run.held_out
    assert held is not None
    return bool(held.argmax() == 13 and (np.diff(held)[13:] < 0).all())


def never_falls(found: Found) -> bool:
    rises = np.diff(found.run.log_likelihoods)
    return found.run.num_steps == 263 and bool((rises > -1e-12).all())


def no_r_in_l(found: Found) -> bool:
    """Whether an E step leaves ℓ as it is: the same before it and after it."""
    half = found.config.half_steps
    assert half
    before, after = found.other(t=half - 1).stage, found.stage
    assert after.is_after_e
    assert not before.is_after_e
    _, total = expect(found.rows, after.run.mixtures[after.iteration])
    same = before.run.mixtures[before.iteration] is after.run.mixtures[after.iteration]
    stays = abs(total / len(found.rows) - before.run.log_likelihoods[1]) < 1e-10
    return same and bool(stays)


def bound_is_below(found: Found) -> bool:
    places, total, bound = found.curves
    return bool((total - bound > -1e-10).all() and places[bound.argmax()] == 1)


def rises_by_the_kl(found: Found) -> bool:
    """Whether M raises the bound in every step, and what ℓ rises more is the KL of r."""
    run = found.run
    old, new = (expect(found.rows, run.mixtures[at])[0] for at in (1, 2))
    more = responsibility_kl(old, new) / len(found.rows)
    rises = run.elbos - run.log_likelihoods[:-1] > -1e-12
    return bool(rises.all() and abs(run.log_likelihoods[2] - run.elbos[1] - more) < 1e-9)


def others_lose_little(found: Found) -> bool:
    """Whether what the nine other heights have no longer falls as σ goes on to 0."""
    wide, narrow, narrower = (on_one_point(found, sd)[1] for sd in (1e-2, 1e-4, 1e-8))
    return wide - narrow < 1 and abs(narrow - narrower) < 1e-9


def one_has_no_bound(found: Found) -> bool:
    """Whether log p of the one point is log(share/σ√2π), and what the other component adds."""
    here = on_one_point(found, 1e-8)[0]
    share = found.run.mixture.weights[found.run.is_singular][0]
    return bool(abs(here - np.log(share / (1e-8 * np.sqrt(2 * np.pi)))) < 1e-6)


def per_tenth(found: Found) -> float:
    """By how much ℓ rises as σ falls to a tenth."""
    return sum(on_one_point(found, 1e-9)) - sum(on_one_point(found, 1e-8))


def all_is_finite(found: Found) -> bool:
    assert found.run.stop == "singular"
    values = [*on_one_point(found, 1e-10), *found.run.log_likelihoods]
    return bool(np.isfinite(values).all())


def good_fit_is_local(found: Found) -> bool:
    """Whether EM with a floor, from another start, ends lower than a component on one point."""
    good = found.other(c="", floor=1e-6).run
    assert good.stop == "converged"
    assert not good.is_floored.any()
    return bool(good.log_likelihoods[-1] < found.run.log_likelihoods[-1] - 1)


def is_best_on_its_own_rows(found: Found) -> bool:
    assert found.limit.num_components == 64
    on_own = [found.rung(count).kl_train for count in LADDER]
    return min(on_own) == found.chosen.kl_train and found.nearest != 64


def decoder_size(_: Found) -> int:
    """How many numbers the shipped VAE's decoder has."""
    run = ready_vae()
    assert run is not None
    weights = model_of(run.state.parameters, run.config, run.controls).decoder.weights
    return sum(prod(value.shape) for name, value in weights.items() if "decoder" in name)


MIXTURE_STEPS = (
    Proof(
        of="script.6",
        decisive="t",
        claims={
            "That of held-out rows can, here after step 13": that(held_out_falls),
            "That of the fitted rows rises in all 263 steps": that(never_falls),
            "E changes r only, and ℓ does not contain r": that(no_r_in_l),
            "M goes to the top of the bound, and ℓ is nowhere below the bound": that(
                bound_is_below
            ),
            "After E the bound equals ℓ": that(touches),
            (
                "M raises the bound, and ℓ rises by at least as much: by the KL of the "
                "responsibilities more"
            ): that(rises_by_the_kl),
        },
    ),
    Proof(
        of="script.7",
        decisive="floor",
        claims={
            "The others have the other component: what they lose is bounded": that(
                others_lose_little
            ),
            "The density of the one point is 1/(σ√2π): that has no bound": that(one_has_no_bound),
            "Not where it is computed in logarithms": that(all_is_finite),
            "log(1/σ) rises by log 10 = 2.3026 whenever σ falls to a tenth": near(
                per_tenth, 2.3026, 4
            ),
            "ℓ/N, which the page shows, by a tenth of that": that(lambda f: len(f.rows) == 10),
            (
                "The likelihood of a mixture has no maximum: so there is a floor, and a good "
                "fit is a local optimum"
            ): that(good_fit_is_local),
        },
    ),
    Proof(
        of="script.8",
        decisive="kk",
        claims={
            (
                "64 know the rows too well: on the rows they were fitted to they are best, on "
                "others they are not"
            ): that(is_best_on_its_own_rows),
            "One Gaussian cannot bend: it is 1.41 nats away": near(
                lambda f: f.rung(1).kl_paired, 1.41, 2
            ),
            "With 4 there are still 0.63 nats missing, with 8 there are 0.11": that(
                lambda f: [round(f.rung(count).kl_paired, 2) for count in (4, 8)] == [0.63, 0.11]
            ),
            "On held-out rows 64 components are 0.049 nats away, 16 only 0.020": that(
                lambda f: (
                    (round(f.chosen.kl_paired, 3), round(f.rung(16).kl_paired, 3))
                    == (0.049, 0.020)
                )
            ),
            (
                "More rows pay for more components: with 1,250 rows 64 would be more than 0.3 "
                "away, with 20,000 less than 0.01"
            ): that(
                lambda f: (
                    f.with_rows(1_250).kl_paired > 0.3 and f.with_rows(20_000).kl_paired < 0.01
                )
            ),
            (
                "A decoder has infinitely many components, and its 202,256 weights do not grow "
                "with them"
            ): that(lambda f: decoder_size(f) == 202_256),
        },
    ),
)
