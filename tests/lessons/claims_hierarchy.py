"""Which words of the hierarchy lesson's experiments and script are proved by which assertion."""

import hierarchy_claims as that
from claims import Proof
from hierarchy_evidence import evidence

__all__ = ["PROOFS", "evidence"]

PROOFS = (
    Proof(
        of="presets.wakes",
        decisive="start",
        claims={
            "Small weights around z2": that.starts_small,
            "after 500 steps z2 still sleeps, its KL below 0.05 nats": that.sleeps_at_first,
            "all ellipses of p(z1|z2) on one another": that.tube_has_grown,
            "z2 wakes: after 4,000 steps its KL is above 0.15": that.wakes,
            "the tube has grown": that.tube_has_grown,
        },
        asides=("Then the codes fall into clusters, and", "and"),
    ),
    Proof(
        of="presets.priced",
        decisive="price",
        claims={
            "A nat of z2 costs 1.5": that.costs_half_more,
            "its KL ends below 0.05 nats": that.ends_asleep,
            "z2 wakes, its KL rises above 0.5": that.wakes_when_it_is_cheap,
        },
        asides=("Set the price back to 1 and train on",),
    ),
    Proof(
        of="presets.straight",
        decisive="link",
        claims={
            "A linear link: p(z1) is Gaussian whatever z2 says": that.link_is_linear,
            "Its KL is about a nat": that.is_about_a_nat,
            "the ELBO is within half a nat of that of the VAE without z2": (
                that.is_near_the_flat_one
            ),
        },
        asides=("and",),
    ),
    Proof(
        of="presets.free",
        decisive="fb2",
        claims={
            "A linear link and 1.5 free nats for each of two units of z2": (
                that.one_and_a_half_free
            ),
            "its KL rises to 3": that.is_three,
            "the ELBO is within half a nat of that without": that.costs_less_than_half_a_nat,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.costly",
        decisive="fb2",
        claims={
            "Five free nats for each of two units of z2, and a link that can bend": that.five_free,
            "the KL of z2 is about 10": that.is_about_ten,
            "T2 falls below 0": that.t2_is_negative,
            "the ELBO ends below that of the VAE without z2": that.ends_below_the_flat_one,
            "which the same model without free bits beats": that.ends_below_the_flat_one,
            "A large KL is no sign of a good model": that.loses_a_nat,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.blind",
        decisive="skip",
        claims={
            "Everything is linear, and the decoder sees z2": that.decoder_sees_z2,
            "But q(z2|z1) does not see x": that.decoder_sees_z2,
            (
                "the ELBO stays at or below the dashed line, that of pPCA with two dimensions, "
                "not four"
            ): that.stays_below_the_line,
        },
    ),
    Proof(
        of="presets.ladder",
        decisive="inference",
        claims={
            "z2 is inferred from x, and the decoder sees it": that.sees_x,
            "z1 and z2 share the work": that.share_the_work,
            (
                "the ELBO is more than three nats above that of the VAE without z2"
            ): that.three_nats_more,
            "The homework's model ends within two nats of it": that.homework_is_near_the_flat_one,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.minted",
        decisive="price",
        claims={
            "β2 = 0.5, held constant, and everything linear": that.cheap_and_linear,
            (
                "T3 climbs above 4 nats, T2 falls below 0, and the objective ends more than a nat "
                "above the ELBO"
            ): that.mints,
            "The objective has no maximum; the ELBO is no better for it": that.is_no_better,
        },
    ),
    Proof(
        of="presets.warmed",
        decisive="warming",
        claims={
            (
                "Both levels are nearly free at first, and reach their price after 1,000 steps"
            ): that.is_warmed,
            "after 256 steps the KL of z2 is above a nat already, and it stays there": (
                that.is_awake_early
            ),
        },
    ),
    Proof(
        of="script.1",
        decisive="start",
        claims={
            "After 500 steps its KL is below 0.05 nats": that.sleeps_at_first,
            (
                "The other way round: its KL ends higher than it was at any of the first 500 steps"
            ): that.wakes,
            "z2 is above 0.15 nats": that.wakes,
            "At first they lack little": that.sleeps_at_first,
            "when they have fallen into clusters": that.starts_small,
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
            "It does not go down with the price: it goes below 0.05 nats": that.ends_asleep,
            "At 1.5 every nat costs more than it brings": that.costs_half_more,
            "What is dearer is not bought more": that.is_about_two_at_one,
            "At 1.5 it does not: sleep is where training ends": that.ends_asleep,
        },
        asides=("Around sleep z2 grows only where what it brings exceeds its price.",),
    ),
    Proof(
        of="script.3",
        decisive=("panel", "c"),
        claims={
            "At c = 100 it is more than a nat below 0": that.t2_falls_below,
            "At c = 1 T3 is 0, and T2 is above 0": that.t2_falls_below,
            (
                "Along the valley of the linear model T2 = ρ − log c, and T3 = log c. Only their "
                "sum, ρ, is never negative"
            ): that.t2_falls_below,
        },
        asides=("A KL would average over q(z1|x) with z2 held. Here z2 depends on z1.",),
    ),
    Proof(
        of="script.4",
        decisive=("panel", "price"),
        claims={
            (
                "There it is smallest: that is the best place for β2 above 1"
            ): that.above_one_it_is_best_at_one,
            "Its slope along log c is 1 − β2 everywhere": that.grows_for_ever,
            "The ELBO is the same all along the valley": that.grows_for_ever,
            (
                "The objective is ELBO + (1 − β2) log c. Nats are minted: the model is no better "
                "at c = 100 than at c = 1"
            ): that.grows_for_ever,
        },
    ),
    Proof(
        of="script.5",
        decisive="fb2",
        claims={
            "What z2 says costs more than it is worth": that.loses_a_nat,
            "With a linear link and few free bits it would make little": (
                that.linear_and_few_cost_little
            ),
            "Here it makes about a nat": that.loses_a_nat,
            "The ELBO of held-out rows is the one that is lower": that.loses_a_nat,
            (
                "Free bits force 10 nats through z2, T2 falls below 0 to pay for them, and the "
                "sum is higher than without"
            ): that.loses_a_nat,
            "The ELBO ends below that of the VAE without z2, in the table": (
                that.ends_below_the_flat_one
            ),
        },
        asides=("It is charged.",),
    ),
    Proof(
        of="script.6",
        decisive="inference",
        claims={
            "It brings more: z2 is now a code of its own": that.three_nats_more,
            "The ELBO rises, too": that.three_nats_more,
            "With q(z2|x) the two units of z2 carry what two of z1 cannot": that.is_above_nothing,
        },
        asides=(
            "That holds as long as q(z2|z1) does not see x.",
            "A skip alone cannot raise the optimum as long as q = q(z1|x) q(z2|z1): average the "
            "decoder over q(z2|z1), and by Jensen nothing is lost.",
        ),
    ),
)
