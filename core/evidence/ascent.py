"""How variational inference climbs on the line, the plane and the square. Torch-free, nats.

The ELBO is closed form there, and so are its slopes: for ``f(z) = log p(x, z)`` and
``q = N(m, C)``, ``C = ΣΣᵀ``, they are ``g`` by m and ``½(H + C⁻¹)`` by C (Bonnet 1964, Price
1958), and Stein's lemma has both expectations without a derivative::

    g = E_q ∇f = Σ⁻ᵀ E[ε f(m + Σε)]        H = E_q ∇²f = Σ⁻ᵀ E[(εεᵀ − I) f(m + Σε)] Σ⁻¹

by Gauss–Hermite, exact for these polynomials. A step of length ρ is Newton's in the mean and that
of the natural gradient in the precision (Khan and Nielsen 2018)::

    m ← m − ρ H⁻¹g        C⁻¹ ← (1 − ρ) C⁻¹ − ρ H, of which the family keeps its part
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.evidence.answers import FAMILIES, Family
from core.evidence.integrals import HERMITE_NODES, hermite_nodes
from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian
from core.evidence.quantities import find_elbo
from core.evidence.variational import find_best
from core.validation import require_choice

Array = NDArray[np.float64]
Model = Line | Plane | Square

MOST_STEPS = 40

RATE = 0.35
"""ρ: short enough to be watched, long enough to be there after ``MOST_STEPS``."""

BEYOND = 0.5
"""A step is halved that falls, or behind which the way falls this share as steeply as it rose."""

SHORTEST = 1e-6
"""Of the rates that are tried."""

NEGLIGIBLE = 1e-9
"""A slope, as a share of the ELBO (at least of 1 nat), at which the climb has arrived."""

APART, NARROWER = 2.0, 0.5
"""How far the start beside the answer is from it, and how wide, in its standard deviations."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ascent:
    """The way of one q: the start and every step after it.

    Attributes:
        family: isotropic, diagonal or full covariance.
        means: ``[t, L]``.
        covariances: ``[t, L, L]``.
        elbos: nats, never falling, ``[t]``.
        has_arrived: whether nothing more is to be gained from where it ends: a maximum, perhaps
            not the highest.
    """

    family: Family
    means: Array
    covariances: Array
    elbos: Array
    has_arrived: bool

    @property
    def end(self) -> Gaussian:
        """The q that was found."""
        return Gaussian(mean=self.means[-1], covariance=self.covariances[-1])


def starts_of(problem: Model) -> dict[str, Gaussian]:
    """Where a climb may begin, by name.

    ``prior`` is p(z), ``near`` lies beside the best Gaussian; for the square, whose answers are
    two, ``mirrored`` is the reflection of that one. From the prior the square's q stays symmetric:
    a maximum that lies far below the others (``test_the_square_has_climbs_that_end_too_low``).
    """
    L = problem.latent_dim
    best = find_best(problem).q
    near = Gaussian(
        mean=best.mean + APART * best.scales,
        covariance=np.diag(np.square(NARROWER * best.scales)),
    )
    starts = {"prior": Gaussian(mean=np.zeros(L), covariance=np.eye(L)), "near": near}
    if isinstance(problem, Square):
        starts["mirrored"] = Gaussian(mean=-near.mean, covariance=near.covariance)
    return starts


def climb(problem: Model, start: Gaussian, family: Family) -> Ascent:
    """Gradient ascent on the ELBO from one start, at most ``MOST_STEPS`` steps, none downwards.

    It ends at ``variational.find_best`` where the ELBO has one maximum only
    (``test_a_climb_ends_at_the_best_gaussian``).

    Args:
        problem: the model and its datum.
        start: the first q; its covariance is made one of the family.
        family: which covariances.

    Raises:
        ValueError: where there is no such family, or q has another dimension than z.
    """
    require_choice("family", family, FAMILIES)
    path = [_with_precision(start.mean, _held(start.precision, family))]
    elbos = [find_elbo(problem, path[0]).value]
    direction = _direction(problem, path[0], family)
    while len(path) <= MOST_STEPS and not _is_flat(direction, elbos[-1]):
        taken = _step(problem, path[-1], elbos[-1], direction)
        if taken is None:
            break
        path.append(taken)
        elbos.append(find_elbo(problem, taken).value)
        direction = _direction(problem, taken, family)
    return Ascent(
        family=family,
        means=np.stack([q.mean for q in path]),
        covariances=np.stack([q.covariance for q in path]),
        elbos=np.array(elbos),
        has_arrived=_is_flat(direction, elbos[-1]),
    )


def slopes(problem: Model, q: Gaussian) -> tuple[Array, Array]:
    """``E_q ∇ log p(x, z)``, ``[L]``, and ``E_q ∇² log p(x, z)``, ``[L, L]``, by Stein's lemma."""
    epsilon, weights = hermite_nodes(q.dim, HERMITE_NODES)
    values = problem.log_joint(q.sample(epsilon))
    weighted = weights * (values - weights @ values)  # its mean adds nothing but rounding
    white = np.linalg.inv(q.factor)
    gradient = white.T @ (weighted @ epsilon)
    hessian = white.T @ (epsilon.T * weighted @ epsilon) @ white
    return gradient, 0.5 * (hessian + hessian.T)


class _Direction(NamedTuple):
    """Of a step, per unit of its rate: changes of m, ``[L]``, and of C⁻¹, ``[L, L]``.

    Attributes:
        mean: change of m.
        precision: change of C⁻¹.
        slope: of the ELBO, nats.
    """

    mean: Array
    precision: Array
    slope: float


def _direction(problem: Model, q: Gaussian, family: Family) -> _Direction:
    gradient, hessian = slopes(problem, q)
    is_peaked = np.linalg.eigvalsh(hessian)[-1] < 0
    curvature = -hessian if is_peaked else q.precision
    mean = np.asarray(np.linalg.solve(curvature, gradient), dtype=np.float64)
    precision = -_held(hessian + q.precision, family)
    return _Direction(mean, precision, _slope(problem, q, mean, precision))


def _slope(problem: Model, q: Gaussian, mean: Array, precision: Array) -> float:
    """Of the ELBO at q, per unit of these changes of m and C⁻¹: of C it is ``−C (·) C``."""
    gradient, hessian = slopes(problem, q)
    change = q.covariance @ precision @ q.covariance
    return float(gradient @ mean - 0.5 * np.sum((hessian + q.precision) * change))


def _step(problem: Model, q: Gaussian, elbo: float, direction: _Direction) -> Gaussian | None:
    """The next q; ``None`` where rounding leaves no step that rises."""
    mean, precision, slope = direction
    rate = RATE
    while rate > SHORTEST:
        narrowed = q.precision + rate * precision
        if np.linalg.eigvalsh(narrowed)[0] > 0:
            taken = _with_precision(q.mean + rate * mean, narrowed)
            is_higher = find_elbo(problem, taken).value > elbo
            if is_higher and _slope(problem, taken, mean, precision) > -BEYOND * slope:
                return taken
        rate *= 0.5
    return None


def _is_flat(direction: _Direction, elbo: float) -> bool:
    return direction.slope <= NEGLIGIBLE * max(1.0, abs(elbo))


def _held(matrix: Array, family: Family) -> Array:
    """What a family holds of a precision, ``[L, L]``."""
    if family == "full":
        return matrix
    diagonal = np.diag(matrix)
    return np.diag(diagonal if family == "diagonal" else np.full_like(diagonal, diagonal.mean()))


def _with_precision(mean: Array, precision: Array) -> Gaussian:
    covariance = np.linalg.inv(precision)
    return Gaussian(mean=mean, covariance=0.5 * (covariance + covariance.T))
