"""From few components to infinitely many: torch-free, nats.

A mixture of enough Gaussians comes as near to any density as one likes (IT5410, universal
approximation), but N rows do not pay for any number of them. A decoder with ``z ~ N(0, I)`` is a
mixture of infinitely many; K draws of z are one of K, equally weighted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.flow.targets import TargetConfig, draws, target
from core.foundations.em import run_em
from core.foundations.em_step import default_floor
from core.foundations.starts import Covariance, Start, start_of
from core.mixtures import FARTHEST, LOG_2PI, Mixture, as_rows
from core.progress import note_progress
from core.validation import require_choice, require_number

Array = NDArray[np.float64]

LADDER = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of components."""

POOLS = ("two_moons", "checkerboard")
"""Targets of the flow lesson whose entropy is known."""

FIT_ROWS = 5000
"""Training rows: the first of the flow's."""

MOST_STEPS = 300
NEAR = 1e-6
"""A best of several starts is not followed to its last digit: nats per row."""

DECODED = 2048
"""Components compared with a datum at once."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Rows to fit and to judge by.

    Attributes:
        name: one of ``POOLS``.
        x_train: ``[N, 2]``.
        x_test: ``[N', 2]``, never fitted.
        log_density: the exact log p of the held-out rows, nats, ``[N']``.
        entropy: the exact ``−∫ p log p``, nats.
    """

    name: str
    x_train: Array
    x_test: Array
    log_density: Array
    entropy: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Best:
    """The best of several starts.

    Attributes:
        mixture: where the best start led.
        seed: which it was.
        seeds: all of them.
        log_likelihoods: where each start led, mean over the training rows, nats, ``[n]``.
    """

    mixture: Mixture
    seed: int
    seeds: tuple[int, ...]
    log_likelihoods: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Rung:
    """How near K components come.

    Attributes:
        best: the fit.
        kl_train: ``−mean log p − H`` over the training rows, nats. No divergence: it falls below
            0 where the mixture knows the rows by heart.
        kl_test: the same over held-out rows: an estimate of ``KL(target ‖ mixture)``.
        kl_error: standard error of ``kl_test``.
        kl_paired: ``mean (log p − log p_K)`` over held-out rows, nats: of the same divergence, and
            what the rows have in common drops out.
        kl_paired_error: standard error of ``kl_paired``.
    """

    best: Best
    kl_train: float
    kl_test: float
    kl_error: float
    kl_paired: float
    kl_paired_error: float

    @property
    def num_components(self) -> int:
        """K."""
        return self.best.mixture.num_components


@lru_cache(maxsize=len(POOLS))
def pool_of(name: str) -> Pool:
    """Two moons or the checkerboard, standardised as the flow lesson does.

    Raises:
        ValueError: another name.
    """
    require_choice("name", name, POOLS)
    config = TargetConfig(name=name)
    truth, rows = target(config), draws(config)
    assert truth.entropy is not None
    assert truth.log_density is not None
    return Pool(
        name=name,
        x_train=rows.x_train[:FIT_ROWS],
        x_test=rows.x_test,
        log_density=truth.log_density(rows.x_test),
        entropy=truth.entropy,
    )


def fit_best(
    x: ArrayLike,
    num_components: int,
    seeds: Sequence[int],
    *,
    steps: int = MOST_STEPS,
    floor: float | None = None,
    start: Start = "spread",
    covariance: Covariance = "share",
    tolerance: float = NEAR,
) -> Best:
    """EM from one start per seed; the one of the largest log-likelihood of the training rows.

    Args:
        x: ``[N, D]``.
        num_components: K.
        seeds: of the starts.
        steps: of each at most.
        floor: the smallest variance; ``None``: a millionth of the data's.
        start: one of ``STARTS``.
        covariance: one of ``COVARIANCES``.
        tolerance: of the mean log-likelihood, nats.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    if not seeds:
        raise ValueError("`seeds` must hold at least 1 seed, got 0")
    least = default_floor(x) if floor is None else floor
    ends = []
    for seed in seeds:
        first = start_of(start, x, num_components, seed, covariance, least)
        run = run_em(x, first, steps, least, tolerance=tolerance)
        ends.append((float(run.log_likelihoods[-1]), run.mixture))
    likelihoods = np.array([end for end, _ in ends])
    winner = int(likelihoods.argmax())
    return Best(
        mixture=ends[winner][1],
        seed=int(seeds[winner]),
        seeds=tuple(int(seed) for seed in seeds),
        log_likelihoods=likelihoods,
    )


def judge(pool: Pool, best: Best) -> Rung:
    """Negative log-likelihoods less the exact entropy, and log-densities compared row by row."""
    nll = -best.mixture.log_prob(pool.x_test)
    ratio = pool.log_density + nll
    root = np.sqrt(len(nll))
    return Rung(
        best=best,
        kl_train=float(-best.mixture.log_prob(pool.x_train).mean()) - pool.entropy,
        kl_test=float(nll.mean()) - pool.entropy,
        kl_error=float(nll.std() / root),
        kl_paired=float(ratio.mean()),
        kl_paired_error=float(ratio.std() / root),
    )


def climb_ladder(
    name: str, seeds: Sequence[int], ladder: Sequence[int] = LADDER
) -> Iterator[Rung]:
    """Rung after rung, each as soon as it is there.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    pool = pool_of(name)
    for num_components in ladder:
        yield judge(pool, fit_best(pool.x_train, num_components, seeds))


def decoder_mixture_log_prob(x: ArrayLike, means: NDArray[np.floating], variance: float) -> Array:
    """``log (1/K) Σ_{k ≤ K} N(x; f(z_k), σ² I)`` for K = 1, 2, …, nats, shape ``[K]``.

    The log-density of a mixture of K draws of a decoder: with ``z_k ~ N(0, I)`` the Monte Carlo
    estimate of ``log p(x)`` from the prior (Evidence lesson), which it reaches as K grows.

    Args:
        x: one datum, ``[D]``.
        means: ``f(z_k)``, ``[K, D]``.
        variance: σ².

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    datum = as_rows(np.asarray(x, dtype=np.float64)[None])[0]
    if means.ndim != 2 or means.shape[1] != len(datum) or not len(means):
        raise ValueError(
            f"`means` must have shape [K, {len(datum)}], K at least 1, got {list(means.shape)}"
        )
    require_number("variance", variance, at_least=1e-100, at_most=FARTHEST)
    squares = np.empty(len(means))
    for begin in range(0, len(means), DECODED):
        part = as_rows(means[begin : begin + DECODED])
        squares[begin : begin + DECODED] = np.square(part - datum).sum(1)
        note_progress()
    terms = -0.5 * (squares / variance + len(datum) * (LOG_2PI + np.log(variance)))
    return running_log_mean_exp(terms)


def running_log_mean_exp(terms: Array) -> Array:
    """``log (1/k) Σ_{j ≤ k} exp t_j`` for every k, ``[K]``; measured from the largest of all."""
    top = terms.max()
    total: Array = np.logaddexp.accumulate(terms - top) + top
    return total - np.log(np.arange(1, len(terms) + 1))
