"""Proposals q(z): a Gaussian, or a mixture of two. Torch-free, float64, L = 1 or 2."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.validation import require_number

Array = NDArray[np.float64]

LOG_2PI = float(np.log(2 * np.pi))

LEAST_SCALE = 1e-4
"""The smallest standard deviation of a coordinate that can be chosen."""

MOST_CORRELATION = 0.9999
"""The largest correlation that can be chosen."""

SINGULAR = 1e-14
"""A covariance whose smallest eigenvalue is below this share of its largest is refused."""

LEAST_WEIGHT = 1e-6
"""The smallest share of a component of a mixture."""


class Proposal(Protocol):
    """A q(z) that can be drawn from."""

    @property
    def dim(self) -> int:
        """L."""
        ...

    @property
    def noise_dim(self) -> int:
        """How many standard normal numbers one draw needs."""
        ...

    @property
    def components(self) -> "tuple[tuple[float, Gaussian], ...]":
        """The Gaussians that q is made of, each with its share."""
        ...

    def sample(self, noise: Array) -> Array:
        """Draws with shape ``[..., L]`` from ε with shape ``[..., noise_dim]``."""
        ...

    def log_density(self, z: Array) -> Array:
        """``log q(z)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., L]``."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Gaussian:
    """``q = N(m, C)`` (PIMA-7 §1 with a full factor).

    Attributes:
        mean: m, shape ``[L]``.
        covariance: C, shape ``[L, L]``.

    Raises:
        ValueError: naming the bound: shapes, finite numbers, a q without volume.
    """

    mean: Array
    covariance: Array

    def __post_init__(self) -> None:
        """Check every bound."""
        shape = (len(self.mean), len(self.mean)) if self.mean.ndim == 1 else None
        if self.covariance.shape != shape:
            raise ValueError(
                "`mean` must have shape [L] and `covariance` [L, L], got "
                f"{self.mean.shape} and {self.covariance.shape}"
            )
        for name, array in (("mean", self.mean), ("covariance", self.covariance)):
            if not np.isfinite(array).all():
                raise ValueError(f"`{name}` must be finite numbers, got {array.tolist()}")
        _require_volume(self.covariance)

    @property
    def dim(self) -> int:
        """L."""
        return len(self.mean)

    @property
    def noise_dim(self) -> int:
        """L."""
        return self.dim

    @property
    def components(self) -> "tuple[tuple[float, Gaussian], ...]":
        """Itself, with share 1."""
        return ((1.0, self),)

    @property
    def scales(self) -> Array:
        """The standard deviation of every coordinate, ``[L]``."""
        scales: Array = np.sqrt(np.diag(self.covariance))
        return scales

    @cached_property
    def factor(self) -> Array:
        """The lower triangular Σ with ``ΣΣᵀ = C``, ``[L, L]``."""
        return np.asarray(np.linalg.cholesky(self.covariance), dtype=np.float64)

    @cached_property
    def precision(self) -> Array:
        """``C⁻¹``, shape ``[L, L]``."""
        return np.asarray(np.linalg.inv(self.covariance), dtype=np.float64)

    @property
    def log_volume(self) -> float:
        """``½ log det C``, nats."""
        return float(np.log(np.diag(self.factor)).sum())

    @property
    def entropy(self) -> float:
        """``−E_q log q = ½ log det(2πe C)``, nats."""
        return 0.5 * self.dim * (1 + LOG_2PI) + self.log_volume

    def sample(self, noise: Array) -> Array:
        """``z = m + Σε``, ``[..., L]``, from ε with the same shape."""
        z: Array = self.mean + noise @ self.factor.T
        return z

    def log_density(self, z: Array) -> Array:
        """``log N(z; m, C)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., L]``."""
        white = (z - self.mean) @ np.linalg.inv(self.factor).T
        density: Array = -0.5 * (white**2).sum(-1) - self.log_volume - 0.5 * self.dim * LOG_2PI
        return density


def gaussian(mean: Sequence[float], scales: Sequence[float], rho: float = 0.0) -> Gaussian:
    """``N(m, C)`` with ``C = [[s₁², ρs₁s₂], [ρs₁s₂, s₂²]]``; in one dimension ``C = [[s₁²]]``.

    Args:
        mean: m, L = 1 or 2 numbers.
        scales: the standard deviations, as many.
        rho: their correlation; 0 in one dimension.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    if len(mean) != len(scales) or len(mean) not in (1, 2):
        raise ValueError(
            "`mean` and `scales` must hold 1 or 2 numbers, as many of each, got "
            f"{len(mean)} and {len(scales)}"
        )
    s = np.array(scales, dtype=np.float64)
    for index, scale in enumerate(s, start=1):
        _require_scale(f"s{index}", float(scale))
    _require_correlation(float(rho))
    if len(s) == 1 and rho:
        raise ValueError(f"`rho` must be 0 in one dimension, got {rho}")
    correlation = np.where(np.eye(len(s)) == 1, 1.0, rho)
    return Gaussian(mean=np.array(mean, dtype=np.float64), covariance=correlation * np.outer(s, s))


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """``q = w N(m₁, C₁) + (1 − w) N(m₂, C₂)`` (IT5410, mixtures).

    Attributes:
        first: the component with share w.
        second: the other.
        weight: w.

    Raises:
        ValueError: naming the bound.
    """

    first: Gaussian
    second: Gaussian
    weight: float = 0.5

    def __post_init__(self) -> None:
        """Check every bound."""
        require_number("weight", self.weight, at_least=LEAST_WEIGHT, at_most=1 - LEAST_WEIGHT)
        if self.first.dim != self.second.dim:
            raise ValueError(
                "`first` and `second` must have the same dimension, got "
                f"{self.first.dim} and {self.second.dim}"
            )

    @property
    def dim(self) -> int:
        """L."""
        return self.first.dim

    @property
    def noise_dim(self) -> int:
        """L + 1: the last number chooses the component."""
        return self.dim + 1

    @property
    def components(self) -> tuple[tuple[float, Gaussian], ...]:
        """Both, with their shares."""
        return ((self.weight, self.first), (1 - self.weight, self.second))

    def sample(self, noise: Array) -> Array:
        """Draws ``[..., L]`` from ε ``[..., L + 1]``: of the first where ``Φ(ε_L+1) < w``."""
        is_first = noise[..., -1:] < NormalDist().inv_cdf(self.weight)
        one, other = (part.sample(noise[..., :-1]) for part in (self.first, self.second))
        return np.where(is_first, one, other)

    def log_density(self, z: Array) -> Array:
        """``log q(z)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., L]``."""
        terms = [np.log(share) + part.log_density(z) for share, part in self.components]
        density: Array = np.logaddexp(*terms)
        return density


def _require_volume(covariance: Array) -> None:
    """Refuse a covariance that is not symmetric, or whose Gaussian has no volume."""
    if not np.allclose(covariance, covariance.T, rtol=1e-9, atol=0):
        raise ValueError(f"`covariance` must be symmetric, got {covariance.tolist()}")
    eigenvalues = np.linalg.eigvalsh(covariance)
    if eigenvalues[0] <= SINGULAR * eigenvalues[-1]:
        raise ValueError(
            f"`covariance` must have a smallest eigenvalue above {SINGULAR:g} of its largest: "
            f"otherwise q has no volume, got {eigenvalues[0]:.3g} and {eigenvalues[-1]:.3g}"
        )


def _require_scale(name: str, scale: float) -> None:
    require_number(name, scale)
    if scale < LEAST_SCALE:
        raise ValueError(
            f"`{name}` must be at least {LEAST_SCALE:g}: a narrower q has no volume to draw from, "
            f"got {scale:g}"
        )


def _require_correlation(rho: float) -> None:
    require_number("rho", rho)
    if abs(rho) > MOST_CORRELATION:
        raise ValueError(
            f"`rho` must be between -{MOST_CORRELATION:g} and {MOST_CORRELATION:g}: beyond, q is "
            f"a line without volume, got {rho:g}"
        )
