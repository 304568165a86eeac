"""The passes over the data that E and M steps are made of: numpy, torch-free.

All that EM needs of N rows are log-densities and three moments per component. Both are one matrix
product with the features ``[1, x, x_i x_j (i ≤ j)]``: the *fast form*. It subtracts numbers of
the size of a component's second moment to get one of the size of its variance. Of components for
which these are far apart it loses digits: they are done in the *plain form*, difference first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.mixtures import CACHED, Mixture, as_rows

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]

MOST_CANCELLATION = 1e4
"""The fast form is used while a second moment is at most this times the smallest variance.

It then errs by about 1e-16 · 1e4 of a nat per row (test_the_fast_form_is_the_plain_form).
"""

MOST_FAST_DIM = 16
"""Beyond, there are so many features that the fast form is none."""

EMPTY = 1e-200
"""A component that answers for fewer rows than this has no mean: it is empty."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Data made ready for many passes.

    Attributes:
        x: ``[N, D]``.
        centre: their mean, ``[D]``.
        scale: standard deviation of each column; of a constant one that of the widest, ``[D]``.
        features: ``[1, x, x_i x_j (i ≤ j)]`` of the centred rows, ``[F, N]``; ``None`` where D is
            too large for the fast form.
    """

    x: Array
    centre: Array
    scale: Array
    features: Array | None

    @property
    def num_rows(self) -> int:
        """N."""
        return len(self.x)

    @property
    def dim(self) -> int:
        """D."""
        return int(self.x.shape[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """What an M step needs to know of responsibilities r.

    Attributes:
        counts: ``N_k = Σ_n r_nk``, shape ``[K]``.
        means: ``m_k = Σ_n r_nk x_n / N_k``, shape ``[K, D]``; of an empty component the centre.
        scatters: ``S_k = Σ_n r_nk (x_n − m_k)(x_n − m_k)ᵀ / N_k``, shape ``[K, D, D]``; of an
            empty component 0.
    """

    counts: Array
    means: Array
    scatters: Array

    @property
    def is_empty(self) -> NDArray[np.bool_]:
        """Which components answer for nothing, ``[K]``."""
        return np.asarray(self.counts < EMPTY)


def rows_of(x: ArrayLike, is_fast: bool = True) -> Rows:
    """The data, checked and centred.

    Args:
        x: ``[N, D]``.
        is_fast: whether the fast form may be used.

    Raises:
        ValueError: a shape that is not ``[N, D]`` with N at least 1; numbers that are not finite.
    """
    rows = as_rows(x)
    if len(rows) < 1:
        raise ValueError("`x` must have at least 1 row, got 0")
    is_constant = np.ptp(rows, axis=0) == 0
    centre = np.where(is_constant, rows[0], rows.mean(0))
    centred = rows - centre
    scale = np.sqrt(np.square(centred).mean(0))
    widest = scale.max()
    return Rows(
        x=rows,
        centre=centre,
        scale=np.where(is_constant, widest or 1.0, scale),
        features=_features(centred) if is_fast and rows.shape[1] <= MOST_FAST_DIM else None,
    )


def _features(centred: Array) -> Array:
    """``[1, x, x_i x_j (i ≤ j)]``, a row per feature: ``[F, N]``."""
    N, D = centred.shape
    one, two = np.triu_indices(D)
    features = np.empty((1 + D + len(one), N))
    features[0] = 1.0
    features[1 : 1 + D] = centred.T
    for row, (i, j) in enumerate(zip(one, two, strict=True), start=1 + D):
        np.multiply(features[1 + i], features[1 + j], out=features[row])
    return features


def accurate(rows: Rows, means: Array, covariances: Array) -> Flags:
    """Of which components the fast form keeps its digits, ``[K]``.

    ``(‖μ_k − centre‖² + tr Σ_k) / λ_min(Σ_k)``, in units of the columns' standard deviations, is
    by how much more is subtracted than remains; at most ``MOST_CANCELLATION`` is allowed.
    """
    scaled = covariances / np.outer(rows.scale, rows.scale)
    second = np.square((means - rows.centre) / rows.scale).sum(1)
    second += np.trace(scaled, axis1=1, axis2=2)
    kept: Flags = second <= MOST_CANCELLATION * np.linalg.eigvalsh(scaled)[:, 0]
    return kept & (rows.features is not None)


def narrow(rows: Rows, mixture: Mixture) -> Indices:
    """Which components are done in the plain form; those of weight 0 are, too."""
    is_fast = accurate(rows, mixture.means, mixture.covariances) & (mixture.weights > 0)
    return np.flatnonzero(~is_fast)


def coefficients(mixture: Mixture, centre: Array) -> Array:
    """``C [K, F]`` with ``C · features = log π_k + log N(x; μ_k, Σ_k)``.

    ``−½ (x − m)ᵀ A (x − m) = −½ mᵀAm + (Am)ᵀx − ½ Σ_i A_ii x_i² − Σ_{i<j} A_ij x_i x_j`` with
    ``A = Σ⁻¹`` and ``m = μ − centre``.
    """
    A, m = mixture.precisions, mixture.means - centre
    pull = np.einsum("kij,kj->ki", A, m)
    one, two = np.triu_indices(mixture.dim)
    quadratic = -A[:, one, two]
    quadratic[:, one == two] *= 0.5
    constant = mixture.log_heights - 0.5 * (m * pull).sum(1)
    return np.concatenate([constant[:, None], pull, quadratic], axis=1)


def blocks(num_rows: int, num_components: int) -> Iterator[slice]:
    """Slices of the rows whose table of log-densities stays in the cache."""
    size = max(512, CACHED // num_components)
    return (slice(start, start + size) for start in range(0, num_rows, size))


def log_terms(rows: Rows, mixture: Mixture) -> Iterator[tuple[slice, Array]]:
    """Block after block ``log π_k + log N(x_n; μ_k, Σ_k)``, ``[K, n]``: the reader's to change."""
    plain = narrow(rows, mixture)
    if rows.features is None or len(plain) == mixture.num_components:
        for part in mixture.blocks(rows.num_rows):
            yield part, mixture.log_terms(rows.x[part])
        return
    factors = coefficients(mixture, rows.centre)
    factors[plain] = 0.0
    for part in blocks(rows.num_rows, mixture.num_components):
        terms = factors @ rows.features[:, part]
        if len(plain):
            terms[plain] = mixture.log_terms(rows.x[part], plain)
        yield part, terms


def log_likelihood(rows: Rows, mixture: Mixture) -> float:
    """``ℓ = Σ_n log p(x_n)``, nats."""
    return sum(_exponentiate(terms)[1] for _, terms in log_terms(rows, mixture))


def responsibilities(rows: Rows, mixture: Mixture) -> tuple[Array, float]:
    """``r_nk = p(k|x_n)``, a row per component ``[K, N]``, and ℓ in nats."""
    shares = np.empty((mixture.num_components, rows.num_rows))
    total = 0.0
    for part, terms in log_terms(rows, mixture):
        total += _share(terms)
        shares[:, part] = terms
    return shares, total


def sum_up(rows: Rows, mixture: Mixture) -> tuple[Sums, float]:
    """The sums under the responsibilities of the mixture, and its ℓ in nats.

    Of the table of responsibilities only the rows are kept that the plain form will want: of
    components that are narrow already.
    """
    if rows.features is None:
        shares, total = responsibilities(rows, mixture)
        return plain_sums(rows, shares), total
    plain = narrow(rows, mixture)
    kept = np.empty((len(plain), rows.num_rows))
    moments = np.zeros((mixture.num_components, len(rows.features)))
    total = 0.0
    for part, terms in log_terms(rows, mixture):
        total += _share(terms)
        kept[:, part] = terms[plain]
        moments += terms @ rows.features[:, part].T

    def shares_of(lost: Indices) -> Array:
        if np.isin(lost, plain).all():
            return kept[np.searchsorted(plain, lost)]
        return responsibilities(rows, mixture)[0][lost]

    return _sums_of(moments, rows, shares_of), total


def sums_of(rows: Rows, shares: Array) -> Sums:
    """The sums under responsibilities ``[K, N]``, a row per component."""
    if rows.features is None:
        return plain_sums(rows, shares)
    moments = np.zeros((len(shares), len(rows.features)))
    for part in blocks(rows.num_rows, len(shares)):
        moments += shares[:, part] @ rows.features[:, part].T
    return _sums_of(moments, rows, lambda lost: shares[lost])


def plain_sums(rows: Rows, shares: Array) -> Sums:
    """The same, means first and then the scatter about them.

    A mean is summed twice, the second time of what is left over: digits that the first sum loses
    to a far row or a far origin come back.
    """
    counts = shares.sum(1)
    means = np.tile(rows.centre, (len(shares), 1))
    scatters = np.zeros((len(shares), rows.dim, rows.dim))
    for k in np.flatnonzero(counts >= EMPTY):
        share = shares[k] / counts[k]
        means[k] = share @ rows.x
        means[k] += share @ (rows.x - means[k])
        apart = rows.x - means[k]
        scatter = (share[:, None] * apart).T @ apart
        scatters[k] = 0.5 * (scatter + scatter.T)
    return Sums(counts=counts, means=means, scatters=scatters)


def _exponentiate(terms: Array) -> tuple[Array, float]:
    """Take log terms ``[K, n]`` to ``exp(terms − top)`` in place; their totals ``[n]``, and ℓ."""
    top = terms.max(0)
    terms -= top
    np.exp(terms, out=terms)
    totals = terms.sum(0)
    return totals, float(top.sum() + np.log(totals).sum())


def _share(terms: Array) -> float:
    """Turn log terms ``[K, n]`` into responsibilities in place; returns ``Σ_n log p(x_n)``."""
    totals, log_likelihood = _exponentiate(terms)
    terms *= 1.0 / totals
    return log_likelihood


def _sums_of(moments: Array, rows: Rows, shares_of: Callable[[Indices], Array]) -> Sums:
    """Sums from the moments ``Σ_n r_nk features_n [K, F]``.

    Of components that lose digits, or answer for nothing, they are summed again in the plain
    form: ``shares_of`` gives these rows of the responsibilities.
    """
    K, D = len(moments), rows.dim
    counts = moments[:, 0].copy()
    averages = moments[:, 1:] / np.maximum(counts, EMPTY)[:, None]
    first, second = averages[:, :D], np.empty((K, D, D))
    one, two = np.triu_indices(D)
    second[:, one, two] = second[:, two, one] = averages[:, D:]
    means = first + rows.centre
    scatters = second - first[:, :, None] * first[:, None, :]
    lost = np.flatnonzero(~accurate(rows, means, scatters) | (counts < EMPTY))
    if len(lost):
        again = plain_sums(rows, shares_of(lost))
        counts[lost], means[lost], scatters[lost] = again.counts, again.means, again.scatters
    return Sums(counts=counts, means=means, scatters=scatters)
