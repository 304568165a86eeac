"""Mixtures and data that several tests share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import DatasetConfig, load_dataset
from core.flow.targets import TargetConfig, draws
from core.foundations.em import EMRun
from core.mixtures import Mixture

Array = NDArray[np.float64]

HEIGHTS = np.array([[1.6, 1.7, 1.65, 1.63, 1.75, 1.71, 1.68, 1.72, 1.77, 1.62]]).T


def some_mixture(K: int, D: int, seed: int = 0, narrow: float = 1.0) -> Mixture:
    """Correlated components of unequal size, ``narrow`` times as wide."""
    generator = np.random.default_rng(seed)
    factors = narrow * (0.5 * generator.standard_normal((K, D, D)) / D**0.5 + np.eye(D))
    return Mixture(
        weights=generator.dirichlet(np.full(K, 3.0)),
        means=2 * generator.standard_normal((K, D)),
        covariances=factors @ factors.transpose(0, 2, 1) + 1e-3 * narrow**2 * np.eye(D),
    )


def line(weights: Any, means: Any, variances: Any) -> Mixture:
    """A mixture in one dimension."""
    return Mixture(
        weights=np.array(weights, dtype=np.float64),
        means=np.array(means, dtype=np.float64)[:, None],
        covariances=np.array(variances, dtype=np.float64)[:, None, None],
    )


def penguins() -> tuple[Array, Array]:
    """Standardised: 256 rows to train with, and those held out, four columns."""
    data = load_dataset(DatasetConfig(name="penguins", seed=0))
    return data.x_train.astype(np.float64), data.x_test.astype(np.float64)


def moons(count: int = 1000) -> Array:
    """The first training rows of the flow's two moons."""
    return draws(TargetConfig()).x_train[:count]


TALL = line([0.5, 0.5], [1.63, 1.73], [0.0016, 0.0016])
"""Where EM of the heights begins in the named check."""

DIVE = line([0.9, 0.1], [1.683, 1.77], [0.002921, 0.005**2])
"""A start whose second component dives into the height 1.77."""


def assert_never_falls(run: EMRun) -> None:
    """ℓ rises, and the bound after M lies between the old and the new."""
    slack = 1e-12 * np.abs(run.log_likelihoods).max()
    assert np.diff(run.log_likelihoods).min(initial=0) >= -slack
    assert (run.elbos >= run.log_likelihoods[:-1] - slack).all()
    assert (run.elbos <= run.log_likelihoods[1:] + slack).all()


def assert_finite(run: EMRun) -> None:
    for values in (run.log_likelihoods, run.elbos, run.mixture.means, run.mixture.covariances):
        assert np.isfinite(values).all()
