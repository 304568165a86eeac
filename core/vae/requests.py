"""What a page may ask a worker about a VAE. Torch-free: the work is imported where it runs.

The answers are numpy values, so that the server can unpickle them without torch.
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from core.vae.config import VAEConfig, VAEControls

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


def picture(
    parameters: Array, config: VAEConfig, num_codes: int, rows: tuple[int, ...], num_samples: int
) -> Picture:
    """See ``core.vae.inference.picture``."""
    from core.vae import inference

    return inference.picture(parameters, config, num_codes, rows, num_samples)


def importance_bound(
    parameters: Array, config: VAEConfig, controls: VAEControls, num_samples: int, num_rows: int
) -> Bound:
    """See ``core.vae.inference.importance_bound``."""
    from core.vae import inference

    return inference.importance_bound(parameters, config, controls, num_samples, num_rows)


def exact_log_evidence(
    parameters: Array, config: VAEConfig, controls: VAEControls, num_rows: int
) -> float | None:
    """See ``core.vae.inference.exact_log_evidence``."""
    from core.vae import inference

    return inference.exact_log_evidence(parameters, config, controls, num_rows)
