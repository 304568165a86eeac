"""The exact linear theory beside a VAE run: the dashed lines of its page."""

import numpy as np
import streamlit as st

from core.dataset import DatasetConfig, load_dataset
from core.history import History
from core.vae.config import EVALUATION_ROWS, VAEConfig
from core.vae.ready import ready_spectrum
from core.vae.theory import LinearOptimum, Spectrum, data_spectrum, linear_optimum


@st.cache_data(max_entries=16, show_spinner=False)
def spectrum(dataset: DatasetConfig) -> Spectrum:
    """Eigenvalues of the training data and second moments of the held-out rows of the curves."""
    stored = ready_spectrum() if dataset == DatasetConfig() else None
    if stored is not None:
        return stored
    data = load_dataset(dataset)
    return data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])


def linear_reference(
    config: VAEConfig, history: History, *, held_out: bool = True, last_only: bool = False
) -> LinearOptimum | None:
    """What the best linear model of the same L reaches at the β and σ² of each record.

    ``None`` for a heteroscedastic decoder, where βσ² has no meaning, and before the first record.
    A plain autoencoder is compared with PCA, the limit β = 0.
    """
    if config.variance == "heteroscedastic" or not len(history):
        return None
    window = slice(-1, None) if last_only else slice(None)
    variance = history["decoder_variance"][window]
    weight = history["kl_weight"][window] if config.is_variational else np.zeros(len(variance))
    return linear_optimum(
        spectrum(config.dataset), config.latent_dim, weight, variance, held_out=held_out
    )
