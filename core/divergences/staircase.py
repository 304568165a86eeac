"""What dropping modes costs: the divergences of K modes far apart, of which j are covered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.divergences.losses import LOG_2
from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Staircase:
    """Steps for j = 1 … K covered modes, each array of shape ``[K]``.

    Attributes:
        js: Jensen–Shannon, nats.
        tv: total variation.
        triangular: Δ.
        hellinger: H².
    """

    js: Array
    tv: Array
    triangular: Array
    hellinger: Array


def staircase(modes: int) -> Staircase:
    """p_d even over K modes that do not overlap, p_g even over j of them.

    With ``a = j/K``, ``p_d/p_g = a`` on the covered modes and ∞ on the others:
    ``JS = ½[a log 2a/(1+a) + log 2/(1+a) + (1−a) log 2]``, ``TV = 1−a``,
    ``Δ = 2(1−a)/(1+a)`` and ``H² = 1−√a``.

    Raises:
        ValueError: no mode.
    """
    require_number("modes", modes, at_least=1)
    a = np.arange(1, modes + 1) / modes
    both = LOG_2 - np.log1p(a)
    return Staircase(
        js=0.5 * (a * (both + np.log(a)) + both + (1 - a) * LOG_2),
        tv=1 - a,
        triangular=2 * (1 - a) / (1 + a),
        hellinger=1 - np.sqrt(a),
    )
