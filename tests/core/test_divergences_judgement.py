"""Divergences on the cells, the floor of every loss, and where modes are counted."""

import numpy as np
import pytest

from core.divergences.judgement import (
    equal_on_cells,
    floor_on_cells,
    judged,
    mode_masks,
    risk_on_cells,
)
from core.divergences.losses import LOSSES
from core.divergences.plane import CELL, density_of
from core.divergences.targets import TARGETS, target_of
from core.mixtures import Mixture

GAN_LOSSES = ("logistic", "squared", "hinge")


def some_modes(count: int) -> np.ndarray:
    """The ring with only the first modes of it."""
    ring = target_of("ring")
    kept = Mixture(
        weights=np.full(count, 1 / count),
        means=ring.means[:count],
        covariances=ring.covariances[:count],
    )
    return density_of(kept)


def test_dropped_modes_read_as_the_steps_of_a_staircase() -> None:

    js = (0.496929, 0.380396, 0.290305, 0.215762, 0.151796, 0.095603, 0.045407)
    for count, value in enumerate(js, start=1):
        found = judged(some_modes(count), target_of("ring"))
        assert found.js == pytest.approx(value, abs=2e-4)
        assert found.tv == pytest.approx(1 - count / 8, abs=1e-3)


@pytest.mark.parametrize("loss", GAN_LOSSES)
def test_the_floor_on_the_cells_is_the_risk_of_the_best_discriminator(loss: str) -> None:
    target, density = target_of("ring"), some_modes(5)
    log_t = np.log(density_of(target) + 1e-300) - np.log(density + 1e-300)
    best = LOSSES[loss].optimum(np.clip(log_t, -30, 30))
    floor = floor_on_cells(loss, density, target)
    assert risk_on_cells(loss, best, density, target) == pytest.approx(floor, abs=1e-9)
    found = judged(density, target)
    distance = {"logistic": found.js, "squared": found.triangular, "hinge": found.tv}[loss]
    assert equal_on_cells(loss, density, target) - floor == pytest.approx(distance, abs=1e-6)


@pytest.mark.parametrize("loss", GAN_LOSSES)
def test_no_discriminator_beats_the_floor_on_the_cells(loss: str) -> None:
    target, density = target_of("ring"), some_modes(4)
    floor = floor_on_cells(loss, density, target)
    generator = np.random.default_rng(0)
    for scale in (0.1, 1.0, 10.0):
        values = scale * generator.standard_normal((256, 256))
        assert risk_on_cells(loss, values, density, target) >= floor
    nothing = np.zeros((256, 256))
    equal = equal_on_cells(loss, density, target)
    assert risk_on_cells(loss, nothing, density, target) == pytest.approx(equal)


@pytest.mark.parametrize("key", TARGETS)
def test_the_data_hold_all_of_their_modes(key: str) -> None:
    target = target_of(key)
    found = judged(density_of(target), target)
    fair = 1 / target.num_components
    np.testing.assert_allclose(found.near, fair, rtol=0.02)
    np.testing.assert_allclose(found.within, fair * (1 - np.exp(-4.5)), rtol=0.005)
    assert found.near.sum() == pytest.approx(1, abs=1e-9)


def test_a_bridge_counts_as_near_but_not_as_within() -> None:
    ring = target_of("ring")
    between = ring.means[:2].mean(0)
    bridge = Mixture(weights=np.ones(1), means=between[None], covariances=0.01 * np.eye(2)[None])
    found = judged(density_of(bridge), ring)
    assert found.near[:2].sum() == pytest.approx(1, abs=1e-6)
    assert found.within.sum() < 0.15


def test_three_standard_deviations_have_their_area() -> None:
    _, within = mode_masks(target_of("ring"))
    area = within.sum(1) * CELL**2
    np.testing.assert_allclose(area, np.pi * (3 * 0.2) ** 2, rtol=2e-3)
