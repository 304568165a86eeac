"""What workers answer about a VAE: numpy values, unpickled by a server without torch."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """What the page draws of one parameter vector besides its curves.

    Attributes:
        mean: posterior means of the first training rows, ``[n, L]``.
        log_var: their log-variances, ``[n, L]``.
        reconstructions: ``x_hat`` of the chosen held-out rows at their posterior means,
            ``[k, D]``.
        samples: decoded draws from the prior, ``[m, D]``; the same noise at every step.
    """

    mean: Array
    log_var: Array
    reconstructions: Array
    samples: Array


@dataclass(frozen=True, kw_only=True)
class Bound:
    """An estimate in nats and its Monte Carlo standard error."""

    value: float
    standard_error: float
