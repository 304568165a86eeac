"""Where EM begins: it climbs to a local optimum only, so the start decides which. Torch-free."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.foundations.em_step import clipped, maximise
from core.foundations.em_sums import Rows, rows_of
from core.mixtures import Mixture
from core.validation import require_choice, require_number

Array = NDArray[np.float64]

Start = Literal["rows", "spread", "random", "same"]
Covariance = Literal["data", "share", "identity"]

STARTS: tuple[Start, ...] = ("rows", "spread", "random", "same")
"""Where the means begin.

rows: the first K rows. spread: K rows drawn one after the other, each with probability
proportional to its squared distance to the nearest before it (k-means++, Arthur and
Vassilvitskii 2007). random: an M step from random responsibilities, so that all components begin
near the middle. same: every component the same; EM cannot tell them apart and stays there.
"""

COVARIANCES: tuple[Covariance, ...] = ("data", "share", "identity")
"""What every Σ_k begins with: the data's covariance, the same with a K-th of its volume, or I."""


def start_of(
    start: Start,
    x: ArrayLike,
    num_components: int,
    seed: int = 0,
    covariance: Covariance = "data",
    floor: float = 0.0,
) -> Mixture:
    """A mixture of equal weights (random: nearly equal) to begin with.

    Args:
        start: one of ``STARTS``.
        x: ``[N, D]``.
        num_components: K, at most N.
        seed: of spread and random.
        covariance: one of ``COVARIANCES``; random makes its own.
        floor: what the data's variance in any direction is raised to.

    Raises:
        ValueError: naming the input, its bound and the value; or data without volume and no
            floor: equal rows, a constant column, too few rows.
    """
    rows = rows_of(x)
    require_choice("start", start, STARTS)
    require_choice("covariance", covariance, COVARIANCES)
    require_number("floor", floor, at_least=0)
    require_number("seed", seed, at_least=0)
    if not 1 <= num_components <= rows.num_rows:
        raise ValueError(
            f"`num_components` must be between 1 and {rows.num_rows}, the number of rows, got "
            f"{num_components}"
        )
    generator = np.random.default_rng(seed)
    if start == "random":
        return _random(rows, num_components, floor, generator)
    each = _covariance(rows, num_components, covariance, floor)
    return Mixture(
        weights=np.full(num_components, 1 / num_components),
        means=_means(start, rows, num_components, generator),
        covariances=np.tile(each, (num_components, 1, 1)),
    )


def spread(x: Array, num_rows: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Which rows of ``x [N, D]`` k-means++ takes, ``[num_rows]``; columns in their own units."""
    scaled = x / rows_of(x, is_fast=False).scale
    chosen = np.empty(num_rows, dtype=np.int64)
    nearest = np.full(len(x), np.inf)
    chosen[0] = generator.integers(len(x))
    for index in range(1, num_rows):
        nearest = np.minimum(nearest, np.square(scaled - scaled[chosen[index - 1]]).sum(1))
        total = nearest.sum()
        share = nearest / total if total > 0 else None
        chosen[index] = generator.choice(len(x), p=share)
    return chosen


def _means(start: Start, rows: Rows, K: int, generator: np.random.Generator) -> Array:
    """Where the components begin, ``[K, D]``."""
    if start == "same":
        return np.tile(rows.centre, (K, 1))
    chosen = spread(rows.x, K, generator) if start == "spread" else np.arange(K)
    return rows.x[chosen]


def _random(rows: Rows, K: int, floor: float, generator: np.random.Generator) -> Mixture:
    responsibilities = generator.random((rows.num_rows, K)) + 1e-3
    responsibilities /= responsibilities.sum(1, keepdims=True)
    maximised = maximise(rows.x, responsibilities, floor)
    if floor == 0 and maximised.is_singular.any():
        raise _flat(rows)
    return maximised.mixture


def _covariance(rows: Rows, K: int, covariance: Covariance, floor: float) -> Array:
    """What every component begins with, ``[D, D]``."""
    if covariance == "identity":
        return np.eye(rows.dim) * max(1.0, floor)
    everything = maximise(rows.x, np.ones((rows.num_rows, 1)), floor)
    if floor == 0 and everything.is_singular.any():
        raise _flat(rows)
    whole = everything.mixture.covariances[0]
    return whole if covariance == "data" else clipped(whole * K ** (-2 / rows.dim), floor)


def _flat(rows: Rows) -> ValueError:
    """What is wrong with data that have no volume."""
    constant = np.flatnonzero(np.ptp(rows.x, axis=0) == 0)
    if len(constant) == rows.dim:
        what = f"{rows.num_rows} equal rows"
    elif len(constant):
        what = f"column {constant[0] + 1} equal to {rows.x[0, constant[0]]:g} in every row"
    else:
        what = f"{rows.num_rows} rows that lie in fewer dimensions, as far as float64 can tell"
    return ValueError(
        f"`x` must vary in each of its {rows.dim} directions unless `floor` is greater than 0: "
        f"without a floor a Gaussian fitted to it has no volume, got {what}"
    )
