"""Both divergences of ``q = N(m, s²)`` from a mixture P, with slopes and curvature. Torch-free.

``KL(P ‖ q) = −H(P) − E_P log q`` asks q to cover P; ``KL(q ‖ P) = −H(q) − E_q log P`` asks q
not to be where P is not (IT5410, KL; Bishop 2006, "Pattern Recognition and Machine Learning",
§10.1.2).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.foundations.kl_quadrature import entropy, expected_log_density, rule
from core.foundations.target import LOG_2PI, Target1D
from core.validation import require_number

Array = NDArray[np.float64]

FARTHEST = 100.0
LEAST_WIDTH, MOST_WIDTH = 1e-3, 100.0
"""Of q: ``|m|`` and s."""

HIGHEST_MEAN = 8.0
HIGHEST_LOG_SD = 2.5
"""Of a search; no target is as wide as ``exp`` of this, 12.2."""


class Fit(NamedTuple):
    """A Gaussian and its divergence.

    Attributes:
        mean: m.
        sd: s.
        kl: nats.
    """

    mean: float
    sd: float
    kl: float


class Curvature(NamedTuple):
    """``KL(q ‖ P)`` at one place, and how it goes on from there.

    Attributes:
        value: nats.
        gradient: in (m, log s), shape ``[2]``.
        hessian: in (m, log s), shape ``[2, 2]``.
    """

    value: float
    gradient: Array
    hessian: Array


class Bounds(NamedTuple):
    """Of (m, log s).

    Attributes:
        low: ``[2]``.
        high: ``[2]``.
    """

    low: Array
    high: Array


def forward_kl(target: Target1D, mean: float, sd: float) -> float:
    """``KL(P ‖ q) = −H(P) + ½ log 2πs² + (σ_P² + (μ_P − m)²)/2s²``, nats.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_gaussian(mean, sd)
    return -entropy(target) + float(cross_entropy(target, mean, sd))


def cross_entropy(target: Target1D, mean: ArrayLike, sd: ArrayLike) -> Array:
    """``−E_P log q``, nats, by the moments of P; with the shape that m and s are broadcast to."""
    centre, width = target.moments()
    m, s = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    error = (width**2 + np.square(centre - m)) / np.square(s)
    return np.asarray(0.5 * (LOG_2PI + error) + np.log(s))


def forward_optimum(target: Target1D) -> Fit:
    """The q nearest to P in ``KL(P ‖ q)``: it has the mean and the variance of P."""
    mean, sd = target.moments()
    return Fit(mean, sd, forward_kl(target, mean, sd))


def reverse_kl(target: Target1D, mean: float, sd: float) -> float:
    """``KL(q ‖ P) = −½ log 2πe s² − E_q log P``, nats, by quadrature.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_gaussian(mean, sd)
    return -gaussian_entropy(math.log(sd)) - expected_log_density(target, mean, sd)


def gaussian_entropy(log_sd: float) -> float:
    """``H(q) = ½ log 2πe + log s``, nats."""
    return 0.5 * (1 + LOG_2PI) + log_sd


def reverse_curvature(target: Target1D, mean: float, log_sd: float) -> Curvature:
    """Value, gradient and Hessian of ``KL(q ‖ P)`` in (m, t = log s).

    With ``z = m + s u`` the derivatives are taken under the integral: of ``E log P(m + s u)`` they
    are ``E ℓ'`` and ``E ℓ' s u``, and ``E ℓ''``, ``E ℓ'' s u`` and ``E [ℓ'' s²u² + ℓ' s u]``
    (``test_curvature_is_autograds``).

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    sd = math.exp(log_sd)
    require_gaussian(mean, sd)
    z, weights = rule(target, mean, sd)
    value, first, second = target.slopes(z)
    ahead = z - mean
    pull, bend = weights * first, weights * second
    slope_t, mixed = float(pull @ ahead), -float(bend @ ahead)
    hessian = np.array([[-bend.sum(), mixed], [mixed, -float((bend * ahead) @ ahead) - slope_t]])
    return Curvature(
        value=-gaussian_entropy(log_sd) - float(weights @ value),
        gradient=np.array([-pull.sum(), -1 - slope_t]),
        hessian=hessian,
    )


def search_bounds(target: Target1D) -> Bounds:
    """``|m| ≤ 8`` and ``log s ≤ 2.5``, and s at least nine tenths of the narrowest component's.

    Without bounds s escapes to where nothing is left of a truncated integral. From below none is
    needed: ``s² = 1/E_q[−(log P)'']`` at an optimum, and ``−(log P)'' ≤ 1/min σ_k²``, so that no
    optimum is narrower than the narrowest component.
    """
    narrowest = math.log(0.9 * min(target.sds))
    return Bounds(np.array([-HIGHEST_MEAN, narrowest]), np.array([HIGHEST_MEAN, HIGHEST_LOG_SD]))


class Integrands(NamedTuple):
    """What the two divergences add up, in nats per unit of z, ``[n]`` each.

    Attributes:
        forward: ``p log(p/q)``.
        reverse: ``q log(q/p)``.
    """

    forward: Array
    reverse: Array


def integrands(target: Target1D, mean: float, sd: float, z: ArrayLike) -> Integrands:
    """Both integrands at z: 0 where the density before the logarithm underflows.

    The logarithms are differences of log-densities, so that no quotient of small numbers is taken.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_gaussian(mean, sd)
    places = np.asarray(z, dtype=np.float64)
    log_p, log_q = target.log_density(places), gaussian_log_density(places, mean, sd)
    ratio = log_p - log_q
    return Integrands(np.exp(log_p) * ratio, -np.exp(log_q) * ratio)


def gaussian_log_density(z: Array, mean: float, sd: float) -> Array:
    """``log N(z; m, s²)``, nats, with the shape of z."""
    white = (z - mean) / sd
    return np.asarray(-0.5 * white * white - math.log(sd) - 0.5 * LOG_2PI)


def require_gaussian(mean: float, sd: float) -> None:
    """Refuse a q that no quadrature here is made for.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("mean", mean, at_least=-FARTHEST, at_most=FARTHEST)
    require_number("sd", sd, at_least=LEAST_WIDTH, at_most=MOST_WIDTH)
