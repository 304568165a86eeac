"""What a worker does for a page that asks about a digit; the decoded lattice stays with it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.decoded_lattice import CoarseGrid, decode_coarse, make_lattice
from core.decoder import Decoder
from core.evidence.answers import DigitPosterior, Family, Fit, Gaps, Split, WeighedDraws
from core.evidence.digit import Digit, split_evidence, weigh_draws
from core.evidence.fit import find_fits, find_gaps
from core.evidence.grid import find_posterior
from core.evidence.proposals import Proposal
from core.vae.config import VAEConfig, VAEControls
from core.vae.decoder_model import held_out, load_decoder

Array = NDArray[Any]

CODES = 1000
"""Held-out rows whose codes the lattice has to hold."""


class Model(NamedTuple):
    """A decoder and its coarse lattice, decoded."""

    decoder: Decoder
    grid: CoarseGrid


def model_of(parameters: Array, config: VAEConfig, controls: VAEControls) -> Model:
    """The model of one parameter vector ``[P]``; the last one is remembered.

    Raises:
        ValueError: for a plain autoencoder, or a latent space of more than two dimensions.
    """
    variance = VAEControls(decoder_variance=controls.decoder_variance)  # the rest is training's
    return _remembered(parameters.tobytes(), parameters.dtype.str, config, variance)


@lru_cache(maxsize=1)
def _remembered(parameters: bytes, dtype: str, config: VAEConfig, controls: VAEControls) -> Model:
    decoder = load_decoder(np.frombuffer(parameters, dtype=dtype), config, controls)
    lattice = make_lattice(decoder, load_dataset(config.dataset).x_test[:CODES])
    return Model(decoder, decode_coarse(decoder, lattice))


def digit_posterior(
    parameters: Array, config: VAEConfig, controls: VAEControls, row: int
) -> DigitPosterior:
    """The exact posterior of one held-out row.

    Args:
        parameters: shape ``[P]``.
        config: the experiment: variational, L ≤ 2.
        controls: what holds now.
        row: of the held-out data.

    Raises:
        ValueError: where the model has no such evidence, or the data no such row.
    """
    model = model_of(parameters, config, controls)
    return find_posterior(model.decoder, model.grid, held_out(config, row))


def digit_split(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    row: int,
    posterior: DigitPosterior,
    q: Proposal,
) -> Split:
    """How q splits ``log p(x)`` of a row whose posterior is known; else as ``digit_posterior``."""
    return split_evidence(_digit(parameters, config, controls, row), posterior, q)


def digit_draws(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    row: int,
    q: Proposal,
    num_samples: int,
    seed: int,
    first: int,
    repeats: int,
) -> WeighedDraws:
    """Importance weights of draws from q: see ``core.evidence.digit.weigh_draws``."""
    digit = _digit(parameters, config, controls, row)
    return weigh_draws(digit, q, num_samples, seed, first, repeats)


def digit_fits(
    parameters: Array, config: VAEConfig, controls: VAEControls, row: int
) -> tuple[Fit, ...]:
    """Every family from both starts for one row; else as ``digit_posterior``."""
    digit = _digit(parameters, config, controls, row)
    return find_fits(digit, digit.find_peak().best)


def digit_gaps(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    rows: Sequence[int],
    families: Sequence[Family],
) -> tuple[Gaps, ...]:
    """Gaps of some rows, ten at a time: see ``core.evidence.fit.find_gaps``."""
    model = model_of(parameters, config, controls)
    x = np.stack([held_out(config, row) for row in rows])
    return find_gaps(model.decoder, model.grid, rows, x, families)


def _digit(parameters: Array, config: VAEConfig, controls: VAEControls, row: int) -> Digit:
    model = model_of(parameters, config, controls)
    return Digit(decoder=model.decoder, grid=model.grid, x=held_out(config, row))
