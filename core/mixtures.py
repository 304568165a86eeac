"""Mixtures of Gaussians in any dimension, a covariance per component: numpy, torch-free.

Everything is added up in log space, so that a density below the smallest float64 is still a
number of nats. Those in the plane that share a diagonal covariance: ``core.equal_mixtures``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

LOG_2PI = float(np.log(2 * np.pi))

EVERY = slice(None)

CACHED = 2**16
"""Numbers of a table that stay in the cache: half a mebibyte."""

FARTHEST = 1e90
"""Coordinates beyond this are refused: squared and divided by a variance they would overflow."""

LEAST_VARIANCE = 1e-100
"""Variances of a coordinate below this are refused."""

SINGULAR = 1e-14
"""A correlation matrix whose smallest eigenvalue is not above this has no inverse in float64."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """``p(x) = Σ_k π_k N(x; μ_k, Σ_k)`` (IT5410, Gaussian mixture model).

    Attributes:
        weights: π, shape ``[K]``, at least 0, summing to 1.
        means: μ, shape ``[K, D]``.
        covariances: Σ, shape ``[K, D, D]``, symmetric and positive definite.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    weights: Array
    means: Array
    covariances: Array

    def __post_init__(self) -> None:
        """Check every bound."""
        K, D = self.means.shape if self.means.ndim == 2 else (0, 0)
        if K < 1 or D < 1:
            raise ValueError(
                f"`means` must have shape [K, D], K and D at least 1, got {list(self.means.shape)}"
            )
        _require_shape("weights", self.weights, (K,))
        _require_shape("covariances", self.covariances, (K, D, D))
        _require_weights(self.weights)
        _require_reach("means", self.means)
        _require_volume(self.covariances)

    def __getstate__(self) -> dict[str, Array]:
        """What travels: not what can be computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def num_components(self) -> int:
        """K."""
        return len(self.weights)

    @property
    def dim(self) -> int:
        """D."""
        return int(self.means.shape[1])

    @cached_property
    def factors(self) -> Array:
        """The lower triangular ``L_k`` with ``L_k L_kᵀ = Σ_k``, shape ``[K, D, D]``."""
        return np.asarray(np.linalg.cholesky(self.covariances), dtype=np.float64)

    @cached_property
    def whitening(self) -> Array:
        """``L_k⁻¹``, shape ``[K, D, D]``: turns component k into a standard normal."""
        return np.asarray(np.linalg.inv(self.factors), dtype=np.float64)

    @cached_property
    def precisions(self) -> Array:
        """``Σ_k⁻¹``, shape ``[K, D, D]``."""
        return np.asarray(self.whitening.transpose(0, 2, 1) @ self.whitening)

    @cached_property
    def log_heights(self) -> Array:
        """``log π_k − ½ log det 2πΣ_k``, nats, shape ``[K]``; −∞ where the weight is 0."""
        log_volume = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(1)
        with np.errstate(divide="ignore"):
            height: Array = np.log(self.weights) - log_volume - 0.5 * self.dim * LOG_2PI
        return height

    def component_log_probs(self, x: ArrayLike) -> Array:
        """``log π_k + log N(x_n; μ_k, Σ_k)``, nats, shape ``[N, K]``, at x ``[N, D]``."""
        rows = as_rows(x, self.dim)
        found = np.empty((len(rows), self.num_components))
        for part in self.blocks(len(rows)):
            found[part] = self.log_terms(rows[part]).T
        return found

    def log_prob(self, x: ArrayLike) -> Array:
        """``log Σ_k π_k N(x_n; μ_k, Σ_k)``, nats, shape ``[N]``, at x ``[N, D]``."""
        rows = as_rows(x, self.dim)
        found = np.empty(len(rows))
        for part in self.blocks(len(rows)):
            found[part] = log_sum_exp(self.log_terms(rows[part]))
        return found

    def responsibilities(self, x: ArrayLike) -> Array:
        """``p(k|x_n)``, shape ``[N, K]``: numbers even where every density underflows."""
        rows = as_rows(x, self.dim)
        found = np.empty((len(rows), self.num_components))
        for part in self.blocks(len(rows)):
            found[part] = shares(self.log_terms(rows[part])).T
        return found

    def score(self, x: ArrayLike) -> Array:
        """``∇_x log p(x_n) = Σ_k p(k|x_n) Σ_k⁻¹ (μ_k − x_n)``, shape ``[N, D]``."""
        rows = as_rows(x, self.dim)
        found = np.empty_like(rows)
        for part in self.blocks(len(rows)):
            share = shares(self.log_terms(rows[part]))
            pull = self.precisions @ self._differences(rows[part])
            found[part] = -np.einsum("kn,kdn->nd", share, pull)
        return found

    def score_jacobian(self, x: ArrayLike) -> Array:
        """``∇∇ᵀ log p(x_n)``, shape ``[N, D, D]``, symmetric.

        With r_k the responsibilities and ``g_k = Σ_k⁻¹(μ_k − x)``:
        ``Σ_k r_k (g_k g_kᵀ − Σ_k⁻¹) − s sᵀ``, s the score (``test_the_jacobian_is_autograds``).
        """
        rows = as_rows(x, self.dim)
        found = np.empty((len(rows), self.dim, self.dim))
        for part in self.blocks(len(rows)):
            share = shares(self.log_terms(rows[part]))
            pull = self.precisions @ self._differences(rows[part])
            score = np.einsum("kn,kdn->nd", share, pull)
            spread = np.einsum("kn,kdn,ken->nde", share, pull, pull)
            bend = np.einsum("kn,kde->nde", share, self.precisions)
            found[part] = spread - bend - score[:, :, None] * score[:, None, :]
        return found

    def smoothed(self, sd: float) -> "Mixture":
        """The density of ``x + sd ε`` with ε ~ N(0, I) (SUT-DL4 Q4, denoising).

        Raises:
            ValueError: naming the bound and the value.
        """
        if not 0 <= sd <= FARTHEST:
            raise ValueError(f"`sd` must be from 0 to {FARTHEST:g}, got {sd}")
        return replace(self, covariances=self.covariances + sd**2 * np.eye(self.dim))

    def noised(self, alpha_bar: float) -> "Mixture":
        """The density of ``√ᾱ x + √(1 − ᾱ) ε`` with ε ~ N(0, I) (SUT-DL4 Q5).

        Raises:
            ValueError: naming the bound and the value.
        """
        if not 0 < alpha_bar <= 1:
            raise ValueError(f"`alpha_bar` must be greater than 0 and at most 1, got {alpha_bar}")
        return replace(
            self,
            means=np.sqrt(alpha_bar) * self.means,
            covariances=alpha_bar * self.covariances + (1 - alpha_bar) * np.eye(self.dim),
        )

    def posterior_mean(self, x_t: ArrayLike, alpha_bar: float) -> Array:
        """``E[x | √ᾱ x + √(1 − ᾱ) ε = x_t]``, shape ``[N, D]``, by the score (Tweedie).

        Raises:
            ValueError: naming the bound and the value.
        """
        noisy = self.noised(alpha_bar)
        rows = as_rows(x_t, self.dim)
        return np.asarray((rows + (1 - alpha_bar) * noisy.score(rows)) / np.sqrt(alpha_bar))

    def moments(self) -> tuple[Array, Array]:
        """Mean ``[D]`` and covariance ``[D, D]``: ``Σ_k π_k (Σ_k + (μ_k − μ)(μ_k − μ)ᵀ)``."""
        mean = self.weights @ self.means
        apart = self.means - mean
        covariance = np.einsum("k,kij->ij", self.weights, self.covariances)
        return mean, covariance + (self.weights[:, None] * apart).T @ apart

    def sample(self, count: int, generator: np.random.Generator) -> tuple[Array, Indices]:
        """Draws ``[count, D]``, and the component ``[count]`` that each was drawn from."""
        labels = generator.choice(self.num_components, size=count, p=self.weights)
        x = generator.standard_normal((count, self.dim))
        for k in np.unique(labels):
            chosen = labels == k
            x[chosen] = self.means[k] + x[chosen] @ self.factors[k].T
        return x, labels.astype(np.int64)

    def blocks(self, num_rows: int) -> Iterator[slice]:
        """Slices of the rows whose tables stay in the cache."""
        size = max(64, CACHED // (self.num_components * self.dim))
        return (slice(start, start + size) for start in range(0, num_rows, size))

    def log_terms(self, block: Array, which: Indices | None = None) -> Array:
        """``component_log_probs`` of one block ``[n, D]``, a row per component: ``[K, n]``.

        With ``which``, a row for each of these components only.
        """
        chosen = EVERY if which is None else which
        white = self.whitening[chosen] @ self._differences(block, chosen)
        terms: Array = np.square(white, out=white).sum(1)
        terms *= -0.5
        terms += self.log_heights[chosen, None]
        return terms

    def _differences(self, block: Array, chosen: slice | Indices = EVERY) -> Array:
        """``x_n − μ_k``, shape ``[K, D, n]``."""
        difference: Array = np.ascontiguousarray(block.T) - self.means[chosen, :, None]
        return difference


def log_sum_exp(terms: Array) -> Array:
    """``log Σ_k exp terms_k`` over the first axis, shape ``[n]`` from ``[K, n]``.

    At least one term of every column must be finite.
    """
    top = terms.max(0)
    total: Array = top + np.log(np.exp(terms - top).sum(0))
    return total


def shares(terms: Array) -> Array:
    """``exp terms_k / Σ_j exp terms_j`` over the first axis, ``[K, n]``.

    Divided after the exponential: subtracting ``log_sum_exp`` would lose the ``log 2`` of two
    equal terms beside a top of −1e20.
    """
    parts = np.exp(terms - terms.max(0))
    total: Array = parts / parts.sum(0)
    return total


def as_rows(x: ArrayLike, dim: int | None = None) -> Array:
    """The points as float64 with shape ``[N, D]``.

    Raises:
        ValueError: another shape, or numbers that are not finite or too far.
    """
    rows = np.asarray(x, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] < 1 or dim not in (None, rows.shape[1]):
        raise ValueError(f"`x` must have shape [N, {dim or 'D'}], got {list(rows.shape)}")
    _require_reach("x", rows)
    return rows


def _require_shape(name: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"`{name}` must have shape {list(shape)}, got {list(array.shape)}")


def _require_weights(weights: Array) -> None:
    if not (weights >= 0).all():
        raise ValueError(f"`weights` must be at least 0, got {weights.tolist()}")
    if not abs(weights.sum() - 1) <= 1e-9:
        raise ValueError(f"`weights` must sum to 1, got {weights.sum()}")


def _require_reach(name: str, array: Array) -> None:
    """Refuse numbers that are not finite, or too large to be squared."""
    if array.size and not np.abs(array).max() <= FARTHEST:
        worst = array.flat[int(np.argmax(~(np.abs(array) <= FARTHEST)))]
        raise ValueError(
            f"`{name}` must be finite numbers between -{FARTHEST:g} and {FARTHEST:g}, got {worst}"
        )


def _require_volume(covariances: Array) -> None:
    """Refuse covariances that are not symmetric, or whose Gaussian has no volume."""
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    least, most = variances.min(), np.abs(covariances).max()
    if not (least >= LEAST_VARIANCE and most <= FARTHEST**2):
        raise ValueError(
            f"`covariances` must be finite numbers with variances at least {LEAST_VARIANCE:g}, "
            f"got {least:g} and {most:g}"
        )
    scales = np.sqrt(variances)
    correlations = covariances / (scales[:, :, None] * scales[:, None, :])
    if np.abs(correlations - correlations.transpose(0, 2, 1)).max() > 1e-9:
        raise ValueError(f"`covariances` must be symmetric, got {covariances.tolist()}")
    smallest = np.linalg.eigvalsh(correlations)[:, 0].min()
    if smallest <= SINGULAR:
        raise ValueError(
            "`covariances` must be positive definite: the smallest eigenvalue of every "
            f"correlation matrix must be greater than {SINGULAR:g}, got {smallest:.3g}"
        )
