"""The likelihood of one Gaussian: its maximum, its surface and two ways up (IT5410, MLE).

``ℓ(μ, σ) = Σ_n log N(x_n; μ, σ²) = −m/2 log 2π − m log σ − Σ_n (x_n − μ)²/2σ²``, in nats; of the m
numbers only their mean and variance matter. Slopes are in (μ, t) with ``t = log σ``. Torch-free.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.validation import require_choice, require_number

Array = NDArray[np.float64]
Kind = Literal["gradient", "natural"]
Step = Callable[[float, float], tuple[float, float]]

LOG_2PI = math.log(2 * math.pi)

PRINTED_VARIANCE = 0.0015
"""σ² of ``config.HEIGHTS`` as IT5410 prints it, in m²: not the maximum, which is at 0.002921."""

MOST, LEAST_SD = 1e9, 1e-50
"""Of data and starts, and of σ."""

ROUNDING = 1e-13
"""Data that differ by less than this share of their size are taken as equal."""

FARTHEST = 1e75
WIDEST = 140.0
"""Descents that reach ``|μ|`` or ``|log σ|`` beyond these have diverged."""


class Best(NamedTuple):
    """Where ℓ is largest.

    Attributes:
        mean: μ*, the mean of the data.
        sd: σ*, their population standard deviation (divided by m, not m − 1); 0 where all are
            equal, and then ℓ has no maximum: see ``require_spread``.
    """

    mean: float
    sd: float


def maximum(x: ArrayLike) -> Best:
    """``μ* = x̄`` and ``σ*² = Σ(x_n − x̄)²/m`` (IT5410, MLE of the univariate normal).

    Raises:
        ValueError: naming what is wrong with ``x``.
    """
    data = _checked(x)
    mean = float(data.mean())
    if _is_constant(data):
        return Best(mean, 0.0)
    return Best(mean, float(np.sqrt(np.square(data - mean).mean())))


def unbiased_variance(x: ArrayLike) -> float:
    """``Σ(x_n − x̄)²/(m − 1)``: of expectation σ², and of lower likelihood than σ*².

    Raises:
        ValueError: if there are fewer than two data.
    """
    data = _checked(x)
    require_number("count of x", len(data), at_least=2)
    return 0.0 if _is_constant(data) else float(data.var(ddof=1))


def require_spread(x: ArrayLike) -> Best:
    """The maximum, where there is one.

    Raises:
        ValueError: where all data are equal. At μ = x, ``ℓ = −m/2 log 2π − m log σ``: it rises by
            m log 10 = 2.3026 m nats whenever σ falls to a tenth, without end
            (``test_equal_data_have_no_maximum``).
    """
    best = maximum(x)
    if best.sd == 0:
        count = np.size(x)
        raise ValueError(
            "`x` must hold at least two different numbers: where all are equal, the "
            f"log-likelihood has no maximum: it rises by {count * math.log(10):.4f} nats whenever "
            f"σ falls to a tenth, without end, got {count} × {best.mean:g}"
        )
    return best


def log_likelihood(x: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Array:
    """``ℓ(μ, σ)``, nats, of m data, with the shape that μ and σ are broadcast to.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    m, best, mu, sigma = _inputs(x, mean, sd)
    error = best.sd**2 + np.square(mu - best.mean)
    return np.asarray(-m * (0.5 * LOG_2PI + np.log(sigma) + 0.5 * error / np.square(sigma)))


def gradient(x: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> tuple[Array, Array]:
    """``∂ℓ/∂μ = Σ(x_n − μ)/σ²`` and ``∂ℓ/∂t = Σ(x_n − μ)²/σ² − m``, shapes as of ℓ.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    m, best, mu, sigma = _inputs(x, mean, sd)
    variance = np.square(sigma)
    error = best.sd**2 + np.square(mu - best.mean)
    return np.asarray(m * (best.mean - mu) / variance), np.asarray(m * (error / variance - 1))


def fisher(count: int, sd: float) -> Array:
    """``F = diag(m/σ², 2m)`` in (μ, log σ), shape ``[2, 2]``.

    At the maximum it is the negative Hessian of ℓ; elsewhere its expectation under N(μ, σ²).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("count", count, at_least=1)
    require_number("sd", sd, at_least=LEAST_SD)
    return np.diag([count / sd**2, 2.0 * count])


def condition_number(x: ArrayLike) -> float:
    """Of F at the maximum: ``1/2σ*²`` or its inverse; it changes with the units of x.

    Raises:
        ValueError: naming what is wrong with ``x``.
    """
    ratio = 0.5 / require_spread(x).sd ** 2
    return max(ratio, 1 / ratio)


def stability_edge(x: ArrayLike, kind: Kind = "gradient") -> float:
    """The learning rate beyond which no descent settles at the maximum.

    A step multiplies what is left of μ's way by ``1 − lr/σ*²``, of log σ's by ``1 − 2 lr``: the
    edge is ``min(2σ*², 1)``. Of the natural gradient both are ``1 − lr``, the edge is 2.

    Raises:
        ValueError: naming what is wrong with ``x``.
    """
    best = require_spread(x)
    return min(2 * best.sd**2, 1.0) if kind == "gradient" else 2.0


def kl_from_best(x: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Array:
    """``KL(N* ‖ N(μ, σ²))``, nats per datum; ``ℓ* − ℓ(μ, σ)`` is m times this (IT5410).

    The equality is exact: the data enter ℓ by their first two moments alone, which are those of
    N* (``test_loglik_is_kl``).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    best = require_spread(x)
    _, _, mu, sigma = _inputs(x, mean, sd)
    squared = (best.sd**2 + np.square(best.mean - mu)) / np.square(sigma)
    return np.asarray(np.log(sigma / best.sd) + 0.5 * (squared - 1))


def factors(x: ArrayLike, mean: float, sd: float) -> Array:
    """The densities ``f(x_n) = N(x_n; μ, σ²)`` whose product is the likelihood, shape of x."""
    require_number("mean", mean)
    require_number("sd", sd, at_least=LEAST_SD)
    white = (np.asarray(x, dtype=np.float64) - mean) / sd
    return np.asarray(np.exp(-0.5 * np.square(white)) / (sd * math.sqrt(2 * math.pi)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Path:
    """Where a descent on −ℓ went, from the start on.

    Attributes:
        means: μ, shape ``[T + 1]``.
        sds: σ, shape ``[T + 1]``.
        log_likelihoods: ℓ, nats, shape ``[T + 1]``.
        num_steps: T, if ℓ then was within the tolerance of the maximum, else None.
        is_diverged: whether μ or log σ left all bounds; the path ends with what came before.
    """

    means: Array
    sds: Array
    log_likelihoods: Array
    num_steps: int | None
    is_diverged: bool


def descend(
    x: ArrayLike,
    start: tuple[float, float],
    *,
    kind: Kind,
    learning_rate: float,
    tolerance: float = 1e-6,
    most: int = 10_000,
) -> Path:
    """Up the mean log-likelihood ``ℓ/m`` in (μ, t = log σ), until ℓ is near its maximum.

    ``gradient``: ``(μ, t) += lr ∇ℓ/m``. ``natural``: ``(μ, t) += lr F⁻¹∇ℓ`` with F at the current
    σ, that is ``lr (x̄ − μ)`` and ``½ lr (Σ(x_n − μ)²/mσ² − 1)``: it knows no units.

    Args:
        x: the data.
        start: μ and σ.
        kind: which of the two.
        learning_rate: lr, above 0.
        tolerance: nats below the maximum of ℓ at which it has arrived.
        most: steps after which it is given up.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    best, count = require_spread(x), int(np.size(x))
    require_number("start mean", start[0], at_least=-MOST, at_most=MOST)
    require_number("start sd", start[1], at_least=LEAST_SD, at_most=MOST)
    require_choice("kind", kind, get_args(Kind))
    require_number("learning_rate", learning_rate, above=0, at_most=MOST)
    require_number("tolerance", tolerance, above=0)
    require_number("most", most, at_least=1)
    ahead, t = best.mean - start[0], math.log(start[1])
    step, target = _stepper(best.sd**2, kind, learning_rate), tolerance / count
    offsets, logs, has_arrived, is_diverged = _walk(best.sd, ahead, t, step, target, most)
    means, sds = best.mean - np.array(offsets), np.exp(np.array(logs))
    return Path(
        means=means,
        sds=sds,
        log_likelihoods=log_likelihood(x, means, sds),
        num_steps=len(offsets) - 1 if has_arrived else None,
        is_diverged=is_diverged,
    )


def _walk(
    sd: float, ahead: float, t: float, step: Step, target: float, most: int
) -> tuple[list[float], list[float], bool, bool]:
    """``x̄ − μ`` and log σ from the start on; whether it arrived, and whether it diverged."""
    offsets, logs = [ahead], [t]
    for _ in range(most):
        if _gap(sd, ahead, t) <= target:
            break
        ahead, t = step(ahead, t)
        if abs(ahead) > FARTHEST or abs(t) > WIDEST:
            return offsets, logs, False, True
        offsets.append(ahead)
        logs.append(t)
    return offsets, logs, _gap(sd, ahead, t) <= target, False


def _stepper(variance: float, kind: Kind, rate: float) -> Step:
    """One step of ``(x̄ − μ, t)``; plain floats, since arrays of one number are slow.

    Not of μ, whose rounding would swallow a small ``x̄ − μ``: beyond the stability edge the descent
    would then rest at a place that repels it.
    """

    def natural(ahead: float, t: float) -> tuple[float, float]:
        error = (variance + ahead * ahead) * math.exp(-2 * t)
        return ahead * (1 - rate), t + 0.5 * rate * (error - 1)

    def plain(ahead: float, t: float) -> tuple[float, float]:
        precision = math.exp(-2 * t)
        error = (variance + ahead * ahead) * precision
        return ahead * (1 - rate * precision), t + rate * (error - 1)

    return natural if kind == "natural" else plain


def _gap(sd: float, ahead: float, t: float) -> float:
    """``(ℓ* − ℓ)/m``, nats: the divergence from the best Gaussian."""
    squared = (sd * sd + ahead * ahead) * math.exp(-2 * t)
    return t - math.log(sd) + 0.5 * (squared - 1)


def _checked(x: ArrayLike) -> Array:
    data = np.asarray(x, dtype=np.float64)
    if data.ndim != 1 or len(data) == 0:
        raise ValueError(f"`x` must be a row of at least one number, got shape {list(data.shape)}")
    for end in (data.min(), data.max()):
        require_number("x", float(end), at_least=-MOST, at_most=MOST)
    return data


def _is_constant(data: Array) -> bool:
    """Whether nothing but rounding tells the data apart."""
    return bool(data.max() - data.min() <= ROUNDING * np.abs(data).max())


def _inputs(x: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> tuple[int, Best, Array, Array]:
    """m, the moments of the data, and μ and σ, checked."""
    mu, sigma = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    for name, values, least in (("mean", mu, None), ("sd", sigma, LEAST_SD)):
        for end in (values.min(), values.max()):
            require_number(name, float(end), at_least=least)
    return int(np.size(x)), maximum(x), mu, sigma
