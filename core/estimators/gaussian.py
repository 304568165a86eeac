"""``q_φ = N(μ, ΣΣᵀ)`` as a value: torch-free. Σ is the factor, not the covariance (PIMA-7)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SINGULAR = 1e-9
"""A factor whose smallest singular value is below this share of its largest is refused."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Gaussian:
    """Mean and factor.

    Attributes:
        mean: μ, shape ``[d]``.
        factor: the diagonal of Σ, shape ``[d]``, positive; or Σ, shape ``[d, d]``.

    Raises:
        ValueError: naming the bound: shapes, finite numbers, positive scales, full rank.
    """

    mean: Array
    factor: Array

    def __post_init__(self) -> None:
        """Check every bound."""
        if self.mean.ndim != 1 or self.factor.shape not in (
            self.mean.shape,
            (len(self.mean), len(self.mean)),
        ):
            raise ValueError(
                "`mean` must have shape [d] and `factor` [d] or [d, d], got "
                f"{self.mean.shape} and {self.factor.shape}"
            )
        for name, array in (("mean", self.mean), ("factor", self.factor)):
            if not np.isfinite(array).all():
                raise ValueError(f"`{name}` must be finite numbers, got {array}")
        if self.is_full:
            singular = np.linalg.svd(self.factor, compute_uv=False)
            if singular[-1] <= SINGULAR * singular[0]:
                raise ValueError(
                    f"`factor` must have full rank: its smallest singular value must be above "
                    f"{SINGULAR:g} of its largest, got {singular[-1]:.3g} and {singular[0]:.3g}"
                )
        elif (self.factor <= 0).any():
            raise ValueError(f"`factor` must be greater than 0, got {self.factor.min():g}")

    @property
    def is_full(self) -> bool:
        """Whether the factor is a matrix."""
        return self.factor.ndim == 2

    @property
    def matrix(self) -> Array:
        """Σ, shape ``[d, d]``."""
        return self.factor if self.is_full else np.diag(self.factor)

    @property
    def scale(self) -> Array:
        """Standard deviation of every coordinate, shape ``[d]``."""
        scale: Array = np.sqrt((self.matrix**2).sum(1))
        return scale


def correlated_factor(dim: int, sigma: float, correlation: float) -> Array:
    """Lower triangular Σ with ``(ΣΣᵀ)_ij = σ² ρ^|i−j|``, shape ``[d, d]``: each sd stays σ.

    The recursion ``z_i = ρ z_{i−1} + √(1−ρ²) ε_i`` of a stationary process of first order.
    """
    index = np.arange(dim)
    factor: Array = np.tril(correlation ** np.abs(index[:, None] - index[None, :]))
    factor[:, 1:] *= np.sqrt(1 - correlation**2)
    factor *= sigma
    return factor
