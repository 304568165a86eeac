"""The linear-Gaussian two-level model in closed form (SUT-DL4 Q2): numpy, torch-free, nats.

::

    p(z2) = N(0, I)     p(z1|z2) = N(A z2 + a, diag S)     p(x|z1, z2) = N(W z1 + U z2 + b, σ²I)
    q(z1|x) = N(a + V (x − mean), diag d)                  q(z2|z1) = N(B (z1 − a), diag Q)

U is 0 but for a skip. With the best offset, ``b = mean − W a``, no term depends on mean, a and b:
of the data only their covariance C (divided by N) counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.vae.theory import LOG_2PI

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearModel:
    """Generative model and approximate posterior.

    Attributes:
        W: from z1 to x, shape ``[D, L1]``.
        A: from z2 to z1, the link, ``[L1, L2]``.
        S: variances of p(z1|z2), ``[L1]``.
        V: from x to z1, ``[L1, D]``.
        d: variances of q(z1|x), ``[L1]``.
        B: from z1 to z2, ``[L2, L1]``.
        Q: variances of q(z2|z1), ``[L2]``.
        U: from z2 to x, the skip, ``[D, L2]``; ``None`` without one.
        decoder_variance: σ².
    """

    W: Array
    A: Array
    S: Array
    V: Array
    d: Array
    B: Array
    Q: Array
    U: Array | None = None
    decoder_variance: float

    @property
    def decoded(self) -> Array:
        """``G = W + U B``: from z1 to the mean of x over q(z2|z1), ``[D, L1]``."""
        return self.W if self.U is None else self.W + self.U @ self.B

    @property
    def covariance(self) -> Array:
        """Of p(x): ``W S Wᵀ + (WA + U)(WA + U)ᵀ + σ²I``, ``[D, D]``."""
        top = self.W @ self.A if self.U is None else self.W @ self.A + self.U
        noise = self.decoder_variance * np.eye(len(self.W))
        found: Array = (self.W * self.S) @ self.W.T + top @ top.T + noise
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearTerms:
    """Means over the data, nats per row: ``ELBO = T1 − T2 − T3`` (SUT-DL4 Q2).

    Attributes:
        t1: ``E log p(x|z1, z2)``.
        t2: ``E [log q(z1|x) − log p(z1|z2)]`` per unit of z1, ``[L1]``: no KL, may be < 0.
        t3: ``E KL(q(z2|z1) ‖ p(z2))`` per unit of z2, ``[L2]``.
    """

    t1: float
    t2: Array
    t3: Array

    @property
    def top_kl(self) -> float:
        """KL2: T3 summed over the units."""
        return float(self.t3.sum())

    @property
    def elbo(self) -> float:
        """``T1 − T2 − T3``, whatever was optimised."""
        return float(self.t1 - self.t2.sum() - self.t3.sum())


def linear_terms(model: LinearModel, covariance: Array) -> LinearTerms:
    """T1, T2 and T3 of data with covariance C, ``[D, D]``.

    With ``M = VCVᵀ + diag d`` the second moment of z1, ``R = I − AB`` and ``G = W + UB``::

        T1   = −D/2 log 2πσ² − [tr C − 2 tr(GVC) + tr(GMGᵀ) + tr(UQUᵀ)] / 2σ²
        T2_i = ½ log(S_i/d_i) − ½ + ½ (RMRᵀ + AQAᵀ)_ii / S_i
        T3_k = ½ (Q_k + (BMBᵀ)_kk − 1 − log Q_k)

    (``test_the_terms_are_the_expectations_of_their_densities``.)
    """
    C, s2 = covariance, model.decoder_variance
    M, G, A, B = aggregate(model, C), model.decoded, model.A, model.B
    error = np.trace(C) - 2 * np.sum((G @ model.V) * C) + np.sum((G @ M) * G)
    R = np.eye(len(M)) - A @ B
    spread = quadratic_forms(R, M) + np.square(A) @ model.Q
    return LinearTerms(
        t1=float(-0.5 * (len(C) * (LOG_2PI + np.log(s2)) + error / s2)) - skip_price(model),
        t2=0.5 * (np.log(model.S / model.d) - 1 + spread / model.S),
        t3=top_kls(B, model.Q, M),
    )


def top_kls(B: Array, Q: Array, moment: Array) -> Array:
    """``E KL(N(B z, diag Q) ‖ N(0, I))`` per unit, nats, ``[L2]``, where E z zᵀ is the moment."""
    kls: Array = 0.5 * (Q + quadratic_forms(B, moment) - 1 - np.log(Q))
    return kls


def quadratic_forms(rows: Array, moment: Array) -> Array:
    """``(R M Rᵀ)_ii``, shape ``[n]``, for R ``[n, L]`` and M ``[L, L]``."""
    forms: Array = ((rows @ moment) * rows).sum(1)
    return forms


def aggregate(model: LinearModel, covariance: Array) -> Array:
    """``M = V C Vᵀ + diag d``, the second moment of z1 under q, shape ``[L1, L1]``.

    At the optimum it equals ``A Aᵀ + diag S`` (``test_the_kl_of_z2_is_arbitrary``).
    """
    M: Array = model.V @ covariance @ model.V.T + np.diag(model.d)
    return M


def skip_price(model: LinearModel) -> float:
    """``tr(UQUᵀ)/2σ²``, nats: what noise in z2 costs a decoder that sees it; never below 0.

    All that a skip changes: ``W + UB`` was in reach without one. So it cannot raise the optimum
    as long as z2 is inferred from z1 (``test_a_skip_cannot_help_where_z2_does_not_see_x``).
    """
    if model.U is None:
        return 0.0
    return float((np.square(model.U) @ model.Q).sum() / (2 * model.decoder_variance))


def mean_log_likelihood(model: LinearModel, covariance: Array) -> float:
    """``E log p(x)`` of data with covariance C and the best offset, nats per row."""
    precision_times_data = np.linalg.solve(model.covariance, covariance)
    log_volume = np.linalg.slogdet(model.covariance)[1]
    return float(-0.5 * (len(covariance) * LOG_2PI + log_volume + np.trace(precision_times_data)))


def top_posterior(A: Array, S: Array) -> tuple[Array, Array]:
    """The exact ``p(z2|z1) = N(G AᵀS⁻¹ (z1 − a), G)`` with ``G = (I + AᵀS⁻¹A)⁻¹``.

    Args:
        A: the link, shape ``[L1, L2]``.
        S: variances of p(z1|z2), ``[L1]``.

    Returns:
        ``G AᵀS⁻¹``, ``[L2, L1]``, and G, ``[L2, L2]``.
    """
    scaled = A.T / S
    G = np.asarray(np.linalg.inv(np.eye(A.shape[1]) + scaled @ A), dtype=np.float64)
    return G @ scaled, G


def top_kl_at_posterior(A: Array, S: Array) -> float:
    """``½ log det(I + AᵀS⁻¹A)``, nats: KL2 at every optimum, any number from 0 on.

    ``E KL(p(z2|z1) ‖ p(z2))`` where z1 has the covariance ``AAᵀ + diag S``: what z1 and z2 of the
    generative model say about each other.
    """
    return float(0.5 * np.linalg.slogdet(np.eye(A.shape[1]) + (A.T / S) @ A)[1])


def information(model: LinearModel, covariance: Array) -> float:
    """``I(x; z2)`` under q for Gaussian data, nats: what z2 really says about x.

    ``½ log det(BMBᵀ + diag Q) − ½ log det(B diag(d) Bᵀ + diag Q)``. KL2 is what z2 is *charged*:
    at c = 100 in the valley 4.605 while this is 1.183
    (``test_what_is_charged_is_not_what_is_said``).
    """
    B, Q = model.B, np.diag(model.Q)
    whole = B @ aggregate(model, covariance) @ B.T + Q
    given_x = (B * model.d) @ B.T + Q
    return float(0.5 * (np.linalg.slogdet(whole)[1] - np.linalg.slogdet(given_x)[1]))
