"""The isotropic Gaussian prior that fits an encoder best, in closed form. Torch-free, nats.

SUT-DL4 Q1, learnable prior ``N(μ_z, σ_z² I)``: with encoder and decoder held fixed the ELBO
depends on it through ``mean_n KL(q(z|x_n) ‖ prior)`` alone, whose minimum is moment matching.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LearnedPrior:
    """``N(μ_z, σ_z² I)`` and what it brings.

    Attributes:
        mean: μ_z, shape ``[L]``.
        variance: σ_z².
        kl_before: ``mean_n KL(q(z|x_n) ‖ N(0, I))``, nats.
        kl_after: the same with the learned prior, nats.
    """

    mean: Array
    variance: float
    kl_before: float
    kl_after: float

    @property
    def gain(self) -> float:
        """By how much the mean ELBO rises, nats, never negative.

        ``½(Lσ_z² + ‖μ_z‖² − L − L log σ_z²)``: equal to the difference of the two KL, on the rows
        it was fitted to (``test_the_gain_is_the_difference_of_the_divergences``).
        """
        L = len(self.mean)
        squares = L * self.variance + float(self.mean @ self.mean)
        return 0.5 * (squares - L - L * float(np.log(self.variance)))


def fit_prior(means: Array, deviations: Array) -> LearnedPrior:
    """``μ_z = mean_n μ_φ``, ``σ_z² = mean over rows and dimensions of σ_φ² + (μ_φ − μ_z)²``.

    Args:
        means: of ``q(z|x_n)``, shape ``[N, L]``.
        deviations: its standard deviations, the same shape.

    Raises:
        ValueError: for shapes that differ, numbers that are not finite, or a deviation that is
            not above 0.
    """
    if means.ndim != 2 or means.shape != deviations.shape or not means.size:
        raise ValueError(
            "`means` and `deviations` must have the same shape [N, L], N and L at least 1, got "
            f"{means.shape} and {deviations.shape}"
        )
    if not np.isfinite(means).all():
        raise ValueError("`means` must be finite numbers")
    require_number("deviations", float(deviations.min()), above=0)
    require_number("deviations", float(deviations.max()))
    variances = np.asarray(deviations, dtype=np.float64) ** 2
    mean = means.mean(0, dtype=np.float64)
    variance = float((variances + np.square(means - mean)).mean())
    return LearnedPrior(
        mean=mean,
        variance=variance,
        kl_before=_mean_kl(means, variances, np.zeros_like(mean), 1.0),
        kl_after=_mean_kl(means, variances, mean, variance),
    )


def _mean_kl(means: Array, variances: Array, mean: Array, variance: float) -> float:
    """``mean_n KL(N(μ_n, diag σ_n²) ‖ N(mean, variance I))``, nats (PIMA-7 §2)."""
    ratio = variances / variance
    squares = np.square(means - mean) / variance
    return float(0.5 * (ratio + squares - 1 - np.log(ratio)).sum(1).mean())
