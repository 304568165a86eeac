"""What the foundations page asks a worker. Torch-free: what needs torch is imported where it runs.

EM of a few thousand rows takes a second for hundreds of steps: it comes in slices, and the page
draws what is there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from core.foundations.config import EMConfig, LimitConfig
from core.foundations.em import EMRun, begin, go_on
from core.foundations.em_data import first_mixture, floor_of, rows_of
from core.foundations.infinity import Rung, fit_best, judge, pool_of

if TYPE_CHECKING:
    from core.foundations.answers import Decoded

SLICE_STEPS = 60
STARTS = 3
"""Starts of every rung of the ladder; the best is kept."""


def em_slice(config: EMConfig, run: EMRun | None) -> EMRun:
    """The first steps of EM, or the next ones.

    Raises:
        ValueError: naming what does not fit.
    """
    rows = rows_of(config)
    return go_on(run or begun(config), rows.x_train, SLICE_STEPS, rows.x_test)


@lru_cache(maxsize=4)
def begun(config: EMConfig) -> EMRun:
    """The start of EM, of no steps.

    Raises:
        ValueError: naming what does not fit.
    """
    rows = rows_of(config)
    floor = floor_of(config, rows.x_train)
    return begin(rows.x_train, first_mixture(config), floor, rows.x_test)


def rung(name: str, num_components: int, seed: int) -> Rung:
    """The best of a few starts of K components on one of the targets."""
    pool = pool_of(name)
    seeds = range(seed, seed + STARTS)
    return judge(pool, fit_best(pool.x_train, num_components, seeds))


def decoded(config: LimitConfig) -> Decoded:
    """See ``core.foundations.decoded.decode``."""
    from core.foundations.decoded import decode

    return decode(config)
