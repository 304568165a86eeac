"""The isotropic Gaussian prior that fits an encoder best, in closed form. Torch-free, nats.

SUT-DL4 Q1, learnable prior ``N(μ_z, σ_z² I)``: with encoder and decoder held fixed the ELBO
depends on it through ``mean_n KL(q(z|x_n) ‖ prior)`` alone, whose minimum is moment matching.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class IsotropicPrior:
    """``p(z) = N(μ_z, σ_z² I)``: a hashable value.

    Attributes:
        mean: μ_z, L numbers.
        variance: σ_z².

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    mean: tuple[float, ...]
    variance: float

    def __post_init__(self) -> None:
        """Check every field."""
        for value in self.mean:
            require_number("mean", value)
        require_number("variance", self.variance, above=0)

    def divergence(self, means: Array, variances: Array) -> Array:
        """``KL(N(μ_n, diag σ_n²) ‖ p(z))`` in nats, shape ``[N]``, of ``[N, L]`` each (PIMA-7)."""
        ratio = variances / self.variance
        squares = np.square(means - np.array(self.mean)) / self.variance
        found: Array = 0.5 * (ratio + squares - 1 - np.log(ratio)).sum(1)
        return found


@dataclass(frozen=True, kw_only=True)
class LearnedPrior:
    """``N(μ_z, σ_z² I)`` and what it brings.

    Attributes:
        before: the prior in whose place it is put, ``N(m, τI)``.
        after: the learned one.
        kl_before: ``mean_n KL(q(z|x_n) ‖ N(m, τI))``, nats.
        kl_after: the same with the learned prior, nats.
    """

    before: IsotropicPrior
    after: IsotropicPrior
    kl_before: float
    kl_after: float

    @property
    def gain(self) -> float:
        """By how much the mean ELBO rises, nats, never negative.

        ``½(L r + ‖μ_z − m‖²/τ − L − L log r)`` with ``r = σ_z²/τ``, the divergence of the two
        priors: equal to the difference of the two KL, on the rows it was fitted to
        (``test_the_gain_is_the_difference_of_the_divergences``).
        """
        L = len(self.after.mean)
        ratio = self.after.variance / self.before.variance
        shift = sum(
            (new - old) ** 2 for new, old in zip(self.after.mean, self.before.mean, strict=True)
        )
        squares = L * ratio + shift / self.before.variance
        return 0.5 * (squares - L - L * math.log(ratio))


def fit_prior(
    means: Array, deviations: Array, before: IsotropicPrior | None = None
) -> LearnedPrior:
    """``μ_z = mean_n μ_φ``, ``σ_z² = mean over rows and dimensions of σ_φ² + (μ_φ − μ_z)²``.

    Args:
        means: of ``q(z|x_n)``, shape ``[N, L]``.
        deviations: its standard deviations, the same shape.
        before: the prior that it is compared with; ``None``: the standard normal one.

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
    before = before or IsotropicPrior(mean=(0.0,) * means.shape[1], variance=1.0)
    after = IsotropicPrior(mean=tuple(mean.tolist()), variance=variance)
    return LearnedPrior(
        before=before,
        after=after,
        kl_before=float(before.divergence(means, variances).mean()),
        kl_after=float(after.divergence(means, variances).mean()),
    )
