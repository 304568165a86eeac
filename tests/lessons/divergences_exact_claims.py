"""What sentences about two densities on the line claim of exact numbers, each one assertion.

``claims_divergences`` says which words it proves.
"""

import numpy as np
from divergences_evidence import Found

from core.divergences.envelope import shape_of
from core.divergences.exact import divergences_of, exact_risk, three_ways
from core.divergences.line import density_crossings
from core.divergences.losses import LOG_2, LOSSES
from core.divergences.pair import PAIRS, PairConfig
from core.divergences.slopes import slopes
from core.divergences.staircase import staircase


def near(value: float, printed: float, half: float) -> None:
    """Whether a printed number is the value, to half of its last digit."""
    assert abs(value - printed) <= half, (value, printed)


def are_equal(found: Found) -> None:
    assert found.choices["loss"] == "logistic"
    np.testing.assert_array_equal(found.line.log_t, 0)
    np.testing.assert_array_equal(found.best, 0)
    ways = three_ways(found.loss, found.pair)
    np.testing.assert_allclose(
        [ways.infimum, ways.by_f, ways.by_divergence], LOG_2, rtol=0, atol=2e-5
    )
    assert found.between.js == 0
    assert found.loss.f_of_one == -2 * LOG_2


def costs_log_2_both_ways(found: Found) -> None:
    are_equal(found)
    np.testing.assert_array_equal(found.loss.cost([0.0]), LOG_2)
    assert found.least() == -found.loss.f_of_one / 2


def nothing_is_free(found: Found) -> None:
    are_equal(found)
    costs = found.loss.cost([0.0, 3.0, 30.0, 300.0])
    assert (costs[:3] > 0).all()
    assert costs[3] < 1e-99


def half_of_all_is_wrong(found: Found) -> None:
    are_equal(found)
    assert found.least("zero_one") == 0.5


def depends_on_t_alone(found: Found) -> None:
    are_equal(found)
    single = ((1.0, 1.0, 2.0),)
    other = PairConfig(data=single, model=single)
    assert exact_risk(found.loss, other) == found.least()


def is_high_on_the_modes(found: Found) -> None:
    for _, centre, _ in found.pair.data:
        assert np.interp(centre, found.line.nodes, found.best) > 0
    assert np.interp(0, found.line.nodes, found.best) < 0
    assert len(found.pair.model) == 1
    assert found.pair.model[0][1] == 0


def is_more_than_half(found: Found) -> None:
    near(found.between.js, 0.366, 5e-4)
    assert found.between.js > LOG_2 / 2


def one_of_two(found: Found) -> None:
    assert (len(found.pair.data), len(found.pair.model)) == (2, 1)
    (first, second), (only,) = found.pair.data, found.pair.model
    assert first[0] == second[0]
    assert only[1:] in (first[1:], second[1:])


def half_is_misplaced(found: Found) -> None:
    one_of_two(found)
    near(found.between.tv, 0.5, 5e-4)


def js_forgives(found: Found) -> None:
    one_of_two(found)
    near(found.between.js, 0.2157, 5e-5)
    assert found.between.js < LOG_2 / 3


def one_kl_forgives(found: Found) -> None:
    one_of_two(found)
    near(found.between.kl_model, 0.693, 5e-4)
    near(found.between.kl_model, LOG_2, 1e-3)


def only_the_other_is_large(found: Found) -> None:
    near(found.between.kl_data, 15.3, 0.05)
    others = (found.between.tv, found.between.js, found.between.kl_model, found.between.hellinger)
    assert max(others) < 1
    dropped = found.line.nodes < 0  # the half with the mode that is left out
    part = found.line.data_masses[dropped] @ found.line.log_t[dropped]
    assert part > found.between.kl_data


def overlap_on_the_mode_that_is_left(found: Found) -> None:
    js_forgives(found)
    apart = divergences_of(PAIRS["far"]).js
    near(apart, LOG_2, 1e-3)
    assert found.between.js < apart


def is_not_linear(found: Found) -> None:
    half_is_misplaced(found)
    near(staircase(2).js[0], found.between.js, 1e-4)
    assert abs(found.between.js - found.between.tv * LOG_2) > 0.1


def both_kls(found: Found) -> None:
    only_the_other_is_large(found)
    one_kl_forgives(found)


def is_half_and_huge(found: Found) -> None:
    one_of_two(found)
    ratio = np.exp(np.interp([2.0, -2.0], found.line.nodes, found.line.log_t))
    near(ratio[0], 0.5, 1e-3)
    assert ratio[1] > 1e13
    half_is_misplaced(found)
    js_forgives(found)


def jumps_at_crossings(found: Found) -> None:
    assert found.loss.key == "hinge"
    assert set(found.best) == {-1.0, 1.0}
    crossings = density_crossings(found.pair.sides)
    assert np.count_nonzero(np.diff(found.best)) == len(crossings)


def are_one_distance(found: Found) -> None:
    hinge, errors = LOSSES["hinge"], LOSSES["zero_one"]
    log_t = np.linspace(-20, 20, 401)
    np.testing.assert_allclose(hinge.curve(log_t), 2 * errors.curve(log_t), rtol=1e-14)
    np.testing.assert_array_equal(hinge.optimum(log_t), errors.optimum(log_t))
    assert hinge.divergence == errors.divergence == "tv"


def differ_by_two(found: Found) -> None:
    are_one_distance(found)
    assert found.loss.key == "hinge"
    near(found.least("zero_one"), 0.2812, 5e-5)
    near(found.least("hinge"), 0.5623, 5e-5)


def hinge_has_a_slope(found: Found) -> None:
    alpha = np.array([-3.0, -0.5, 0.5, 0.9])
    np.testing.assert_array_equal(found.loss.slope(alpha), -1)
    np.testing.assert_array_equal(LOSSES["zero_one"].slope(alpha), 0)
    assert found.loss.key == "hinge"


def is_level_beyond_one(found: Found) -> None:
    assert found.loss.key == "hinge"
    np.testing.assert_array_equal(found.loss.cost([1.0, 2.0, 50.0]), 0)
    far = LOSSES["wasserstein"].cost([1.0, 2.0, 50.0])
    np.testing.assert_array_equal(far, [-1, -2, -50])


def nothing_beyond_is_better(found: Found) -> None:
    jumps_at_crossings(found)
    alpha = np.linspace(-4, 4, 81)
    for t in (0.1, 0.5, 2.0, 10.0):
        costs = found.loss.cost(alpha) * t + found.loss.cost(-alpha)
        near(abs(alpha[costs.argmin()]), 1, 1e-9)


def minimax_is_dead(found: Found) -> None:
    at_eight(found)
    near(found.slope("minimax_logistic", 8), 0.0002, 5e-5)
    near(found.slope("minimax_squared", 8), 0.0002, 5e-5)


def at_eight(found: Found) -> None:
    assert (found.choices["panel"], found.choices["theta"]) == ("slope", 8)


def logistic_is_cured(found: Found) -> None:
    at_eight(found)
    near(found.slope("non_saturating_logistic", 8), 8.00, 5e-3)


def squares_are_not(found: Found) -> None:
    at_eight(found)
    near(found.slope("non_saturating_squared", 8), 0.0012, 5e-5)


def exponential_explodes(found: Found) -> None:
    at_eight(found)
    assert found.slope("non_saturating_exponential", 8) > 1e11


def w1_is_one(found: Found) -> None:
    at_eight(found)
    for theta in (0.5, 2, 4, 8, 10):
        near(found.slope("w1", theta), 1, 1e-9)


def most_are_dead(found: Found) -> None:
    at_eight(found)
    rows = slopes([8.0])
    for row in ("minimax_logistic", "minimax_squared", "minimax_exponential", "tv"):
        assert rows[row][0] < 1e-3
    w1_is_one(found)


def squares_level_off(found: Found) -> None:
    squares_are_not(found)
    optimum = LOSSES["squared"].optimum([-50.0, -8.0, 8.0, 50.0])
    np.testing.assert_allclose(optimum, [-1, -1, 1, 1], rtol=0, atol=1e-3)


def who_pulls(found: Found) -> None:
    w1_is_one(found)
    logistic_is_cured(found)
    exponential_explodes(found)
    log_t = np.array([-500.0, 500.0])
    np.testing.assert_array_equal(LOSSES["logistic"].optimum(log_t), log_t)
    np.testing.assert_array_equal(LOSSES["exponential"].optimum(log_t), log_t / 2)


def f_is_convex(found: Found) -> None:
    assert found.loss.key == "zero_one"
    t = np.geomspace(1e-3, 1e3, 801)
    for key, loss in LOSSES.items():
        if key != "wasserstein":
            slopes = np.diff(loss.curve(np.log(t))) / np.diff(t)
            assert (np.diff(slopes) >= -1e-9 * max(1, abs(slopes).max())).all(), key
            assert (slopes <= 1e-12).all(), key
            assert (loss.cost(np.linspace(-9, 9, 91)) >= 0).all(), key


def f_is_level_beyond_one(found: Found) -> None:
    f_is_convex(found)
    f = LOSSES["zero_one"].curve(np.log(np.array([1.0, 2.0, 50.0])))
    np.testing.assert_array_equal(f, -1)


def minus_alpha_has_both_signs(found: Found) -> None:
    f_is_convex(found)
    cost = LOSSES["wasserstein"].cost(np.array([-1.0, 1.0]))
    assert cost.min() < 0 < cost.max()
    f = LOSSES["wasserstein"].curve(np.array([-0.1, 0.0, 0.1]))
    np.testing.assert_array_equal(f, [np.inf, 0, np.inf])


def needs_no_convex_loss(found: Found) -> None:
    f_is_convex(found)
    steps = found.loss.cost(np.array([-1.0, 0.5, 2.0]))
    assert steps[1] < (steps[0] + steps[2]) / 2  # below here,
    steps = found.loss.cost(np.array([-3.0, -1.0, 0.5]))
    assert steps[1] > (steps[0] + steps[2]) / 2  # above there: not convex
    assert shape_of(found.loss) is not None


def is_checked_on_numbers(found: Found) -> None:
    f_is_convex(found)
    shape = shape_of(found.loss)
    assert shape is not None
    assert shape.convex
    assert shape.falls
