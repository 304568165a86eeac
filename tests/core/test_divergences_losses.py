"""The losses of the discriminator: what is claimed of each, against the definition."""

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from core.divergences.losses import LOSSES, Loss, LossKey
from core.divergences.pair import PAIRS, PairConfig

Array = NDArray[np.float64]

BOUNDED = [loss for loss in LOSSES.values() if loss.key != "wasserstein"]
CONVEX = [loss for loss in LOSSES.values() if loss.key != "zero_one"]
LOG_T = np.linspace(-6, 6, 25)


def named(loss: Loss) -> str:
    return loss.key


def paid(loss: Loss, alpha: Array, log_t: Array) -> Array:
    return loss.cost(alpha) * np.exp(log_t) + loss.cost(-alpha)


def test_the_losses_come_in_the_order_of_their_key() -> None:
    assert tuple(LOSSES) == get_args(LossKey)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_no_answer_is_cheaper_than_the_optimum(loss: Loss) -> None:
    best = paid(loss, loss.optimum(LOG_T), LOG_T)
    every = paid(loss, np.linspace(-8, 8, 3201)[:, None], LOG_T)
    assert np.all(every >= best - 1e-12)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_f_is_minus_what_the_optimum_pays(loss: Loss) -> None:
    assert np.allclose(loss.curve(LOG_T), -paid(loss, loss.optimum(LOG_T), LOG_T), rtol=1e-13)


@pytest.mark.parametrize("loss", CONVEX, ids=named)
def test_the_slope_is_that_of_the_cost(loss: Loss) -> None:
    alpha = np.array([-3.3, -0.7, 0.2, 0.9, 1.1, 4.0])
    differences = (loss.cost(alpha + 1e-6) - loss.cost(alpha - 1e-6)) / 2e-6
    assert np.allclose(loss.slope(alpha), differences, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_the_slope_of_the_optimum_is_that_of_the_optimum(loss: Loss) -> None:
    at = LOG_T + 0.1
    differences = (loss.optimum(at + 1e-6) - loss.optimum(at - 1e-6)) / 2e-6
    assert np.allclose(loss.optimum_slope(at), differences, atol=1e-8)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=named)
def test_f_of_one_is_what_equal_densities_cost(loss: Loss) -> None:
    assert loss.curve(0.0) == pytest.approx(loss.f_of_one, abs=1e-15)
    assert loss.at_equal == pytest.approx(float(paid(loss, np.zeros(1), np.zeros(1))[0]) / 2) or (
        loss.key == "zero_one"
    )


def test_at_equal_densities_any_answer_but_nought_is_best_for_the_zero_one_loss() -> None:
    loss = LOSSES["zero_one"]
    alphas = np.array([-2.0, 0.0, 2.0])
    assert paid(loss, alphas, np.zeros(3)).tolist() == [1.0, 2.0, 1.0]
    assert loss.optimum(0.0) == 1
    assert not loss.slope(alphas).any()
    assert not loss.trains
    assert all(other.trains for other in LOSSES.values() if other is not loss)


def test_f_has_the_named_values() -> None:
    log_t = np.log([0.25, 0.5, 2.0, 4.0])
    expected = {
        "squared": [-0.8, -1.333333, -2.666667, -3.2],
        "logistic": [-0.625503, -0.954771, -1.909543, -2.502012],
        "exponential": [-1, -1.414214, -2.828427, -4],
    }
    for key, values in expected.items():
        assert LOSSES[key].curve(log_t) == pytest.approx(values, abs=1e-6)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_no_log_ratio_overflows(loss: Loss) -> None:
    with np.errstate(all="raise", under="ignore"):
        for log_t in (-800.0, 800.0):
            assert np.isfinite([loss.optimum(log_t), loss.optimum_slope(log_t)]).all()
            assert np.isfinite(loss.curve(log_t))
        log_p, log_q = np.array([-900.0, -1.0, -2000.0]), np.array([-1.0, -900.0, -1900.0])
        weighted = loss.curve_weighted(log_p, log_q)
    assert np.allclose(weighted, 0, atol=1e-190)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_weighted_f_is_f_times_the_density(loss: Loss) -> None:
    log_q = np.linspace(-3, 1, 25)
    expected = loss.curve(LOG_T) * np.exp(log_q)
    assert np.allclose(loss.curve_weighted(log_q + LOG_T, log_q), expected, rtol=1e-13)


def test_the_wasserstein_loss_has_no_optimum_but_where_both_are_equal() -> None:
    loss = LOSSES["wasserstein"]
    assert loss.curve([-0.1, 0.0, 0.1]).tolist() == [np.inf, 0.0, np.inf]
    assert loss.curve_weighted([-2.0, -1.0], [-1.0, -1.0]).tolist() == [np.inf, 0.0]
    assert np.isnan(loss.optimum_slope(0.3))


@pytest.mark.parametrize(
    ("component", "named_field"),
    [
        ((0.01, 0.0, 1.0), "weight of data"),
        ((0.5, 6.1, 1.0), "centre of data"),
        ((0.5, 0.0, 0.05), "deviation of data"),
        ((0.5, float("nan"), 1.0), "centre of data"),
    ],
)
def test_a_pair_out_of_bounds_is_refused_by_name(
    component: tuple[float, float, float], named_field: str
) -> None:
    with pytest.raises(ValueError, match=named_field):
        PairConfig(data=(component,), model=((1.0, 0.0, 1.0),))


def test_a_pair_has_one_to_four_components_a_side() -> None:
    one = (1.0, 0.0, 1.0)
    for count in (0, 5):
        with pytest.raises(ValueError, match="components of model"):
            PairConfig(data=(one,), model=(one,) * count)


def test_the_weights_of_a_pair_are_shares() -> None:
    data, model = PairConfig(
        data=((0.2, 0.0, 1.0), (0.6, 2.0, 0.5)), model=((0.3, 1.0, 2.0),)
    ).mixtures()
    assert data.weights == pytest.approx([0.25, 0.75])
    assert model.weights == pytest.approx([1.0])
    assert data.covariances[1, 0, 0] == pytest.approx(0.25)


def test_a_pair_can_be_a_key() -> None:
    assert hash(PAIRS["A"]) == hash(PairConfig(data=PAIRS["A"].data, model=PAIRS["A"].model))
