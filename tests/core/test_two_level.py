"""The two-level rule finds sharp peaks on wide planes and says how well."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logsumexp

from core.two_level import FINEST, WIDE, Lattice, Peak, find_peak, find_wide_peak, log_sum

Array = NDArray[np.float64]

LOG_2PI = math.log(2 * math.pi)


def plane(count: int = 131, dim: int = 2, reach: float = 6.5) -> Lattice:
    return Lattice(centre=np.zeros(dim), reach=reach, count=count)


def gaussian_peak(lattice: Lattice, mean: Array, covariance: Array, log_mass: float) -> Peak:
    """What the rule finds of ``e^log_mass N(mean, covariance)``."""
    precision, log_det = np.linalg.inv(covariance), float(np.linalg.slogdet(covariance)[1])

    def log_value(z: Array) -> Array:
        centred = z - mean
        squared = np.einsum("ni,ij,nj->n", centred, precision, centred)
        value: Array = log_mass - 0.5 * (squared + log_det + len(mean) * LOG_2PI)
        return value

    cells = lattice.survivors(log_value(lattice.nodes))
    return find_peak(log_value, lattice, cells)


@pytest.mark.parametrize("dim", [1, 2])
def test_a_narrow_gaussian_far_from_zero_is_found(dim: int) -> None:
    mean = np.array([3.213, -1.777])[:dim]
    covariance = np.array([[0.006, 0.003], [0.003, 0.004]])[:dim, :dim]
    peak = gaussian_peak(plane(dim=dim), mean, covariance, -400.0)
    assert peak.log_integral == pytest.approx(-400.0, abs=1e-4)
    assert peak.error < 1e-3
    np.testing.assert_allclose(peak.mean, mean, atol=1e-5)
    np.testing.assert_allclose(peak.covariance, covariance, atol=1e-5)
    assert peak.mass.sum() == pytest.approx(1, abs=1e-12)
    assert np.abs(peak.best - mean).max() <= 0.5 * plane().step / 4
    assert not peak.is_cut


def test_a_peak_narrower_than_a_part_is_split_on_or_owned_up_to() -> None:
    """True errors here are .5 nat at four parts, 1e-3 at sixteen."""
    covariance = 0.012**2 * np.eye(2)
    peak = gaussian_peak(plane(), np.array([0.021, 0.034]), covariance, 0.0)
    per_dim = len(peak.nodes) ** 0.5
    assert per_dim >= FINEST
    assert abs(peak.log_integral) <= peak.error + 1e-3
    hopeless = gaussian_peak(plane(), np.array([0.021, 0.034]), 0.0015**2 * np.eye(2), 0.0)
    assert abs(hopeless.log_integral) > 0.05
    assert hopeless.error > 0.05


def test_mass_at_the_rim_is_told() -> None:
    peak = gaussian_peak(plane(reach=3.0), np.array([2.9, 0.0]), 0.04 * np.eye(2), 0.0)
    assert peak.is_cut
    assert peak.log_integral < -0.1


@pytest.mark.parametrize(("width", "reach"), [(0.05, 3.0), (1.0, 6.5)], ids=["narrow", "wide"])
def test_a_tail_that_weighs_nothing_at_the_rim_is_no_cut(width: float, reach: float) -> None:
    """Two deviations away 2 % lie beyond, five away e^−12.5 of the density and 3·10⁻⁷."""
    lattice = plane(count=261, reach=reach)
    for deviations, is_cut in ((2.0, True), (5.0, False)):
        mean = np.array([reach - deviations * width, 0.0])
        peak = gaussian_peak(lattice, mean, width**2 * np.eye(2), 0.0)
        assert peak.nodes[:, 0].max() > reach - lattice.step  # the rim survives in both
        assert peak.is_cut is is_cut
        assert (abs(peak.log_integral) > 0.01) is is_cut


def test_survivors_are_the_high_cells_and_one_ring() -> None:
    lattice = Lattice(centre=np.array([1.0, 2.0]), reach=2.0, count=5)
    values = np.full(25, -20.0)
    values[12] = 0.0
    assert lattice.survivors(values).tolist() == [6, 7, 8, 11, 12, 13, 16, 17, 18]
    values[0] = -14.9
    assert {0, 1, 5, 6} <= set(lattice.survivors(values).tolist())
    np.testing.assert_array_equal(lattice.nodes[12], [1.0, 2.0])
    np.testing.assert_array_equal(lattice.nodes[13], [1.0, 3.0])


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_parts_tile_their_cell(parts: int) -> None:
    lattice = plane(count=14)
    nodes = lattice.split(np.array([17, 40]), parts)
    assert nodes.shape == (2 * parts**2, 2)
    assert np.exp(lattice.log_volume(parts)) * parts**2 == pytest.approx(lattice.step**2)
    np.testing.assert_allclose(nodes[: parts**2].mean(0), lattice.nodes[17], atol=1e-12)
    assert np.ptp(nodes[: parts**2, 0]) == pytest.approx(lattice.step * (1 - 1 / parts))


def test_log_sum_neither_overflows_nor_underflows() -> None:
    values = np.array([-1200.0, -1201.0, -1300.0])
    assert log_sum(values) == pytest.approx(logsumexp(values), abs=1e-12)
    assert log_sum(-values) == pytest.approx(1300, abs=1e-12)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"centre": np.zeros(3)}, "`dimensions` must be at most 2, got 3"),
        ({"reach": 0.0}, r"`reach` must be greater than 0, got 0\.0"),
        ({"count": 2}, "`count` must be at least 3, got 2"),
    ],
)
def test_a_lattice_names_what_is_wrong(wrong: dict[str, object], words: str) -> None:
    fields: dict[str, object] = {"centre": np.zeros(2), "reach": 1.0, "count": 5}
    with pytest.raises(ValueError, match=words):
        Lattice(**(fields | wrong))  # type: ignore[arg-type]


def ridge(width: float, turn: Array) -> tuple[Lattice, Array]:
    """A Gaussian ridge of length 1 along the first column: its lattice and its values."""
    lattice = plane(count=261)
    along, across = (lattice.nodes @ turn).T
    log_volume = math.log(width) + LOG_2PI
    return lattice, -0.5 * (along**2 + (across / width) ** 2) - log_volume


def test_a_peak_over_very_many_cells_needs_no_split() -> None:
    lattice, values = ridge(0.3, np.array([[0.8, -0.6], [0.6, 0.8]]))
    cells = lattice.survivors(values)
    assert len(cells) >= WIDE
    peak = find_wide_peak(values, lattice, cells)
    assert peak is not None
    assert peak.log_integral == pytest.approx(0, abs=1e-6)
    assert peak.error < 1e-6
    assert len(peak.nodes) == len(cells)
    assert peak.mass.sum() == pytest.approx(1, abs=1e-12)
    assert np.trace(peak.covariance) == pytest.approx(1.09, abs=1e-4)
    np.testing.assert_allclose(peak.best, [0, 0], atol=1e-12)
    assert not peak.is_cut
    assert find_wide_peak(values, lattice, cells[: WIDE - 1]) is None


def test_a_long_ridge_that_is_too_thin_for_the_lattice_is_not_taken_for_wide() -> None:
    lattice, values = ridge(0.02, np.eye(2))
    cells = lattice.survivors(values)
    assert len(cells) >= WIDE
    assert find_wide_peak(values, lattice, cells) is None


def test_one_dimension_can_be_wide_too() -> None:
    lattice = Lattice(centre=np.array([2.0]), reach=6.5, count=2601)
    values = -0.5 * (lattice.nodes[:, 0] - 2.5) ** 2 / 0.3 - 0.5 * (math.log(0.3) + LOG_2PI)
    peak = find_wide_peak(values - 800, lattice, lattice.survivors(values))
    assert peak is not None
    assert peak.log_integral == pytest.approx(-800, abs=1e-6)
    np.testing.assert_allclose(peak.mean, [2.5], atol=1e-6)
