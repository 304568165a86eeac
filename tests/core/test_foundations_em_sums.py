"""The fast form is the plain form, and gives way where it would lose digits."""

import numpy as np
import pytest
from mixture_cases import moons, some_mixture
from numpy.typing import NDArray

from core.foundations.em import run_em
from core.foundations.em_sums import accurate, log_terms, plain_sums, rows_of, sum_up, sums_of
from core.foundations.em_sums import responsibilities as shares_of
from core.foundations.starts import start_of
from core.mixtures import Mixture

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("offset", [0.0, 1e3])
@pytest.mark.parametrize(("K", "D"), [(1, 1), (2, 1), (3, 2), (8, 2), (3, 4), (4, 8)])
@pytest.mark.parametrize("narrow", [1.0, 0.3])
def test_the_fast_form_is_the_plain_form(K: int, D: int, offset: float, narrow: float) -> None:
    """Where it may be used: log-densities to 1e-11, moments and ℓ to 1e-9 relative."""
    drawn = some_mixture(K, D, narrow=narrow)
    mixture = Mixture(
        weights=drawn.weights, means=drawn.means + offset, covariances=drawn.covariances
    )
    x, _ = mixture.sample(9_000, np.random.default_rng(0))
    fast, plain = rows_of(x), rows_of(x, is_fast=False)
    assert accurate(fast, mixture.means, mixture.covariances).all()
    one, two = (
        np.concatenate([terms for _, terms in log_terms(rows, mixture)], axis=1)
        for rows in (fast, plain)
    )
    np.testing.assert_allclose(one, two, rtol=1e-11, atol=1e-11)
    (sums, total), (plain_ones, plain_total) = sum_up(fast, mixture), sum_up(plain, mixture)
    assert total == pytest.approx(plain_total, rel=1e-12)
    np.testing.assert_allclose(sums.counts, plain_ones.counts, rtol=1e-10)
    np.testing.assert_allclose(sums.means, plain_ones.means, rtol=1e-10, atol=1e-10)
    least = np.linalg.eigvalsh(plain_ones.scatters)[:, 0]
    assert (np.abs(sums.scatters - plain_ones.scatters).max((1, 2)) < 1e-10 * least).all()


@pytest.mark.parametrize("narrow", [1e-3, 1e-6, 1e-8])
def test_the_plain_form_takes_over_where_digits_would_be_lost(narrow: float) -> None:
    mixture = some_mixture(3, 2, narrow=narrow)
    x, labels = mixture.sample(3000, np.random.default_rng(0))
    rows = rows_of(x)
    assert rows.features is not None
    assert not accurate(rows, mixture.means, mixture.covariances).any()
    shares = np.eye(3)[:, labels]
    found = sums_of(rows, shares)
    for k in range(3):
        expected = np.cov(x[labels == k].T, bias=True)
        np.testing.assert_allclose(found.scatters[k], expected, rtol=1e-6)
    np.testing.assert_array_equal(found.scatters, plain_sums(rows, shares).scatters)
    run = run_em(x, mixture, 3, floor=0)
    for k in range(3):
        middle = x[labels == k].mean(0)
        np.testing.assert_allclose(run.mixture.means[k], middle, atol=1e-6 * narrow + 1e-14)
    assert shares_of(rows, mixture)[1] == pytest.approx(mixture.log_prob(x).sum(), rel=1e-13)


def test_columns_of_very_different_units_are_no_trouble() -> None:
    units = np.array([1e-6, 1e6])
    x = moons()
    start = start_of("spread", x, 5, seed=1)
    other = Mixture(
        weights=start.weights,
        means=start.means * units + 3 * units,
        covariances=start.covariances * np.outer(units, units),
    )
    one = run_em(x, start, 30, floor=0)
    two = run_em(x * units + 3 * units, other, 30, floor=0)
    assert rows_of(x * units).features is not None
    np.testing.assert_allclose(two.log_likelihoods, one.log_likelihoods, rtol=1e-8)


@pytest.mark.parametrize("narrow", [[1], [0, 2], [0, 1, 2, 3]])
def test_only_narrow_components_are_done_in_the_plain_form(narrow: list[int]) -> None:
    drawn = some_mixture(4, 2)
    covariances = drawn.covariances.copy()
    covariances[narrow] *= 1e-10
    mixture = Mixture(weights=drawn.weights, means=drawn.means, covariances=covariances)
    x, _ = mixture.sample(20_000, np.random.default_rng(0))
    rows, plain = rows_of(x), rows_of(x, is_fast=False)
    is_fast = accurate(rows, mixture.means, mixture.covariances)
    assert np.flatnonzero(~is_fast).tolist() == narrow
    (sums, total), (expected, plain_total) = sum_up(rows, mixture), sum_up(plain, mixture)
    assert total == pytest.approx(plain_total, rel=1e-12)
    for name in ("counts", "means", "scatters"):
        found, wanted = getattr(sums, name), getattr(expected, name)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-25)
    shares, _ = shares_of(rows, mixture)
    np.testing.assert_allclose(shares.T, mixture.responsibilities(x), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(sums_of(rows, shares).scatters, sums.scatters, rtol=1e-9)


def test_a_component_that_becomes_narrow_in_one_step_loses_no_digits() -> None:
    """Its responsibilities were not kept, since before the step it was wide."""
    generator = np.random.default_rng(0)
    x = np.concatenate([generator.standard_normal((500, 2)), 9 + 1e-6 * generator.random((50, 2))])
    mixture = Mixture(
        weights=np.array([0.5, 0.5]),
        means=np.array([[0.0, 0.0], [9.0, 9.0]]),
        covariances=np.tile(np.eye(2), (2, 1, 1)),
    )
    rows = rows_of(x)
    assert accurate(rows, mixture.means, mixture.covariances).all()
    sums, _ = sum_up(rows, mixture)
    expected, _ = sum_up(rows_of(x, is_fast=False), mixture)
    assert accurate(rows, sums.means, sums.scatters).tolist() == [True, False]
    np.testing.assert_allclose(sums.scatters, expected.scatters, rtol=1e-9)
