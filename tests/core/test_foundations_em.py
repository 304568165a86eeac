"""EM of Gaussian mixtures: the named checks, monotony, and histories."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from mixture_cases import DIVE, HEIGHTS, TALL, assert_never_falls, moons, penguins, some_mixture
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from core.foundations.em import begin, go_on, run_em
from core.foundations.em_bound import elbo
from core.foundations.em_step import default_floor, expect
from core.foundations.starts import STARTS, Start, start_of
from core.mixtures import Mixture

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def _nothing_overflows() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def in_sklearn(x: Array, start: Mixture, steps: int, tolerance: float = 0.0) -> GaussianMixture:
    """scikit-learn's EM from the same start, without its regularisation."""
    model = GaussianMixture(
        n_components=start.num_components,
        reg_covar=0.0,
        max_iter=steps,
        tol=tolerance,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x)


def test_ten_heights_in_two_components() -> None:
    """The named check `em_heights_k2`."""
    run = run_em(HEIGHTS, TALL, 2, floor=0)
    assert run.log_likelihoods * 10 == pytest.approx(
        [15.18503676, 15.75995403, 15.88934669], abs=1e-7
    )
    assert run.elbos[0] * 10 == pytest.approx(15.68243873, abs=1e-7)
    assert (run.log_likelihoods[1] - run.elbos[0]) * 10 == pytest.approx(0.0775, abs=5e-5)
    limit = run_em(HEIGHTS, TALL, 1000, floor=0)
    assert limit.stop == "converged"
    assert limit.log_likelihoods[-1] * 10 == pytest.approx(16.36932262, abs=1e-7)
    assert limit.mixture.weights[0] == pytest.approx(0.368635, abs=1e-6)
    assert limit.mixture.means.ravel() == pytest.approx([1.623333, 1.717838], abs=1e-6)
    deviations = np.sqrt(limit.mixture.covariances.ravel())
    assert deviations == pytest.approx([0.017672, 0.033938], abs=1e-6)


def test_penguins_in_three_components() -> None:
    """The named check `em_penguins`; scikit-learn agrees to 1e-9."""
    x, x_test = penguins()
    start = start_of("rows", x, 3, covariance="identity")
    run = run_em(x, start, 3000, floor=0, x_test=x_test, tolerance=0)
    assert run.log_likelihoods[[0, 1, 9]] == pytest.approx(
        [-5.67156968, -3.89908570, -3.48937832], abs=1e-7
    )
    assert run.log_likelihoods[-1] == pytest.approx(-3.3631554008, abs=1e-7)
    assert run.held_out is not None
    assert run.held_out[-1] == pytest.approx(-3.4364122667, abs=1e-7)
    assert np.sort(run.mixture.weights) == pytest.approx([0.150862, 0.359374, 0.489764], abs=1e-6)
    reference = in_sklearn(x, start, 3000, 1e-13)
    assert run.log_likelihoods[-1] == pytest.approx(reference.score(x), abs=1e-9)


def test_penguins_in_two_components() -> None:
    x, _ = penguins()
    run = run_em(x, start_of("rows", x, 2, covariance="identity"), 3000, floor=0)
    assert run.log_likelihoods[-1] == pytest.approx(-3.5252107081, abs=1e-7)


@pytest.mark.parametrize(("K", "D", "N"), [(3, 4, 256), (8, 2, 5000), (2, 1, 300)])
def test_every_step_is_that_of_scikit_learn(K: int, D: int, N: int) -> None:
    x, _ = some_mixture(K, D).sample(N, np.random.default_rng(1))
    start = start_of("spread", x, K, seed=1)
    for steps in (1, 7):
        run = run_em(x, start, steps, floor=0)
        reference = in_sklearn(x, start, steps)
        np.testing.assert_allclose(run.mixture.weights, reference.weights_, rtol=1e-9)
        np.testing.assert_allclose(run.mixture.means, reference.means_, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(
            run.mixture.covariances, reference.covariances_, rtol=1e-8, atol=1e-10
        )
        assert run.log_likelihoods[-1] == pytest.approx(reference.score(x), abs=1e-10)


def test_without_a_floor_a_component_dives_into_one_point_and_the_run_says_so() -> None:
    """The named check `singularity`."""
    run = run_em(HEIGHTS, DIVE, 10, floor=0)
    deviations = [float(mixture.covariances[1, 0, 0]) ** 0.5 for mixture in run.mixtures]
    assert run.stop == "singular"
    assert run.num_steps == 2
    assert deviations[1] == pytest.approx(6.52e-4, abs=5e-7)
    assert deviations[2] ** 2 < 1e-15
    assert run.is_singular.tolist() == [False, True]
    assert run.floored_from.tolist() == [-1, -1]
    assert (np.diff(run.log_likelihoods) > 0).all()
    assert go_on(run, HEIGHTS, 5) is run


def test_the_floor_says_from_when_it_acts() -> None:
    run = run_em(HEIGHTS, DIVE, 10, floor=default_floor(HEIGHTS))
    assert run.stop == "converged"
    assert run.floored_from.tolist() == [-1, 2]
    assert run.mixture.covariances[1, 0, 0] == pytest.approx(2.921e-9, rel=1e-12)
    assert not run.is_singular.any()
    assert (np.diff(run.log_likelihoods) > -1e-13).all()


DATA = ("heights", "penguins", "two moons", "narrow")


def data_of(name: str) -> Array:
    if name == "heights":
        return HEIGHTS
    if name == "penguins":
        return penguins()[0]
    if name == "two moons":
        return moons()
    narrow = some_mixture(6, 2, seed=3, narrow=1e-2)
    return narrow.sample(600, np.random.default_rng(0))[0] + 10


@pytest.mark.parametrize("share", [0, 1e-6, 1e-2])
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", DATA)
def test_the_log_likelihood_never_falls(name: str, start: Start, share: float) -> None:
    """The named check `monotone`, on raw values, and with a floor that acts, too."""
    x = data_of(name)
    for K in (2, 5):
        for seed in range(2):
            floor = share * float(x.var(0).min())
            first = start_of(start, x, K, seed, floor=floor)
            run = run_em(x, first, 300, floor, tolerance=0)
            assert_never_falls(run)
            assert share < 1e-3 or run.stop != "singular"


def test_a_start_below_the_floor_may_fall_once() -> None:
    run = run_em(HEIGHTS, DIVE, 100, floor=2e-3)
    assert run.log_likelihoods[1] < run.log_likelihoods[0] - 0.01
    assert (np.diff(run.log_likelihoods[1:]) >= -1e-15).all()
    assert run.floored_from[1] == 1


def test_the_floor_has_acted_in_the_test_of_monotony() -> None:
    x = data_of("two moons")
    floor = 1e-2 * float(x.var(0).min())
    run = run_em(x, start_of("spread", x, 20, floor=floor), 300, floor, tolerance=0)
    assert run.is_floored.any()
    assert_never_falls(run)


def test_slices_give_the_same_history() -> None:
    x, x_test = penguins()
    start = start_of("spread", x, 3)
    whole = run_em(x, start, 60, 1e-3, x_test)
    run = begin(x, start, 1e-3, x_test)
    for budget in (1, 0, 2, 7, 50):
        run = go_on(run, x, budget, x_test)
    assert run.num_steps == whole.num_steps == 60
    assert run.stop == whole.stop == "steps"
    for name in ("log_likelihoods", "held_out", "elbos", "is_floored", "is_empty"):
        np.testing.assert_array_equal(getattr(run, name), getattr(whole, name))
    np.testing.assert_array_equal(run.mixture.means, whole.mixture.means)


def test_a_run_that_has_converged_stays_in_slices_of_any_size() -> None:
    whole = run_em(HEIGHTS, TALL, 1000, floor=0)
    run = begin(HEIGHTS, TALL, floor=0)
    while run.stop == "steps":
        run = go_on(run, HEIGHTS, 1)
    assert run.stop == whole.stop == "converged"
    np.testing.assert_array_equal(run.log_likelihoods, whole.log_likelihoods)
    np.testing.assert_array_equal(run.elbos, whole.elbos)
    assert len(run.mixtures) == len(run.log_likelihoods) == run.num_steps + 1


def test_the_history_is_that_of_the_mixtures() -> None:
    x, x_test = penguins()
    run = run_em(x, start_of("random", x, 4), 5, 0, x_test)
    assert run.held_out is not None
    for t, mixture in enumerate(run.mixtures):
        assert run.log_likelihoods[t] == pytest.approx(mixture.log_prob(x).mean(), rel=1e-12)
        assert run.held_out[t] == pytest.approx(mixture.log_prob(x_test).mean(), rel=1e-12)
        if t < run.num_steps:
            r, _ = expect(x, mixture)
            np.testing.assert_allclose(r, mixture.responsibilities(x), rtol=1e-9, atol=1e-15)
            bound = elbo(x, r, run.mixtures[t + 1]) / len(x)
            assert run.elbos[t] == pytest.approx(bound, rel=1e-12)


def test_labels_permute_and_the_likelihood_does_not() -> None:
    x, _ = penguins()
    start = start_of("spread", x, 3)
    order = [2, 0, 1]
    other = Mixture(
        weights=start.weights[order],
        means=start.means[order],
        covariances=start.covariances[order],
    )
    one, two = run_em(x, start, 40, 0), run_em(x, other, 40, 0)
    np.testing.assert_allclose(two.log_likelihoods, one.log_likelihoods, rtol=1e-10)
    np.testing.assert_allclose(two.mixture.means, one.mixture.means[order], atol=1e-7)
