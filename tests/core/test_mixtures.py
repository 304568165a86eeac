"""Mixtures of Gaussians are those of torch and scipy, and stay numbers where densities vanish."""

import pickle

import numpy as np
import pytest
import torch
from mixture_cases import HEIGHTS, line, some_mixture
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from core.mixtures import Mixture, log_sum_exp

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")


def in_torch(mixture: Mixture) -> MixtureSameFamily:
    """The same of torch."""
    return MixtureSameFamily(
        Categorical(torch.tensor(mixture.weights)),
        MultivariateNormal(torch.tensor(mixture.means), torch.tensor(mixture.covariances)),
    )


SHAPES = [(1, 1), (2, 1), (3, 2), (8, 2), (3, 4), (2, 7)]


@pytest.mark.parametrize(("K", "D"), SHAPES)
def test_densities_are_those_of_torch(K: int, D: int) -> None:
    mixture = some_mixture(K, D)
    x = 4 * np.random.default_rng(1).standard_normal((200, D))
    expected = in_torch(mixture).log_prob(torch.tensor(x)).numpy()
    np.testing.assert_allclose(mixture.log_prob(x), expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(("K", "D"), SHAPES)
def test_components_are_those_of_scipy(K: int, D: int) -> None:
    mixture = some_mixture(K, D)
    x = 4 * np.random.default_rng(1).standard_normal((50, D))
    expected = np.stack(
        [
            np.log(w) + multivariate_normal(m, C).logpdf(x)
            for w, m, C in zip(mixture.weights, mixture.means, mixture.covariances, strict=True)
        ],
        axis=1,
    )
    found = mixture.component_log_probs(x)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(mixture.log_prob(x), logsumexp(expected, axis=1), rtol=1e-10)
    shares = np.exp(expected - logsumexp(expected, axis=1, keepdims=True))
    np.testing.assert_allclose(mixture.responsibilities(x), shares, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(("K", "D"), SHAPES)
def test_the_score_is_the_gradient(K: int, D: int) -> None:
    mixture = some_mixture(K, D)
    x = torch.tensor(2 * np.random.default_rng(1).standard_normal((60, D)), requires_grad=True)
    in_torch(mixture).log_prob(x).sum().backward()
    assert x.grad is not None
    found = mixture.score(x.detach().numpy())
    np.testing.assert_allclose(found, x.grad.numpy(), rtol=1e-9, atol=1e-9)


def test_a_density_integrates_to_one() -> None:
    mixture = some_mixture(4, 2)
    axis = np.linspace(-12, 12, 481)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    total = np.exp(mixture.log_prob(grid)).sum() * (axis[1] - axis[0]) ** 2
    assert total == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("K", "D"), SHAPES)
def test_draws_have_the_moments_of_the_mixture(K: int, D: int) -> None:
    mixture, N = some_mixture(K, D), 40_000
    x, labels = mixture.sample(N, np.random.default_rng(2))
    mean, covariance = mixture.moments()
    apart = x - mean
    error = 4.5 * x.std(0) / N**0.5
    assert (np.abs(apart.mean(0)) < error).all()
    products = apart[:, :, None] * apart[:, None, :]
    assert (np.abs(products.mean(0) - covariance) < 4.5 * products.std(0) / N**0.5).all()
    shares = np.bincount(labels, minlength=K) / N
    assert np.abs(shares - mixture.weights).max() < 4.5 * 0.5 / N**0.5
    for k in range(K):
        white = (x[labels == k] - mixture.means[k]) @ mixture.whitening[k].T
        assert np.abs(white.T @ white / len(white) - np.eye(D)).max() < 6 / len(white) ** 0.5


def test_moments_are_the_closed_form() -> None:
    mean, covariance = line([0.7, 0.3], [-1.5, 2], [0.36, 0.16]).moments()
    assert mean[0] == pytest.approx(-0.45, abs=1e-14)
    assert covariance[0, 0] == pytest.approx(2.8725, abs=1e-13)


def test_draws_are_seeded() -> None:
    mixture = some_mixture(3, 2)
    one, two = (mixture.sample(100, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_what_underflows_is_still_a_number_of_nats() -> None:
    """The named check `underflow`: every density is 0 in float64, the responsibilities are not."""
    mixture = line([0.5, 0.5], [1.63, 1.73], [0.0016, 0.0016])
    assert mixture.log_prob([[10.0]])[0] == pytest.approx(-21371.174459888887, rel=1e-12)
    first, second = mixture.responsibilities([[10.0]])[0]
    assert first == pytest.approx(1.468e-226, rel=1e-3)
    assert second == 1


SINGULARITY = {
    1e-1: 14.614805,
    1e-2: 15.258856,
    1e-3: 17.068964,
    1e-4: 19.331523,
    1e-6: 23.932191,
    1e-8: 28.537316,
}


def test_a_component_on_one_point_raises_the_likelihood_without_end() -> None:
    """The named check `singularity`: ``log 10`` nats for every tenth of its width."""
    found = {
        s: line([0.9, 0.1], [1.683, 1.77], [0.002921, s**2]).log_prob(HEIGHTS).sum()
        for s in SINGULARITY
    }
    assert found == pytest.approx(SINGULARITY, abs=1e-6)
    assert found[1e-8] - found[1e-6] == pytest.approx(2 * np.log(10), abs=1e-4)


@pytest.mark.parametrize("variance", [1e-100, 1e-30, 1e-16, 1.0, 1e100])
@pytest.mark.parametrize("far", [0.0, 1.0, 1e8, 1e90])
def test_no_point_and_no_width_makes_a_nan(variance: float, far: float) -> None:
    mixture = Mixture(
        weights=np.array([0.3, 0.7, 0.0]),
        means=np.array([[0.0, 0.0], [far, -far], [1.0, 1.0]]),
        covariances=np.tile(variance * np.array([[1.0, 0.9], [0.9, 1.0]]), (3, 1, 1)),
    )
    x = np.array([[0.0, 0.0], [far, far], [-far, 0.5], [1.0, 1.0]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(mixture.log_prob(x)).all()
        shares = mixture.responsibilities(x)
        assert np.isfinite(mixture.score(x)).all()
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-12)
    assert (shares[:, 2] == 0).all()


def test_blocks_change_nothing() -> None:
    mixture = some_mixture(16, 2)
    x = 3 * np.random.default_rng(3).standard_normal((20_000, 2))
    order = np.random.default_rng(4).permutation(len(x))
    np.testing.assert_allclose(mixture.log_prob(x[order]), mixture.log_prob(x)[order], rtol=1e-13)
    terms = mixture.component_log_probs(x)
    np.testing.assert_allclose(log_sum_exp(terms.T), mixture.log_prob(x), rtol=1e-13)


def test_no_rows_are_no_trouble() -> None:
    mixture = some_mixture(2, 3)
    assert mixture.log_prob(np.empty((0, 3))).shape == (0,)
    assert mixture.sample(0, np.random.default_rng(0))[0].shape == (0, 3)


def test_a_mixture_travels() -> None:
    mixture = some_mixture(3, 2)
    x = np.ones((1, 2))
    mixture.score(x)
    there = pickle.loads(pickle.dumps(mixture))
    assert set(vars(there)) == {"weights", "means", "covariances"}
    np.testing.assert_array_equal(there.log_prob(x), mixture.log_prob(x))


GOOD: dict[str, Array] = {
    "weights": np.array([0.5, 0.5]),
    "means": np.zeros((2, 2)),
    "covariances": np.tile(np.eye(2), (2, 1, 1)),
}

BAD: dict[str, tuple[dict[str, Array], str]] = {
    "means in a row": ({"means": np.zeros(2)}, r"`means` must have shape \[K, D\].*\[2\]"),
    "no components": ({"means": np.zeros((0, 2))}, r"`means` must have shape.*\[0, 2\]"),
    "three weights": ({"weights": np.full(3, 1 / 3)}, r"`weights` must have shape \[2\].*\[3\]"),
    "flat covariances": (
        {"covariances": np.ones((2, 2))},
        r"`covariances` must have shape \[2, 2, 2\].*\[2, 2\]",
    ),
    "a negative weight": ({"weights": np.array([1.5, -0.5])}, "`weights` must be at least 0"),
    "a weight that is none": ({"weights": np.array([np.nan, 1])}, "`weights` must be at least 0"),
    "weights of 1.1": ({"weights": np.array([0.5, 0.6])}, "`weights` must sum to 1, got 1.1"),
    "an infinite mean": (
        {"means": np.array([[0, 0], [np.inf, 0]])},
        "`means` must be finite numbers.*got inf",
    ),
    "a far mean": ({"means": np.full((2, 2), 1e91)}, r"between -1e\+90 and 1e\+90, got 1e\+91"),
    "no variance": (
        {"covariances": np.zeros((2, 2, 2))},
        "variances at least 1e-100, got 0 and 0",
    ),
    "a covariance that is none": (
        {"covariances": np.full((2, 2, 2), np.nan)},
        "`covariances` must be finite numbers",
    ),
    "not symmetric": (
        {"covariances": np.tile([[1.0, 0.5], [0.4, 1.0]], (2, 1, 1))},
        "`covariances` must be symmetric",
    ),
    "a line": ({"covariances": np.ones((2, 2, 2))}, "`covariances` must be positive definite"),
    "a saddle": (
        {"covariances": np.tile([[1.0, 2.0], [2.0, 1.0]], (2, 1, 1))},
        "greater than 1e-14, got -1",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_mixture_is_refused(case: str) -> None:
    fields, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        Mixture(**{**GOOD, **fields})


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(2), r"`x` must have shape \[N, 2\], got \[2\]"),
        (np.zeros((3, 1)), r"`x` must have shape \[N, 2\], got \[3, 1\]"),
        (np.array([[0.0, np.nan]]), "`x` must be finite numbers.*got nan"),
        (np.array([[0.0, -1e99]]), r"`x` must be finite numbers.*got -1e\+99"),
    ],
)
def test_what_are_no_rows_is_refused(x: Array, message: str) -> None:
    mixture = Mixture(**GOOD)
    for ask in (mixture.log_prob, mixture.component_log_probs, mixture.score):
        with pytest.raises(ValueError, match=message):
            ask(x)
