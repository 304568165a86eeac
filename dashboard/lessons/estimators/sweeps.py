"""Along which axes the variance is shown: n, σ, d, k. Where, and how exactly."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import EstimatorsConfig
from core.estimators.moments import exact_variances, has_exact_variance

POINT_WORK = 1e5
"""Work of one measured point (``core.estimators.work``): with five estimators 20,000 draws of one
dimension, whose variances then scatter by 3 to 5 % around their exact curves. With a third of it
they scatter three times as much, with twice of it not less."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One axis.

    Attributes:
        axis: the field of ``EstimatorsConfig`` that is varied.
        words: key of its title.
        measured: where variances are measured.
        drawn: where exact curves are drawn.
        is_log: whether the axis is logarithmic.
    """

    axis: str
    words: str
    measured: tuple[float, ...]
    drawn: tuple[float, ...]
    is_log: bool = True

    def request(self, config: EstimatorsConfig, component: int) -> tuple[Any, ...]:
        """What to ask a worker: independent of what the axis varies and of the draws in all."""
        bare = config.at(self.axis, self.measured[-1])
        return bare, self.axis, self.measured, component, POINT_WORK

    def exact_curves(self, config: EstimatorsConfig) -> dict[str, NDArray[np.float64]]:
        """By estimator, the exact variance at ``drawn``; empty where it is not known."""
        return _exact_curves(self, config.at(self.axis, self.measured[-1]))


@lru_cache(maxsize=64)
def _exact_curves(sweep: Sweep, config: EstimatorsConfig) -> dict[str, NDArray[np.float64]]:
    if not has_exact_variance(config):
        return {}
    places = [config.at(sweep.axis, value) for value in sweep.drawn]
    known = [exact_variances(there, there.competitors) for there in places]
    return {
        name: np.array([found[name].value if name in found else np.nan for found in known])
        for name in config.estimators
    }


def sweeps_of(config: EstimatorsConfig) -> tuple[Sweep, ...]:
    """The axes that mean something for this f: the ELBO has its own d, and no k."""
    if not config.estimators:
        return ()
    by_n = Sweep(
        axis="num_samples",
        words="sweeps.num_samples",
        measured=(1, 2, 4, 10, 40, 100, 400),
        drawn=(1, 2, 4, 8, 16, 32, 64, 128, 256, 400),
    )
    if config.is_elbo:
        by_spread = Sweep(
            axis="sigma",
            words="sweeps.encoder_sigma",
            measured=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
            drawn=(),
        )
        return (by_n, by_spread)
    least = config.test_function.least
    places = np.linspace(max(least, -5.0), 5.0, 7)
    return (
        by_n,
        Sweep(
            axis="sigma",
            words="sweeps.sigma",
            measured=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
            drawn=tuple(np.geomspace(0.1, 5.0, 13).tolist()),
        ),
        Sweep(
            axis="dim",
            words="sweeps.dim",
            measured=(1, 2, 5, 10, 20, 50),
            drawn=(1, 2, 3, 5, 8, 12, 20, 30, 50),
        ),
        Sweep(
            axis="k",
            words="sweeps.k",
            measured=tuple(places.tolist()),
            drawn=tuple(np.linspace(places[0], 5.0, 21).tolist()),
            is_log=False,
        ),
    )
