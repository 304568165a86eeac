"""The density of three noisy rings, exactly: a mixture over the radius, all round. Torch-free.

``p(x) = (f(ρ) + f(−ρ)) / 2πρ`` with ``ρ = ‖x‖`` and f the mixture of the three radii in one
dimension (change to polar coordinates): a noisy radius may come out negative.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

NOISE = 0.1
"""Deviation of the radius: that of ``core.toy``."""

RADII = np.array([1.0, 2.0, 3.0])

SCALE = float(np.sqrt((np.square(RADII) + NOISE**2).mean() / 2))
"""Deviation of each coordinate: ``E x₁² = E x₂² = ½ E r²``."""


def log_density(x: ArrayLike) -> Array:
    """Nats, shape ``[n]``, at points ``[n, 2]`` divided by ``SCALE``."""
    rho = np.maximum(np.linalg.norm(np.asarray(x, dtype=np.float64) * SCALE, axis=1), 1e-12)
    with np.errstate(divide="ignore"):
        density: Array = np.log(_radial(rho) / (2 * np.pi * rho)) + 2 * np.log(SCALE)
    return density


def entropy() -> float:
    """``−E log p``, nats: the trapezoidal rule over the radius."""
    rho = np.linspace(1e-6, 4.0, 20_001)
    f = _radial(rho)
    terms = f * np.log(np.maximum(f, 1e-300) / (2 * np.pi * rho))
    return -float(np.trapezoid(terms, rho)) - 2 * float(np.log(SCALE))


def _radial(rho: Array) -> Array:
    """``f(ρ) + f(−ρ)``, the density of the radius, shape ``[n]``."""
    signed = np.stack([rho, -rho])[..., None]
    bells = np.exp(-0.5 * np.square((signed - RADII) / NOISE))
    total: Array = bells.sum((0, -1)) / (len(RADII) * NOISE * np.sqrt(2 * np.pi))
    return total
