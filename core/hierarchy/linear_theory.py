"""What follows from the linear two-level model: valley, threshold, gain. Numpy, torch-free, nats.

z2 is only a learned prior of z1, and where everything is linear and Gaussian there is nothing to
learn: the best ELBO is that of probabilistic PCA with L1 dimensions, for any KL2 whatever.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.hierarchy.linear import LinearModel, top_posterior
from core.vae.theory import Spectrum, linear_optimum, ppca_log_likelihood
from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Valley:
    """Along a line of optima of the linear model; every array has the shape of the stretches c.

    Attributes:
        stretch: c, at least 1.
        t1: ``E log p(x|z1)``, nats: the same everywhere.
        t2: ``ρ − log c``, nats, ρ the rate of the flat VAE: below 0 where ``c > e^ρ``.
        t3: ``log c``, nats.
        elbo: ``T1 − T2 − T3``: the same everywhere.
        objective: ``T1 − β (T2 + β2 T3)``, ``β (1 − β2) log c`` beyond that of c = 1.
        information: ``I(x; z2)`` of Gaussian data, nats: bounded by that of z1's first unit.
        zero_crossing: ``e^ρ``, where T2 changes its sign.
    """

    stretch: Array
    t1: Array
    t2: Array
    t3: Array
    elbo: Array
    objective: Array
    information: Array
    zero_crossing: float


def valley(
    spectrum: Spectrum,
    latent_dim: int,
    decoder_variance: float,
    stretches: ArrayLike,
    *,
    kl_weight: float = 1.0,
    top_price: float = 1.0,
) -> Valley:
    """T2 and T3 trade nat for nat along ``valley_model`` (``test_the_valley_is_flat``).

    With β2 < 1 the objective grows with ``log c`` for ever: it has no maximum, and nats are minted
    (``test_a_cheaper_z2_mints_nats``). With β2 > 1 only c = 1 is best: z2 falls asleep.

    Args:
        spectrum: of the data.
        latent_dim: L1.
        decoder_variance: σ².
        stretches: c, at least 1, any shape.
        kl_weight: β; the flat optimum is the one for it.
        top_price: β2.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    c = _require_stretches(stretches)
    require_number("top_price", top_price, at_least=0)
    flat = linear_optimum(spectrum, latent_dim, kl_weight, decoder_variance)
    rate, t3 = float(flat.kl), np.log(c)
    t1, t2 = np.full(c.shape, float(flat.log_likelihood)), rate - t3
    share = min(1.0, kl_weight * decoder_variance / float(spectrum.eigenvalues[0]))  # noise of z1₁
    return Valley(
        stretch=c,
        t1=t1,
        t2=t2,
        t3=t3,
        elbo=np.full(c.shape, float(flat.elbo)),
        objective=t1 - kl_weight * (t2 + top_price * t3),
        information=t3 - 0.5 * np.log1p((c - 1) * (c + 1) * share),
        zero_crossing=float(np.exp(rate)),
    )


def valley_model(
    spectrum: Spectrum,
    latent_dim: int,
    decoder_variance: float,
    stretch: float,
    *,
    top_dim: int = 1,
    kl_weight: float = 1.0,
) -> LinearModel:
    """An optimum of the linear model whose KL2 is ``log c``, for data ``C = diag λ``.

    The flat VAE that is optimal for β, S = I, its first unit stretched by c; then
    ``A = √(c² − 1)`` there makes ``AAᵀ + I`` what q makes of z1, and q(z2|z1) is exact. Further
    units of z2 are the prior.

    Args:
        spectrum: of the data.
        latent_dim: L1, at most D.
        decoder_variance: σ².
        stretch: c, at least 1.
        top_dim: L2.
        kl_weight: β.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    c = float(_require_stretches(stretch))
    require_number("latent_dim", latent_dim, at_least=1, at_most=spectrum.data_dim)
    require_number("top_dim", top_dim, at_least=1)
    eigenvalues = spectrum.eigenvalues[:latent_dim]
    noise = np.minimum(kl_weight * decoder_variance, eigenvalues)  # of eigenvalues in use: βσ²
    share = np.divide(noise, eigenvalues, out=np.ones(latent_dim), where=eigenvalues > 0)
    W = np.zeros((spectrum.data_dim, latent_dim))
    np.fill_diagonal(W, np.sqrt(eigenvalues - noise))
    V = np.divide(W.T, eigenvalues[:, None], out=0 * W.T, where=eigenvalues[:, None] > 0)
    A = np.zeros((latent_dim, top_dim))
    A[0, 0] = np.sqrt((c - 1) * (c + 1))
    scale, S = np.ones(latent_dim), np.ones(latent_dim)
    scale[0] = c
    B, G = top_posterior(A, S)
    return LinearModel(
        W=W / scale,
        A=A,
        S=S,
        V=V * scale[:, None],
        d=share * np.square(scale),
        B=B,
        Q=np.diag(G).copy(),
        decoder_variance=decoder_variance,
    )


def sleep_hessian(
    moment: ArrayLike, link_variance: ArrayLike, top_price: float = 1.0, kl_weight: float = 1.0
) -> Array:
    """Second derivatives of the loss by one column of A and its row of B, at A = B = 0, Q = I.

    ``β [[S⁻¹, −S⁻¹M], [−MS⁻¹, β2 M]]``, shape ``[2 L1, 2 L1]``, for a linear link under any
    encoder and decoder; of the numbers M and S ``[2, 2]``. Checked by
    ``test_the_rates_are_those_of_autograds_hessian``.

    Args:
        moment: M, the second moment of z1 under q, ``[L1, L1]``.
        link_variance: S, variances of p(z1|z2), ``[L1]``.
        top_price: β2.
        kl_weight: β.
    """
    M, S = np.atleast_2d(np.asarray(moment, dtype=np.float64)), np.atleast_1d(link_variance)
    pull = -M / S[:, None]
    return np.asarray(kl_weight * np.block([[np.diag(1 / S), pull], [pull.T, top_price * M]]))


def growth_rates(
    moment: ArrayLike, link_variance: ArrayLike, top_price: float = 1.0, kl_weight: float = 1.0
) -> Array:
    """How fast a sleeping z2 grows along each direction, ``[2 L1]``, the fastest first.

    Per unit of gradient flow: of plain gradient descent, step times learning rate. Adam does not
    grow at this rate. Arguments as of ``sleep_hessian``.
    """
    hessian = sleep_hessian(moment, link_variance, top_price, kl_weight)
    return np.asarray(-np.linalg.eigvalsh(hessian))


def threshold(moment: ArrayLike, link_variance: ArrayLike) -> float:
    """The price β2 below which a sleeping z2 wakes: the top eigenvalue of ``S^−½ M S^−½``.

    M/S in one dimension. At the flat optimum M = S: z2 is marginal, and any extra price removes
    it. Arguments as of ``sleep_hessian``.
    """
    M = np.atleast_2d(np.asarray(moment, dtype=np.float64))
    inverse = 1 / np.sqrt(np.atleast_1d(np.asarray(link_variance, dtype=np.float64)))
    return float(np.linalg.eigvalsh(M * np.outer(inverse, inverse))[-1])


def top_down_gain(
    spectrum: Spectrum, latent_dim: int, top_dim: int, decoder_variance: float
) -> float:
    """What a skip gains where z2 sees x, nats per row: pPCA with L1 + L2 instead of L1 dimensions.

    ``Σ ½ (λ_j/σ² − 1 − log λ_j/σ²)`` over ``L1 < j ≤ L1 + L2`` with ``λ_j > σ²``
    (``test_a_skip_helps_where_z2_sees_x``).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("top_dim", top_dim, at_least=1)
    more, less = (
        ppca_log_likelihood(spectrum, dim, decoder_variance)
        for dim in (latent_dim + top_dim, latent_dim)
    )
    return more - less


def _require_stretches(stretches: ArrayLike) -> Array:
    c = np.asarray(stretches, dtype=np.float64)
    require_number("stretches", float(c.min()), at_least=1)
    require_number("stretches", float(c.max()), at_most=1e100)
    return c
