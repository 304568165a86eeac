"""Facts of the cumulative sum and of affine maps set by hand."""

import math

import numpy as np
from flow_evidence import Array, Evidence

from core.flow.lattice import log_abs_det
from dashboard.lessons.flow.experiments import PRESETS


def is_the_cumulative_sum(found: Evidence) -> None:
    z, x = found.lattice
    np.testing.assert_allclose(x[..., 0], z[..., 0], atol=1e-6)
    np.testing.assert_allclose(x[..., 1], z[..., 0] + z[..., 1], atol=1e-6)


def shears(found: Evidence) -> None:
    for z in ((0.0, 0.0), (-2.0, 1.0), (1.5, 2.5)):
        np.testing.assert_allclose(found.journey(z).whole, [[1.0, 0.0], [1.0, 1.0]], atol=1e-12)


def areas(places: Array) -> Array:
    """Of every cell of a lattice ``[side, side, 2]``, from its diagonals."""
    across = places[1:, 1:] - places[:-1, :-1]
    other = places[:-1, 1:] - places[1:, :-1]
    return np.asarray(
        0.5 * np.abs(across[..., 0] * other[..., 1] - across[..., 1] * other[..., 0])
    )


def keeps_areas(found: Evidence) -> None:
    z, x = found.lattice
    np.testing.assert_allclose(areas(x), areas(z), rtol=1e-3)


def leans_but_keeps_areas(found: Evidence) -> None:
    shears(found)
    keeps_areas(found)


def has_determinant_one(found: Evidence) -> None:
    for z in ((0.0, 0.0), (-2.0, 1.0)):
        assert np.linalg.det(found.journey(z).whole) == 1.0


def is_all_white(found: Evidence) -> None:
    assert (log_abs_det(found.picture) == 0.0).all()
    preset = PRESETS["cumulative"]
    assert "logdet" in {*map(str, preset.opening.values()), *map(str, preset.choices.values())}


def has_twice_the_variance_but_leans(found: Evidence) -> None:
    covariance = found.journey((0.0, 0.0)).whole @ found.journey((0.0, 0.0)).whole.T
    assert covariance[1, 1] == 2.0
    assert covariance[0, 1] == 1.0


def gets_longer_and_thinner(found: Evidence) -> None:
    longest, thinnest = np.linalg.svd(found.journey((0.0, 0.0)).whole)[1]
    assert longest > 1.2
    assert thinnest < 0.8
    assert abs(longest * thinnest - 1.0) < 1e-12


def cancels_depending_on_the_point(found: Evidence) -> None:
    _, x = found.lattice
    assert (np.abs(x[..., 1]) < 0.05).any()
    assert (np.abs(x[..., 1]) > 3.0).any()


def is_set_by_hand(found: Evidence) -> None:
    assert found.config.start == "hand"
    assert all(getattr(found.config, name) for name in ("log_scale", "shift", "coupling"))


def has_exp_of_the_log_scale_on_the_diagonal(found: Evidence) -> None:
    diagonal = np.diag(found.journey((0.6, -0.5)).whole)
    np.testing.assert_allclose(diagonal, math.exp(found.choices["scale"]), rtol=1e-6)


def has_the_coupling_below(found: Evidence) -> None:
    whole = found.journey((0.6, -0.5)).whole
    assert whole[0, 1] == 0.0
    assert whole[1, 0] != 0.0
    np.testing.assert_allclose(whole[1, 0], found.choices["coupling"], rtol=1e-6)


def does_not_count_the_coupling(found: Evidence) -> None:
    assert found.config.coupling
    way = found.journey((0.6, -0.5))
    assert abs(way.log_abs_det - 2 * found.choices["scale"]) < 1e-6
