"""Exact theory of the linear VAE, which is probabilistic PCA (Lucas et al. 2019): torch-free.

Everything is float64 and in nats. ``c = βσ²`` is the effective KL weight, ``λ_j`` are the
eigenvalues of the training covariance, ``s_j`` the second moments of the data that is evaluated
(``s_j = λ_j`` on the training data itself).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.validation import require_number

Array = NDArray[np.float64]

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, kw_only=True, eq=False)
class Spectrum:
    """All that the linear theory needs to know of a data set.

    Attributes:
        eigenvalues: ``λ_1 ≥ … ≥ λ_D`` of the training covariance (divided by N), shape ``[D]``.
        held_out: ``s_j``, mean square of the held-out data along the j-th training eigenvector,
            centred at the **training** mean, shape ``[D]``.
    """

    eigenvalues: Array
    held_out: Array

    @property
    def data_dim(self) -> int:
        """D."""
        return len(self.eigenvalues)


def data_spectrum(x_train: NDArray[Any], x_test: NDArray[Any]) -> Spectrum:
    """Eigenvalues of the data ``[N, D]`` and ``s_j = mean (u_j·(x − mean))²`` of ``[N', D]``.

    Eigenvalues lost in rounding (below ``D ε λ_1``) are set to 0: constant columns have none.
    """
    mean = np.asarray(x_train, dtype=np.float64).mean(0)
    centred = x_train - mean
    eigenvalues, u = np.linalg.eigh(centred.T @ centred / len(x_train))
    eigenvalues, u = eigenvalues[::-1], u[:, ::-1]
    rounding = len(eigenvalues) * np.finfo(np.float64).eps * eigenvalues[0]
    projected = (np.asarray(x_test, dtype=np.float64) - mean) @ u
    return Spectrum(
        eigenvalues=np.where(eigenvalues > rounding, eigenvalues, 0.0),
        held_out=np.square(projected).mean(0),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearOptimum:
    """The optimal linear VAE, evaluated: means over the data, in nats.

    ``...`` is the common shape of the KL weights and variances asked for.

    Attributes:
        rate_per_dim: KL of every latent dimension, largest eigenvalue first, ``[..., L]``.
        squared_error: ``E‖x − x_hat‖²`` with z sampled, ``[...]``, in the units of x squared.
        kl: sum of ``rate_per_dim``, ``[...]``.
        log_likelihood: ``E log p(x|z)``, constant kept, ``[...]``.
        elbo: ``log_likelihood − kl``: the ELBO (β = 1) of the model that is optimal for β.
        active: whether a dimension is in use, bool ``[..., L]``.
    """

    rate_per_dim: Array
    squared_error: Array
    kl: Array
    log_likelihood: Array
    elbo: Array
    active: NDArray[np.bool_]


def linear_optimum(
    spectrum: Spectrum,
    latent_dim: int,
    kl_weight: ArrayLike,
    decoder_variance: ArrayLike,
    *,
    held_out: bool = False,
) -> LinearOptimum:
    """The linear VAE that is optimal on the training data for β and σ² (Lucas et al. 2019).

    At β = 1 the ELBO equals the log-likelihood of probabilistic PCA
    (``test_the_elbo_at_unit_kl_weight_is_the_ppca_log_likelihood``).
    At β = 0 z is noiseless: the squared error is that of PCA, the KL of an active dimension is
    ``inf`` and the ELBO ``−inf``, without a warning.

    Args:
        spectrum: of the data.
        latent_dim: L; dimensions beyond D are dead.
        kl_weight: β ≥ 0, any shape.
        decoder_variance: σ² > 0, any shape that broadcasts with β.
        held_out: evaluate on the held-out instead of the training data.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    beta, variance = np.asarray(kl_weight, dtype=np.float64), _require_variance(decoder_variance)
    _require_sizes(latent_dim, kl_weight=beta)
    beta, variance = np.broadcast_arrays(beta, variance)
    second_moments = spectrum.held_out if held_out else spectrum.eigenvalues
    eigenvalues, s = _top(spectrum.eigenvalues, latent_dim), _top(second_moments, latent_dim)
    active, rate, top_errors = _dimensions(eigenvalues, s, (beta * variance)[..., None])
    squared_error = top_errors.sum(-1) + second_moments[latent_dim:].sum()
    kl = rate.sum(-1)
    constant = 0.5 * spectrum.data_dim * (LOG_2PI + np.log(variance))
    log_likelihood = -squared_error / (2.0 * variance) - constant
    return LinearOptimum(
        rate_per_dim=rate,
        squared_error=squared_error,
        kl=kl,
        log_likelihood=log_likelihood,
        elbo=log_likelihood - kl,
        active=active,
    )


def _dimensions(eigenvalues: Array, s: Array, c: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Active or not, KL and squared error of every latent dimension, each ``[..., L]``.

    Dimension j is active iff ``λ_j > c``. Where it is::

        KL              ½(c/λ_j + (λ_j − c) s_j/λ_j² − 1 − log(c/λ_j))   (training: ½ log(λ_j/c))
        squared error   s_j (c/λ_j)² + c − c²/λ_j                        (training: c)

    and elsewhere KL 0, squared error ``s_j``: the same formulas with ``c/λ_j`` set to 1.
    """
    active = eigenvalues > c
    ratio = np.divide(c, eigenvalues, out=np.ones(active.shape), where=active)  # c/λ
    growth = np.divide(s, eigenvalues, out=np.ones(s.shape), where=eigenvalues > 0)  # s/λ
    with np.errstate(divide="ignore"):
        rate = 0.5 * (ratio + (1.0 - ratio) * growth - 1.0 - np.log(ratio))
    return active, rate, s * ratio**2 + c * (1.0 - ratio)


def frontier(
    spectrum: Spectrum, latent_dim: int, weights: ArrayLike, *, held_out: bool = False
) -> tuple[Array, Array]:
    """The rate-distortion curve of linear VAEs: rate (nats) and squared error, each ``[n]``.

    One point for every effective weight ``c = βσ²`` in ``weights``, shape ``[n]``; on the
    training data no linear VAE with L dimensions lies below. With ``L = D`` it is Shannon's
    reverse water-filling (Cover and Thomas 2006, theorem 10.3.3).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    optimum = linear_optimum(spectrum, latent_dim, weights, 1.0, held_out=held_out)
    return optimum.kl, optimum.squared_error


def column_norms_squared(spectrum: Spectrum, latent_dim: int, effective_weight: float) -> Array:
    """Squared decoder column norms, ``max(λ_j − c, 0)``, ``[L]`` (Lucas et al. 2019).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    _require_sizes(latent_dim, effective_weight=np.asarray(effective_weight))
    return np.maximum(_top(spectrum.eigenvalues, latent_dim) - effective_weight, 0.0)


def ppca_variance(spectrum: Spectrum, latent_dim: int) -> float:
    """The maximum-likelihood σ² of probabilistic PCA: the mean discarded eigenvalue.

    (Tipping and Bishop, "Probabilistic principal component analysis", 1999.) Where none is
    discarded (``L ≥ D``) every ``σ² ≤ λ_D`` is equally good: the largest, λ_D.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    _require_sizes(latent_dim)
    return float(spectrum.eigenvalues[min(latent_dim, spectrum.data_dim - 1) :].mean())


def ppca_log_likelihood(
    spectrum: Spectrum,
    latent_dim: int,
    decoder_variance: float | None = None,
    *,
    held_out: bool = False,
) -> float:
    """Mean ``log p(x)`` in nats of the probabilistic PCA fitted to the training data.

    The model is ``N(mean, WWᵀ + σ²I)`` with eigenvalues ``m_j = max(λ_j, σ²)`` for ``j < L``
    and ``σ²`` beyond: ``−½ Σ_j (log 2πm_j + s_j/m_j)``. It equals scikit-learn's ``PCA.score``
    (``test_ppca_equals_scikit_learn``), which divides covariances by N − 1.

    Args:
        spectrum: of the data.
        latent_dim: L.
        decoder_variance: σ²; ``None`` for the best, ``ppca_variance``.
        held_out: evaluate on the held-out instead of the training data.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    _require_sizes(latent_dim)
    if decoder_variance is None:
        decoder_variance = ppca_variance(spectrum, latent_dim)
    _require_variance(decoder_variance)
    m = np.full(spectrum.data_dim, float(decoder_variance))
    m[:latent_dim] = np.maximum(spectrum.eigenvalues[:latent_dim], decoder_variance)
    s = spectrum.held_out if held_out else spectrum.eigenvalues
    return float(-0.5 * np.sum(LOG_2PI + np.log(m) + s / m))


def gaussian_posterior(
    x: NDArray[Any],
    weight: NDArray[Any],
    bias: NDArray[Any],
    decoder_variance: ArrayLike,
    prior_mean: ArrayLike,
    prior_variance: float,
) -> tuple[Array, Array]:
    """The exact ``p(z|x)`` of a linear Gaussian decoder (Tipping and Bishop 1999).

    ``z ~ N(m, τI)``, ``x|z ~ N(Wz + b, Ψ)``, ``Ψ = diag(ψ)``::

        covariance = (I/τ + WᵀΨ⁻¹W)⁻¹,   mean = m + covariance WᵀΨ⁻¹ (x − b − Wm)

    Args:
        x: data with shape ``[B, D]``.
        weight: W with shape ``[D, L]``.
        bias: b with shape ``[D]``.
        decoder_variance: ψ > 0, one number or shape ``[D]``.
        prior_mean: m with shape ``[L]``.
        prior_variance: τ > 0.

    Returns:
        The means, shape ``[B, L]``, and the covariance they share, ``[L, L]``.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    psi = _require_variance(decoder_variance)
    require_number("prior_variance", prior_variance, above=0)
    m, w = np.asarray(prior_mean, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    scaled = w.T / psi  # WᵀΨ⁻¹, [L, D]
    precision = np.eye(w.shape[1]) / prior_variance + scaled @ w
    covariance = np.linalg.inv(precision)
    covariance = 0.5 * (covariance + covariance.T)
    residual = np.asarray(x, dtype=np.float64) - bias - w @ m
    return m + residual @ scaled.T @ covariance, covariance


def gaussian_log_marginal(
    x: NDArray[Any],
    weight: NDArray[Any],
    bias: NDArray[Any],
    decoder_variance: ArrayLike,
    prior_mean: ArrayLike,
    prior_variance: float,
) -> Array:
    """The exact ``log p(x)`` of a linear Gaussian decoder, nats, ``[B]`` (Tipping, Bishop 1999).

    Arguments as in ``gaussian_posterior``. Bayes' rule at the posterior mean ẑ, which needs
    only L x L matrices (Woodbury's identity)::

        log p(x) = log p(x|ẑ) + log p(ẑ) − log p(ẑ|x)

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    z, covariance = gaussian_posterior(
        x, weight, bias, decoder_variance, prior_mean, prior_variance
    )
    psi = np.broadcast_to(np.asarray(decoder_variance, dtype=np.float64), np.shape(bias))
    residual = x - (z @ np.asarray(weight, dtype=np.float64).T + bias)
    log_likelihood = -0.5 * (residual**2 / psi + np.log(psi) + LOG_2PI).sum(-1)
    log_prior = -0.5 * (np.subtract(z, prior_mean) ** 2 / prior_variance).sum(-1)
    log_volume = 0.5 * (
        np.linalg.slogdet(covariance)[1] - len(covariance) * np.log(prior_variance)
    )
    return np.asarray(log_likelihood + log_prior + log_volume)


def _top(values: Array, latent_dim: int) -> Array:
    """The first L values, ``[L]``, padded with zeros where there are fewer."""
    return np.pad(values[:latent_dim], (0, max(0, latent_dim - len(values))))


def _require_sizes(latent_dim: int, **weights: NDArray[Any]) -> None:
    require_number("latent_dim", latent_dim, at_least=1)
    for name, value in weights.items():
        require_number(name, float(value.min()), at_least=0)
        require_number(name, float(value.max()))


def _require_variance(decoder_variance: ArrayLike) -> Array:
    variance = np.asarray(decoder_variance, dtype=np.float64)
    require_number("decoder_variance", float(variance.min()), above=0)
    require_number("decoder_variance", float(variance.max()))
    return variance
