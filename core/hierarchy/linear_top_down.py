"""The linear two-level model with top-down inference, in closed form: numpy, torch-free, nats.

The generative side is that of ``core.hierarchy.linear``; z2 sees x itself::

    q(z2|x) = N(B (x − mean), diag Q)        q(z1|z2, x) = N(V (x − mean) + F z2, diag d)

so that ``E log q(z1|z2, x)/p(z1|z2)`` is a KL, unlike that of bottom-up inference (Sønderby et
al., "Ladder variational autoencoders", 2016).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.hierarchy.linear import LinearTerms, quadratic_forms, top_kls
from core.vae.theory import LOG_2PI, Spectrum
from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class TopDownModel:
    """Generative model and approximate posterior; a = 0.

    Attributes:
        W: from z1 to x, shape ``[D, L1]``.
        U: from z2 to x, the skip, ``[D, L2]``.
        A: from z2 to z1, the link, ``[L1, L2]``.
        S: variances of p(z1|z2), ``[L1]``.
        B: from x to z2, ``[L2, D]``.
        Q: variances of q(z2|x), ``[L2]``.
        V: from x to z1, ``[L1, D]``.
        F: from z2 to z1 in q(z1|z2, x), ``[L1, L2]``.
        d: variances of q(z1|z2, x), ``[L1]``.
        decoder_variance: σ².
    """

    W: Array
    U: Array
    A: Array
    S: Array
    B: Array
    Q: Array
    V: Array
    F: Array
    d: Array
    decoder_variance: float


def top_down_terms(model: TopDownModel, covariance: Array) -> LinearTerms:
    """T1, T2 (here a KL) and T3 of data with covariance C, ``[D, D]``.

    With ``K = V + FB`` from x to z1 and ``z1 = K x + F ε2 + ε1``, ``z2 = B x + ε2``::

        T1   = −D/2 log 2πσ² − [tr(ECEᵀ) + tr(HQHᵀ) + tr(WdWᵀ)] / 2σ²,
               E = I − WK − UB,  H = WF + U
        T2_i = ½ log(S_i/d_i) − ½ + ½ [(JCJᵀ)_ii + ((F − A) Q (F − A)ᵀ)_ii + d_i] / S_i,
               J = K − AB
        T3_k = ½ (Q_k + (BCBᵀ)_kk − 1 − log Q_k)
    """
    C, s2, A, B = covariance, model.decoder_variance, model.A, model.B
    K = model.V + model.F @ B
    H = model.W @ model.F + model.U
    error = quadratic_forms(np.eye(len(C)) - model.W @ K - model.U @ B, C)
    error = error + np.square(H) @ model.Q + np.square(model.W) @ model.d
    spread = quadratic_forms(K - A @ B, C) + np.square(model.F - A) @ model.Q + model.d
    return LinearTerms(
        t1=float(-0.5 * (len(C) * (LOG_2PI + np.log(s2)) + error.sum() / s2)),
        t2=0.5 * (np.log(model.S / model.d) - 1 + spread / model.S),
        t3=top_kls(B, model.Q, C),
    )


def top_down_optimum(
    spectrum: Spectrum, latent_dim: int, top_dim: int, decoder_variance: float
) -> TopDownModel:
    """A best model for data ``C = diag λ``: z1 and z2 share pPCA's L1 + L2 dimensions, A = F = 0.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    D, both = spectrum.data_dim, latent_dim + top_dim
    require_number("latent_dim + top_dim", both, at_most=D)
    eigenvalues = spectrum.eigenvalues[:both]
    noise = np.minimum(decoder_variance, eigenvalues)
    weight, share = np.zeros((D, both)), np.ones(both)
    np.fill_diagonal(weight, np.sqrt(eigenvalues - noise))
    np.divide(noise, eigenvalues, out=share, where=eigenvalues > 0)
    encoder = weight.T * np.divide(1, eigenvalues, out=0 * share, where=eigenvalues > 0)[:, None]
    return TopDownModel(
        W=weight[:, :latent_dim],
        U=weight[:, latent_dim:],
        A=np.zeros((latent_dim, top_dim)),
        S=np.ones(latent_dim),
        B=encoder[latent_dim:],
        Q=share[latent_dim:],
        V=encoder[:latent_dim],
        F=np.zeros((latent_dim, top_dim)),
        d=share[:latent_dim],
        decoder_variance=decoder_variance,
    )
