"""What a worker does for a page that asks about a digit; the decoded lattice stays with it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.decoded_lattice import log_prior
from core.evidence.answers import (
    FAMILIES,
    Convergence,
    DigitPosterior,
    Family,
    Fit,
    Gaps,
    PriorEffect,
    Split,
    WeighedDraws,
)
from core.evidence.convergence import find_convergence, weigh_draws
from core.evidence.digit import Digit, split_evidence
from core.evidence.fit import find_fits, find_gaps
from core.evidence.grid import find_posterior
from core.evidence.prior import LearnedPrior
from core.evidence.prior_effect import find_prior_effects, fit_prior_to
from core.evidence.problem import MAX_SAMPLES
from core.evidence.proposals import Proposal
from core.evidence.source import Source
from core.lattice_evidence import Model
from core.vae.decoder_model import held_out, load_decoder
from core.vae.decoder_model import model_of as remembered_model
from core.vae.layout import parameter_count, unflatten

Array = NDArray[Any]


def model_of(source: Source) -> Model:
    """The model of a source; the last one decoded is remembered.

    A prior in place of the model's own changes ``log p(z)`` at the nodes and nothing else: both
    models share the decoded lattice, and with it 214 MB for 28 × 28. It reaches as far as the
    model's own prior asks for; what lies at its rim under the other is said by ``is_cut``.

    Raises:
        ValueError: for a plain autoencoder, or a latent space of more than two dimensions.
    """
    model = remembered_model(source.parameters, source.config, source.controls)
    return model if source.prior is None else _with_prior(model, as_trained(source))


def _with_prior(model: Model, source: Source) -> Model:
    decoder = load_decoder(source.parameters, source.config, source.controls)
    nodes = model.grid.lattice.nodes
    change = log_prior(decoder, nodes) - log_prior(model.decoder, nodes)
    return Model(decoder, replace(model.grid, const=model.grid.const + change))


def as_trained(source: Source) -> Source:
    """The same model as one whose training had learned the prior that is put in.

    Its parameters hold ``prior.mean`` and ``prior.log_var``, in their own precision.
    """
    if source.prior is None:
        return source
    config = replace(source.config, prior="learned")
    data_dim = load_dataset(config.dataset).data_dim
    parameters = np.empty(parameter_count(config, data_dim), dtype=source.parameters.dtype)
    named = unflatten(parameters, config, data_dim)
    for name, values in unflatten(source.parameters, source.config, data_dim).items():
        named[name][...] = values
    named["prior.mean"][...] = source.prior.mean
    named["prior.log_var"][...] = math.log(source.prior.variance)
    return Source(parameters=parameters, config=config, controls=source.controls)


def digit_posterior(source: Source, row: int) -> DigitPosterior:
    """The exact posterior of one held-out row.

    Args:
        source: the model.
        row: of the held-out data.

    Raises:
        ValueError: where the model has no such evidence, or the data no such row.
    """
    model = model_of(source)
    return find_posterior(model.decoder, model.grid, held_out(source.config, row))


def digit_split(source: Source, row: int, posterior: DigitPosterior, q: Proposal) -> Split:
    """How q splits ``log p(x)`` of a row whose posterior is known; else as ``digit_posterior``."""
    return split_evidence(digit_of(source, row), posterior, q)


def digit_draws(
    source: Source, row: int, q: Proposal, num_samples: int, seed: int, first: int, repeats: int
) -> WeighedDraws:
    """Importance weights of draws from q: see ``core.evidence.convergence.weigh_draws``."""
    return weigh_draws(digit_of(source, row), q, num_samples, seed, first, repeats)


def digit_convergence(
    source: Source,
    row: int,
    q: Proposal,
    seed: int,
    first: int,
    repeats: int,
    num_samples: int = MAX_SAMPLES,
) -> Convergence:
    """Repeats of log p̂ of up to ``num_samples`` draws; half a second each of 10⁵ draws.

    See ``core.evidence.convergence.find_convergence``.
    """
    return find_convergence(digit_of(source, row), q, seed, first, repeats, num_samples)


def digit_fits(source: Source, row: int, families: Sequence[Family] = FAMILIES) -> tuple[Fit, ...]:
    """These families from both starts for one row; else as ``digit_posterior``."""
    digit = digit_of(source, row)
    return find_fits(digit, digit.find_peak().best, families)


def digit_gaps(
    source: Source, rows: Sequence[int], families: Sequence[Family]
) -> tuple[Gaps, ...]:
    """Gaps of some rows, ten at a time: see ``core.evidence.fit.find_gaps``."""
    model = model_of(source)
    return find_gaps(model.decoder, model.grid, rows, _rows(source, rows), families)


def fit_source_prior(source: Source) -> LearnedPrior:
    """The isotropic prior that raises the mean ELBO of the training rows most, closed form.

    Compared with the model's own prior, whatever stands in its place; else as ``digit_posterior``.
    """
    decoder = load_decoder(source.parameters, source.config, source.controls)
    return fit_prior_to(decoder, load_dataset(source.config.dataset).x_train)


def prior_effect(source: Source, rows: Sequence[int]) -> tuple[PriorEffect, ...]:
    """Evidence and bound of some rows under the model's own prior and under the source's.

    Ten rows at a time: see ``core.evidence.prior_effect.find_prior_effects``.

    Raises:
        ValueError: for a source without a prior of its own; else as ``digit_posterior``.
    """
    if source.prior is None:
        raise ValueError("`prior` must be given to be compared with the model's own, got None")
    before, after = model_of(source.with_prior(None)), model_of(source)
    return find_prior_effects(before, after, rows, _rows(source, rows))


def digit_of(source: Source, row: int) -> Digit:
    """One held-out row under the model of a source; else as ``digit_posterior``."""
    model = model_of(source)
    return Digit(decoder=model.decoder, grid=model.grid, x=held_out(source.config, row))


def _rows(source: Source, rows: Sequence[int]) -> Array:
    """Held-out rows, shape ``[n, D]``."""
    return np.stack([held_out(source.config, row) for row in rows])
