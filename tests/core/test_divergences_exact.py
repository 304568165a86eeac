"""Divergences and least risks of densities on a line, against closed forms and scipy."""

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.stats import norm, wasserstein_distance

from core.divergences.critic_1d import critic_of, steepness, w1_of, w1_on
from core.divergences.exact import (
    _least_on_a_grid,
    divergences_of,
    exact_risk,
    floor,
    risk,
    three_ways,
)
from core.divergences.line import line_of, split_line
from core.divergences.losses import LOSSES, Loss
from core.divergences.pair import PAIRS, Component, PairConfig

Array = NDArray[np.float64]

A, B, C, EQUAL, FAR = (PAIRS[key] for key in ("A", "B", "C", "equal", "far"))
BOUNDED = [loss for loss in LOSSES.values() if loss.key != "wasserstein"]
SHARP = PairConfig(
    data=((0.2, -6.0, 0.1), (0.3, 6.0, 0.1), (0.2, 1.0, 3.0), (0.02, 0.0, 0.3)),
    model=((0.2, -5.8, 0.1), (0.3, 6.0, 0.12), (0.2, 1.0, 2.9), (0.02, 0.0, 0.31)),
)
"""The narrowest and the widest that a page offers, at its ends."""


def named(loss: Loss) -> str:
    return loss.key


def density(components: tuple[Component, ...], x: Array) -> Array:
    total = sum(w for w, _, _ in components)
    return np.asarray(sum(w / total * norm.pdf(x, c, s) for w, c, s in components))


def distribution(components: tuple[Component, ...], x: Array) -> Array:
    total = sum(w for w, _, _ in components)
    return np.asarray(sum(w / total * norm.cdf(x, c, s) for w, c, s in components))


def test_divergences_of_unit_gaussians() -> None:
    found = divergences_of(PairConfig(data=((1.0, -1.0, 1.0),), model=((1.0, 1.0, 1.0),)))
    assert found.tv == pytest.approx(0.6826895, abs=2e-6)
    assert found.tv == pytest.approx(2 * norm.cdf(1) - 1, abs=1e-12)
    assert found.triangular == pytest.approx(1.100801, abs=2e-6)
    assert 1 - found.hellinger == pytest.approx(0.6065307, abs=2e-6)
    assert found.hellinger == pytest.approx(1 - np.exp(-0.5), abs=1e-12)
    assert found.js == pytest.approx(0.3368308, abs=2e-6)
    assert found.w1 == pytest.approx(2, abs=2e-6)
    assert (found.kl_data, found.kl_model) == pytest.approx((2.0, 2.0), abs=1e-10)


def test_divergences_of_two_mixtures() -> None:
    found = divergences_of(C)
    expected = (0.4376695, 0.4930453, 0.8572891, 0.1351035, 0.7526022, 0.5381301, 0.6777961)
    assert (
        found.tv,
        found.triangular,
        1 - found.hellinger,
        found.js,
        found.w1,
        found.kl_data,
        found.kl_model,
    ) == pytest.approx(expected, abs=5e-6)


def test_a_dropped_mode_costs_little_or_much_by_the_direction() -> None:
    found = divergences_of(B)
    assert found.tv == pytest.approx(0.4999683, abs=1e-5)
    assert found.js == pytest.approx(0.2157279, abs=1e-5)
    assert found.kl_model == pytest.approx(0.6930536, abs=1e-5)
    assert found.kl_data == pytest.approx(15.3069464, abs=1e-4)


@pytest.mark.parametrize("pair", [A, C, SHARP])
def test_every_divergence_is_scipys(pair: PairConfig) -> None:
    edges = np.linspace(-32, 34, 2641)
    unit, shares = leggauss(40)
    x = (edges[:-1, None] + (unit + 1) / 2 * np.diff(edges)[:, None]).ravel()
    weights = (shares / 2 * np.diff(edges)[:, None]).ravel()
    p, q = density(pair.data, x), density(pair.model, x)
    apart = distribution(pair.data, x) - distribution(pair.model, x)
    found = divergences_of(pair)
    assert found.tv == pytest.approx(weights @ abs(p - q) / 2, abs=2e-6)
    assert 1 - found.hellinger == pytest.approx(weights @ np.sqrt(p * q), abs=1e-6)
    triangular = weights @ ((p - q) ** 2 / (p + q + 1e-300))
    assert found.triangular == pytest.approx(triangular, abs=1e-6)
    assert found.w1 == pytest.approx(weights @ abs(apart), abs=1e-6)


@pytest.mark.parametrize("pair", [*PAIRS.values(), SHARP])
def test_the_error_that_is_told_is_below_a_millionth(pair: PairConfig) -> None:
    assert 0 <= divergences_of(pair).error < 1e-6


def test_the_named_pairs_say_that_they_differ_by_their_coarser_quadrature() -> None:
    assert divergences_of(SHARP).error > 0


def test_equal_densities_are_at_no_distance_at_all() -> None:
    found = divergences_of(EQUAL)
    distances = (found.tv, found.triangular, found.js, found.hellinger, found.w1)
    assert (*distances, found.kl_data, found.kl_model) == (0, 0, 0, 0, 0, 0, 0)
    for loss in LOSSES.values():
        assert exact_risk(loss, EQUAL) == loss.at_equal


def test_components_in_another_order_are_at_no_distance() -> None:
    turned = PairConfig(data=EQUAL.data, model=EQUAL.model[::-1])
    assert divergences_of(turned).tv < 1e-14
    assert divergences_of(turned).w1 < 1e-14


def test_densities_eight_deviations_apart_are_told_from_their_closed_forms() -> None:
    found = divergences_of(FAR)
    assert found.tv == pytest.approx(1 - 2 * norm.cdf(-4), abs=1e-12)
    assert found.hellinger == pytest.approx(1 - np.exp(-8), abs=1e-12)
    assert (found.kl_data, found.w1) == pytest.approx((32, 8), abs=1e-9)
    assert exact_risk(LOSSES["wasserstein"], FAR) == pytest.approx(-4, abs=1e-9)


def test_three_ways_agree() -> None:
    expected = {
        "zero_one": 0.2811653,
        "squared": 0.7534773,
        "logistic": 0.5580437,
        "hinge": 0.5623305,
        "exponential": 0.8572891,
    }
    for key, value in expected.items():
        ways = three_ways(LOSSES[key], C)
        for way in (ways.infimum, ways.by_f, ways.by_divergence):
            assert way == pytest.approx(value, abs=2e-5)
        assert ways.infimum >= ways.by_f - 1e-12


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
@pytest.mark.parametrize("pair", [A, B, FAR, SHARP, EQUAL])
def test_three_ways_agree_on_every_pair(loss: Loss, pair: PairConfig) -> None:
    ways = three_ways(loss, pair)
    assert ways.by_f == pytest.approx(ways.by_divergence, abs=1e-6)
    assert ways.infimum == pytest.approx(ways.by_divergence, abs=2e-5)


def test_the_wasserstein_loss_has_but_one_way_unless_densities_are_equal() -> None:
    ways = three_ways(LOSSES["wasserstein"], C)
    assert (ways.infimum, ways.by_f) == (-np.inf, -np.inf)
    assert ways.by_divergence == pytest.approx(-0.7526022 / 2, abs=1e-6)
    same = three_ways(LOSSES["wasserstein"], EQUAL)
    assert (same.infimum, same.by_f, same.by_divergence) == (0, 0, 0)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_the_searched_grid_is_the_whole_grid(loss: Loss) -> None:
    line = split_line(C)
    p, q = line.data_masses[::40], line.model_masses[::40]
    alphas = np.arange(-3000, 3001) * 0.01
    every = p[:, None] * loss.cost(alphas) + q[:, None] * loss.cost(-alphas)
    assert _least_on_a_grid(loss, p, q) == pytest.approx(every.min(1), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
@pytest.mark.parametrize("pair", [A, B, C, EQUAL, FAR, SHARP])
def test_no_discriminator_is_below_the_floor(loss: Loss, pair: PairConfig) -> None:
    line = line_of(pair)
    best = loss.optimum(line.log_t)
    assert risk(loss, best, line) == pytest.approx(floor(loss, line), abs=1e-12)
    generator = np.random.default_rng(0)
    for scale in (1e-3, 0.3, 3.0):
        other = best + scale * generator.standard_normal(best.shape)
        assert risk(loss, other, line) >= floor(loss, line) - 1e-12


@pytest.mark.parametrize("loss", BOUNDED, ids=named)
def test_the_floor_of_the_trapezoid_is_near_what_is_displayed(loss: Loss) -> None:
    assert floor(loss, line_of(C)) == pytest.approx(exact_risk(loss, C), abs=2e-6)


def test_a_cost_without_mass_is_left_out() -> None:
    line = line_of(PairConfig(data=((1.0, -6.0, 0.1),), model=((1.0, 6.0, 0.1),)))
    for loss in BOUNDED:
        assert np.isfinite(risk(loss, loss.optimum(line.log_t), line))
        assert np.isfinite(floor(loss, line))


def test_the_critic_earns_w1() -> None:
    assert w1_of(A) == pytest.approx(1.2021519, abs=1e-5)
    for pair in (A, B, C, FAR):
        line = split_line(pair)
        critic = critic_of(pair, line)
        earned = float(critic @ (line.data_masses - line.model_masses))
        assert earned == pytest.approx(w1_of(pair), abs=1e-9)
        assert steepness(line, critic) <= 1 + 1e-9
        ordinary = line_of(pair)
        masses = ordinary.data_masses - ordinary.model_masses
        assert float(critic_of(pair, ordinary) @ masses) == pytest.approx(w1_of(pair), abs=1e-5)


def test_no_critic_beats_w1_times_its_steepness() -> None:
    line, loss = line_of(C), LOSSES["wasserstein"]
    generator = np.random.default_rng(1)
    for scale in (0.01, 1.0, 50.0):
        alphas = np.sin(line.nodes * scale) + 0.1 * generator.standard_normal(line.nodes.shape)
        for D in (alphas, scale * critic_of(C, line)):
            bound = -0.5 * steepness(line, D) * w1_on(line)
            assert risk(loss, D, line) >= bound - 1e-12


def test_w1_of_the_masses_is_scipys() -> None:
    for line in (line_of(C), split_line(C)):
        masses = line.data_masses, line.model_masses
        expected = wasserstein_distance(line.nodes, line.nodes, *masses)
        assert w1_on(line) == pytest.approx(expected, abs=1e-12)


def test_a_line_holds_all_of_both_densities() -> None:
    for pair in (*PAIRS.values(), SHARP):
        for line in (line_of(pair), split_line(pair)):
            masses = line.data_masses.sum(), line.model_masses.sum()
            assert masses == pytest.approx((1, 1), abs=1e-9)
            assert np.all(np.diff(line.nodes) > 0)
    assert line_of(C).nodes[[0, -1]].tolist() == [-10.0, 10.0]
    assert len(line_of(C).nodes) == 4001
