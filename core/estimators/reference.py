"""Exact gradients that the server can work out itself: torch-free, at once.

Closed forms where ``core.estimators.theory`` has one, otherwise quadrature: of separable f one
coordinate at a time, of a network one hidden unit at a time (PIMA-7 §1; Stein 1981). All else is
for a worker (``core.estimators.exact``).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.estimators.answers import ROUNDING, ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.functions import FUNCTIONS, SLICE_POINTS, SLICE_REACH, tanh_slope
from core.estimators.lines import line_of
from core.estimators.theory import CLOSED_FORMS, Term
from core.progress import note_progress
from core.quadrature import (
    REACH,
    graded_edges,
    normal_density,
    panel_nodes,
    panel_weights,
)

Array = NDArray[np.float64]

Profile = Callable[[Array], Array]

CHUNK = 128
"""Places whose integrals are worked out at once: their nodes then fit the processor's cache."""


def expected_term(function: str, k: float, m: Any, s: Any) -> Term:
    """``H(m, s) = E h(z)``, ``z ~ N(m, s²)``, and its derivatives, for arrays m and s.

    Raises:
        ValueError: for a function that is not separable.
    """
    if function in CLOSED_FORMS:
        return CLOSED_FORMS[function](k, m, s)
    f = FUNCTIONS[function]
    term, slope = f.term, f.slope
    if term is None or slope is None:
        raise ValueError(f"`function` must be separable, got '{function}'")
    both = _by_quadrature(
        lambda z: term(np, z, k), lambda z: slope(np, z, k), np.array(f.bends(k)), m, s
    )
    return Term(*(integral[0] for integral in both))


def slice_of_f(config: EstimatorsConfig, component: int) -> tuple[Array, Array]:
    """Places along one coordinate, μ ± 4σ, the others at μ, and f there, each ``[481]``.

    Raises:
        ValueError: for the ELBO (``core.estimators.classmates.witness`` has it).
    """
    reach = SLICE_REACH * config.sigma
    grid = np.linspace(config.mu - reach, config.mu + reach, SLICE_POINTS)
    z = np.full((SLICE_POINTS, config.size), float(config.mu))
    z[:, component] = grid
    return grid, np.asarray(config.test_function.value(np, z, config.k))


def landscape(function: str, k: float, m: Array, log_s: Array) -> Array | None:
    """``E h(z)``, ``z ~ N(m, s²)``, over the plane of one coordinate's (m, log s), shape of m.

    ``None`` where there is no closed form: everywhere at once, quadrature would take too long.
    """
    if function not in CLOSED_FORMS:
        return None
    return np.asarray(CLOSED_FORMS[function](k, m, np.exp(log_s)).value)


def _by_quadrature(term: Profile, slope: Profile, bends: Array, m: Any, s: Any) -> Term:
    """The three integrals for every m and s: panels are laid anew beside the bends of each.

    Args:
        term: h.
        slope: h'.
        bends: places of z beside which h bends sharply, ``[b]``.
        m: means, ``[...]``.
        s: standard deviations, ``[...]``.

    Returns:
        By the fine and by the coarse rule, ``[2, ...]`` each.
    """
    means, scales = np.broadcast_arrays(np.asarray(m, np.float64), np.asarray(s, np.float64))
    found = np.empty((3, 2, means.size))
    for start in range(0, means.size, CHUNK):
        part = slice(start, start + CHUNK)
        mean, scale = means.ravel()[part, None], scales.ravel()[part, None]
        edges = graded_edges((bends - mean) / scale, low=-REACH)
        left, right = edges[:, :-1], edges[:, 1:]
        epsilon = panel_nodes(left, right)
        weights = panel_weights(left, right) * normal_density(epsilon)
        z = mean[..., None] + scale[..., None] * epsilon
        by_mean = slope(z)
        for row, integrand in enumerate((term(z), by_mean, by_mean * epsilon)):
            found[row, :, part] = (weights * integrand).sum((-2, -1))
        note_progress()
    return Term(*found.reshape(3, 2, *means.shape))


def exact_gradient(config: EstimatorsConfig) -> ExactGradient | None:
    """The exact gradient of an f in separable terms or ridges; ``None`` where a worker finds it.

    Of the claimed errors: ``test_a_gradient_is_within_its_claimed_error``.
    """
    if config.test_function.ridges is not None:
        return _of_ridges(config)
    if config.test_function.term is None:
        return None
    if config.function in CLOSED_FORMS:
        gaussian = config.gaussian()
        term = CLOSED_FORMS[config.function](config.k, gaussian.mean, gaussian.scale)
        value = _assembled(config, term)
        error = ROUNDING * np.maximum(1.0, np.abs(value))
        return ExactGradient(value=value, error=error, how="closed form")
    fine, gap, size = (_assembled(config, term) for term in _along_the_line(config))
    return ExactGradient(value=fine, error=np.abs(gap) + ROUNDING * np.abs(size), how="quadrature")


def _of_ridges(config: EstimatorsConfig) -> ExactGradient:
    """Of ``f(z) = Σ_h a_h g(u_h)``, ``u_h = w_hᵀz + c_h``, in any dimension.

    ``u_h`` is one Gaussian number, with mean ``w_hᵀμ + c_h`` and standard deviation ``s_h``, the
    length of ``v_h = Σᵀw_h``, so that with ``u_h = m_h + s_h e`` (Stein's lemma)::

        ∂E f/∂μ = Σ_h a_h w_h E g'(u_h)        ∂E f/∂Σ = Σ_h a_h w_h (v_h/s_h)ᵀ E g'(u_h) e
    """
    ridges, gaussian = config.test_function.ridges, config.gaussian()
    assert ridges is not None
    a, w, c = ridges(config.k, config.dim)
    v = w @ gaussian.matrix
    s = np.maximum(np.linalg.norm(v, axis=1), np.finfo(np.float64).tiny)
    term = _by_quadrature(np.tanh, tanh_slope, np.zeros(1), w @ gaussian.mean + c, s)
    if config.block == "mean":
        parts = (a * term.by_mean)[..., None] * w  # [2, H, d]
    elif gaussian.is_full:
        parts = (a * term.by_scale)[..., None] * _outer_rows(w, v / s[:, None])
    else:
        parts = (a * term.by_scale)[..., None] * w * v / s[:, None]
    fine, coarse = parts.sum(1)
    error = np.abs(fine - coarse) + ROUNDING * np.abs(parts[0]).sum(0)
    return ExactGradient(value=fine, error=error, how="quadrature")


def _outer_rows(one: Array, other: Array) -> Array:
    """The outer product of each pair of rows, flattened, ``[H, d²]``."""
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)


def _along_the_line(config: EstimatorsConfig) -> tuple[Term, Term, Term]:
    """The three integrals, how far the coarse rule is off, and what they would be of ``|·|``.

    Every coordinate is like the first.
    """
    line = line_of(config.function, config.k, config.mu, config.sigma)
    epsilon = np.stack([line.nodes, -line.nodes])
    h, slope = line.values
    integrands = (h, slope, slope * epsilon)
    found = np.array([line.mean(*g) for g in integrands])  # [3, 2]
    sizes = np.array([line.mean(*np.abs(g))[0] for g in integrands])
    ones = np.ones(config.dim)
    rows = (found[:, 0], found[:, 0] - found[:, 1], sizes)
    value, gap, size = (Term(*np.outer(row, ones)) for row in rows)
    return value, gap, size


def _assembled(config: EstimatorsConfig, term: Term) -> Array:
    """``∂H/∂m`` for μ; ``∂H/∂s · Σ_ij/s_i`` for a factor, ``∂H/∂s`` for a diagonal: ``[P]``."""
    if config.block == "mean":
        return np.asarray(term.by_mean, dtype=np.float64)
    gaussian = config.gaussian()
    if not gaussian.is_full:
        return np.asarray(term.by_scale, dtype=np.float64)
    share = gaussian.factor / gaussian.scale[:, None]
    return np.asarray(np.asarray(term.by_scale)[:, None] * share, dtype=np.float64).ravel()
