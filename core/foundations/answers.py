"""What workers answer about the foundations: unpickled by a server without torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoded:
    """A digit, and how probable ever more components make it.

    Attributes:
        x: the digit, ``[D]``.
        components: the first ``f(z_k)``, ``[36, D]``, float32.
        log_probs: ``log (1/K) Σ_k N(x; f(z_k), σ²I)`` for K = 1, 2, …, nats, ``[K]``.
        log_p: the exact ``log p(x)``, nats.
        error: what its quadrature achieved, nats.
        variance: σ².
        step: of the run.
    """

    x: Array
    components: NDArray[np.float32]
    log_probs: Array
    log_p: float
    error: float
    variance: float
    step: int
