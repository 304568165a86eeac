"""Exact gradients that the server can work out itself: torch-free, at once.

Closed forms where ``core.estimators.theory`` has one, otherwise, for separable f, quadrature one
coordinate at a time. All else is for a worker (``core.estimators.exact``).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.estimators.answers import ROUNDING, ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.functions import SLICE_POINTS, SLICE_REACH, TestFunction
from core.estimators.theory import CLOSED_FORMS, Term
from core.quadrature import PANELS, line

Array = NDArray[np.float64]


def expected_term(function_name: str, function: TestFunction, k: float, m: Any, s: Any) -> Term:
    """``H(m, s) = E h(z)``, ``z ~ N(m, s²)``, and its derivatives, for arrays m and s.

    Raises:
        ValueError: for a function that is not separable.
    """
    if function_name in CLOSED_FORMS:
        return CLOSED_FORMS[function_name](k, m, s)
    return _by_quadrature(function, k, m, s, PANELS)


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


def _by_quadrature(function: TestFunction, k: float, m: Any, s: Any, panels: int) -> Term:
    if function.term is None or function.slope is None:
        raise ValueError(f"`function` must be separable, got '{function.title}'")
    nodes, weights = line(panels=panels)
    z = np.asarray(m)[..., None] + np.asarray(s)[..., None] * nodes
    slope = function.slope(np, z, k)
    return Term(function.term(np, z, k) @ weights, slope @ weights, slope @ (nodes * weights))


def exact_gradient(config: EstimatorsConfig) -> ExactGradient | None:
    """The exact gradient of a separable f; ``None`` where a worker has to find it."""
    function = config.test_function
    if function.term is None:
        return None
    gaussian = config.gaussian()
    term = expected_term(config.function, function, config.k, gaussian.mean, gaussian.scale)
    if config.function in CLOSED_FORMS:
        error = np.full(config.num_parameters, ROUNDING)
        return ExactGradient(value=_assembled(config, term), error=error, how="closed form")
    rough = _by_quadrature(function, config.k, gaussian.mean, gaussian.scale, PANELS // 2)
    value = _assembled(config, term)
    return ExactGradient(
        value=value, error=np.abs(value - _assembled(config, rough)), how="quadrature"
    )


def _assembled(config: EstimatorsConfig, term: Term) -> Array:
    """``∂H/∂m`` for μ; ``∂H/∂s · Σ_ij/s_i`` for a factor, which is ``∂H/∂s`` for a diagonal."""
    if config.block == "mean":
        return np.asarray(term.by_mean, dtype=np.float64)
    gaussian = config.gaussian()
    if not gaussian.is_full:
        return np.asarray(term.by_scale, dtype=np.float64)
    share = gaussian.factor / gaussian.scale[:, None]
    return np.asarray(np.asarray(term.by_scale)[:, None] * share, dtype=np.float64).ravel()
