"""Facts of the wave: where it folds, where it falls, what its densities integrate to."""

import numpy as np
from flow_evidence import Evidence

from core.flow.folding import Wave, densities, integrals, roots


def is_not_monotone(found: Evidence) -> None:
    assert found.has_wave
    assert found.config.amplitude * found.config.frequency > 1
    slopes = found.picture.slopes
    assert slopes.min() < 0 < slopes.max()


def folds_over_itself(found: Evidence) -> None:
    """Some cells of the sheet are turned over."""
    _, x = found.lattice
    across = x[1:, 1:] - x[:-1, :-1]
    other = x[:-1, 1:] - x[1:, :-1]
    signs = np.sign(across[..., 0] * other[..., 1] - across[..., 1] * other[..., 0])
    assert {-1.0, 1.0} <= set(signs.ravel())


def several_share_one(found: Evidence) -> None:
    assert found.has_wave
    assert np.isfinite(roots(found.wave, np.array([1.0]))).sum() >= 3


def one_root_misses_mass(found: Evidence) -> None:
    assert found.has_wave
    assert found.choices["panel"] == "density"
    one, every = integrals(found.wave)
    assert one < 0.9
    assert abs(every - 1.0) < 1e-4


def nothing_folds_up_to_one(found: Evidence) -> None:
    b = found.config.frequency
    for a in (0.0, 0.5 / b, 1.0 / b):
        assert not Wave(amplitude=a, frequency=b).folds
    assert found.has_wave


def all_roots_have_integral_one(found: Evidence) -> None:
    assert abs(integrals(found.wave)[1] - 1.0) < 1e-4


def all_roots_in_every_dimension(found: Evidence) -> None:
    """The map folds in both dimensions, independently."""
    for i in range(2):
        slopes = found.picture.slopes[0, :, i]
        assert slopes.min() < 0 < slopes.max()


def a_falling_one_is_fine(found: Evidence) -> None:
    b = found.wave.frequency
    falling = Wave(amplitude=0.9 / b, frequency=b, falls=True)
    z = np.linspace(-6, 6, 2001)
    assert (falling.slope(z) < 0).all()
    assert (np.isfinite(roots(falling, np.linspace(-4, 4, 41))).sum(1) == 1).all()
    np.testing.assert_allclose(integrals(falling), 1.0, atol=1e-4)
    assert found.has_wave


def one_counts_only_one(found: Evidence) -> None:
    several_share_one(found)
    one, every = densities(found.wave, np.array([1.0]))
    assert one[0] < every[0]


def no_mass_is_counted_twice(found: Evidence) -> None:
    one, every = densities(found.wave, np.linspace(-4, 4, 801))
    assert (one <= every + 1e-12).all()
    one_root_misses_mass(found)


def infinite_but_integrable(found: Evidence) -> None:
    """Near a fold the density grows like ``distance^(−1/2)``."""
    ends = found.wave.value(found.wave.flat_points())
    assert len(ends)
    top = ends[np.argmin(np.abs(ends))]
    sides = [densities(found.wave, top + side * np.array([1e-6, 1e-8]))[1] for side in (-1, 1)]
    far, near = max(sides, key=lambda values: float(values[1]))
    np.testing.assert_allclose(near / far, 10.0, rtol=0.05)
    all_roots_have_integral_one(found)
