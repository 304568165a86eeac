"""How far a density on the cells is from the data, and where it lies: numpy, torch-free.

Everything is added up over the same cells, so that ``R(D)`` of any discriminator is never below
``R*`` (``test_no_discriminator_beats_the_floor_on_the_cells``). Outside of the square there are
practically no data: what the generator puts there is told apart for certain.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.divergences.config import GanLoss
from core.divergences.losses import LOG_2, LOSSES
from core.divergences.plane import CELL, CELLS, EXTENT, centres, density_of, points
from core.mixtures import Mixture

Array = NDArray[np.float64]

TINY = 1e-300

WITHIN = 3.0
"""Standard deviations around a centre that count as its mode."""

SHARES = 4
"""A cell at the rim of a mode is counted by so many times so many points in it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Judgement:
    """What a density on the cells is worth, exactly.

    Attributes:
        js: Jensen–Shannon divergence to the data, nats, in [0, log 2].
        tv: total variation, in [0, 1].
        triangular: ``½Δ = ½∫(p_d − p_g)²/(p_d + p_g)``, in [0, 1].
        hellinger: ``H² = 1 − ∫√(p_d p_g)``, in [0, 1].
        mass: of p_g inside of the square.
        near: share of p_g whose nearest centre is that of mode k, ``[K]``.
        within: mass of p_g within three standard deviations of centre k, ``[K]``.
    """

    js: float
    tv: float
    triangular: float
    hellinger: float
    mass: float
    near: Array
    within: Array


def judged(density: Array, target: Mixture) -> Judgement:
    """The divergences between ``target`` and a density ``[cells, cells]``, and its modes.

    Equal to closed forms by ``test_density_of_a_linear_generator``.
    """
    p, q, area = density_of(target), density, CELL**2
    mass = float(q.sum() * area)
    outside = max(0.0, 1 - mass)
    middle = (p + q) / 2
    both = np.maximum(p + q, TINY)
    js = 0.5 * (_relative(p, middle).sum() + _relative(q, middle).sum()) * area
    near, within = mode_masks(target)
    flat = q.ravel() * area
    return Judgement(
        js=_at_most(LOG_2, float(js) + 0.5 * outside * LOG_2),
        tv=_at_most(1.0, float(0.5 * np.abs(p - q).sum() * area) + 0.5 * outside),
        triangular=float(0.5 * (np.square(p - q) / both).sum() * area) + 0.5 * outside,
        hellinger=float(0.5 * np.square(np.sqrt(p) - np.sqrt(q)).sum() * area) + 0.5 * outside,
        mass=mass,
        near=np.bincount(near, flat, target.num_components).astype(np.float64),
        within=within @ flat,
    )


def _at_most(bound: float, value: float) -> float:
    """``value``, but for what rounding put above its bound."""
    assert value <= bound * (1 + 1e-9), f"{value} is above {bound}: the cells do not resolve it"
    return min(bound, value)


def _relative(p: Array, m: Array) -> Array:
    """``p log(p/m)`` cell by cell, 0 where p is."""
    ratio: Array = p * (np.log(np.maximum(p, TINY)) - np.log(np.maximum(m, TINY)))
    return ratio


def risk_on_cells(loss: GanLoss, values: Array, density: Array, target: Mixture) -> float:
    """``R(D) = ½∫ ℓ(D) p_d + ½∫ ℓ(−D) p_g`` over the cells, from D ``[cells, cells]``."""
    cost = LOSSES[loss].costs
    total = cost(values) * density_of(target) + cost(-values) * density
    return float(0.5 * total.sum() * CELL**2)


def floor_on_cells(loss: GanLoss, density: Array, target: Mixture) -> float:
    """``R*``: the least ``R(D)`` that any D reaches on the same cells."""
    p, q = density_of(target), density
    return float(FLOORS[loss](p, q).sum() * CELL**2)


def equal_on_cells(loss: GanLoss, density: Array, target: Mixture) -> float:
    """``R`` of a discriminator that tells nothing apart, with the mass inside of the square."""
    mass = 0.5 * float(density_of(target).sum() + density.sum()) * CELL**2
    return LOSSES[loss].at_equal * mass


def _logistic_floor(p: Array, q: Array) -> Array:
    """``½[p log((p+q)/p) + q log((p+q)/q)]``: D* = log p − log q put into the loss."""
    both = p + q
    return -0.5 * (_relative(p, both) + _relative(q, both))


FLOORS: dict[str, Callable[[Array, Array], Array]] = {
    "logistic": _logistic_floor,
    "squared": lambda p, q: 2 * p * q / np.maximum(p + q, TINY),
    "hinge": lambda p, q: np.minimum(p, q),
}
"""``min_α ½[ℓ(α) p + ℓ(−α) q]`` cell by cell."""


@lru_cache(maxsize=8)
def mode_masks(target: Mixture) -> tuple[NDArray[np.int64], Array]:
    """The nearest centre of every cell ``[cells²]``, and how much of it lies in mode k.

    The second has shape ``[K, cells²]``: 1 within three standard deviations (Mahalanobis) of
    centre k, 0 outside, a share of the cell at the rim.
    """
    apart = np.square(points()[:, None] - target.means).sum(2)
    within = np.zeros((target.num_components, CELLS, CELLS))
    for k, mean in enumerate(target.means):
        reach = WITHIN * np.sqrt(np.diagonal(target.covariances[k]))
        columns, rows = (_around(mean[i], reach[i]) for i in (0, 1))
        fine = [(centres()[part][:, None] + _inner()).ravel() for part in (columns, rows)]
        grid = np.stack(np.meshgrid(*fine, indexing="xy"), axis=-1) - mean
        inside = np.square(grid @ target.whitening[k].T).sum(2) <= WITHIN**2
        shape = (len(fine[1]) // SHARES, SHARES, len(fine[0]) // SHARES, SHARES)
        within[k, rows, columns] = inside.reshape(shape).mean((1, 3))
    return apart.argmin(1), within.reshape(target.num_components, -1)


def _around(centre: float, reach: float) -> slice:
    """The cells along an axis that ``centre ± reach`` touches."""
    first, last = ((centre + side * reach + EXTENT) / CELL for side in (-1, 1))
    return slice(max(0, int(first) - 1), min(CELLS, int(last) + 2))


def _inner() -> Array:
    """Offsets of the points inside of a cell along an axis, ``[shares]``."""
    return np.asarray((np.arange(SHARES) + 0.5) * (CELL / SHARES) - CELL / 2)
