"""The data of the EM page: numbers of a ruler, penguins, two moons, points drawn. Torch-free."""

from dataclasses import dataclass
from functools import lru_cache

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

    Raises:
        ValueError: naming what does not fit: more components than rows, means of another
            dimension, data without volume.
    """
    x = rows_of(config).x_train
    floor = floor_of(config, x)
    if not config.means:
        return start_of(config.start, x, config.num_components, config.seed, "share", floor)
    widths = {len(mean) for mean in config.means}
    if widths != {x.shape[1]}:
        raise ValueError(
            f"`means` must have {x.shape[1]} numbers each, as the data, got {sorted(widths)}"
        )
    K = len(config.means)
    like = start_of("same", x, min(K, len(x)), 0, "share", floor)
    return Mixture(
        weights=np.full(K, 1 / K),
        means=np.array(config.means),
        covariances=np.repeat(like.covariances[:1], K, axis=0),
    )
