"""Measured variances along one axis: n, σ, d or k, everything else as configured."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import ArenaConfig
from core.estimators.trial import run_trial
from core.estimators.work import blocks_per_task, estimates_per_block, work_per_draw

HEAVY = 2e5
"""Work of an estimate of which only a few are made."""


def measured_variances(
    config: ArenaConfig, axis: str, values: Sequence[float], component: int, work: float
) -> NDArray[np.float64]:
    """Variance of one component of the estimates, shape ``[len(values), len(estimators)]``.

    Args:
        config: where the sweep passes through.
        axis: the field that is varied.
        values: its values.
        component: which coordinate's parameter.
        work: how much each point may cost (``core.estimators.work``).

    An estimator that cannot take part at a point is NaN there.
    """
    found = np.full((len(values), len(config.estimators)), np.nan)
    for i, value in enumerate(values):
        there = config.at(axis, value)
        is_heavy = work_per_draw(there) * there.num_samples > HEAVY
        least = -(-(8 if is_heavy else 25) // estimates_per_block(there))
        trial = run_trial(there, 0, max(least, blocks_per_task(there, work)))
        index = there.component_index(min(component, there.size - 1))
        for j, name in enumerate(config.estimators):
            if name in trial.tallies:
                found[i, j] = trial.tallies[name].variance(there.num_samples)[index]
    return found
