"""What a page may ask a worker about a VAE. Torch-free: the work is imported where it runs.

Its answers are in ``core.vae.answers``.
"""

from typing import Any

from numpy.typing import NDArray

from core.row_evidence import Evidence
from core.vae.answers import Bound, Picture
from core.vae.config import VAEConfig, VAEControls

Array = NDArray[Any]


def picture(
    parameters: Array, config: VAEConfig, num_codes: int, rows: tuple[int, ...], num_samples: int
) -> Picture:
    """See ``core.vae.inference.picture``."""
    from core.vae import inference

    return inference.picture(parameters, config, num_codes, rows, num_samples)


def importance_bound(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    num_samples: int,
    num_rows: int,
    repeats: int,
) -> Bound:
    """See ``core.vae.inference.importance_bound``."""
    from core.vae import inference

    return inference.importance_bound(parameters, config, controls, num_samples, num_rows, repeats)


def exact_log_evidence(
    parameters: Array, config: VAEConfig, controls: VAEControls, num_rows: int, first: int
) -> Evidence:
    """See ``core.vae.evidence.exact_log_evidence``."""
    from core.vae import evidence

    return evidence.exact_log_evidence(parameters, config, controls, num_rows, first)
