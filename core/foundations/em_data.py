"""The data of the EM page: numbers of a ruler, penguins, two moons, points drawn. Torch-free."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.dataset import DatasetConfig, load_dataset
from core.foundations.config import EMConfig
from core.foundations.em_step import default_floor
from core.foundations.starts import start_of
from core.mixtures import Mixture
from core.validation import require_number

Array = NDArray[np.float64]

MOONS = 2500
"""Two moons, training and held out together."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """What is fitted and what it is judged by, read-only.

    Attributes:
        x_train: ``[N, D]``.
        x_test: ``[N', D]``; ``None`` where every row is fitted.
        columns: names of the D columns; empty where they have none.
    """

    x_train: Array
    x_test: Array | None = None
    columns: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def rows_of(config: EMConfig) -> Rows:
    """The rows that a configuration means.

    Raises:
        ValueError: if there are none yet.
    """
    if config.data == "numbers":
        return Rows(x_train=np.array(config.numbers)[:, None])
    if config.data == "drawn":
        require_number("number of points", len(config.points), at_least=1)
        return Rows(x_train=np.array(config.points))
    data = load_dataset(DatasetConfig(name=config.data, seed=config.seed, num_points=MOONS))
    return Rows(
        x_train=data.x_train.astype(np.float64),
        x_test=data.x_test.astype(np.float64),
        columns=tuple(data.columns),
    )


def floor_of(config: EMConfig, x: Array) -> float:
    """The least variance in the units of x squared: a share of the data's; 0: none."""
    return config.floor / DEFAULT_SHARE * default_floor(x)


DEFAULT_SHARE = 1e-6
"""Of the data's variance, what ``default_floor`` is."""


def first_mixture(config: EMConfig) -> Mixture:
    """Where EM starts: at the visitor's means, or as the configuration says.

    Means that are not K, or of another dimension than the data, were put there for others: they
    are set aside.

    Raises:
        ValueError: naming what does not fit: more components than rows, data without volume.
    """
    x = rows_of(config).x_train
    floor, K = floor_of(config, x), config.num_components
    if len(config.means) != K or {len(mean) for mean in config.means} != {x.shape[1]}:
        return start_of(config.start, x, K, config.seed, "share", floor)
    like = start_of("same", x, K, 0, "share", floor)
    return replace(like, means=np.array(config.means))


Obstacle = Literal["few", "equal", "flat"]
"""Why EM cannot begin: fewer rows than components, all rows equal, or no volume and no floor."""


def obstacle(config: EMConfig) -> Obstacle | None:
    """What keeps EM from beginning; the data sets that are given have no such fault."""
    if config.data not in ("numbers", "drawn"):
        return None
    if config.data == "drawn" and not config.points:
        return "few"
    x = rows_of(config).x_train
    if len(x) < config.num_components:
        return "few"
    if (np.ptp(x, axis=0) == 0).all():
        return "equal"
    if config.floor == 0 and np.linalg.matrix_rank(x - x.mean(0)) < x.shape[1]:
        return "flat"
    return None
