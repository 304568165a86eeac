"""Ready trained runs that a page opens on: real runs, trained by ``python -m core.pretrained``.

A file holds arrays only (``np.load(allow_pickle=False)``) and the configuration as text, by which
a file of another configuration is recognised.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.history import ControlChange, History
from core.run import Budget, Run, TrainState
from core.vae.config import EVALUATION_ROWS, VAEConfig, VAEControls
from core.vae.requests import picture
from core.vae.theory import Spectrum, data_spectrum

VAE_FILE = Path(__file__).parent / "data" / "vae_mnist_run.npz"
VAE_TRAIN_STEPS = 5120
NUM_CODES = 1000


@lru_cache(maxsize=1)
def pretrained_vae() -> Run | None:
    """The default VAE on MNIST after ``VAE_TRAIN_STEPS`` steps of the default controls.

    ``None`` where the file is absent or of another configuration: the page then trains its own.
    """
    config, controls = VAEConfig(), VAEControls()
    if not VAE_FILE.exists():
        return None
    with np.load(VAE_FILE, allow_pickle=False) as file:
        if str(file["label"]) != _label(config, controls):
            return None
        state = TrainState(
            parameters=file["parameters"],
            moments=file["moments"],
            generator=file["generator"].tobytes(),
        )
        history = History(
            names=tuple(str(name) for name in file["names"]),
            steps=file["steps"],
            values=file["values"],
            changes=(ControlChange(step=0, controls=controls),),
        )
        step = int(file["step"])
    return Run(config=config, controls=controls, state=state, step=step, history=history)


@lru_cache(maxsize=1)
def pretrained_spectrum() -> Spectrum | None:
    """The spectrum of the default data set, so that the first page need not compute it.

    Equality with ``data_spectrum`` is checked by ``test_the_stored_spectrum_is_that_of_the_data``.
    """
    if not VAE_FILE.exists():
        return None
    with np.load(VAE_FILE, allow_pickle=False) as file:
        return Spectrum(eigenvalues=file["eigenvalues"], held_out=file["held_out"])


def pretrained_codes() -> NDArray[np.float32]:
    """Posterior means of the first training rows under the ready VAE, ``[NUM_CODES, 2]``."""
    with np.load(VAE_FILE, allow_pickle=False) as file:
        codes: NDArray[np.float32] = file["codes"]
    return codes


def train_and_save() -> None:
    """Train the default VAE and write its file."""
    from core.training import advance, new_run

    config, controls = VAEConfig(), VAEControls()
    run = advance(new_run(config, controls), controls, Budget(steps=VAE_TRAIN_STEPS))
    data = load_dataset(config.dataset)
    spectrum = data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])
    np.savez_compressed(
        VAE_FILE,
        label=np.array(_label(config, controls)),
        step=np.array(run.step),
        parameters=run.state.parameters,
        moments=run.state.moments,
        generator=np.frombuffer(run.state.generator, dtype=np.uint8),
        names=np.array(run.history.names),
        steps=run.history.steps,
        values=run.history.values,
        eigenvalues=spectrum.eigenvalues,
        held_out=spectrum.held_out,
        codes=picture(run.state.parameters, config, NUM_CODES, (), 1).mean,
    )


def _label(config: VAEConfig, controls: VAEControls) -> str:
    return f"{config} {controls}"


if __name__ == "__main__":
    train_and_save()
