"""The best Gaussian q for one datum of the line, the plane and the square: closed forms.

Variational inference per datum (IT5410; SUT-DL4 Q1 steps 2 and 3) maximises the ELBO over a
family. Torch-free, nats.
"""

from dataclasses import dataclass

import numpy as np

from core.evidence.answers import FAMILIES, Family
from core.evidence.models import Line, Plane, Square
from core.evidence.problem import Integral
from core.evidence.proposals import Gaussian
from core.evidence.quantities import find_elbo, find_kl
from core.validation import require_choice


@dataclass(frozen=True, kw_only=True, eq=False)
class Best:
    """The Gaussian of a family with the highest ELBO.

    Attributes:
        q: that Gaussian.
        elbo: its ELBO, nats.
        gap: ``KL(q ‖ p(z|x))`` on its own, nats: the approximation gap ``log p(x) − max ELBO``.
    """

    q: Gaussian
    elbo: Integral
    gap: Integral


def find_best(problem: Line | Plane | Square, family: Family = "full") -> Best:
    """The best q of a family; of two mirrored ones of the square, the one at z > 0.

    Raises:
        ValueError: where there is no such family.
    """
    require_choice("family", family, FAMILIES)
    if isinstance(problem, Square):
        q = stationary_gaussians(problem)[0]
    else:
        q = _best_for(problem.exact().posterior, family)
    return Best(q=q, elbo=find_elbo(problem, q), gap=find_kl(q, problem.exact().posterior))


def _best_for(posterior: Gaussian, family: Family) -> Gaussian:
    """The minimum of ``KL(q ‖ N(m, V))``, at mean m (Bishop 2006, section 10.1.2).

    Full: V. Diagonal: the inverse of the diagonal of ``V⁻¹``, which is too narrow. Isotropic:
    ``L / tr V⁻¹`` in every direction.
    """
    if family == "full":
        return posterior
    precision = np.diag(posterior.precision)
    if family == "isotropic":
        precision = np.full(posterior.dim, precision.mean())
    return Gaussian(mean=posterior.mean, covariance=np.diag(1 / precision))


def stationary_gaussians(square: Square) -> tuple[Gaussian, ...]:
    """Every ``N(m, v)`` with m ≥ 0 at which the ELBO of the square is stationary, best first.

    With ``E z² = m² + v`` and ``E z⁴ = m⁴ + 6m²v + 3v²`` the ELBO is closed form, and its
    derivatives vanish where::

        m = 0 or m² = x − s²/2 − 3v        1/v = 1 + (6m² + 6v − 2x)/s²

    which is ``6v² + (s² − 2x)v − s² = 0`` at m = 0 and ``12v² − (4x − 2s²)v + s² = 0`` elsewhere.
    The ELBO falls to −∞ towards every end, so that the best of them is the best Gaussian.
    """
    x, s2 = square.x, square.scale**2
    found = [(0.0, _positive_root(6.0, s2 - 2 * x, -s2))]
    linear = 4 * x - 2 * s2
    discriminant = linear**2 - 48 * s2
    if linear > 0 and discriminant >= 0:
        larger = (linear + np.sqrt(discriminant)) / 24
        for v in (s2 / (12 * larger), larger):
            m2 = x - 0.5 * s2 - 3 * v
            if m2 > 0:
                found.append((float(np.sqrt(m2)), float(v)))
    candidates = [Gaussian(mean=np.array([m]), covariance=np.array([[v]])) for m, v in found]
    candidates.sort(key=lambda q: -find_elbo(square, q).value)
    return tuple(candidates)


def _positive_root(a: float, b: float, c: float) -> float:
    """Of ``a v² + b v + c`` with a > 0 > c, without cancellation."""
    root = float(np.sqrt(b * b - 4 * a * c))
    return -2 * c / (b + root) if b > 0 else (root - b) / (2 * a)
