"""How the draws of a configuration are cut into blocks of bounded memory and time: torch-free."""

from core.estimators.config import EstimatorsConfig

BLOCK_NUMBERS = 2**17
"""Numbers of one array of a block of draws: about what a core's cache holds of float64. With a
quarter of it a million draws take a third longer: calls cost more than numbers."""

SLICE_WORK = 1e7
"""Work of one task of a worker: some tenths of a second."""

FIRST_WORK = 2e6
"""Work of a first answer on the interactive worker, shared by all sessions: under 0.1 s."""

ELBO_WORK = 700
"""A decoded image in units of an element of a draw."""

ELBO_NUMBERS = 256
"""Numbers that one draw of the ELBO holds: its hidden layer and a third of its image."""


def numbers_per_draw(config: EstimatorsConfig) -> int:
    """The largest array that an estimator makes of one draw."""
    size = config.size
    squared = config.num_parameters > size or "measure_valued" in config.competitors
    return (size * size if squared else size) * (ELBO_NUMBERS if config.is_elbo else 1)


def work_per_draw(config: EstimatorsConfig) -> float:
    """Numbers that all estimators together touch for one draw, roughly."""
    size = config.size
    per_number = ELBO_WORK if config.is_elbo else 1
    work = 0
    for name in config.competitors:
        work += size * size if name == "measure_valued" else config.num_parameters
    return float(max(1, work) * per_number)


def estimates_per_block(config: EstimatorsConfig) -> int:
    """Whole estimates, at least one, that fit into a block."""
    fit = BLOCK_NUMBERS // (config.num_samples * numbers_per_draw(config))
    return max(1, min(config.num_estimates, fit))


def blocks_in_all(config: EstimatorsConfig) -> int:
    """Blocks that make all estimates, the last one perhaps beyond."""
    return -(-config.num_estimates // estimates_per_block(config))


def work_per_block(config: EstimatorsConfig) -> float:
    """Work of one block of all estimators."""
    return work_per_draw(config) * config.num_samples * estimates_per_block(config)


def blocks_per_task(config: EstimatorsConfig, work: float) -> int:
    """Blocks, at least one, that take about ``work``."""
    return max(1, min(blocks_in_all(config), int(work / work_per_block(config))))


def fits_between(config: EstimatorsConfig) -> bool:
    """Whether a first answer may go to the interactive worker, which all sessions share."""
    return work_per_block(config) <= FIRST_WORK
