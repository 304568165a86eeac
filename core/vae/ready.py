"""The ready VAE that pages open on: ``python -m core.vae.ready`` makes it anew.

Later lessons stand on it: its parameters are frozen (``test_the_ready_vae_is_frozen``).
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.ready import load_arrays, load_run, save_run
from core.run import Budget, Run
from core.training import advance, new_run
from core.vae.config import EVALUATION_ROWS, VAEConfig, VAEControls
from core.vae.theory import Spectrum, data_spectrum

VAE_FILE = Path(__file__).resolve().parent.parent / "data" / "vae_mnist_run.npz"
VAE_TRAIN_STEPS = 5120
NUM_CODES = 1000


@lru_cache(maxsize=1)
def ready_vae() -> Run | None:
    """The default VAE on MNIST after ``VAE_TRAIN_STEPS`` steps of the default controls.

    ``None`` where the file is absent or of another configuration.
    """
    return load_run(VAE_FILE, VAEConfig(), VAEControls())


@lru_cache(maxsize=1)
def ready_spectrum() -> Spectrum | None:
    """The spectrum of the default data set, so that the first page need not compute it.

    Equality with ``data_spectrum`` is checked by ``test_the_stored_spectrum_is_that_of_the_data``.
    """
    if not VAE_FILE.exists():
        return None
    eigenvalues, held_out = load_arrays(VAE_FILE, "eigenvalues", "held_out")
    return Spectrum(eigenvalues=eigenvalues, held_out=held_out)


def ready_codes() -> NDArray[np.float32]:
    """Posterior means of the first training rows under the ready VAE, ``[NUM_CODES, 2]``."""
    (codes,) = load_arrays(VAE_FILE, "codes")
    return codes


def train_and_save() -> None:
    """Train the default VAE and write its file."""
    from core.vae.inference import picture  # brings torch, which readers of the file do not need

    config, controls = VAEConfig(), VAEControls()
    run = advance(new_run(config, controls), controls, Budget(steps=VAE_TRAIN_STEPS))
    data = load_dataset(config.dataset)
    spectrum = data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])
    codes = picture(run.state.parameters, config, NUM_CODES, (), 1).mean
    save_run(
        VAE_FILE,
        run,
        eigenvalues=spectrum.eigenvalues,
        held_out=spectrum.held_out,
        codes=codes,
    )


if __name__ == "__main__":
    train_and_save()
