"""Measured variances along one axis: n, σ, d or k, everything else as configured."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import EstimatorsConfig
from core.estimators.lineup import LINEUP
from core.estimators.trial import run_trial
from core.estimators.work import estimates_per_block, work_per_draw

PILOT = 4_000
"""Draws that the baselines of a point are found from: an error of b* of a few percent raises a
variance by the square of it."""

HEAVY = 2e5
"""Most work of one estimate; near it only a few are made."""


def measured_variances(
    config: EstimatorsConfig, axis: str, values: Sequence[float], component: int, work: float
) -> NDArray[np.float64]:
    """Variance of one component of the estimates, shape ``[len(values), len(estimators)]``.

    Args:
        config: where the sweep passes through.
        axis: the field that is varied.
        values: its values.
        component: which coordinate's parameter.
        work: how much each point may cost (``core.estimators.work``).

    Where an estimate of n draws is too much work, fewer draws make one and its variance is scaled:
    exact for means of independent groups. Leave-one-out is none, and then NaN like everybody who
    cannot take part at a point.
    """
    found = np.full((len(values), len(config.estimators)), np.nan)
    for i, value in enumerate(values):
        there = config.at(axis, value)
        run = there if axis == "num_samples" else _affordable(there)
        each = work_per_draw(run) * run.num_samples
        estimates = max(8 if each > HEAVY / 2 else 25, int(work / each))
        run = run.with_estimates(estimates)
        blocks = -(-estimates // estimates_per_block(run))
        trial = run_trial(run, 0, blocks, pilot=PILOT, timed=False)
        index = there.component_index(min(component, there.size - 1))
        for j, name in enumerate(config.estimators):
            scales = run.num_samples == there.num_samples or LINEUP[name].group is not None
            if name in trial.tallies and scales:
                found[i, j] = trial.tallies[name].variance(there.num_samples)[index]
    return found


def _affordable(config: EstimatorsConfig) -> EstimatorsConfig:
    """The same, or with fewer draws per estimate, an even number."""
    most = max(2, int(HEAVY / work_per_draw(config)) // 2 * 2)
    return config if config.num_samples <= most else config.at("num_samples", most)
