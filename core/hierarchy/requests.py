"""What a page may ask a worker about two levels. Torch-free: the work is imported where it runs.

Its answers are in ``core.hierarchy.answers``.
"""

from typing import Any

from numpy.typing import NDArray

from core.hierarchy.answers import At, Flat, Information, PriorMap, Samples, Snake, Split
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.remedies import Outcome, Remedy
from core.row_evidence import Evidence

Parameters = NDArray[Any]


def snake(parameters: Parameters, config: HierarchyConfig, num_codes: int) -> Snake:
    """See ``core.hierarchy.inference.snake``."""
    from core.hierarchy import inference

    return inference.snake(parameters, config, num_codes)


def prior_map(
    parameters: Parameters, config: HierarchyConfig, reach: tuple[float, float, float, float]
) -> PriorMap:
    """See ``core.hierarchy.inference.prior_map``."""
    from core.hierarchy import inference

    return inference.prior_map(parameters, config, reach)


def samples(parameters: Parameters, config: HierarchyConfig, rows: int, columns: int) -> Samples:
    """See ``core.hierarchy.inference.samples``."""
    from core.hierarchy import inference

    return inference.samples(parameters, config, rows, columns)


def at(
    parameters: Parameters,
    config: HierarchyConfig,
    z2: tuple[float, ...],
    num_codes: int,
    count: int,
) -> At:
    """See ``core.hierarchy.inference.at``."""
    from core.hierarchy import inference

    return inference.at(parameters, config, z2, num_codes, count)


def split(parameters: Parameters, config: HierarchyConfig, first: int, count: int) -> Split:
    """See ``core.hierarchy.inference.split``."""
    from core.hierarchy import inference

    return inference.split(parameters, config, first, count)


def outcome(
    config: HierarchyConfig, controls: HierarchyControls, remedy: Remedy, seed: int, steps: int
) -> Outcome:
    """See ``core.hierarchy.remedies.outcome``."""
    from core.hierarchy import remedies

    return remedies.outcome(config, controls, remedy, seed, steps)


def flat(config: HierarchyConfig, controls: HierarchyControls, steps: int) -> Flat:
    """See ``core.hierarchy.inference.flat``."""
    from core.hierarchy import inference

    return inference.flat(config, controls, steps)


def exact_log_evidence(
    parameters: Parameters, config: HierarchyConfig, decoder_variance: float, first: int
) -> Evidence:
    """See ``core.hierarchy.evidence.exact_log_evidence``."""
    from core.hierarchy import evidence

    return evidence.exact_log_evidence(parameters, config, decoder_variance, first)


def top_information(parameters: Parameters, config: HierarchyConfig) -> Information:
    """See ``core.hierarchy.evidence.top_information``."""
    from core.hierarchy import evidence

    return evidence.top_information(parameters, config)
