"""What a page may ask a worker about a digit. Torch-free: the work is imported where it runs.

Its answers are in ``core.evidence.answers``. Every request takes the parameters ``[P]`` of a
variational VAE with L ≤ 2, its configuration and controls, and raises ``ValueError`` for another.
"""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from core.evidence.answers import DigitPosterior, Family, Fit, Gaps, Split, WeighedDraws
from core.evidence.proposals import Proposal
from core.vae.config import VAEConfig, VAEControls

Array = NDArray[Any]


def digit_posterior(
    parameters: Array, config: VAEConfig, controls: VAEControls, row: int
) -> DigitPosterior:
    """See ``core.evidence.work.digit_posterior``."""
    from core.evidence import work

    return work.digit_posterior(parameters, config, controls, row)


def digit_split(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    row: int,
    posterior: DigitPosterior,
    q: Proposal,
) -> Split:
    """See ``core.evidence.work.digit_split``."""
    from core.evidence import work

    return work.digit_split(parameters, config, controls, row, posterior, q)


def digit_draws(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    row: int,
    q: Proposal,
    num_samples: int,
    seed: int,
    first: int,
    repeats: int,
) -> WeighedDraws:
    """See ``core.evidence.work.digit_draws``."""
    from core.evidence import work

    return work.digit_draws(
        parameters, config, controls, row, q, num_samples, seed, first, repeats
    )


def digit_fits(
    parameters: Array, config: VAEConfig, controls: VAEControls, row: int
) -> tuple[Fit, ...]:
    """See ``core.evidence.work.digit_fits``."""
    from core.evidence import work

    return work.digit_fits(parameters, config, controls, row)


def digit_gaps(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    rows: Sequence[int],
    families: Sequence[Family],
) -> tuple[Gaps, ...]:
    """See ``core.evidence.work.digit_gaps``."""
    from core.evidence import work

    return work.digit_gaps(parameters, config, controls, rows, families)
