"""What is counted while estimates are made, in bounded memory: torch-free, mergeable."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SHOWN = 400
"""Estimates kept for the picture of their distribution."""

LEAST_SHOWN = 100
SHOWN_NUMBERS = 40_000
"""Numbers kept at most, as long as ``LEAST_SHOWN`` estimates are: a full factor has d² each."""

BATCHES = 20
"""Parts that a block's groups are cut into: from how their variances differ the error of a
variance is known, whatever the tails."""

FEW_BATCHES = 8
"""With fewer, a variance's error is that of a normal distribution."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """Running mean and sum of squares of one estimator's independent parts.

    Draws that depend on each other form a group; groups are independent.

    Attributes:
        count: groups so far.
        mean: their mean, shape ``[P]``.
        squares: sum of squared deviations from it, shape ``[P]``.
        draws: draws so far.
        seconds: processor time spent, evaluation of f included; waiting for a core costs nothing.
        shown: the first estimates, shape ``[≤ SHOWN, P]``.
        batches: how many batches of groups there were.
        batch_sum: sum over them of the variance of a group in each, shape ``[P]``.
        batch_squares: sum over them of its square, shape ``[P]``.
        refusal: what autograd said, if it refused.
    """

    count: int
    mean: Array
    squares: Array
    draws: int
    seconds: float
    shown: Array
    batches: int
    batch_sum: Array
    batch_squares: Array
    refusal: str | None = None

    def merged(self, other: "Tally") -> "Tally":
        """Both together (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        gap = other.mean - self.mean
        return Tally(
            count=count,
            mean=self.mean + gap * (other.count / count),
            squares=self.squares + other.squares + gap**2 * (self.count * other.count / count),
            draws=self.draws + other.draws,
            seconds=self.seconds + other.seconds,
            shown=np.concatenate([self.shown, other.shown])[:SHOWN],
            batches=self.batches + other.batches,
            batch_sum=self.batch_sum + other.batch_sum,
            batch_squares=self.batch_squares + other.batch_squares,
            refusal=self.refusal or other.refusal,
        )

    @property
    def group_variance(self) -> Array:
        """Variance of one group's mean, shape ``[P]``; NaN for a single group."""
        return (
            self.squares / (self.count - 1) if self.count > 1 else np.full_like(self.mean, np.nan)
        )

    def variance(self, num_samples: int) -> Array:
        """Variance of an estimate of n draws: a mean of ``n·groups/draws`` groups, ``[P]``."""
        per_group = self.draws / self.count
        return self.group_variance * (per_group / num_samples)

    def variance_error(self, num_samples: int) -> Array:
        """The standard error of that variance, ``[P]``: from how batches of draws differ.

        Checked by ``test_the_error_of_a_variance_is_how_much_it_scatters``.
        """
        if self.batches < FEW_BATCHES:
            share = np.sqrt(2 / (self.count - 1)) if self.count > 1 else np.nan
            return self.variance(num_samples) * share
        mean = self.batch_sum / self.batches
        spread = np.maximum(self.batch_squares / self.batches - mean**2, 0)
        per_group = self.draws / self.count
        error: Array = np.sqrt(spread / (self.batches - 1)) * (per_group / num_samples)
        return error

    @property
    def standard_error(self) -> Array:
        """Of the mean over all draws, shape ``[P]``."""
        error: Array = np.sqrt(self.group_variance / self.count)
        return error


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """All estimators on the same draws.

    Attributes:
        tallies: by name.
        blocks_done: how many blocks of draws, of ``blocks_in_all``.
        blocks_in_all: see above.
    """

    tallies: dict[str, Tally]
    blocks_done: int
    blocks_in_all: int

    def merged(self, other: "Trial") -> "Trial":
        """Both together."""
        return Trial(
            tallies={n: self.tallies[n].merged(other.tallies[n]) for n in self.tallies},
            blocks_done=self.blocks_done + other.blocks_done,
            blocks_in_all=self.blocks_in_all,
        )

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        return self.blocks_done / self.blocks_in_all
