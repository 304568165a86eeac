"""Six losses of a discriminator, and the divergence that each of them is: torch-free.

A discriminator D pays ``ℓ(D)`` at an example of the data and ``ℓ(−D)`` at one of the model:
``R(D) = ½ ∫ p_d ℓ(D) + p_g ℓ(−D)``. With ``t = p_d / p_g`` the infimum at one x is
``−f(t) p_g``, f the upper envelope of the lines ``−ℓ(α) t − ℓ(−α)`` (Nguyen, Wainwright,
Jordan 2009). Everything takes ``log t``: the ratio of two densities overflows, its log does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
LossKey = Literal["zero_one", "squared", "logistic", "hinge", "exponential", "wasserstein"]
DivergenceKey = Literal["tv", "triangular", "js", "hellinger", "w1"]

Curve = Callable[[Array], Array]

LOG_2 = float(np.log(2))


@dataclass(frozen=True, kw_only=True, eq=False)
class Loss:
    """A loss with what is known of it; arrays of any shape go in and come out.

    Attributes:
        key: its name.
        costs: ℓ(α), nats for the logistic loss.
        slopes: ℓ'(α); at a corner the slope on its left.
        optima: D*(log t), the minimiser of ``ℓ(α) t + ℓ(−α)``; +1 where any sign would do.
        optimum_slopes: dD*/d log t, 0 where D* is a step.
        curves: f(t) of log t.
        weighted: f(p/q) q of log p and log q.
        at_equal: R where both densities are equal, ``−½ f(1)``.
        divergence: the divergence d of ``R = at_equal − factor · d``.
        factor: see divergence.
        trains: whether ℓ' says anything to gradient descent.
    """

    key: LossKey
    costs: Curve
    slopes: Curve
    optima: Curve
    optimum_slopes: Curve
    curves: Curve
    weighted: Callable[[Array, Array], Array]
    at_equal: float
    divergence: DivergenceKey
    factor: float
    trains: bool = True

    def cost(self, alpha: ArrayLike) -> Array:
        """ℓ(α)."""
        return self.costs(_array(alpha))

    def slope(self, alpha: ArrayLike) -> Array:
        """ℓ'(α)."""
        return self.slopes(_array(alpha))

    def optimum(self, log_t: ArrayLike) -> Array:
        """D* where the log ratio is ``log t``; unbounded for the logistic and exponential.

        The Wasserstein loss has none: 0 where ``t = 1`` and ±∞ elsewhere.
        """
        return self.optima(_array(log_t))

    def optimum_slope(self, log_t: ArrayLike) -> Array:
        """dD*/d log t; 0 where D* is a step, NaN for the Wasserstein loss, which has no D*."""
        return self.optimum_slopes(_array(log_t))

    def curve(self, log_t: ArrayLike) -> Array:
        """f(t), convex; a number wherever the value itself is below the largest float64."""
        return self.curves(_array(log_t))

    def curve_weighted(self, log_p: ArrayLike, log_q: ArrayLike) -> Array:
        """``f(p/q) q``, finite where ``f(p/q)`` overflows (``test_no_log_ratio_overflows``)."""
        return self.weighted(_array(log_p), _array(log_q))

    @property
    def f_of_one(self) -> float:
        """f(1) = −2 R(equal)."""
        return -2 * self.at_equal


def _array(values: ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)


def softplus(x: Array) -> Array:
    """``log(1 + e^x)`` without overflow, any shape."""
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def sigmoid(x: Array) -> Array:
    """``1 / (1 + e^−x)`` without overflow, any shape."""
    return np.asarray(np.exp(-softplus(-x)))


def _zeros(x: Array) -> Array:
    return np.zeros_like(x)


def _sign(log_t: Array) -> Array:
    """The sign, +1 at 0."""
    return np.where(log_t >= 0, 1.0, -1.0)


def _exp(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(x))


def _logistic_curve(log_t: Array) -> Array:
    """``−[t log(1 + 1/t) + log(1 + t)]``; the first term goes to 1 as t grows."""
    inverse = np.exp(-np.maximum(log_t, 0))
    small = np.exp(np.minimum(log_t, 0)) * softplus(-np.minimum(log_t, 0))
    ratio = np.divide(np.log1p(inverse), inverse, out=np.ones_like(inverse), where=inverse > 0)
    return np.asarray(-np.where(log_t > 0, ratio, small) - softplus(log_t))


def _logistic_weighted(log_p: Array, log_q: Array) -> Array:
    log_t = log_p - log_q
    found = np.exp(log_p) * softplus(-log_t) + np.exp(log_q) * softplus(log_t)
    return np.asarray(-found)


def _squared_weighted(log_p: Array, log_q: Array) -> Array:
    top = np.maximum(log_p, log_q) + np.log1p(np.exp(-np.abs(log_p - log_q)))
    return np.asarray(-4 * np.exp(log_p + log_q - top))


def _least(log_p: Array, log_q: Array) -> Array:
    return np.asarray(np.exp(np.minimum(log_p, log_q)))


def _infinite(log_t: Array) -> Array:
    """0 where the densities are equal, ∞ elsewhere."""
    return np.where(log_t == 0, 0.0, np.inf)


ZERO_ONE = Loss(
    key="zero_one",
    costs=lambda alpha: np.where(alpha <= 0, 1.0, 0.0),
    slopes=_zeros,
    optima=_sign,
    optimum_slopes=_zeros,
    curves=lambda log_t: -np.exp(np.minimum(log_t, 0)),
    weighted=lambda log_p, log_q: -_least(log_p, log_q),
    at_equal=0.5,
    divergence="tv",
    factor=0.5,
    trains=False,
)

SQUARED = Loss(
    key="squared",
    costs=lambda alpha: np.square(1 - alpha),
    slopes=lambda alpha: 2 * (alpha - 1),
    optima=lambda log_t: np.tanh(log_t / 2),
    optimum_slopes=lambda log_t: 2 * sigmoid(log_t) * sigmoid(-log_t),
    curves=lambda log_t: -4 * sigmoid(log_t),
    weighted=_squared_weighted,
    at_equal=1.0,
    divergence="triangular",
    factor=0.5,
)

LOGISTIC = Loss(
    key="logistic",
    costs=lambda alpha: softplus(-alpha),
    slopes=lambda alpha: -sigmoid(-alpha),
    optima=lambda log_t: log_t.copy(),
    optimum_slopes=np.ones_like,
    curves=_logistic_curve,
    weighted=_logistic_weighted,
    at_equal=LOG_2,
    divergence="js",
    factor=1.0,
)

HINGE = Loss(
    key="hinge",
    costs=lambda alpha: np.maximum(0.0, 1 - alpha),
    slopes=lambda alpha: np.where(alpha <= 1, -1.0, 0.0),
    optima=_sign,
    optimum_slopes=_zeros,
    curves=lambda log_t: -2 * np.exp(np.minimum(log_t, 0)),
    weighted=lambda log_p, log_q: -2 * _least(log_p, log_q),
    at_equal=1.0,
    divergence="tv",
    factor=1.0,
)

EXPONENTIAL = Loss(
    key="exponential",
    costs=lambda alpha: _exp(-alpha),
    slopes=lambda alpha: -_exp(-alpha),
    optima=lambda log_t: log_t / 2,
    optimum_slopes=lambda log_t: np.full_like(log_t, 0.5),
    curves=lambda log_t: -2 * _exp(log_t / 2),
    weighted=lambda log_p, log_q: -2 * np.exp((log_p + log_q) / 2),
    at_equal=1.0,
    divergence="hellinger",
    factor=1.0,
)

WASSERSTEIN = Loss(
    key="wasserstein",
    costs=lambda alpha: -alpha,
    slopes=lambda alpha: -np.ones_like(alpha),
    optima=lambda log_t: np.sign(log_t) * _infinite(log_t),
    optimum_slopes=lambda log_t: np.full_like(log_t, np.nan),
    curves=_infinite,
    weighted=lambda log_p, log_q: _infinite(log_p - log_q),
    at_equal=0.0,
    divergence="w1",
    factor=0.5,
)

LOSSES: dict[LossKey, Loss] = {
    loss.key: loss for loss in (ZERO_ONE, SQUARED, LOGISTIC, HINGE, EXPONENTIAL, WASSERSTEIN)
}
"""In the order in which the page shows them."""
