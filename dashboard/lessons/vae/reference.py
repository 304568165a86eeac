"""The exact linear theory beside a VAE run: the dashed lines of its page."""

import numpy as np

from core.history import History
from core.vae.config import VAEConfig
from core.vae.spectra import spectrum_of
from core.vae.theory import LinearOptimum, linear_optimum


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
        spectrum_of(config.dataset), config.latent_dim, weight, variance, held_out=held_out
    )
