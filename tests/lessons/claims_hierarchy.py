"""Which words of the hierarchy lesson's experiments and script are proved by which assertion."""

import numpy as np
from claims import Proof
from hierarchy_evidence import Found, evidence

__all__ = ["PROOFS", "evidence"]

# asleep, then awake


def starts_small(found: Found) -> None:
    assert found.config.start == "small"
    assert found.steps == 4000


def sleeps_at_first(found: Found) -> None:
    assert max(found.at("t3", step) for step in (64, 128, 256, 384, 512)) < 0.05
    early = found.run.history.snapshots
    assert early[0].step == 0


def wakes(found: Found) -> None:
    assert found.last("t3") > 0.15
    assert found.last("t3") > max(found.at("t3", step) for step in range(0, 513, 32))


def tube_has_grown(found: Found) -> None:
    first = evidence(found.choices, 0)
    assert first.spread < 0.1
    assert found.spread > 0.3


# priced out


def costs_half_more(found: Found) -> None:
    assert found.controls.top_price == 1.5


def ends_asleep(found: Found) -> None:
    assert found.last("t3") < 0.05


def wakes_when_it_is_cheap(found: Found) -> None:
    ends_asleep(found)
    assert found.trained_on_at(1.0, 2500) > 0.5


def is_about_two_at_one(found: Found) -> None:
    assert 1.5 < found.instead(controls={"top_price": 1.0}).last("t3") < 2.5


# a linear link


def link_is_linear(found: Found) -> None:
    assert found.config.link == "linear"
    assert found.config.network == "mlp"


def is_about_a_nat(found: Found) -> None:
    assert 0.7 < found.last("t3") < 1.5


def is_near_the_flat_one(found: Found) -> None:
    link_is_linear(found)
    assert abs(found.last("elbo") - found.flat_elbo) < 0.5


def one_and_a_half_free(found: Found) -> None:
    link_is_linear(found)
    assert (found.controls.top_free_bits, found.config.top_dim) == (1.5, 2)


def is_three(found: Found) -> None:
    assert 2.8 < found.last("t3") < 3.4


def costs_less_than_half_a_nat(found: Found) -> None:
    without = found.instead(controls={"top_free_bits": 0.0})
    assert abs(found.last("elbo") - without.last("elbo")) < 0.5
    assert found.last("t3") > without.last("t3") + 1


# free bits that cost


def five_free(found: Found) -> None:
    assert (found.controls.top_free_bits, found.config.top_dim) == (5.0, 2)
    assert found.config.link == "mlp"


def is_about_ten(found: Found) -> None:
    assert 9.5 < found.last("t3") < 10.8


def t2_is_negative(found: Found) -> None:
    assert found.last("t2") < 0
    assert found.last("t2") + found.last("t3") > 0


def loses_a_nat(found: Found) -> None:
    for seed in (0, 1, 2):
        one = found.instead(config={"seed": seed})
        without = one.instead(controls={"top_free_bits": 0.0})
        assert without.last("elbo") - one.last("elbo") > 0.9
        paid, plain = (f.last("t2") + f.last("t3") for f in (one, without))
        assert paid > plain


def linear_and_few_cost_little(found: Found) -> None:
    five_free(found)
    few = found.instead(config={"link": "linear"}, controls={"top_free_bits": 1.5})
    costs_less_than_half_a_nat(few)


# skips


def decoder_sees_z2(found: Found) -> None:
    assert found.config.skip
    assert found.config.is_linear
    assert not found.config.sees_x


def stays_below_the_line(found: Found) -> None:
    decoder_sees_z2(found)
    assert found.config.top_dim == 2
    assert found.dashed - 1.0 < found.last("elbo") < found.dashed + 0.1
    four = found.instead(config={"latent_dim": 4, "skip": False})
    assert four.dashed > found.dashed + 1


def sees_x(found: Found) -> None:
    assert found.config.sees_x
    assert found.config.skip


def share_the_work(found: Found) -> None:
    sees_x(found)
    assert found.last("t2") > 1
    assert found.last("t3") > 1


def three_nats_more(found: Found) -> None:
    plain = found.instead(config={"inference": "bottom-up", "skip": False})
    assert found.last("elbo") > plain.last("elbo") + 3


def is_above_nothing(found: Found) -> None:
    three_nats_more(found)
    assert found.last("t3") > 1


# minting


def cheap_and_linear(found: Found) -> None:
    assert found.controls.top_price == 0.5
    assert found.controls.warming == "none"
    assert found.config.is_linear


def mints(found: Found) -> None:
    assert found.last("t3") > 4
    assert found.last("t2") < 0
    assert found.last("objective") > found.last("elbo") + 1


def is_no_better(found: Found) -> None:
    fair = found.instead(controls={"top_price": 1.0})
    assert found.last("elbo") < fair.last("elbo") + 0.1
    assert found.last("objective") > found.last("elbo") + 1


# warm-up


def is_warmed(found: Found) -> None:
    assert (found.controls.warming, found.controls.warmup_steps) == ("both", 1000)
    assert found.controls.weights_at(10)[0] < 0.02
    assert found.controls.weights_at(1000) == (1.0, 1.0)


def is_awake_early(found: Found) -> None:
    assert found.at("t3", 256) > 1
    assert min(found.at("t3", step) for step in range(256, 2501, 64)) > 1


# the valley


def at_hundred(found: Found) -> None:
    assert (found.choices["panel"], found.choices["c"]) == ("valley", 100)


def t2_falls_below(found: Found) -> None:
    at_hundred(found)
    here = found.valley_at(1.0, found.choices["c"])
    assert here.t2[1] < -1
    assert here.t2[0] > 0
    assert here.t3[0] == 0
    np.testing.assert_allclose(here.t3, np.log(here.stretch))
    np.testing.assert_allclose(here.t2 + here.t3, here.t2[0])


def grows_for_ever(found: Found) -> None:
    assert found.choices["panel"] == "valley"
    far = found.valley_at(1, 10, 1e3, 1e6, 1e9)
    slopes = np.diff(far.objective) / np.diff(np.log(far.stretch))
    np.testing.assert_allclose(slopes, 1 - found.choices["price"])
    assert slopes[0] > 0
    np.testing.assert_allclose(far.elbo, far.elbo[0])


def above_one_it_is_best_at_one(found: Found) -> None:
    grows_for_ever(found)
    dear = evidence(dict(found.choices) | {"price": 1.5}, 0).valley_at(1, 2, 10, 100)
    assert dear.objective.argmax() == 0


PROOFS = (
    Proof(
        of="presets.wakes",
        decisive="start",
        claims={
            "Small weights around z2": starts_small,
            "after 500 steps z2 still sleeps, its KL below 0.05 nats": sleeps_at_first,
            "all ellipses of p(z1|z2) on one another": tube_has_grown,
            "z2 wakes: after 4,000 steps its KL is above 0.15": wakes,
            "the tube has grown": tube_has_grown,
        },
        asides=("Then the codes fall into clusters, and", "and"),
    ),
    Proof(
        of="presets.priced",
        decisive="price",
        claims={
            "A nat of z2 costs 1.5": costs_half_more,
            "its KL ends below 0.05 nats": ends_asleep,
            "z2 wakes, its KL rises above 0.5": wakes_when_it_is_cheap,
        },
        asides=("Set the price back to 1 and train on",),
    ),
    Proof(
        of="presets.nothing",
        decisive="link",
        claims={
            "A linear link: p(z1) is Gaussian whatever z2 says": link_is_linear,
            "Its KL is about a nat": is_about_a_nat,
            "the ELBO is within half a nat of that of the VAE without z2": is_near_the_flat_one,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.free",
        decisive="fb2",
        claims={
            "A linear link and 1.5 free nats for each of two units of z2": one_and_a_half_free,
            "its KL rises to 3": is_three,
            "the ELBO is within half a nat of that without": costs_less_than_half_a_nat,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.costly",
        decisive="fb2",
        claims={
            "Five free nats for each of two units of z2, and a link that can bend": five_free,
            "the KL of z2 is about 10": is_about_ten,
            "T2 falls below 0": t2_is_negative,
            "the ELBO is a nat lower than without": loses_a_nat,
            "A large KL is no sign of a good model": loses_a_nat,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.blind",
        decisive="skip",
        claims={
            "Everything is linear, and the decoder sees z2": decoder_sees_z2,
            "But q(z2|z1) does not see x": decoder_sees_z2,
            (
                "the ELBO stays at or below the dashed line, that of pPCA with two dimensions, "
                "not four"
            ): stays_below_the_line,
        },
    ),
    Proof(
        of="presets.ladder",
        decisive="inference",
        claims={
            "z2 is inferred from x, and the decoder sees it": sees_x,
            "z1 and z2 share the work": share_the_work,
            (
                "the ELBO is more than three nats above that of the homework's model"
            ): three_nats_more,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.minted",
        decisive="price",
        claims={
            "β2 = 0.5, held constant, and everything linear": cheap_and_linear,
            (
                "T3 climbs above 4 nats, T2 falls below 0, and the objective ends more than a nat "
                "above the ELBO"
            ): mints,
            "The objective has no maximum; the ELBO is no better for it": is_no_better,
        },
    ),
    Proof(
        of="presets.warmed",
        decisive="warming",
        claims={
            (
                "Both levels are nearly free at first, and reach their price after 1,000 steps"
            ): is_warmed,
            "after 256 steps the KL of z2 is above a nat already, and it stays there": (
                is_awake_early
            ),
        },
    ),
    Proof(
        of="script.1",
        decisive="start",
        claims={
            "After 500 steps its KL is below 0.05 nats": sleeps_at_first,
            (
                "The other way round: its KL ends higher than it was at any of the first 500 steps"
            ): wakes,
            "z2 is above 0.15 nats": wakes,
            "At first they lack little": sleeps_at_first,
            "when they have fallen into clusters": starts_small,
        },
        asides=(
            "At a price of 1 it has something to sell as soon as the codes are not Gaussian.",
            "z2 is no more than a learned prior of z1: it is worth what the codes lack to be "
            "Gaussian.",
        ),
    ),
    Proof(
        of="script.2",
        decisive="price",
        claims={
            "It does not go down with the price: it goes below 0.05 nats": ends_asleep,
            "At 1.5 every nat costs more than it brings": costs_half_more,
            "What is dearer is not bought more": is_about_two_at_one,
            "At 1.5 it does not: sleep is where training ends": ends_asleep,
        },
        asides=("Around sleep z2 grows only where what it brings exceeds its price.",),
    ),
    Proof(
        of="script.3",
        decisive=("panel", "c"),
        claims={
            "At c = 100 it is more than a nat below 0": t2_falls_below,
            "At c = 1 T3 is 0, and T2 is above 0": t2_falls_below,
            (
                "Along the valley of the linear model T2 = ρ − log c, and T3 = log c. Only their "
                "sum, ρ, is never negative"
            ): t2_falls_below,
        },
        asides=("A KL would average over q(z1|x) with z2 held. Here z2 depends on z1.",),
    ),
    Proof(
        of="script.4",
        decisive=("panel", "price"),
        claims={
            (
                "There it is smallest: that is the best place for β2 above 1"
            ): above_one_it_is_best_at_one,
            "Its slope along log c is 1 − β2 everywhere": grows_for_ever,
            "The ELBO is the same all along the valley": grows_for_ever,
            (
                "The objective is ELBO + (1 − β2) log c. Nats are minted: the model is no better "
                "at c = 100 than at c = 1"
            ): grows_for_ever,
        },
    ),
    Proof(
        of="script.5",
        decisive="fb2",
        claims={
            "What z2 says costs more than it is worth": loses_a_nat,
            "With a linear link and few free bits it would make little": (
                linear_and_few_cost_little
            ),
            "Here it makes more than a nat": loses_a_nat,
            "The ELBO of held-out rows is the one that is lower": loses_a_nat,
            (
                "Free bits force 10 nats through z2, T2 falls below 0 to pay for them, and the sum "
                "is higher than without: the ELBO is a nat lower"
            ): t2_is_negative,
        },
        asides=("It is charged.",),
    ),
    Proof(
        of="script.6",
        decisive="inference",
        claims={
            "It brings more: z2 is now a code of its own": three_nats_more,
            "The ELBO rises, too": three_nats_more,
            "With q(z2|x) the two units of z2 carry what two of z1 cannot": is_above_nothing,
        },
        asides=(
            "That holds as long as q(z2|z1) does not see x.",
            "A skip alone cannot raise the optimum as long as q = q(z1|x) q(z2|z1): average the "
            "decoder over q(z2|z1), and by Jensen nothing is lost.",
        ),
    ),
)
