"""Both divergences over a whole plane of Gaussians, and where a descent ends. Torch-free."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.foundations.config import Direction
from core.foundations.kl_fits import (
    FARTHEST,
    LEAST_WIDTH,
    MOST_WIDTH,
    Bounds,
    Curvature,
    cross_entropy,
    gaussian_entropy,
    require_gaussian,
    reverse_curvature,
    search_bounds,
)
from core.foundations.kl_quadrature import REACH, WIDEST, entropy, panels
from core.foundations.target import Target1D
from core.validation import require_choice, require_number

if TYPE_CHECKING:
    from core.foundations.kl_optima import Optimum

Array = NDArray[np.float64]

TOGETHER = 1.5
"""Rows share their panels up to this ratio of their widths."""

SPAN = 8.0
"""Means within so many standard deviations share their nodes."""

LONGEST = 0.5
"""The longest step of a descent, in ``√(δm²/s² + 2 δt²)``: Fisher's length."""

RATE = 0.5
FLOW_STEPS, FLOW_ROUNDS = 8, 20
"""Of the descents on the tabulated landscape: after every round those at an end are done."""

ARRIVED = 0.25
"""Fisher's distance from an optimum at which a descent is as good as there."""


def landscape(
    target: Target1D,
    means: ArrayLike,
    log_sds: ArrayLike,
    direction: Direction = "reverse",
) -> Array:
    """``KL(q ‖ P)`` or ``KL(P ‖ q)``, nats, shape ``[b, a]``, of ``q = N(m, s²)``.

    Args:
        target: P.
        means: m, rising, shape ``[a]``.
        log_sds: log s, rising, shape ``[b]``.
        direction: ``reverse`` or ``forward``.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_choice("direction", direction, get_args(Direction))
    m, t = _axis("means", means, FARTHEST), _axis("log_sds", log_sds, math.log(MOST_WIDTH))
    require_number("log_sds", float(t[0]), at_least=math.log(LEAST_WIDTH))
    sds = np.exp(t)
    if direction == "forward":
        return cross_entropy(target, m[None], sds[:, None]) - entropy(target)
    return -gaussian_entropy(0.0) - t[:, None] - _expected_log_densities(target, m, sds)


def _axis(name: str, values: ArrayLike, most: float) -> Array:
    axis = np.asarray(values, dtype=np.float64)
    if axis.ndim != 1 or len(axis) < 2 or not (np.diff(axis) > 0).all():
        raise ValueError(f"`{name}` must be at least 2 rising numbers, got {axis.tolist()}")
    for end in (float(axis[0]), float(axis[-1])):
        require_number(name, end, at_least=-most - 1e-9, at_most=most + 1e-9)
    return axis


def _expected_log_densities(target: Target1D, means: Array, sds: Array) -> Array:
    """``E_q log P``, nats, ``[b, a]``: nodes are shared, a kernel for every row and block."""
    found = np.empty((len(sds), len(means)))
    for rows in _groups(sds):
        narrow, reach = float(sds[rows][0]), REACH * float(sds[rows][-1])
        low, high = float(means[0]) - reach, float(means[-1]) + reach
        z, widths = panels(target, low, high, WIDEST * narrow)
        terms = widths * target.log_density(z)
        for block in _blocks(means, SPAN * narrow):
            some = means[block]
            first, last = np.searchsorted(z, (some[0] - reach, some[-1] + reach))
            squared = np.square(z[first:last] - some[:, None])
            for row in range(rows.start, rows.stop):
                kernel = np.exp(squared * (-0.5 / sds[row] ** 2))
                found[row, block] = kernel @ terms[first:last]
    return found / (sds[:, None] * math.sqrt(2 * math.pi))


def _groups(sds: Array) -> Iterator[slice]:
    """Rows whose widths are alike."""
    start = 0
    while start < len(sds):
        stop = int(np.searchsorted(sds, TOGETHER * sds[start], side="right"))
        yield slice(start, stop)
        start = stop


def _blocks(means: Array, span: float) -> Iterator[slice]:
    """Means that are near to one another."""
    start = 0
    while start < len(means):
        stop = int(np.searchsorted(means, means[start] + span, side="right"))
        yield slice(start, stop)
        start = stop


@dataclass(frozen=True, kw_only=True, eq=False)
class DescentPath:
    """Where a descent on ``KL(q ‖ P)`` went, from the start on.

    Attributes:
        means: m, ``[T + 1]``.
        sds: s, ``[T + 1]``.
        kls: nats, never rising, ``[T + 1]``.
        has_arrived: whether the slope had vanished at the end.
    """

    means: Array
    sds: Array
    kls: Array
    has_arrived: bool


@lru_cache(maxsize=64)
def descent_path(
    target: Target1D,
    start: tuple[float, float],
    *,
    learning_rate: float = 0.25,
    tolerance: float = 1e-5,
    most: int = 600,
) -> DescentPath:
    """Down the reverse divergence by natural gradients: ``(m, t) −= lr (s² ∂_m, ½ ∂_t) KL``.

    ``diag(1/s², 2)`` is the Fisher information of q. A step is at most half a unit of its length,
    and is halved until KL does not rise; m and s stay within the bounds of the search for optima,
    or between these and the start.

    Args:
        target: P.
        start: m and s.
        learning_rate: lr, above 0 and at most 1.
        tolerance: Fisher's length of the slope at which it has arrived.
        most: steps after which it is given up.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_gaussian(*start)
    require_number("learning_rate", learning_rate, above=0, at_most=1)
    require_number("most", most, at_least=1)
    place, bounds = np.array([start[0], math.log(start[1])]), search_bounds(target)
    low, high = np.minimum(bounds.low, place), np.maximum(bounds.high, place)
    here = reverse_curvature(target, float(place[0]), float(place[1]))
    places, values, has_arrived = [place], [here.value], False
    for _ in range(most):
        way = natural_way(place[1], *here.gradient)
        length = math.hypot(way[0] / math.exp(place[1]), math.sqrt(2) * way[1])
        has_arrived = length < tolerance
        if has_arrived:
            break
        step = min(learning_rate, LONGEST / length) * way
        fallen = _fallen(target, place, here, step, Bounds(low, high))
        if fallen is None:
            break
        place, here = fallen
        places.append(place)
        values.append(here.value)
    where = np.array(places)
    return DescentPath(
        means=where[:, 0], sds=np.exp(where[:, 1]), kls=np.array(values), has_arrived=has_arrived
    )


def _fallen(
    target: Target1D, place: Array, here: Curvature, step: Array, bounds: Bounds
) -> tuple[Array, Curvature] | None:
    """The first of ever shorter steps by which KL does not rise, if there is one."""
    for halving in range(20):
        ahead = np.clip(place + 0.5**halving * step, bounds.low, bounds.high)
        if np.array_equal(ahead, place):
            return None
        there = reverse_curvature(target, float(ahead[0]), float(ahead[1]))
        if there.value <= here.value:
            return ahead, there
    return None


def natural_way(log_sd: ArrayLike, slope_mean: ArrayLike, slope_log_sd: ArrayLike) -> Array:
    """``−F⁻¹ g`` with Fisher's ``F = diag(1/s², 2)`` in (m, log s), shape ``[2, ...]``."""
    variance = np.exp(2 * np.asarray(log_sd, dtype=np.float64))
    return np.stack([-variance * slope_mean, -0.5 * np.asarray(slope_log_sd)])


def basins(
    table: Array, means: Array, log_sds: Array, optima: "Sequence[Optimum]"
) -> NDArray[np.int64]:
    """In which optimum a descent from every cell ends: its place in ``optima``, shape ``[b, a]``.

    The descent is that of ``descent_path``, its slopes are read off the table between its nodes:
    a picture, exact up to its cells.

    Args:
        table: ``landscape`` of the reverse divergence, ``[b, a]``.
        means: m, ``[a]``.
        log_sds: log s, ``[b]``.
        optima: of ``reverse_optima``; saddles are not ends.
    """
    by_log_sd, by_mean = np.gradient(table, log_sds, means)
    slopes = np.stack([by_mean, by_log_sd], axis=-1)
    t, m = (axis.ravel() for axis in np.meshgrid(log_sds, means, indexing="ij"))
    ends = [place for place, optimum in enumerate(optima) if optimum.is_minimum]
    nearest, waiting = np.zeros(t.size, dtype=np.int64), np.arange(t.size)
    for _ in range(FLOW_ROUNDS):
        for _ in range(FLOW_STEPS):
            m, t = _flowed(slopes, means, log_sds, m, t)
        apart = np.array([_apart(m, t, optima[end]) for end in ends])
        nearest[waiting] = apart.argmin(0)
        is_under_way = apart.min(0) > ARRIVED**2
        waiting, m, t = waiting[is_under_way], m[is_under_way], t[is_under_way]
        if len(waiting) == 0:
            break
    return np.array(ends, dtype=np.int64)[nearest].reshape(table.shape)


def _flowed(
    slopes: Array, means: Array, log_sds: Array, m: Array, t: Array
) -> tuple[Array, Array]:
    """One step of many descents, within the picture."""
    way = natural_way(t, *_between(slopes, means, log_sds, m, t))
    length = np.sqrt(np.square(way[0]) * np.exp(-2 * t) + 2 * np.square(way[1]))
    share = np.minimum(RATE, LONGEST / np.maximum(length, 1e-300))
    return (
        np.clip(m + share * way[0], means[0], means[-1]),
        np.clip(t + share * way[1], log_sds[0], log_sds[-1]),
    )


def _apart(m: Array, t: Array, optimum: "Optimum") -> Array:
    """Squared distances from an optimum, in Fisher's length there."""
    ahead = (m - optimum.mean) / optimum.sd
    return np.asarray(np.square(ahead) + 2 * np.square(t - math.log(optimum.sd)))


def _between(slopes: Array, means: Array, log_sds: Array, m: Array, t: Array) -> Array:
    """The slopes, ``[2, n]``, between the four nodes around every place: bilinear."""
    rows, up = _cell(log_sds, t)
    columns, right = _cell(means, m)
    up, right = up[:, None], right[:, None]
    lower = slopes[rows, columns] * (1 - right) + slopes[rows, columns + 1] * right
    upper = slopes[rows + 1, columns] * (1 - right) + slopes[rows + 1, columns + 1] * right
    return np.asarray((lower * (1 - up) + upper * up).T)


def _cell(axis: Array, places: Array) -> tuple[NDArray[np.int64], Array]:
    """The node before each place, and the share of the way to the next."""
    nodes = np.clip(np.searchsorted(axis, places, side="right") - 1, 0, len(axis) - 2)
    return nodes, (places - axis[nodes]) / (axis[nodes + 1] - axis[nodes])
