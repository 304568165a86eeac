"""Exact gradients that the server can work out itself: torch-free, at once.

Closed forms where ``core.estimators.theory`` has one, otherwise, for separable f, quadrature one
coordinate at a time. All else is for a worker (``core.estimators.exact``).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import ArenaConfig
from core.estimators.functions import TestFunction
from core.estimators.quadrature import PANELS, line
from core.estimators.theory import CLOSED_FORMS, Term

Array = NDArray[np.float64]
How = Literal["closed form", "quadrature", "pathwise"]

ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class ExactGradient:
    """The gradient that estimates are compared with.

    Attributes:
        value: shape ``[P]``.
        error: rounding, achieved error of the quadrature, or standard error, ``[P]``.
        how: where it comes from.
    """

    value: Array
    error: Array
    how: How

    def is_zero(self, component: int) -> bool:
        """Whether nothing tells this component from zero."""
        return bool(abs(self.value[component]) <= 4 * self.error[component] + ROUNDING)


def expected_term(function_name: str, function: TestFunction, k: float, m: Any, s: Any) -> Term:
    """``H(m, s) = E h(z)``, ``z ~ N(m, s²)``, and its derivatives, for arrays m and s.

    Raises:
        ValueError: for a function that is not separable.
    """
    if function_name in CLOSED_FORMS:
        return CLOSED_FORMS[function_name](k, m, s)
    return _by_quadrature(function, k, m, s, PANELS)


def _by_quadrature(function: TestFunction, k: float, m: Any, s: Any, panels: int) -> Term:
    if function.term is None or function.slope is None:
        raise ValueError(f"`function` must be separable, got '{function.title}'")
    nodes, weights = line(panels=panels)
    z = np.asarray(m)[..., None] + np.asarray(s)[..., None] * nodes
    slope = function.slope(np, z, k)
    return Term(function.term(np, z, k) @ weights, slope @ weights, slope @ (nodes * weights))


def exact_gradient(config: ArenaConfig) -> ExactGradient | None:
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


def _assembled(config: ArenaConfig, term: Term) -> Array:
    """``∂H/∂m`` for μ; ``∂H/∂s · Σ_ij/s_i`` for a factor, which is ``∂H/∂s`` for a diagonal."""
    if config.block == "mean":
        return np.asarray(term.by_mean, dtype=np.float64)
    gaussian = config.gaussian()
    if not gaussian.is_full:
        return np.asarray(term.by_scale, dtype=np.float64)
    share = gaussian.factor / gaussian.scale[:, None]
    return np.asarray(np.asarray(term.by_scale)[:, None] * share, dtype=np.float64).ravel()
