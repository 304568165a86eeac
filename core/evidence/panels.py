"""Integrals along a line, of functions that are nowhere near a Gaussian: torch-free.

Each comes with the difference to a coarser rule of the same panels.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.evidence.problem import Integral, rounding_of
from core.quadrature import panel_nodes, panel_weights

Array = NDArray[np.float64]
Function = Callable[[Array], Array]
"""From z with shape ``[..., 1]`` to values with shape ``[...]``."""

FIRST_PANELS, MOST_PANELS = 32, 4096
FIRST_REACH, MOST_REACH = 4.0, 2.0**12
DEPTH = 60.0
"""Nats below its maximum where a function along the line is left out."""

TOLERANCE = 1e-12


def line_integral(function: Function, edges: Array) -> Integral:
    """``∫ f(z) dz`` over panels in one dimension with these ends, ``[n]``."""
    nodes = panel_nodes(edges[:-1], edges[1:])
    weights = panel_weights(edges[:-1], edges[1:])
    fine, coarse = (weights * function(nodes[..., None])).sum((1, 2))
    return Integral(float(fine), float(abs(fine - coarse)) + rounding_of(float(fine)))


def log_line_integral(log_function: Function, edges: Array) -> Integral:
    """``log ∫ exp(g(z)) dz`` over the whole line, for g that falls to −∞ on both sides.

    The range grows until g is far below its maximum at both ends; panels are halved until both
    rules agree.

    Args:
        log_function: g.
        edges: where panels must end, so that none of its peaks is missed, ``[n]``.
    """
    reach = FIRST_REACH
    while reach < MOST_REACH and not _is_covered(log_function, reach):
        reach *= 2
    edges = np.clip(edges, -reach, reach)
    count = FIRST_PANELS
    while True:
        ends = np.unique(np.concatenate([np.linspace(-reach, reach, count + 1), edges]))
        found = _log_integral(log_function, ends)
        if found.error <= TOLERANCE * max(1.0, abs(found.value)) or count >= MOST_PANELS:
            return found
        count *= 2


def _is_covered(log_function: Function, reach: float) -> bool:
    """Whether g lies far below its maximum over the range at both of its ends."""
    values = log_function(np.linspace(-reach, reach, 1001)[:, None])
    return bool(max(values[0], values[-1]) < values.max() - DEPTH)


def _log_integral(log_function: Function, edges: Array) -> Integral:
    left, right = edges[:-1], edges[1:]
    values = log_function(panel_nodes(left, right)[..., None])
    top = float(values.max())
    fine, coarse = (panel_weights(left, right) * np.exp(values - top)).sum((1, 2))
    value = top + float(np.log(fine))
    return Integral(value, float(abs(coarse / fine - 1)) + 0.1 * rounding_of(value))
