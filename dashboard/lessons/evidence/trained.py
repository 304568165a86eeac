"""Which trained VAE the lesson looks into: the shipped one, or the run that a link names."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.dataset import Dataset, load_dataset
from core.evidence.prior import IsotropicPrior, LearnedPrior
from core.evidence.proposals import Gaussian
from core.evidence.source import Source
from core.run import Run
from core.vae.layout import prior_moments
from core.vae.ready import ready_vae

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene

MAX_LATENT_DIM = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A trained VAE, as the page asks about it.

    Attributes:
        run: with its parameters, configuration and controls.
        is_own: whether the link names it.
        row: of its held-out data that is shown.
        complaint: the sentence of what the link asked and could not be; empty: nothing.
    """

    run: Run
    is_own: bool
    row: int
    complaint: str = ""

    @property
    def data(self) -> Dataset:
        """What it was trained on."""
        return load_dataset(self.run.config.dataset)

    @property
    def latent_dim(self) -> int:
        """L."""
        return int(self.run.config.latent_dim)

    @property
    def x(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The held-out row, shape ``[D]``."""
        found: np.ndarray[Any, np.dtype[np.float32]] = self.data.x_test[self.row]
        return found

    @property
    def key(self) -> tuple[Any, ...]:
        """All that tells one model from another."""
        return (self.run.config, self.run.controls, _checksum(_This(self.run.state.parameters)))

    def prior(self, learned: LearnedPrior | None = None) -> Gaussian:
        """p(z): the run's own, or the learned one in its place."""
        mean, variance = prior_moments(
            self.run.state.parameters, self.run.config, self.data.data_dim
        )
        if learned is not None:
            mean, variance = np.array(learned.after.mean), learned.after.variance
        return Gaussian(mean=mean, covariance=variance * np.eye(self.latent_dim))

    def source(self, prior: IsotropicPrior | None = None) -> Source:
        """What workers are asked with."""
        run = self.run
        return Source(
            parameters=run.state.parameters, config=run.config, controls=run.controls, prior=prior
        )


def trained_of(scene: Scene) -> Trained | None:
    """The VAE in question; ``None`` where none is shipped and none is named."""
    run, complaint, said = scene.of_run, "", scene.said
    if run is not None and not run.config.is_variational:
        run, complaint = None, said("refused.autoencoder")
    elif run is not None and run.config.latent_dim > MAX_LATENT_DIM:
        complaint = said("refused.latent", L=run.config.latent_dim)
        run = None
    chosen = run or ready_vae()
    if chosen is None:
        return None
    last = len(load_dataset(chosen.config.dataset).x_test) - 1
    row = min(scene.question.row, last)
    if row != scene.question.row:
        complaint = complaint or said("refused.row", last=last, row=scene.question.row)
    return Trained(run=chosen, is_own=run is not None, row=row, complaint=complaint)


class _This:
    """One array, and no other that is equal: what is found of it is remembered with it."""

    def __init__(self, array: np.ndarray[Any, np.dtype[Any]]) -> None:
        self.array = array

    def __hash__(self) -> int:
        return id(self.array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.array is self.array


@lru_cache(maxsize=8)
def _checksum(this: _This) -> int:
    return zlib.crc32(this.array.tobytes())
