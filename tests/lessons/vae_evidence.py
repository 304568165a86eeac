"""What the claims of the VAE lesson look at: a run trained as the page does, and its codes."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import Dataset, load_dataset
from core.run import Budget, Run, TrainingDiverged
from core.training import advance, new_run
from core.vae.answers import Picture
from core.vae.config import VAEConfig, VAEControls
from core.vae.inference import decode_codes, picture
from core.vae.spectra import spectrum_of
from core.vae.theory import LinearOptimum, linear_optimum
from dashboard.kit.option import Choices
from dashboard.lessons.vae.lesson import configure

Array = NDArray[Any]

CODES, ROWS, SAMPLES = 2000, 500, 1000
KNOWN = 4000
"""Training rows whose labels judge what an image shows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A run and what of it is drawn.

    Attributes:
        choices: every option, view included.
        run: where the training ended.
        stopped: why it ended before its last step.
    """

    choices: Choices
    run: Run
    stopped: TrainingDiverged | None

    def last(self, name: str) -> float:
        """The newest value of a metric."""
        return self.run.history.latest()[name]

    @property
    def config(self) -> VAEConfig:
        """Of the run."""
        config: VAEConfig = self.run.config
        return config

    @property
    def controls(self) -> VAEControls:
        """Of the run."""
        controls: VAEControls = self.run.controls
        return controls

    @property
    def data(self) -> Dataset:
        """Of the run."""
        return load_dataset(self.config.dataset)

    @cached_property
    def picture(self) -> Picture:
        """Codes of training rows, reconstructions of held-out rows, prior samples."""
        rows = tuple(range(min(ROWS, len(self.data.x_test))))
        return picture(self.run.state.parameters, self.config, CODES, rows, SAMPLES)

    @cached_property
    def first_codes(self) -> Array:
        """Codes of training rows before the first step."""
        first = self.run.history.snapshots[0]
        assert first.step == 0
        return picture(first.parameters, self.config, CODES, (), 1).mean

    @cached_property
    def widths(self) -> Array:
        """Standard deviations of q(z|x), ``[n, L]``."""
        return np.exp(0.5 * self.picture.log_var)

    @property
    def code_labels(self) -> Array:
        """Classes of the codes."""
        return self.data.y_train[: len(self.picture.mean)]

    @property
    def held_out(self) -> Array:
        """The rows that are reconstructed."""
        return self.data.x_test[: len(self.picture.reconstructions)]

    def linear(self, **instead: Any) -> LinearOptimum:
        """The exact optimum of a linear model with the run's L, β and σ², on held-out rows."""
        asked = {
            "latent_dim": self.config.latent_dim,
            "kl_weight": self.controls.kl_weight,
            "decoder_variance": self.last("decoder_variance"),
        }
        return linear_optimum(spectrum_of(self.config.dataset), **asked | instead, held_out=True)

    @property
    def eigenvalues(self) -> Array:
        """Of the data covariance, the largest first."""
        return spectrum_of(self.config.dataset).eigenvalues

    def decoded(self, z: Array) -> Array:
        """``x_hat`` of codes."""
        return decode_codes(self.run.state.parameters, self.config, np.asarray(z, np.float32))

    def shown(self, images: Array) -> Array:
        """The class of the nearest training image of each."""
        known = self.data.x_train[:KNOWN]
        return self.data.y_train[distances(images, known).argmin(1)]

    def alike(self, codes: Array) -> float:
        """The share of codes whose nearest other code is of the same class."""
        away = distances(codes, codes)
        np.fill_diagonal(away, np.inf)
        return float((self.code_labels[away.argmin(1)] == self.code_labels).mean())

    @cached_property
    def between_classes(self) -> Array:
        """Distances between the mean codes of two classes, in units of the median pair's."""
        codes, labels = self.picture.mean, self.code_labels
        middles = np.stack([codes[labels == k].mean(0) for k in range(len(self.data.classes))])
        away = distances(middles, middles)
        return away / np.median(away[np.triu_indices(len(away), 1)])


def shows(found: Found, **view: object) -> None:
    """The page is set to show it."""
    assert {key: found.choices[key] for key in view} == view


def distances(one: Array, other: Array) -> Array:
    """Euclidean distances ``[n, m]`` between rows."""
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    squares = np.square(one).sum(1)[:, None] + np.square(other).sum(1) - 2.0 * one @ other.T
    return np.sqrt(np.maximum(squares, 0.0))


def evidence(choices: Choices, train_steps: int) -> Found:
    """The run that these choices start, trained as far as its experiment trains it."""
    return _found(tuple(sorted(choices.items())), train_steps)


@lru_cache(maxsize=64)
def _found(choices: tuple[tuple[str, Any], ...], train_steps: int) -> Found:
    run, stopped = _trained(*configure(dict(choices)), train_steps)
    return Found(choices=dict(choices), run=run, stopped=stopped)


@lru_cache(maxsize=64)
def _trained(
    config: VAEConfig, controls: VAEControls, train_steps: int
) -> tuple[Run, TrainingDiverged | None]:
    run = new_run(config, controls)
    try:
        return advance(run, controls, Budget(steps=train_steps)), None
    except TrainingDiverged as error:
        return error.reached or run, error
