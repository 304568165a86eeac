"""The exact posterior of one held-out row, as the page shows it. For workers."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.decoded_lattice import CoarseGrid, find_evidence, log_normaliser
from core.decoder import Decoder
from core.evidence.answers import DigitPosterior

MAP_SIZE = {1: 241, 2: 49}
"""Nodes per dimension of the picture of the posterior."""


def find_posterior(decoder: Decoder, grid: CoarseGrid, x: NDArray[Any]) -> DigitPosterior:
    """Everything the page shows of the exact posterior of one row, shape ``[D]``."""
    coarse = grid.log_joint(x[None])[0]
    log_joint = partial(decoder.log_joint_at, x)
    peak = find_evidence(decoder, grid, x, coarse)
    shown = grid.lattice.nodes[grid.lattice.survivors(coarse)]
    low, high = shown.min(0), shown.max(0)
    axes = np.linspace(low, high, MAP_SIZE[grid.lattice.dim], axis=-1)
    places = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    density = (log_joint(places) - peak.log_integral).astype(np.float32)
    mean, variance = decoder.encode(x[None])
    return DigitPosterior(
        log_evidence=peak.log_integral,
        error=peak.error,
        is_cut=peak.is_cut,
        log_normaliser=log_normaliser(decoder, grid, x, coarse),
        mean=peak.mean,
        covariance=peak.covariance,
        best=peak.best,
        best_log_joint=peak.best_value,
        axes=axes,
        log_density=density.reshape([axes.shape[1]] * len(axes)),
        encoder_mean=mean[0],
        encoder_covariance=np.diag(variance[0]),
        x_log_var=None if decoder.x_log_var is None else float(decoder.x_log_var),
    )
