"""What workers answer about a VAE of two levels: numpy values, for a server without torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Images = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Snake:
    """What the plane of z1 shows of one parameter vector.

    Where L1 > 2 the plane is that of the two directions in which the codes vary most.

    Attributes:
        directions: of the plane in z1, orthonormal rows, ``[2, L1]``; of L1 = 1 the second is 0.
        centre: of the codes, ``[L1]``; 0 where L1 ≤ 2: the plane is then that of z1 itself.
        codes: means of q(z1|x) of the first training rows, in the plane, ``[n, 2]``.
        nodes: z2 along its quantiles, ``[m, L2]``: a line, or a square net of the first two.
        means: of ``p(z1|z2)`` there, in the plane, ``[m, 2]``.
        covariances: the same, ``[m, 2, 2]``.
    """

    directions: Array
    centre: Array
    codes: Array
    nodes: Array
    means: Array
    covariances: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class PriorMap:
    """The exact ``p(z1)`` on a grid, L1 = 2 and L2 ≤ 2.

    Attributes:
        x: the first coordinate, ``[g]``.
        y: the second, ``[h]``.
        log_prob: nats, ``[h, g]``.
        error: the largest difference to the rule with every second node, within 12 nats of the
            top.
        num_nodes: of z2.
    """

    x: Array
    y: Array
    log_prob: Array
    error: float
    num_nodes: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Images, or rows, decoded with one level fixed; the same noise at every step.

    Attributes:
        top_fixed: a z2 per row, draws of z1 along it, ``[rows, columns, D]``; down a column the
            noise is the same and z2 alone changes.
        low_fixed: a z1 per row, z2 along its quantiles, ``[rows, columns, D]``: without a skip the
            images of a row are one and the same.
        nodes: z2 of the rows of ``top_fixed``, ``[rows, L2]``.
    """

    top_fixed: Images
    low_fixed: Images
    nodes: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class At:
    """One z2: what p(z1|z2) is there, and what it decodes to.

    Attributes:
        mean: in the plane of the snake, ``[2]``.
        covariance: the same, ``[2, 2]``.
        images: decoded at the mean, then at draws, ``[k, D]``.
    """

    mean: Array
    covariance: Array
    images: Images


@dataclass(frozen=True, kw_only=True)
class Split:
    """``T2 + T3`` taken apart exactly, means over held-out rows, nats (L1 = 2, L2 ≤ 2).

    Attributes:
        to_prior: ``E KL(q(z1|x) ‖ p(z1))``.
        penalty: ``E KL(q(z2|z1) ‖ p(z2|z1))``.
        error: of their sum, from the rougher rules.
        num_rows: how many rows.
        rows_in_all: how many were asked for.
    """

    to_prior: float
    penalty: float
    error: float
    num_rows: int
    rows_in_all: int

    def merged(self, later: "Split") -> "Split":
        """Both together: ``later`` goes on where this ends."""
        num_rows = self.num_rows + later.num_rows
        share = later.num_rows / num_rows
        return Split(
            to_prior=(1 - share) * self.to_prior + share * later.to_prior,
            penalty=(1 - share) * self.penalty + share * later.penalty,
            error=(1 - share) * self.error + share * later.error,
            num_rows=num_rows,
            rows_in_all=self.rows_in_all,
        )

    @property
    def is_whole(self) -> bool:
        """Whether all rows are done."""
        return self.num_rows == self.rows_in_all


@dataclass(frozen=True, kw_only=True, eq=False)
class Flat:
    """The VAE without z2, of the same sizes, data and seed: what z2 has to beat.

    Attributes:
        steps: of the records, ``[T]``.
        elbo: held out, nats, ``[T]``.
        last_step: at which ``tag`` and ``gaussian`` were taken.
        tag: what z2 is worth to it, nats; NaN where L1 > 2.
        gaussian: what a Gaussian p(z1) buys of that.
    """

    steps: NDArray[np.int64]
    elbo: Array
    last_step: int
    tag: float
    gaussian: float

    def record_at(self, step: int) -> tuple[int, float]:
        """Step and ELBO of the newest record no later than ``step``; at least the first."""
        place = max(0, int(np.searchsorted(self.steps, step, side="right")) - 1)
        return int(self.steps[place]), float(self.elbo[place])


@dataclass(frozen=True, kw_only=True)
class Information:
    """``I(x; z)``, x one of N rows, each as likely, nats.

    Attributes:
        value: by quadrature.
        error: how far the rougher rule is from it.
        most: ``log N``, more than which nothing can say.
    """

    value: float
    error: float
    most: float
