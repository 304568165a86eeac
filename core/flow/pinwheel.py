"""The density of the pinwheel, exactly: a mixture of five Gaussians, each curled. Torch-free.

An arm carries ``(a, b) = (1 + 0.3 ε₁, 0.1 ε₂)`` to ``x = R(2πk/5 + ¼e^a)·(a, b)``. Turning keeps
areas only where the angle depends on the radius; here it depends on a, and the change of
variables (PIMA-6; mathematics §3) has ``det = 1 − ¼ b e^a``. In polar coordinates
``(a, b) = r(cos ψ, sin ψ)`` a point at angle φ comes from every ψ with

    g(ψ) = ψ + ¼ exp(r cos ψ) = φ − 2πk/5   (mod 2π),

and ``g' = det``. Far out, g folds like the lesson's wave, so the sum goes over *all* roots, found
by bisection on each monotone piece.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

ARMS = 5
LENGTH, WIDTH, CURL = 0.3, 0.1, 0.25
"""Deviations along and across an arm, and how strongly it curls: those of ``core.toy``."""

SCALE = float(np.sqrt((1.0 + LENGTH**2 + WIDTH**2) / 2))
"""Deviation of each coordinate: five-fold symmetry makes ``E x₁² = E x₂² = ½ E(a² + b²)``."""

REACH = 9.0
"""Gaussian deviates beyond ± this are left out: their mass is below 10⁻¹⁸."""

FARTHEST = float(np.hypot(1.0 + REACH * LENGTH, REACH * WIDTH))
"""No point within the reach lies further from the centre; ``e^r`` would overflow far out."""

BISECTIONS = 40
CHUNK = 8192
NODES = 64


def log_density(x: ArrayLike) -> Array:
    """Nats, shape ``[n]``, at points ``[n, 2]`` divided by ``SCALE``; ``−∞`` out of reach."""
    points = SCALE * np.asarray(x, dtype=np.float64)
    parts = np.split(points, range(CHUNK, len(points), CHUNK))
    with np.errstate(divide="ignore"):
        found = np.log(np.concatenate([_density(part) for part in parts]))
    standardised: Array = found + 2 * np.log(SCALE)
    return standardised


def entropy() -> float:
    """``−E log p``, nats: Gauss–Hermite quadrature over ``(ε₁, ε₂)``; all arms are alike."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    nodes, weights = (values[np.abs(nodes) < REACH] for values in (nodes, weights / weights.sum()))
    a, b = (grid.ravel() for grid in np.meshgrid(1 + LENGTH * nodes, WIDTH * nodes, indexing="ij"))
    turn = CURL * np.exp(a)
    x = np.stack([a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)], 1)
    return -float(np.outer(weights, weights).ravel() @ log_density(x / SCALE))


def _density(points: Array) -> Array:
    """``p`` at points ``[n, 2]`` of the pinwheel as it is drawn, before it is standardised."""
    r = np.maximum(np.linalg.norm(points, axis=1), 1e-12)
    is_near = r <= FARTHEST
    total = np.zeros(len(points))
    total[is_near] = _density_near(points[is_near], r[is_near])
    return total


def _density_near(points: Array, r: Array) -> Array:
    """The sum over all roots for points ``[n, 2]`` at distances r ``[n]`` from the centre."""
    angle = np.arctan2(points[:, 1], points[:, 0])
    ends = _pieces(r)
    total = np.zeros(len(points))
    step = 2 * np.pi / ARMS
    for j, rising in ((0, True), (1, False), (2, True), (4, True)):
        left, right = ends[:, j], ends[:, j + 1]
        at_left, at_right = _g(left, r), _g(right, r)
        first = np.ceil((np.minimum(at_left, at_right) - angle) / step)
        last = np.ceil((np.maximum(at_left, at_right) - angle) / step)
        for m in range(int((last - first).max(initial=0))):
            some = np.flatnonzero(first + m < last)
            goal = angle[some] + step * (first[some] + m)
            psi = _bisect(goal, r[some], left[some], right[some], rising=rising)
            total[some] += _of_root(psi, r[some])
    return total / ARMS


def _of_root(psi: Array, r: Array) -> Array:
    """What one root ``[n]`` adds: the Gaussian at ``(a, b)`` over ``|det|`` (PIMA-6)."""
    a, b = r * np.cos(psi), r * np.sin(psi)
    bell = np.exp(-0.5 * (np.square((a - 1) / LENGTH) + np.square(b / WIDTH)))
    det = np.maximum(np.abs(1 - _fall(psi, r)), 1e-12)
    part: Array = bell / (2 * np.pi * LENGTH * WIDTH * det)
    return part


def _g(psi: Array, r: Array) -> Array:
    turned: Array = psi + CURL * np.exp(r * np.cos(psi))
    return turned


def _pieces(r: Array) -> Array:
    """Ends of the monotone pieces of g, ``[n, 6]``: rising, falling, rising; a gap; rising.

    ``r sin ψ exp(r cos ψ)`` has one peak, where ``cos ψ = r sin² ψ``; g falls around it if the
    peak is above ``1/CURL``. Only ``|b| = r |sin ψ| ≤ REACH·WIDTH`` counts: around ψ = 0, and
    around π, the other side of the centre, where g rises.
    """
    peak = np.arccos((np.sqrt(1 + 4 * r**2) - 1) / (2 * r))
    reach = np.arcsin(np.minimum(REACH * WIDTH / r, 1.0))
    folds = _fall(peak, r) > 1
    ends = np.stack([-reach, peak, peak, reach, np.pi - reach, np.pi + reach], 1)
    for column, outer in ((1, 0.0), (2, np.pi)):
        flat, steep = np.full(folds.sum(), outer), peak[folds]
        for _ in range(BISECTIONS):
            middle = 0.5 * (flat + steep)
            falls = _fall(middle, r[folds]) > 1
            flat, steep = np.where(falls, flat, middle), np.where(falls, middle, steep)
        ends[folds, column] = 0.5 * (flat + steep)
    ends[:, 1:3] = np.minimum(ends[:, 1:3], reach[:, None])
    far = r > np.hypot(REACH * LENGTH - 1, REACH * WIDTH)  # around π: a < 1 − REACH·LENGTH
    ends[far, 5] = ends[far, 4]
    return ends


def _fall(psi: Array, r: Array) -> Array:
    """``1 − g'``, which is ``¼ b e^a``, ``[n]``."""
    found: Array = CURL * r * np.sin(psi) * np.exp(r * np.cos(psi))
    return found


def _bisect(goal: Array, r: Array, left: Array, right: Array, *, rising: bool) -> Array:
    """The ψ ``[n]`` between left and right with ``g(ψ) = goal``, where g is monotone."""
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        beyond = (_g(middle, r) > goal) == rising
        left, right = np.where(beyond, left, middle), np.where(beyond, middle, right)
    found: Array = 0.5 * (left + right)
    return found
