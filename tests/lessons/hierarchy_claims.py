"""What sentences of the hierarchy lesson claim, each one assertion on a run or the valley.

``claims_hierarchy`` says which words it proves.
"""

import numpy as np
from hierarchy_evidence import Found, evidence

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


def ends_below_the_flat_one(found: Found) -> None:
    without = found.instead(controls={"top_free_bits": 0.0})
    assert found.last("elbo") < found.flat_elbo - 0.3 < found.flat_elbo < without.last("elbo")


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
    assert found.last("elbo") > found.flat_elbo + 3
    assert found.last("elbo") > plain.last("elbo") + 3


def homework_is_near_the_flat_one(found: Found) -> None:
    for seed in (0, 1, 2):
        one = found.instead(config={"seed": seed})
        plain = one.instead(config={"inference": "bottom-up", "skip": False})
        assert abs(plain.last("elbo") - one.flat_elbo) < 2


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
