"""All Gaussians at which ``KL(q ‖ P)`` is stationary, found by a bounded Newton. Torch-free.

The coordinates of a step are ``δm/s`` and ``δ log s``: in them the curvature of a Gaussian
target is ``diag(s²/σ², 2s²/σ²)``, whatever its place and width.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from core.foundations.kl_fits import (
    Bounds,
    Curvature,
    reverse_curvature,
    search_bounds,
)
from core.foundations.target import Target1D, symmetric_pair

Array = NDArray[np.float64]

Start = tuple[int, ...]
"""Components of P whose common mean and variance are where a search begins: one, some, or all."""

RADIUS = 0.7
"""The longest step."""

MOST_STEPS = 100
FLAT = 1e-10
"""A gradient below this, in the coordinates of a step, is none."""

SAME = 1e-5
"""Two optima nearer than this, in the coordinates of a step, are one."""

LEAST_CURVATURE = 1e-7
"""Of a minimum, in every direction."""

PUSH = 0.1
"""How far from a saddle the search goes on, to both sides."""


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """A Gaussian at which ``KL(q ‖ P)`` is stationary.

    Attributes:
        mean: m.
        sd: s.
        kl: nats.
        is_minimum: whether the Hessian is positive definite there, else it is a saddle.
        is_global: whether no minimum that was found is lower; of equal ones all are.
        is_on_bound: whether m or s stopped at the bounds of the search, not where KL is flat.
        starts: from where the search came here.
    """

    mean: float
    sd: float
    kl: float
    is_minimum: bool
    is_global: bool
    is_on_bound: bool
    starts: tuple[Start, ...]


def starts_of(target: Target1D) -> tuple[Start, ...]:
    """Every component, every group of components, and all of them."""
    indices = range(target.num_components)
    sizes = (combinations(indices, size + 1) for size in indices)
    return tuple(chain.from_iterable(sizes))


@lru_cache(maxsize=256)
def reverse_optima(target: Target1D) -> tuple[Optimum, ...]:
    """Every optimum of ``KL(q ‖ P)`` that is reached from the starts, the lowest first.

    From a saddle the search goes on to both sides, so that the lowest is always a minimum.
    """
    bounds, found = search_bounds(target), list[Optimum]()
    for start in starts_of(target):
        waiting = [_clipped(*target.moments(start), bounds)]
        while waiting:
            place, curvature = _newton(target, waiting.pop(), bounds)
            optimum = _described(place, curvature, bounds, start)
            is_new = _note(found, optimum)
            if is_new and not optimum.is_minimum:
                waiting += _beside(place, curvature, bounds)
    best = min(optimum.kl for optimum in found if optimum.is_minimum)
    found.sort(key=lambda optimum: (round(optimum.kl, 9), optimum.mean))
    return tuple(
        replace(each, is_global=each.is_minimum and each.kl <= best + 1e-9) for each in found
    )


def _clipped(mean: float, sd: float, bounds: Bounds) -> Array:
    place: Array = np.clip(np.array([mean, math.log(sd)]), bounds.low, bounds.high)
    return place


def _newton(target: Target1D, start: Array, bounds: Bounds) -> tuple[Array, Curvature]:
    """Down from (m, log s) to where nothing falls any more."""
    place, here = start, reverse_curvature(target, float(start[0]), float(start[1]))
    for _ in range(MOST_STEPS):
        slope, bend = _in_steps(place, here, bounds)
        if np.abs(slope).max() < FLAT:
            break
        moved = _moved(target, place, here, slope, _direction(slope, bend), bounds)
        if moved is None:
            break
        place, here = moved
    return place, here


def _in_steps(place: Array, here: Curvature, bounds: Bounds) -> tuple[Array, Array]:
    """Gradient and Hessian in the coordinates of a step; 0 where a bound is pushed against."""
    unit = np.array([math.exp(place[1]), 1.0])
    slope, bend = unit * here.gradient, np.outer(unit, unit) * here.hessian
    is_held = ((place <= bounds.low) & (slope > 0)) | ((place >= bounds.high) & (slope < 0))
    bend[is_held, :] = bend[:, is_held] = 0.0
    bend[is_held, is_held] = 1.0
    return np.where(is_held, 0.0, slope), bend


def _direction(slope: Array, bend: Array) -> Array:
    """``−|H|⁻¹ g``: Newton's step, turned downhill where the function is not convex."""
    curvatures, axes = np.linalg.eigh(bend)
    step = -axes @ ((axes.T @ slope) / np.maximum(np.abs(curvatures), 1e-6))
    return np.asarray(step * min(1.0, RADIUS / float(np.linalg.norm(step))))


def _moved(
    target: Target1D, place: Array, here: Curvature, slope: Array, step: Array, bounds: Bounds
) -> tuple[Array, Curvature] | None:
    """The first of ever shorter steps by which KL falls, if one is left that rounding shows."""
    unit = np.array([math.exp(place[1]), 1.0])
    noise = 1e-14 * (1 + abs(here.value))
    for halving in range(30):
        ahead = np.clip(place + 0.5**halving * unit * step, bounds.low, bounds.high)
        promised = float(slope @ ((ahead - place) / unit))
        if promised >= 0:
            return None
        there = reverse_curvature(target, float(ahead[0]), float(ahead[1]))
        if there.value <= here.value + 1e-4 * promised + noise:
            return ahead, there
    return None


def _described(place: Array, here: Curvature, bounds: Bounds, start: Start) -> Optimum:
    slope, bend = _in_steps(place, here, bounds)
    unit = np.array([math.exp(place[1]), 1.0])
    return Optimum(
        mean=float(place[0]),
        sd=math.exp(place[1]),
        kl=here.value,
        is_minimum=bool(np.linalg.eigvalsh(bend)[0] > LEAST_CURVATURE),
        is_global=False,
        is_on_bound=bool((np.abs(slope - unit * here.gradient) > FLAT).any()),
        starts=(start,),
    )


def _note(found: list[Optimum], optimum: Optimum) -> bool:
    """Add an optimum, or its start to the one that it is; whether it is new."""
    for place, known in enumerate(found):
        apart = abs(known.mean - optimum.mean) / known.sd, abs(math.log(known.sd / optimum.sd))
        if max(apart) < SAME:
            if optimum.starts[0] not in known.starts:
                found[place] = replace(known, starts=known.starts + optimum.starts)
            return False
    found.append(optimum)
    return True


def _beside(place: Array, here: Curvature, bounds: Bounds) -> list[Array]:
    """Two places beside a saddle, along its steepest way down."""
    bend = _in_steps(place, here, bounds)[1]
    way = PUSH * np.array([math.exp(place[1]), 1.0]) * np.linalg.eigh(bend)[1][:, 0]
    return [np.clip(place + sign * way, bounds.low, bounds.high) for sign in (-1, 1)]


@dataclass(frozen=True, kw_only=True)
class Crossover:
    """``½ N(−a, 1) + ½ N(a, 1)`` where covering both bumps costs as much as seeking one.

    Attributes:
        half_distance: a; above it the global optimum seeks, below it covers.
        middle: the Gaussian that covers.
        mode: the one that seeks, at the bump on the right.
    """

    half_distance: float
    middle: Optimum
    mode: Optimum


@lru_cache(maxsize=1)
def crossover() -> Crossover:
    """By the secant method between a = 2.6 and 3, where the two divergences change order."""
    low, high = 2.6, 3.0
    gaps = _gap(low), _gap(high)
    for _ in range(30):
        middle = high - gaps[1] * (high - low) / (gaps[1] - gaps[0])
        low, high, gaps = high, middle, (gaps[1], _gap(middle))
        if abs(high - low) < 1e-10 or gaps[1] == gaps[0]:
            break
    covering, seeking = _pair(high)
    return Crossover(half_distance=high, middle=covering, mode=seeking)


def _pair(half_distance: float) -> tuple[Optimum, Optimum]:
    found = reverse_optima(symmetric_pair(half_distance))
    covering = next(each for each in found if (0, 1) in each.starts)
    return covering, next(each for each in found if (1,) in each.starts)


def _gap(half_distance: float) -> float:
    covering, seeking = _pair(half_distance)
    return seeking.kl - covering.kl
