"""What a page may ask a worker about estimators. Torch-free: the work is imported where it runs.

Its answers are in ``core.estimators.answers``.
"""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from core.estimators.answers import ExactGradient, Race, Witness
from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.tally import Trial

Array = NDArray[Any]


def trial(config: EstimatorsConfig, first: int, count: int) -> Trial:
    """See ``core.estimators.trial.run_trial``."""
    from core.estimators.trial import run_trial

    return run_trial(config, first, count)


def worked_out(config: EstimatorsConfig) -> ExactGradient:
    """See ``core.estimators.exact.worked_out``."""
    from core.estimators import exact

    return exact.worked_out(config)


def witness(config: EstimatorsConfig, num_draws: int, component: int) -> Witness:
    """See ``core.estimators.classmates.witness``."""
    from core.estimators import classmates

    return classmates.witness(config, num_draws, component)


def measured_variances(
    config: EstimatorsConfig, axis: str, values: Sequence[float], component: int, work: float
) -> Array:
    """See ``core.estimators.sweep.measured_variances``."""
    from core.estimators import sweep

    return sweep.measured_variances(config, axis, values, component, work)


def race(config: RaceConfig) -> Race:
    """See ``core.estimators.race.run_race``."""
    from core.estimators.race import run_race

    return run_race(config)
