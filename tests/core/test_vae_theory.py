"""The exact linear theory against scikit-learn, scipy, brute force and an explicit model."""

import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from core.dataset import DatasetConfig, load_dataset
from core.vae.theory import (
    Spectrum,
    column_norms_squared,
    data_spectrum,
    frontier,
    gaussian_log_marginal,
    gaussian_posterior,
    linear_optimum,
    ppca_log_likelihood,
    ppca_variance,
)

Array = NDArray[np.float64]

DIGITS = load_dataset(DatasetConfig(name="digits"))
X_TRAIN, X_TEST = DIGITS.x_train.astype(np.float64), DIGITS.x_test.astype(np.float64)
SPECTRUM = data_spectrum(X_TRAIN, X_TEST)

KNOBS = [(1.0, 0.05), (0.25, 0.02), (4.0, 0.05), (1.0, 0.3), (50.0, 0.2)]
"""(β, σ²): all alive, sharper, some dead, many dead, everything collapsed."""


@dataclass(frozen=True)
class Averages:
    """What an explicit linear VAE scores: means over the rows."""

    squared_error: float
    rate_per_dim: Array
    log_likelihood: float
    elbo: float


@dataclass(frozen=True)
class LinearVAE:
    """``q(z|x) = N(A(x − b), diag v)``, ``p(x|z) = N(Wz + b, σ²I)``."""

    encoder: Array
    variance: Array
    weight: Array
    bias: Array

    def averages(self, x: Array, decoder_variance: float) -> Averages:
        """The closed form of every term, from its definition."""
        mean = (x - self.bias) @ self.encoder.T
        squared = ((x - mean @ self.weight.T - self.bias) ** 2).sum(1).mean()
        squared += (self.variance * (self.weight**2).sum(0)).sum()
        rate = 0.5 * (self.variance + mean**2 - 1.0 - np.log(self.variance)).mean(0)
        constant = 0.5 * x.shape[1] * np.log(2 * np.pi * decoder_variance)
        fit = -squared / (2 * decoder_variance) - constant
        return Averages(squared, rate, fit, fit - rate.sum())


def optimal_vae(latent_dim: int, c: float) -> LinearVAE:
    """The optimum written down: columns ``√(λ_j − c) u_j``, encoder ``Wᵀ/(w² + c)``."""
    eigenvalues, u = np.linalg.eigh(np.cov(X_TRAIN.T, bias=True))
    eigenvalues, u = eigenvalues[::-1][:latent_dim], u[:, ::-1][:, :latent_dim]
    norms = np.maximum(eigenvalues - c, 0.0)
    weight = u * np.sqrt(norms)
    return LinearVAE(
        encoder=weight.T / (norms + c)[:, None],
        variance=c / (norms + c),
        weight=weight,
        bias=X_TRAIN.mean(0),
    )


def test_the_spectrum_is_that_of_scikit_learn() -> None:
    pca = PCA(svd_solver="full").fit(X_TRAIN)
    n = len(X_TRAIN)
    np.testing.assert_allclose(
        SPECTRUM.eigenvalues, pca.explained_variance_ * (n - 1) / n, rtol=1e-9, atol=1e-12
    )
    held_out = (pca.transform(X_TEST) ** 2).mean(0)
    np.testing.assert_allclose(SPECTRUM.held_out[:60], held_out[:60], rtol=1e-6)
    total = ((X_TEST - X_TRAIN.mean(0)) ** 2).sum(1).mean()
    assert SPECTRUM.held_out.sum() == pytest.approx(total, rel=1e-12)


def test_constant_columns_have_eigenvalue_exactly_zero() -> None:
    constant = int((X_TRAIN.std(0) == 0).sum())
    assert constant >= 1
    assert (SPECTRUM.eigenvalues[-constant:] == 0).all()
    assert (SPECTRUM.eigenvalues[:-constant] > 0).all()


@pytest.mark.parametrize("latent_dim", [1, 2, 10, 32])
def test_ppca_equals_scikit_learn(latent_dim: int) -> None:
    pca = PCA(n_components=latent_dim, svd_solver="full").fit(X_TRAIN)
    ratio = len(X_TRAIN) / (len(X_TRAIN) - 1)
    # scikit-learn divides the covariance by N − 1: give its eigenvalues, evaluate on ours.
    for x, moments in ((X_TRAIN, SPECTRUM.eigenvalues), (X_TEST, SPECTRUM.held_out)):
        theirs = Spectrum(eigenvalues=SPECTRUM.eigenvalues * ratio, held_out=moments)
        value = ppca_log_likelihood(theirs, latent_dim, held_out=True)
        assert value == pytest.approx(pca.score(x), abs=1e-9)
        assert ppca_variance(theirs, latent_dim) == pytest.approx(pca.noise_variance_, rel=1e-10)
    best = ppca_log_likelihood(SPECTRUM, latent_dim)
    assert pca.score(X_TRAIN) <= best < pca.score(X_TRAIN) + 1e-4


def test_the_ppca_variance_is_the_best_one() -> None:
    best = ppca_variance(SPECTRUM, 2)
    top = ppca_log_likelihood(SPECTRUM, 2)
    for factor in (0.5, 0.99, 1.01, 2.0):
        assert ppca_log_likelihood(SPECTRUM, 2, factor * best) < top


def test_with_nothing_discarded_every_smaller_variance_is_as_good() -> None:
    x = load_dataset(DatasetConfig(name="two_moons")).x_train.astype(np.float64)
    spectrum = data_spectrum(x, x)
    gaussian = multivariate_normal(x.mean(0), np.cov(x.T, bias=True)).logpdf(x).mean()
    best = ppca_variance(spectrum, 2)
    for variance in (None, 0.1 * best):
        value = ppca_log_likelihood(spectrum, 5, variance)
        assert value == pytest.approx(gaussian, abs=1e-10)
    assert ppca_log_likelihood(spectrum, 2, 1.1 * best) < gaussian


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("latent_dim", [1, 2, 10, 32])
def test_the_elbo_at_unit_kl_weight_is_the_ppca_log_likelihood(
    latent_dim: int, held_out: bool
) -> None:
    variances = np.array([0.01, 0.05, 0.3, 5.0, ppca_variance(SPECTRUM, latent_dim)])
    optimum = linear_optimum(SPECTRUM, latent_dim, 1.0, variances, held_out=held_out)
    exact = [ppca_log_likelihood(SPECTRUM, latent_dim, v, held_out=held_out) for v in variances]
    np.testing.assert_allclose(optimum.elbo, exact, rtol=1e-12)


@pytest.mark.parametrize(("kl_weight", "decoder_variance"), KNOBS)
@pytest.mark.parametrize("held_out", [False, True])
def test_every_term_is_that_of_the_explicit_optimal_model(
    kl_weight: float, decoder_variance: float, held_out: bool
) -> None:
    model = optimal_vae(10, kl_weight * decoder_variance)
    explicit = model.averages(X_TEST if held_out else X_TRAIN, decoder_variance)
    exact = linear_optimum(SPECTRUM, 10, kl_weight, decoder_variance, held_out=held_out)
    np.testing.assert_allclose(exact.rate_per_dim, explicit.rate_per_dim, rtol=1e-9, atol=1e-12)
    assert exact.squared_error == pytest.approx(explicit.squared_error, rel=1e-10)
    assert exact.kl == pytest.approx(explicit.rate_per_dim.sum(), rel=1e-9, abs=1e-12)
    assert exact.log_likelihood == pytest.approx(explicit.log_likelihood, rel=1e-10)
    assert exact.elbo == pytest.approx(explicit.elbo, rel=1e-10)
    np.testing.assert_array_equal(exact.active, explicit.rate_per_dim > 1e-12)


@pytest.mark.parametrize(("kl_weight", "decoder_variance"), KNOBS)
def test_no_change_of_the_explicit_optimum_improves_its_objective(
    kl_weight: float, decoder_variance: float
) -> None:
    model = optimal_vae(10, kl_weight * decoder_variance)

    def objective(candidate: LinearVAE) -> float:
        scores = candidate.averages(X_TRAIN, decoder_variance)
        return scores.log_likelihood - kl_weight * float(scores.rate_per_dim.sum())

    generator = np.random.default_rng(0)
    best = objective(model)
    for size in (1e-3, 1e-2, 1e-1) * 10:
        moved = {
            name: value + size * generator.normal(size=value.shape)
            for name, value in vars(model).items()
            if name != "variance"
        }
        spread = model.variance * np.exp(size * generator.normal(size=10))
        assert objective(LinearVAE(variance=spread, **moved)) < best


def test_training_formulas_reduce_to_the_textbook() -> None:
    c = 0.2
    exact = linear_optimum(SPECTRUM, 32, 2.0, 0.1)
    eigenvalues = SPECTRUM.eigenvalues
    rate = np.maximum(0.0, 0.5 * np.log(eigenvalues[:32] / c))
    np.testing.assert_allclose(exact.rate_per_dim, rate, atol=1e-14)
    squared = np.minimum(eigenvalues[:32], c).sum() + eigenvalues[32:].sum()
    assert exact.squared_error == pytest.approx(squared, rel=1e-13)


def test_many_knobs_at_once_equal_them_one_by_one() -> None:
    betas, variances = np.array([[0.5], [1.0], [8.0]]), np.array([0.02, 0.1, 0.4, 2.0])
    together = linear_optimum(SPECTRUM, 6, betas, variances, held_out=True)
    assert together.rate_per_dim.shape == together.active.shape == (3, 4, 6)
    for i, beta in enumerate(betas[:, 0]):
        for j, variance in enumerate(variances):
            single = linear_optimum(SPECTRUM, 6, beta, variance, held_out=True)
            for name in ("rate_per_dim", "squared_error", "kl", "log_likelihood", "elbo"):
                np.testing.assert_allclose(
                    getattr(together, name)[i, j], getattr(single, name), rtol=1e-14, atol=1e-15
                )


def test_zero_kl_weight_is_pca_with_an_infinite_rate_and_no_warning() -> None:
    pca = PCA(n_components=5, svd_solver="full").fit(X_TRAIN)
    x_hat = pca.inverse_transform(pca.transform(X_TEST))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exact = linear_optimum(SPECTRUM, 5, [0.0, 1.0], 0.05, held_out=True)
    squared = ((X_TEST - x_hat) ** 2).sum(1).mean()
    assert exact.squared_error[0] == pytest.approx(squared, rel=1e-10)
    assert exact.kl[0] == np.inf
    assert exact.elbo[0] == -np.inf
    assert np.isfinite(exact.log_likelihood).all()
    assert np.isfinite(exact.elbo[1])
    tiny = linear_optimum(SPECTRUM, 5, 1e-12, 0.05, held_out=True)
    assert exact.squared_error[0] == pytest.approx(tiny.squared_error, rel=1e-9)


def test_dimensions_beyond_the_data_are_dead() -> None:
    penguins = load_dataset(DatasetConfig(name="penguins"))
    spectrum = data_spectrum(penguins.x_train, penguins.x_test)
    four, nine = (linear_optimum(spectrum, n, [0.0, 0.5], 0.1, held_out=True) for n in (4, 9))
    assert nine.rate_per_dim.shape == (2, 9)
    assert not nine.active[:, 4:].any()
    np.testing.assert_array_equal(nine.rate_per_dim[:, 4:], 0.0)
    np.testing.assert_allclose(nine.squared_error, four.squared_error, rtol=1e-14)
    assert column_norms_squared(spectrum, 9, 0.05).shape == (9,)


def test_decoder_columns_have_the_norms_of_the_theory() -> None:
    for c in (0.02, 0.2, 2.0):
        norms = (optimal_vae(10, c).weight ** 2).sum(0)
        np.testing.assert_allclose(column_norms_squared(SPECTRUM, 10, c), norms, atol=1e-12)


def test_the_slope_of_the_frontier_is_minus_twice_the_weight() -> None:
    # The optimum of squared error + 2c·rate: d(squared error)/d(rate) = −2c.
    c = np.array([0.02, 0.1, 0.3, 0.6])
    rates, squares = zip(*(frontier(SPECTRUM, 6, c * (1 + h)) for h in (-1e-5, 1e-5)), strict=True)
    slope = (squares[1] - squares[0]) / (rates[1] - rates[0])
    np.testing.assert_allclose(slope, -2 * c, rtol=1e-6)


def linear_decoder(noise: str) -> tuple[Array, Array, Array, Array, Array, float]:
    """x, W, b, ψ, m, τ of a random decoder with D = 7 and L = 3."""
    generator = np.random.default_rng(2)
    psi = np.array(0.3) if noise == "shared" else generator.uniform(0.1, 2.0, 7)
    x, weight, bias = (generator.normal(size=shape) for shape in ((20, 7), (7, 3), (7,)))
    return 2.0 * x, weight, bias, psi, generator.normal(size=3), 1.7


@pytest.mark.parametrize("noise", ["shared", "per column"])
def test_the_log_marginal_is_the_density_of_the_joint_gaussian(noise: str) -> None:
    x, weight, bias, psi, m, tau = linear_decoder(noise)
    covariance = tau * weight @ weight.T + np.eye(7) * psi
    expected = multivariate_normal(weight @ m + bias, covariance).logpdf(x)
    value = gaussian_log_marginal(x, weight, bias, psi, m, tau)
    np.testing.assert_allclose(value, expected, rtol=1e-11)


@pytest.mark.parametrize("noise", ["shared", "per column"])
def test_the_posterior_is_the_joint_gaussian_conditioned(noise: str) -> None:
    x, weight, bias, psi, m, tau = linear_decoder(noise)
    gain = tau * weight.T @ np.linalg.inv(tau * weight @ weight.T + np.eye(7) * psi)
    mean, covariance = gaussian_posterior(x, weight, bias, psi, m, tau)
    np.testing.assert_allclose(mean, m + (x - bias - weight @ m) @ gain.T, atol=1e-12)
    np.testing.assert_allclose(covariance, tau * (np.eye(3) - gain @ weight), atol=1e-12)


def test_the_optimal_decoder_assigns_the_ppca_log_likelihood() -> None:
    variance = ppca_variance(SPECTRUM, 2)
    model = optimal_vae(2, variance)
    for x, held_out in ((X_TRAIN, False), (X_TEST, True)):
        value = gaussian_log_marginal(x, model.weight, model.bias, variance, np.zeros(2), 1.0)
        exact = ppca_log_likelihood(SPECTRUM, 2, held_out=held_out)
        assert value.mean() == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1.0, 0.1), "`latent_dim` must be at least 1, got 0"),
        ((2, -0.5, 0.1), "`kl_weight` must be at least 0, got -0.5"),
        ((2, np.inf, 0.1), "`kl_weight` must be a finite number, got inf"),
        ((2, 1.0, [0.1, 0.0]), "`decoder_variance` must be greater than 0, got 0.0"),
        ((2, 1.0, np.nan), "`decoder_variance` must be a finite number, got nan"),
    ],
)
def test_bad_input_is_refused_with_its_name_bound_and_value(
    arguments: tuple[int, float, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        linear_optimum(SPECTRUM, *arguments)


def test_a_decoder_without_noise_has_no_likelihood() -> None:
    x, weight, bias, _, m, _ = linear_decoder("shared")
    with pytest.raises(ValueError, match=r"`decoder_variance` must be greater than 0, got 0\.0"):
        gaussian_log_marginal(x, weight, bias, 0.0, m, 1.0)
    with pytest.raises(ValueError, match="`prior_variance` must be greater than 0, got -1"):
        gaussian_posterior(x, weight, bias, 1.0, m, -1)
