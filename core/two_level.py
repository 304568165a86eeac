"""The two-level rule: integrals of sharp peaks somewhere on a wide line or plane. Torch-free.

One grid cannot do both, range and resolution: a posterior may be a hundredth wide on a plane of
±6. So a coarse lattice finds the cells that matter, and only those are split, twice differently:
the difference of the two is the achieved error. A peak over very many cells needs no split: there
the lattice itself is compared with every second of its nodes.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.validation import require_number

Array = NDArray[np.float64]
Cells = NDArray[np.intp]

DEPTH = 15.0
"""Nats below the highest node from which a cell is left out: e^−15 = 3·10⁻⁷ of its density."""

SPLITS = (4, 2)
"""Parts per dimension of a surviving cell: of the value shown, and of the rougher one."""

TOLERANCE, FINEST = 0.01, 16
"""Cells are split on, at most into so many parts, where the two values differ by more nats."""

RIM_MASS = 1e-5
"""Share of the mass in the outermost cells above which too much is thought to lie beyond them."""

WIDE = 500
"""Cells from which on it is tried without a split: to split so many would take long."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lattice:
    """Square cells of one width around nodes; the first coordinate changes slowest.

    Attributes:
        centre: of the lattice, shape ``[L]``.
        reach: from the centre to the outermost nodes, in every dimension.
        count: nodes per dimension.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    centre: Array
    reach: float
    count: int

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("dimensions", len(self.centre), at_least=1, at_most=2)
        require_number("reach", self.reach, above=0)
        require_number("count", self.count, at_least=3)

    @property
    def dim(self) -> int:
        """L."""
        return len(self.centre)

    @property
    def step(self) -> float:
        """h, the distance of neighbours and the width of a cell."""
        return 2 * self.reach / (self.count - 1)

    @cached_property
    def nodes(self) -> Array:
        """The middles of all cells, shape ``[count^L, L]``."""
        axis = np.linspace(-self.reach, self.reach, self.count)
        return self.centre + _tensor([axis] * self.dim)

    def survivors(self, values: Array, depth: float = DEPTH) -> Cells:
        """Cells within ``depth`` nats of the highest, and their neighbours, shape ``[c]``.

        Args:
            values: logarithms of the integrand at all nodes, shape ``[count^L]``.
            depth: in nats.
        """
        kept = (values > values.max() - depth).reshape((self.count,) * self.dim)
        for axis in range(self.dim):
            kept = np.moveaxis(kept, axis, 0)
            wider = kept.copy()
            wider[1:] |= kept[:-1]
            wider[:-1] |= kept[1:]
            kept = np.moveaxis(wider, 0, axis)
        return np.flatnonzero(kept)

    def is_cut(self, cells: Cells, mass: Array) -> bool:
        """Whether the outermost of these cells, ``[c]``, hold more than ``RIM_MASS``.

        Args:
            cells: those that matter.
            mass: of every part of each, ``[c · parts^L]``, 1 in all.
        """
        places = np.stack(np.unravel_index(cells, (self.count,) * self.dim))
        is_outermost = np.any((places == 0) | (places == self.count - 1), axis=0)
        return bool(mass.reshape(len(cells), -1)[is_outermost].sum() > RIM_MASS)

    def split(self, cells: Cells, parts: int) -> Array:
        """Middles of the ``parts^L`` equal parts of each cell, shape ``[c · parts^L, L]``."""
        offsets = (np.arange(parts) + 0.5) / parts - 0.5
        inside = self.step * _tensor([offsets] * self.dim)
        return (self.nodes[cells][:, None] + inside).reshape(-1, self.dim)

    def log_volume(self, parts: int) -> float:
        """Logarithm of the volume of one part of a cell."""
        return self.dim * float(np.log(self.step / parts))


@dataclass(frozen=True, kw_only=True, eq=False)
class Peak:
    """What the rule found.

    Attributes:
        log_integral: ``log ∫ e^value``, in nats.
        error: how far the rougher split was from it, in nats.
        nodes: of the finer split, or those of the lattice that matter, shape ``[n, L]``.
        mass: of every node's part, shape ``[n]``; their sum is 1.
        best: the node of the highest value, shape ``[L]``.
        best_value: its value, in nats.
        is_cut: whether mass lies at the rim of the lattice, so that some lies beyond it.
    """

    log_integral: float
    error: float
    nodes: Array
    mass: Array
    best: Array
    best_value: float
    is_cut: bool

    @cached_property
    def mean(self) -> Array:
        """Of the normalised integrand, shape ``[L]``."""
        mean: Array = self.mass @ self.nodes
        return mean

    @cached_property
    def covariance(self) -> Array:
        """Of the normalised integrand, shape ``[L, L]``."""
        deviation = self.nodes - self.mean
        covariance: Array = (self.mass[:, None] * deviation).T @ deviation
        return covariance


Logarithm = Callable[[Array], Array]
"""From nodes with shape ``[n, L]`` to logarithms of the integrand, ``[n]``, in nats."""


def log_integral(log_value: Logarithm, lattice: Lattice, cells: Cells, parts: int) -> float:
    """``log ∫ e^value`` over cells ``[c]``, each split into ``parts^L``, in nats."""
    return float(log_sum(log_value(lattice.split(cells, parts)))) + lattice.log_volume(parts)


def find_peak(
    log_value: Logarithm, lattice: Lattice, cells: Cells, parts: tuple[int, int] = SPLITS
) -> Peak:
    """Integrate over the surviving cells, ``[c]``, and say how well (midpoint rule).

    Args:
        log_value: the integrand.
        lattice: the coarse cells.
        cells: those that matter, as ``Lattice.survivors`` finds them.
        parts: per dimension, of the value and of the rougher one that it is compared with.
    """
    fine, rough = parts
    before = log_integral(log_value, lattice, cells, rough)
    while True:
        nodes = lattice.split(cells, fine)
        values = log_value(nodes)
        total = float(log_sum(values))
        found = total + lattice.log_volume(fine)
        if abs(found - before) <= TOLERANCE or 2 * fine > FINEST:
            break
        before, fine = found, 2 * fine
    best, mass = int(values.argmax()), np.exp(values - total)
    return Peak(
        log_integral=found,
        error=abs(found - before),
        nodes=nodes,
        mass=mass,
        best=nodes[best],
        best_value=float(values[best]),
        is_cut=lattice.is_cut(cells, mass),
    )


def find_wide_peak(values: Array, lattice: Lattice, cells: Cells) -> Peak | None:
    """Integrate over the lattice as it is, where a peak is as wide as many of its cells.

    The trapezoidal rule errs exponentially little in the width of what is smooth (Trefethen and
    Weideman 2014). The achieved error is how far it is from the farthest of the ``2^L`` rules that
    use every second node along each dimension.

    Args:
        values: logarithms of the integrand at all nodes, shape ``[count^L]``.
        lattice: the coarse cells.
        cells: those that matter, ``[c]``; fewer than ``WIDE`` are better split.

    Returns:
        What was found, or ``None`` where the rules differ by more than ``TOLERANCE``.
    """
    if len(cells) < WIDE:
        return None
    total = float(log_sum(values))
    table = values.reshape((lattice.count,) * lattice.dim)
    every_second = (slice(0, None, 2), slice(1, None, 2))
    rough = [
        float(log_sum(table[chosen].ravel())) + lattice.dim * float(np.log(2))
        for chosen in itertools.product(every_second, repeat=lattice.dim)
    ]
    error = max(abs(one - total) for one in rough)
    if error > TOLERANCE:
        return None
    kept = values[cells]
    best, mass = int(kept.argmax()), np.exp(kept - log_sum(kept))
    return Peak(
        log_integral=total + lattice.log_volume(1),
        error=error,
        nodes=lattice.nodes[cells],
        mass=mass,
        best=lattice.nodes[cells[best]],
        best_value=float(kept[best]),
        is_cut=lattice.is_cut(cells, mass),
    )


def log_sum(values: Array) -> np.float64:
    """``log Σ e^value`` of values ``[n]``, without overflow or underflow."""
    top = values.max()
    total: np.float64 = top + np.log(np.exp(values - top).sum())
    return total


def _tensor(axes: list[Array]) -> Array:
    """All combinations of coordinates, shape ``[∏ n, L]``, the last changing fastest."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
