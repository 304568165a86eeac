"""A divergence by sampling, which can come out negative, and one that cannot. Torch-free.

Of ``KL(a ‖ b)`` with draws x from a and ``r = b(x)/a(x)``: the mean of ``−log r``, and that of
``(r − 1) − log r``, of the same expectation since ``E_a r = 1``, and never negative since
``log r ≤ r − 1`` (Schulman 2020, "Approximating KL divergence", k1 and k3).
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import Direction
from core.foundations.kl_fits import (
    forward_kl,
    gaussian_log_density,
    require_gaussian,
    reverse_kl,
)
from core.foundations.target import Target1D
from core.validation import require_choice, require_number

Array = NDArray[np.float64]

MOST_DRAWS = 1_000_000
QUANTILES = 2001
SHOWN = 200
"""Counts of draws at which the running estimates are kept, about evenly in their logarithm."""


class Running(NamedTuple):
    """An estimate while draws come in, nats, ``[c]`` each.

    Attributes:
        value: the mean of the first n.
        standard_error: NaN after the first draw, which alone says nothing of it.
    """

    value: Array
    standard_error: Array

    @property
    def last(self) -> tuple[float, float]:
        """Of all draws: value and standard error."""
        return float(self.value[-1]), float(self.standard_error[-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class SampledKL:
    """Two estimates of one divergence by the same draws.

    Attributes:
        exact: by quadrature, nats.
        counts: n, rising, the last is all draws, ``[c]``.
        log_ratio: the mean of ``−log r``.
        positive: the mean of ``(r − 1) − log r``.
        is_error_finite: whether the second has a standard error at all: its variance is infinite
            where the tails of the density drawn from are too thin.
        unseen: the part of ``E r = 1`` that lies where ``r > n``, n all draws, which seldom see
            it: by about so much the second is too low, and its standard error does not tell.
        share_negative: of the draws those with ``−log r < 0``.
    """

    exact: float
    counts: NDArray[np.int64]
    log_ratio: Running
    positive: Running
    is_error_finite: bool
    unseen: float
    share_negative: float


def sampled_kl(
    target: Target1D,
    mean: float,
    sd: float,
    *,
    direction: Direction,
    num_samples: int,
    seed: int,
) -> SampledKL:
    """``KL(q ‖ P)`` (reverse) by draws from q, or ``KL(P ‖ q)`` (forward) by draws from P.

    Args:
        target: P.
        mean: m of ``q = N(m, s²)``.
        sd: s.
        direction: which of the two.
        num_samples: draws.
        seed: of the draws.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_gaussian(mean, sd)
    require_choice("direction", direction, get_args(Direction))
    require_number("num_samples", num_samples, at_least=1, at_most=MOST_DRAWS)
    require_number("seed", seed, at_least=0)
    generator = np.random.default_rng(seed)
    is_reverse = direction == "reverse"
    if is_reverse:
        x = mean + sd * generator.standard_normal(num_samples)
    else:
        x = target.sample(num_samples, generator)
    difference = target.log_density(x) - gaussian_log_density(x, mean, sd)
    log_r = difference if is_reverse else -difference
    counts = _counts(num_samples)
    return SampledKL(
        exact=(reverse_kl if is_reverse else forward_kl)(target, mean, sd),
        counts=counts,
        log_ratio=_running(-log_r, counts),
        positive=_running(np.expm1(log_r) - log_r, counts),
        is_error_finite=is_variance_finite(target, sd, direction),
        unseen=unseen_share(target, mean, sd, direction, num_samples),
        share_negative=float((log_r > 0).mean()),
    )


def is_variance_finite(target: Target1D, sd: float, direction: Direction) -> bool:
    """Whether ``E_a r² = ∫ b²/a`` is finite: b's tails must fall fast enough, ``σ_b² < 2 σ_a²``.

    The tails of P are those of its widest component.
    """
    widest = max(target.sds)
    drawn, other = (sd, widest) if direction == "reverse" else (widest, sd)
    return other**2 < 2 * drawn**2


def unseen_share(
    target: Target1D, mean: float, sd: float, direction: Direction, num_samples: int
) -> float:
    """``E_a [r; r > n] = P_b(r > n)``: what n draws from a seldom see of ``r = b/a``, from 0 to 1.

    A bump of P that q never visits is one: r is huge there, and of no draw (Chatterjee and
    Diaconis 2018, "The sample size required in importance sampling", theorem 1.1). By quantiles of
    b, to about three places.
    """
    noise = _quantiles()
    if direction == "forward":
        x, shares = (mean + sd * noise)[None], np.ones(1)
    else:
        means, sds = np.array(target.means)[:, None], np.array(target.sds)[:, None]
        x, shares = means + sds * noise, np.array(target.weights)
    difference = target.log_density(x) - gaussian_log_density(x, mean, sd)
    log_r = difference if direction == "reverse" else -difference
    return float(shares @ (log_r > np.log(num_samples)).mean(1))


@lru_cache(maxsize=1)
def _quantiles() -> Array:
    """Of N(0, 1), in the middle of equal shares."""
    return np.array([NormalDist().inv_cdf((i + 0.5) / QUANTILES) for i in range(QUANTILES)])


def _counts(num_samples: int) -> NDArray[np.int64]:
    """Distinct whole numbers from 1 to ``num_samples``."""
    spaced = np.geomspace(1, num_samples, SHOWN) if num_samples > 1 else np.ones(1)
    return np.unique(np.rint(spaced).astype(np.int64))


def _running(values: Array, counts: NDArray[np.int64]) -> Running:
    """Mean and its standard error after every count; sums are taken of what differs from all's."""
    centre = float(values.mean())
    centred = values - centre
    sums, squares = np.cumsum(centred)[counts - 1], np.cumsum(np.square(centred))[counts - 1]
    means = sums / counts
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares - counts * np.square(means), 0) / (counts - 1)
        error = np.sqrt(variance / counts)
    return Running(centre + means, np.where(counts > 1, error, np.nan))
