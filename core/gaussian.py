"""Gaussians in closed form: the divergence between two, in any dimension. Torch-free, nats."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SINGULAR = 1e-14
"""A correlation matrix whose smallest eigenvalue is not above this has no inverse in float64."""


@dataclass(frozen=True, kw_only=True, eq=False)
class KLTerms:
    """``KL(p ‖ q) = ½ [trace + distance − D + log_det]`` of two Gaussians (PIMA-7 2a).

    Attributes:
        trace: ``tr(Σ_q⁻¹Σ_p)``: how wide p is, seen by q; D where they are equally wide.
        distance: ``(μ_q − μ_p)ᵀ Σ_q⁻¹ (μ_q − μ_p)``: how far, seen by q.
        dim: D.
        log_det: ``log det Σ_q / det Σ_p``.
        per_dim: each dimension's share of the divergence, ``[D]``, where both covariances are
            diagonal, else None.
    """

    trace: float
    distance: float
    dim: int
    log_det: float
    per_dim: Array | None

    @property
    def total(self) -> float:
        """The divergence, nats."""
        return 0.5 * (self.trace + self.distance - self.dim + self.log_det)


def kl_terms(mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike) -> KLTerms:
    """The divergence of two Gaussians, term by term (PIMA-7 2a).

    In one dimension numbers will do: means, and variances as covariances.

    Args:
        mean_p: μ_p, shape ``[D]``.
        cov_p: Σ_p, shape ``[D, D]``.
        mean_q: μ_q, shape ``[D]``.
        cov_q: Σ_q, shape ``[D, D]``.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    one, two = _checked("p", mean_p, cov_p), _checked("q", mean_q, cov_q)
    if len(one[0]) != len(two[0]):
        raise ValueError(
            "`mean_p` and `mean_q` must have the same dimension, got "
            f"{len(one[0])} and {len(two[0])}"
        )
    (m_p, C_p), (m_q, C_q) = one, two
    factor_p, factor_q = np.linalg.cholesky(C_p), np.linalg.cholesky(C_q)
    ahead = np.linalg.solve(factor_q, m_q - m_p)
    mixed = np.linalg.solve(factor_q, factor_p)
    log_det = 2 * (np.log(np.diag(factor_q)) - np.log(np.diag(factor_p)))
    is_diagonal = all(np.array_equal(C, np.diag(np.diag(C))) for C in (C_p, C_q))
    by_dim = 0.5 * (np.square(np.diag(mixed)) + np.square(ahead) - 1 + log_det)
    return KLTerms(
        trace=float(np.square(mixed).sum()),
        distance=float(ahead @ ahead),
        dim=len(m_p),
        log_det=float(log_det.sum()),
        per_dim=by_dim if is_diagonal else None,
    )


def kl_gaussians(
    mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike
) -> float:
    """``KL(N(μ_p, Σ_p) ‖ N(μ_q, Σ_q))`` in nats; arguments as of ``kl_terms``.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    return kl_terms(mean_p, cov_p, mean_q, cov_q).total


def _checked(name: str, mean: ArrayLike, covariance: ArrayLike) -> tuple[Array, Array]:
    """Mean ``[D]`` and covariance ``[D, D]`` of a Gaussian that has a volume."""
    m = np.atleast_1d(np.asarray(mean, dtype=np.float64))
    C = np.atleast_2d(np.asarray(covariance, dtype=np.float64))
    if m.ndim != 1 or len(m) == 0 or C.shape != (len(m), len(m)):
        raise ValueError(
            f"`mean_{name}` must have shape [D] and `cov_{name}` [D, D], got "
            f"{list(m.shape)} and {list(C.shape)}"
        )
    for what, array in ((f"mean_{name}", m), (f"cov_{name}", C)):
        if not np.isfinite(array).all():
            raise ValueError(f"`{what}` must be finite numbers, got {array.tolist()}")
    scale = np.sqrt(np.maximum(np.diag(C), 0))
    if (scale == 0).any():
        raise ValueError(f"`cov_{name}` must have variances above 0, got {np.diag(C).tolist()}")
    correlation = C / np.outer(scale, scale)
    if not np.allclose(correlation, correlation.T, rtol=0, atol=1e-12):
        raise ValueError(f"`cov_{name}` must be symmetric, got {C.tolist()}")
    least = float(np.linalg.eigvalsh(correlation)[0])
    if least <= SINGULAR:
        raise ValueError(
            f"`cov_{name}` must be positive definite: the smallest eigenvalue of its correlations "
            f"must be greater than {SINGULAR:g}, got {least:.3g}"
        )
    return m, C
