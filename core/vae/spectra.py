"""The spectrum of a data set, computed once in a process. Torch-free."""

from functools import lru_cache

from core.dataset import DatasetConfig, load_dataset
from core.vae.config import EVALUATION_ROWS
from core.vae.ready import ready_spectrum
from core.vae.theory import Spectrum, data_spectrum


@lru_cache(maxsize=16)
def spectrum_of(dataset: DatasetConfig) -> Spectrum:
    """Eigenvalues of the training data and second moments of the held-out rows of the curves."""
    stored = ready_spectrum() if dataset == DatasetConfig() else None
    if stored is not None:
        return stored
    data = load_dataset(dataset)
    return data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])
