"""Three models whose evidence is exactly known: a line, a plane, and a square with two answers.

Latents are ``z ~ N(0, I)``; everything is float64 and in nats (IT5410; SUT-DL4 Q1 steps 1 to 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.evidence.panels import log_line_integral
from core.evidence.problem import ROUNDING, Exact, rounding_of
from core.evidence.proposals import LOG_2PI, Gaussian
from core.quadrature import half_line
from core.vae.theory import gaussian_log_marginal, gaussian_posterior
from core.validation import require_number

Array = NDArray[np.float64]

MOST = 25.0
"""Bound on x and on every weight: the posterior then lies within the range of the integrals."""

LEAST_VARIANCE = 1e-4
MOST_VARIANCE = 1e4


@dataclass(frozen=True, kw_only=True)
class Line:
    """``z ~ N(0, 1)``, ``x|z ~ N(θz, σ²)``.

    Attributes:
        x: the datum.
        theta: θ.
        variance: σ².

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    x: float = 2.0
    theta: float = 1.0
    variance: float = 0.25

    def __post_init__(self) -> None:
        """Check every field."""
        _require_datum("x", self.x)
        _require_datum("theta", self.theta)
        _require_variance("variance", self.variance)

    @property
    def latent_dim(self) -> int:
        """1."""
        return 1

    def log_joint(self, z: Array) -> Array:
        """``log p(x, z)``, shape ``[...]``, from ``z`` with shape ``[..., 1]``."""
        residual = self.x - self.theta * z[..., 0]
        return _log_prior(z) + _log_likelihood(residual[..., None], self.variance)

    def exact(self) -> Exact[Gaussian]:
        """``log N(x; 0, θ² + σ²)`` and ``N(θx/(θ² + σ²), σ²/(θ² + σ²))``, closed form."""
        total = self.theta**2 + self.variance
        log_p = -0.5 * (self.x**2 / total + np.log(total) + LOG_2PI)
        posterior = Gaussian(
            mean=np.array([self.theta * self.x / total]),
            covariance=np.array([[self.variance / total]]),
        )
        return _closed_form(float(log_p), posterior)


@dataclass(frozen=True, kw_only=True)
class Plane:
    """``z ~ N(0, I₂)``, ``x|z ~ N(Wz + b, σ² I_D)``: a linear VAE's decoder.

    Attributes:
        x: the datum, D numbers.
        weight: W, D rows of 2 numbers.
        bias: b, D numbers.
        variance: σ².

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    x: tuple[float, ...] = (1.0, 0.5, -0.4)
    weight: tuple[tuple[float, float], ...] = ((1.0, 0.5), (0.3, 1.2), (0.0, -0.7))
    bias: tuple[float, ...] = (0.1, -0.2, 0.3)
    variance: float = 0.2

    def __post_init__(self) -> None:
        """Check every field."""
        if not self.x or not len(self.x) == len(self.weight) == len(self.bias):
            raise ValueError(
                "`x`, `weight` and `bias` must have the same length, at least 1, got "
                f"{len(self.x)}, {len(self.weight)} and {len(self.bias)}"
            )
        if any(len(row) != 2 for row in self.weight):
            raise ValueError(f"`weight` must have rows of 2 numbers, got {self.weight}")
        _require_data("x", self.x)
        _require_data("weight", [value for row in self.weight for value in row])
        _require_data("bias", self.bias)
        _require_variance("variance", self.variance)

    @property
    def latent_dim(self) -> int:
        """2."""
        return 2

    def log_joint(self, z: Array) -> Array:
        """``log p(x, z)``, shape ``[...]``, from ``z`` with shape ``[..., 2]``."""
        residual = np.array(self.x) - z @ np.array(self.weight).T - np.array(self.bias)
        return _log_prior(z) + _log_likelihood(residual, self.variance)

    def exact(self) -> Exact[Gaussian]:
        """``N(x; b, WWᵀ + σ²I)`` and ``N(VWᵀ(x−b)/σ², V)``, ``V = (I + WᵀW/σ²)⁻¹``.

        By ``core.vae.theory`` (Tipping and Bishop 1999), closed form.
        """
        x, weight, bias = np.array([self.x]), np.array(self.weight), np.array(self.bias)
        model = (x, weight, bias, self.variance, np.zeros(2), 1.0)
        mean, covariance = gaussian_posterior(*model)
        log_p = float(gaussian_log_marginal(*model)[0])
        return _closed_form(log_p, Gaussian(mean=mean[0], covariance=covariance))


@dataclass(frozen=True, kw_only=True)
class Square:
    """``z ~ N(0, 1)``, ``x|z ~ N(z², s²)``: two answers where x > 0, ``z ≈ ±√x``.

    Attributes:
        x: the datum.
        scale: s.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    x: float = 1.5
    scale: float = 0.25

    def __post_init__(self) -> None:
        """Check every field."""
        _require_datum("x", self.x)
        require_number("scale", self.scale, at_least=LEAST_VARIANCE**0.5, at_most=100)

    @property
    def latent_dim(self) -> int:
        """1."""
        return 1

    @property
    def peak(self) -> float:
        """``√max(x, 0)``: the likelihood is largest there and at the negative of it."""
        return float(np.sqrt(max(self.x, 0.0)))

    def log_joint(self, z: Array) -> Array:
        """``log p(x, z)``, shape ``[...]``, from ``z`` with shape ``[..., 1]``."""
        return _log_prior(z) + self._log_likelihood(z)

    def exact(self) -> "Exact[SquarePosterior]":
        """``log E p(x|z)`` under the prior, on panels that are finest beside both peaks."""
        top = self._log_likelihood(np.array([[self.peak]]))[0]

        def likelihood(z: Array) -> Array:
            values: Array = np.exp(self._log_likelihood(z[..., None]) - top)
            return values[None]

        line = half_line(likelihood, [self.peak])
        fine, coarse = line.mean(*line.values[0])
        return Exact(
            log_p=float(top + np.log(fine)),
            posterior=SquarePosterior(problem=self),
            error=float(abs(coarse / fine - 1)) + ROUNDING,
            how="quadrature",
        )

    def _log_likelihood(self, z: Array) -> Array:
        return _log_likelihood(self.x - z**2, self.scale**2)


@dataclass(frozen=True, kw_only=True)
class SquarePosterior:
    """``p(z|x)`` of the square, normalised by an integral of its own.

    Not by ``Square.exact().log_p``: a wrong evidence shows when it is compared with
    ``ELBO + KL`` (``test_a_wrong_evidence_shows_in_the_residual``).

    Attributes:
        problem: the model and its datum.
    """

    problem: Square

    @property
    def mean(self) -> Array:
        """0, by symmetry, shape ``[1]``."""
        return np.zeros(1)

    @property
    def covariance(self) -> Array:
        """``E[z²|x]``, shape ``[1, 1]``."""

        def log_moment(z: Array) -> Array:
            with np.errstate(divide="ignore"):
                logs: Array = self.log_density(z) + 2 * np.log(np.abs(z[..., 0]))
            return logs

        return np.array([[np.exp(log_line_integral(log_moment, self.peaks).value)]])

    @property
    def peaks(self) -> Array:
        """Places where panels must end: 0 and both peaks, ``[3]``."""
        return np.array([-self.problem.peak, 0.0, self.problem.peak])

    @cached_property
    def log_norm(self) -> float:
        """``log ∫ p(x, z) dz``, nats."""
        return log_line_integral(self.problem.log_joint, self.peaks).value

    def log_density(self, z: Array) -> Array:
        """``log p(z|x)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., 1]``."""
        return self.problem.log_joint(z) - self.log_norm


MODELS: dict[str, type[Line] | type[Plane] | type[Square]] = {
    "line": Line,
    "plane": Plane,
    "square": Square,
}
"""The models of this module, by name."""


def _closed_form(log_p: float, posterior: Gaussian) -> Exact[Gaussian]:
    return Exact(log_p=log_p, posterior=posterior, error=rounding_of(log_p), how="closed form")


def _log_prior(z: Array) -> Array:
    """``log N(z; 0, I)``, shape ``[...]``."""
    density: Array = -0.5 * (z**2 + LOG_2PI).sum(-1)
    return density


def _log_likelihood(residual: Array, variance: float) -> Array:
    """``log N(residual; 0, σ²I)``, shape ``[...]``, from residuals with shape ``[..., D]``."""
    density: Array = -0.5 * (residual**2 / variance + np.log(variance) + LOG_2PI).sum(-1)
    return density


def _require_datum(name: str, value: float) -> None:
    require_number(name, value, at_least=-MOST, at_most=MOST)


def _require_data(name: str, values: Sequence[float]) -> None:
    for value in values:
        _require_datum(name, value)


def _require_variance(name: str, value: float) -> None:
    require_number(name, value, at_least=LEAST_VARIANCE, at_most=MOST_VARIANCE)
