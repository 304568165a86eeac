"""One E step and one M step of a Gaussian mixture (IT5410): numpy, torch-free.

EM is variational inference whose q is the table of responsibilities: E makes the bound touch the
log-likelihood, M walks to the bound's top (Neal and Hinton 1998).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.foundations.em_sums import Rows, Sums, responsibilities, rows_of, sum_up, sums_of
from core.mixtures import Mixture
from core.validation import require_number

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEFAULT_FLOOR = 1e-6
"""The floor of a variance, as a share of the data's."""

RESOLUTION = 1e-28
"""A variance below this share of the data's is below what float64 tells apart."""

FLAT = 1e-13
"""A covariance whose smallest eigenvalue is below this share of its largest has lost its volume.

Both are measured in units of the columns' standard deviations.
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Maximised:
    """What an M step ends with: always a mixture, and what had to be done for it.

    Attributes:
        mixture: ``π_k = N_k/N``, ``μ_k`` and ``Σ_k``.
        is_floored: where eigenvalues of ``Σ_k`` lay below the floor and were raised to it,
            ``[K]``.
        is_singular: components that have lost their volume: the likelihood has no maximum here.
            Their covariance is the narrowest that float64 tells from none, ``[K]``.
        is_empty: components that no row belongs to: they have weight 0, and stay, ``[K]``.
    """

    mixture: Mixture
    is_floored: Flags
    is_singular: Flags
    is_empty: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """An E step and the M step after it.

    Attributes:
        maximised: the new parameters.
        log_likelihood: ℓ of the old ones, nats, summed over the rows.
        elbo: ``ELBO(r_old, θ_new)``, between ℓ of the old and of the new, nats, summed.
    """

    maximised: Maximised
    log_likelihood: float
    elbo: float


def default_floor(x: ArrayLike) -> float:
    """A millionth of the data's variance; of several columns, of the least that varies.

    Raises:
        ValueError: all rows are equal.
    """
    rows = rows_of(x, is_fast=False)
    varies = np.ptp(rows.x, axis=0) > 0
    if not varies.any():
        raise ValueError(
            "`x` must have at least 2 different rows: equal rows have no variance for a floor to "
            f"be a share of, got {rows.num_rows} equal to {rows.x[0].tolist()}"
        )
    return float(DEFAULT_FLOOR * np.square(rows.scale[varies]).min())


def expect(x: ArrayLike, mixture: Mixture) -> tuple[Array, float]:
    """E step: ``r_nk = π_k N(x_n; μ_k, Σ_k) / p(x_n)``, ``[N, K]``, and ℓ = Σ log p(x_n), nats.

    Raises:
        ValueError: x is not ``[N, D]`` with the mixture's D, or not finite.
    """
    rows = rows_of(x)
    require_dim(rows, mixture)
    shares, total = responsibilities(rows, mixture)
    return np.ascontiguousarray(shares.T), total


def maximise(
    x: ArrayLike, responsibilities: Array, floor: float, place: Mixture | None = None
) -> Maximised:
    """M step: the mixture of the largest ``ELBO(r, θ)`` whose variances are at least the floor.

    ``N_k = Σ_n r_nk``, ``π_k = N_k/N``, ``μ_k = Σ_n r_nk x_n/N_k`` and
    ``Σ_k = Σ_n r_nk (x_n − μ_k)(x_n − μ_k)ᵀ/N_k``, its eigenvalues clipped at the floor: which is
    still the maximum, of all covariances with eigenvalues at least the floor
    (test_aclipped_covariance_is_the_best_allowed).

    Args:
        x: ``[N, D]``.
        responsibilities: r, ``[N, K]``, rows summing to 1.
        floor: the smallest variance allowed in any direction, in the units of x squared; 0: any.
        place: where empty components stay; without it, at the mean of the data.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    rows = rows_of(x)
    require_number("floor", floor, at_least=0)
    _require_shares(responsibilities, rows.num_rows)
    shares = np.ascontiguousarray(responsibilities.T, dtype=np.float64)
    return maximise_from(sums_of(rows, shares), rows, floor, place)


def take_step(rows: Rows, mixture: Mixture, floor: float) -> Step:
    """E and M in one pass over the data; the table of responsibilities is never kept."""
    sums, before = sum_up(rows, mixture)
    maximised = maximise_from(sums, rows, floor, mixture)
    gain = expected_log_joint(sums, maximised.mixture) - expected_log_joint(sums, mixture)
    return Step(maximised=maximised, log_likelihood=before, elbo=before + gain)


def expected_log_joint(sums: Sums, mixture: Mixture) -> float:
    """``Σ_nk r_nk log π_k N(x_n; μ_k, Σ_k)`` from the sums of r alone, nats.

    A share of 1e-16 times the condition number of ``Σ_k`` is lost.
    """
    there = ~sums.is_empty
    white = mixture.whitening[there]
    shift = np.einsum("kij,kj->ki", white, (sums.means - mixture.means)[there])
    spread = (white @ sums.scatters[there] * white).sum((1, 2))
    terms = mixture.log_heights[there] - 0.5 * (spread + np.square(shift).sum(1))
    return float(sums.counts[there] @ terms)


def maximise_from(sums: Sums, rows: Rows, floor: float, place: Mixture | None) -> Maximised:
    """``maximise`` from what it needs of the responsibilities."""
    is_empty = sums.is_empty
    counts = np.where(is_empty, 0.0, sums.counts)
    means, covariances = sums.means.copy(), sums.scatters.copy()
    means[is_empty] = rows.centre if place is None else place.means[is_empty]
    at_rest = np.diag(np.square(rows.scale))
    covariances[is_empty] = at_rest if place is None else place.covariances[is_empty]
    is_floored = _raise_to(floor, covariances, rows.scale)
    is_singular = _give_volume(covariances, rows.scale)
    mixture = Mixture(weights=counts / counts.sum(), means=means, covariances=covariances)
    return Maximised(
        mixture=mixture, is_floored=is_floored, is_singular=is_singular, is_empty=is_empty
    )


def clipped(covariance: Array, least: float) -> Array:
    """The symmetric matrix with eigenvalues raised to ``least``."""
    values, vectors = np.linalg.eigh(covariance)
    raised = (vectors * np.maximum(values, least)) @ vectors.T
    clipped: Array = 0.5 * (raised + raised.T)
    return clipped


def require_dim(rows: Rows, mixture: Mixture) -> None:
    """Refuse a mixture of another dimension than the data's.

    Raises:
        ValueError: naming both.
    """
    if rows.dim != mixture.dim:
        raise ValueError(f"`x` must have shape [N, {mixture.dim}], got {list(rows.x.shape)}")


def _require_shares(shares: Array, num_rows: int) -> None:
    """Refuse what is no table of responsibilities."""
    if shares.ndim != 2 or len(shares) != num_rows or shares.shape[1] < 1:
        raise ValueError(
            f"`responsibilities` must have shape [{num_rows}, K], got {list(shares.shape)}"
        )
    if not (shares >= 0).all():
        raise ValueError(f"`responsibilities` must be at least 0, got {shares.min()}")
    furthest = float(np.abs(shares.sum(1) - 1).max())
    if not furthest <= 1e-6:
        raise ValueError(f"`responsibilities` must sum to 1 in every row, got {furthest:g} off")


def _raise_to(floor: float, covariances: Array, scale: Array) -> Flags:
    """Clip eigenvalues at the floor, in place; says where.

    Which lie below is asked of ``Σ − floor·I`` in units of the columns: scaling keeps the signs
    of eigenvalues (Sylvester), and columns of very different units keep their digits.
    """
    units = np.outer(scale, scale)
    shifted = (covariances - floor * np.eye(len(scale))) / units
    is_floored: Flags = (np.linalg.eigvalsh(shifted)[:, 0] < 0) & (floor > 0)
    for k in np.flatnonzero(is_floored):
        covariances[k] = clipped(covariances[k], floor)
    return is_floored


def _give_volume(covariances: Array, scale: Array) -> Flags:
    """Widen covariances without volume to the least that float64 can hold, in place."""
    units = np.outer(scale, scale)
    values = np.linalg.eigvalsh(covariances / units)
    least = np.maximum(FLAT * values[:, -1], RESOLUTION)
    is_singular: Flags = values[:, 0] < least
    for k in np.flatnonzero(is_singular):
        covariances[k] = units * clipped(covariances[k] / units, float(least[k]))
    return is_singular
