"""What workers answer about one digit's evidence: numpy values, for a server without torch."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.evidence.problem import Integral

Array = NDArray[Any]
Family = Literal["isotropic", "diagonal", "full"]
Start = Literal["encoder", "grid"]

FAMILIES: tuple[Family, ...] = ("isotropic", "diagonal", "full")
STARTS: tuple[Start, ...] = ("encoder", "grid")


@dataclass(frozen=True, kw_only=True, eq=False)
class DigitPosterior:
    """The exact posterior of one row, by the two-level rule; everything in nats.

    Attributes:
        log_evidence: ``log p(x)``.
        error: how far a rougher split of the cells was from it.
        is_cut: whether mass lies at the rim of the lattice: then some is missing.
        log_normaliser: ``log p(x)`` by a third split, by which densities of the posterior are
            normalised, so that ``ELBO + KL = log p(x)`` is a check and not a definition.
        mean: of the posterior, ``[L]``.
        covariance: of the posterior, ``[L, L]``.
        best: the highest node, ``[L]``.
        best_log_joint: ``log p(x, z)`` there.
        axes: coordinates of the picture, ``[L, G]``: around all cells within 15 nats.
        log_density: ``log p(z|x)`` there, ``[G]`` or ``[G, G]``, the first coordinate first.
        encoder_mean: of the encoder's q, ``[L]``.
        encoder_covariance: of the encoder's q, ``[L, L]``.
        x_log_var: log σ² of the decoder; ``None`` where it emits its own.
    """

    log_evidence: float
    error: float
    is_cut: bool
    log_normaliser: float
    mean: Array
    covariance: Array
    best: Array
    best_log_joint: float
    axes: Array
    log_density: Array
    encoder_mean: Array
    encoder_covariance: Array
    x_log_var: float | None


@dataclass(frozen=True, kw_only=True)
class Split:
    """``log p(x)`` split by one q, in nats.

    Attributes:
        elbo: with its achieved error.
        kl: ``KL(q ‖ posterior)``, by a quadrature of its own, with its achieved error.
        has_finite_variance: whether importance weights under q have a variance; ``None`` where
            that is not known.
    """

    elbo: Integral
    kl: Integral
    has_finite_variance: bool | None


@dataclass(frozen=True, kw_only=True, eq=False)
class WeighedDraws:
    """Draws of q and what they say of ``log p(x)``, in nats; R repeats of K.

    Attributes:
        z: the first draws of the first repeat, ``[n, L]``.
        log_weights: ``log p(x, z) − log q(z)`` of all draws of the first repeat, ``[K]``.
        sizes: numbers of draws at which the estimates were read, ``[m]``.
        estimates: ``log p̂`` of the first so many, ``[R, m]``.
        effective: the effective sample size of the first so many, ``[R, m]``.
    """

    z: Array
    log_weights: Array
    sizes: Array
    estimates: Array
    effective: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Convergence:
    """R independent repeats of ``log p̂`` at growing numbers of draws.

    Attributes:
        sizes: K, ``[m]``.
        estimates: ``log p̂_K`` of every repeat, ``[R, m]``, nats.
        effective: the effective sample size of every repeat, ``[R, m]``.
    """

    sizes: Array
    estimates: Array
    effective: Array

    @property
    def repeats(self) -> int:
        """R so far."""
        return len(self.estimates)

    @property
    def mean(self) -> Array:
        """Over repeats, ``[m]``: an estimate of the importance-weighted bound, nats."""
        mean: Array = self.estimates.mean(0)
        return mean

    @property
    def standard_error(self) -> Array:
        """Of the mean, ``[m]``; NaN where one repeat says nothing of it.

        It holds against repetition (``test_the_standard_error_of_the_mean_holds``).
        """
        if self.repeats == 1:
            return np.full(len(self.sizes), np.nan)
        error: Array = self.estimates.std(0, ddof=1) / np.sqrt(self.repeats)
        return error

    def merged(self, other: "Convergence") -> "Convergence":
        """Both together, its own repeats first.

        Raises:
            ValueError: where they were read at different numbers of draws.
        """
        if not np.array_equal(self.sizes, other.sizes):
            raise ValueError(
                f"`sizes` must be the same in both, got {self.sizes.tolist()} and "
                f"{other.sizes.tolist()}"
            )
        return Convergence(
            sizes=self.sizes,
            estimates=np.concatenate([self.estimates, other.estimates]),
            effective=np.concatenate([self.effective, other.effective]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Expected:
    """Where ``log p̂`` lies on average, not sampled; in nats.

    Attributes:
        sizes: K, ``[m]``.
        log_p: ``log p(x)``, to which it rises.
        value: ``E log p̂_K``, ``[m]``.
        error: achieved, ``[m]``.
        asymptote: ``log p(x) − χ²/(2K)``, ``[m]``; NaN where it is not what ``value`` is.
    """

    sizes: Array
    log_p: float
    value: Array
    error: Array
    asymptote: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """The best q of one family that was found from one start.

    Attributes:
        family: isotropic, diagonal or full covariance.
        start: the encoder's q, or the highest node of the grid.
        mean: ``[L]``.
        covariance: ``[L, L]``.
        elbo: in nats, by 16 nodes per dimension.
        evaluations: of the ELBO and its gradient.
        path: of means, the first and after every step, ``[t, L]``.
    """

    family: Family
    start: Start
    mean: Array
    covariance: Array
    elbo: float
    evaluations: int
    path: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Gaps:
    """Where the nats of one row go: ``log p = encoder's ELBO + amortisation + approximation``.

    Attributes:
        row: of the held-out data.
        log_evidence: ``log p(x)``, in nats.
        error: of that, as achieved.
        is_cut: whether mass lies at the rim of the lattice.
        encoder: the ELBO of the encoder's q.
        fits: one per family and start.
    """

    row: int
    log_evidence: float
    error: float
    is_cut: bool
    encoder: float
    fits: tuple[Fit, ...]

    def best(self, family: Family) -> Fit:
        """The better one of both starts."""
        return max((fit for fit in self.fits if fit.family == family), key=lambda fit: fit.elbo)

    def amortisation(self, family: Family = "diagonal") -> float:
        """``max_q ELBO − ELBO(encoder)``, in nats."""
        return self.best(family).elbo - self.encoder

    def approximation(self, family: Family = "diagonal") -> float:
        """``log p(x) − max_q ELBO``, in nats; at least −``error``."""
        return self.log_evidence - self.best(family).elbo

    def lost_from(self, start: Start, family: Family = "diagonal") -> float:
        """Nats by which this start ends below the better one."""
        own = next(fit.elbo for fit in self.fits if fit.family == family and fit.start == start)
        return self.best(family).elbo - own


@dataclass(frozen=True, kw_only=True)
class UnderPrior:
    """One row under one prior, in nats.

    Attributes:
        log_evidence: ``log p(x)`` with its achieved error.
        is_cut: whether mass lies at the rim of the lattice.
        elbo: of the encoder's q, with its achieved error.
    """

    log_evidence: Integral
    is_cut: bool
    elbo: Integral


@dataclass(frozen=True, kw_only=True)
class PriorEffect:
    """One row under the model's own prior and under another, in nats.

    Attributes:
        row: of the held-out data.
        before: under the model's own.
        after: under the other.
    """

    row: int
    before: UnderPrior
    after: UnderPrior

    @property
    def evidence_change(self) -> Integral:
        """By how much ``log p(x)`` rises, or falls where negative; its error is both together."""
        old, new = self.before.log_evidence, self.after.log_evidence
        return Integral(new.value - old.value, new.error + old.error)

    @property
    def elbo_change(self) -> float:
        """By how much the encoder's bound rises.

        Both bounds go by the same nodes, and between two Gaussian priors nothing is left of their
        error (``test_the_bound_changes_by_the_difference_of_the_divergences``).
        """
        return self.after.elbo.value - self.before.elbo.value
