"""All optima of the reverse divergence, and where the global one changes."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from kl_cases import COVERED, TARGETS, A, B, random_target
from scipy import optimize

from core.foundations.kl_fits import forward_optimum, reverse_curvature, search_bounds
from core.foundations.kl_optima import Optimum, crossover, reverse_optima
from core.foundations.kl_quadrature import entropy
from core.foundations.target import Target1D, symmetric_pair


def the_optimum(found: Sequence[Optimum], mean: float, sd: float, kl: float) -> Optimum:
    """The one with these values, to the places that are given."""
    near = [each for each in found if abs(each.mean - mean) < 1e-6 and abs(each.sd - sd) < 1e-6]
    assert len(near) == 1, (mean, sd, found)
    assert near[0].kl == pytest.approx(kl, abs=2e-8)
    assert not near[0].is_on_bound
    return near[0]


def test_target_a() -> None:
    best = forward_optimum(A)
    assert (best.mean, best.sd**2) == pytest.approx((-0.45, 2.8725), abs=1e-9)
    assert best.kl == pytest.approx(0.54987323, abs=1e-8)
    assert entropy(A) == pytest.approx(1.39665667, abs=1e-8)
    found = reverse_optima(A)
    lowest = the_optimum(found, -1.498623, 0.602496, 0.35609454)
    other = the_optimum(found, 1.998553, 0.402387, 1.20297397)
    assert found == (lowest, other)
    assert (lowest.is_global, other.is_global) == (True, False)
    assert lowest.is_minimum
    assert other.is_minimum
    assert lowest.kl == pytest.approx(-math.log(0.7), abs=1e-3)
    assert (0,) in lowest.starts
    assert other.starts == ((1,),)


def test_target_b() -> None:
    best = forward_optimum(B)
    assert best.mean == pytest.approx(0, abs=1e-12)
    assert best.sd == pytest.approx(2.061553, abs=5e-7)
    assert best.kl == pytest.approx(0.72355303, abs=1e-8)
    found = reverse_optima(B)
    modes = [the_optimum(found, sign * 1.999801, 0.500398, 0.69305294) for sign in (-1, 1)]
    middle = the_optimum(found, 0, 1.736362, 1.87119651)
    assert len(found) == 3
    assert all(mode.is_global and mode.is_minimum for mode in modes)
    assert middle.is_minimum
    assert not middle.is_global
    assert middle.starts == ((0, 1),), "only the moments lead there"
    assert modes[0].kl == pytest.approx(math.log(2), abs=1e-3)


def test_cover_at_2_6() -> None:
    """The value in the middle is .5445700129 by ``scipy.integrate.quad``, too; not .54456995."""
    best = forward_optimum(COVERED)
    assert best.sd == pytest.approx(2.785678, abs=5e-7)
    assert best.kl == pytest.approx(0.34434427, abs=1e-8)
    found = reverse_optima(COVERED)
    middle = the_optimum(found, 0, 2.460502, 0.54457001)
    modes = [the_optimum(found, sign * 2.529590, 1.089079, 0.67491579) for sign in (-1, 1)]
    assert len(found) == 3
    assert all(each.is_minimum for each in found)
    assert middle.is_global
    assert not any(mode.is_global for mode in modes)


def test_crossover() -> None:
    found = crossover()
    assert found.half_distance == pytest.approx(2.80008, abs=5e-6)
    for optimum, place in ((found.middle, (0, 2.601503)), (found.mode, (2.768001, 1.044311))):
        assert (optimum.mean, optimum.sd) == pytest.approx(place, abs=1e-5)
        assert optimum.kl == pytest.approx(0.684266, abs=1e-6)
    assert found.middle.kl == pytest.approx(found.mode.kl, abs=1e-9)
    for half_distance, covers in ((2.79, True), (2.81, False)):
        best = next(
            each for each in reverse_optima(symmetric_pair(half_distance)) if each.is_global
        )
        assert (abs(best.mean) < 1e-6) == covers


def test_the_mode_is_an_optimum_from_about_2_4_on() -> None:
    for half_distance, count in ((2.40, 1), (2.45, 3)):
        minima = [
            each for each in reverse_optima(symmetric_pair(half_distance)) if each.is_minimum
        ]
        assert len(minima) == count


@pytest.mark.parametrize("seed", range(10))
def test_optima_are_stationary_and_none_is_lower(seed: int) -> None:
    """Whatever is found is flat; nothing that scipy finds from twelve random starts is lower."""
    target, generator = random_target(seed), np.random.default_rng(seed)
    found, bounds = reverse_optima(target), search_bounds(target)
    for optimum in found:
        here = reverse_curvature(target, optimum.mean, math.log(optimum.sd))
        if not optimum.is_on_bound:
            assert abs(optimum.sd * here.gradient[0]) < 1e-7
            assert abs(here.gradient[1]) < 1e-7
        assert optimum.sd >= min(target.sds) * (1 - 1e-9)
        assert optimum.is_minimum == (np.linalg.eigvalsh(here.hessian)[0] > 0)

    def slope(place: np.ndarray) -> tuple[float, np.ndarray]:
        here = reverse_curvature(target, float(place[0]), float(place[1]))
        return here.value, here.gradient

    box = [*zip(bounds.low, bounds.high, strict=True)]
    searched = [
        optimize.minimize(slope, generator.uniform(*bounds), jac=True, bounds=box).fun
        for _ in range(12)
    ]
    best = next(optimum for optimum in found if optimum.is_global)
    assert best == found[0]
    assert best.kl <= min(searched) + 1e-7


def test_from_every_component_and_from_the_moments() -> None:
    for target in TARGETS.values():
        starts = [start for optimum in reverse_optima(target) for start in optimum.starts]
        singles = {(k,) for k in range(target.num_components)}
        assert singles | {tuple(range(target.num_components))} <= set(starts)


def test_a_target_wider_than_the_bound_is_still_covered() -> None:
    """Unit bumps at ±2.6, three times as large: the search must not end at log s = 1.5."""
    best = reverse_optima(symmetric_pair(7.8, 3.0))[0]
    assert best.sd == pytest.approx(3 * 2.460503, abs=3e-6)
    assert best.kl == pytest.approx(reverse_optima(COVERED)[0].kl, abs=1e-12)
    assert best.is_global
    assert not best.is_on_bound


WIDE = {
    "one at 4.60": (
        Target1D(weights=(0.43, 0.24, 0.33), means=(-6.5, 4.0, -2.3), sds=(1.37, 2.2, 0.086)),
        4.5,
    ),
    "one at 4.48": (
        Target1D(weights=(0.78, 0.14, 0.08), means=(5.4, -5.2, 6.9), sds=(0.49, 4.0, 3.8)),
        4.4,
    ),
}


@pytest.mark.parametrize(("target", "least"), WIDE.values(), ids=WIDE.keys())
def test_an_optimum_can_be_wider_than_its_target(target: Target1D, least: float) -> None:
    """So that the moments are no bound of the search, and neither is log s = 1.5."""
    widest = max(reverse_optima(target), key=lambda optimum: optimum.sd)
    assert widest.sd > least
    assert not any(optimum.is_on_bound for optimum in reverse_optima(target))
