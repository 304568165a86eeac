"""Exact ``log p(x)`` of held-out rows, in closed form or by quadrature: for workers, in nats."""

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.decoded_lattice import find_evidence
from core.two_level import Peak
from core.vae.answers import Evidence, How
from core.vae.config import VAEConfig, VAEControls
from core.vae.decoder_model import Model, model_of
from core.vae.inference import decoder_log_variance, load_weights
from core.vae.objective import prior
from core.vae.theory import gaussian_log_marginal
from core.validation import require_number

Array = NDArray[Any]

SLICE_SECONDS = 0.6
"""After so much time a slice ends: others wait for the worker, too."""

BLOCK_ROWS = 8
"""Rows whose coarse tables are made in one product, which reads the whole lattice."""


def exact_log_evidence(
    parameters: Array,
    config: VAEConfig,
    controls: VAEControls,
    num_rows: int,
    first: int = 0,
    seconds: float = SLICE_SECONDS,
) -> Evidence:
    """The exact mean ``log p(x)`` of held-out rows (SUT-DL4 Q1, IT5410), from one row on.

    In closed form, where there is one, of all rows at once; otherwise by the two-level rule, at
    least one row and as many as fit into a slice of time: whoever asks goes on where it ends. A
    row's value does not depend on the slicing. The closed form is checked by
    ``test_the_exact_evidence_equals_the_closed_form_of_the_theory``, that both agree by
    ``test_the_rule_agrees_with_the_closed_form``.

    Args:
        parameters: shape ``[P]``.
        config: the experiment: variational; linear with one σ², or L ≤ 2.
        controls: what holds now: σ², where it is fixed.
        num_rows: of the held-out data, the first ones, or all there are.
        first: the row to go on from.
        seconds: a slice of time.

    Raises:
        ValueError: where the model has no such evidence, or there is no such row.
    """
    x = load_dataset(config.dataset).x_test[:num_rows]
    require_number("first", first, at_least=0, at_most=len(x) - 1)
    if config.has_closed_form:
        values = _closed_form(parameters, config, controls, x[first:])
        return summary(values, np.zeros(len(values)), 0, len(x), "closed form")
    return by_quadrature(model_of(parameters, config, controls), x, first, seconds)


def by_quadrature(model: Model, x: Array, first: int, seconds: float = SLICE_SECONDS) -> Evidence:
    """The mean ``log p(x)`` of rows ``[N, D]`` from one on, as many as fit into a slice of time.

    Args:
        model: a decoder and its coarse lattice.
        x: all rows that are asked for.
        first: the row to go on from.
        seconds: a slice of time; at least one row is done.
    """
    end = time.monotonic() + seconds
    peaks: list[Peak] = []
    for peak in _peaks(model, x[first:]):
        peaks.append(peak)
        if time.monotonic() > end:
            break
    values = np.array([peak.log_integral for peak in peaks])
    errors = np.array([peak.error for peak in peaks])
    return summary(values, errors, sum(peak.is_cut for peak in peaks), len(x), "quadrature")


def _peaks(model: Model, x: Array) -> Iterator[Peak]:
    """What the rule finds of rows ``[n, D]``, one after the other."""
    for start in range(0, len(x), BLOCK_ROWS):
        block = x[start : start + BLOCK_ROWS]
        for row, coarse in zip(block, model.grid.log_joint(block), strict=True):
            yield find_evidence(model.decoder, model.grid, row, coarse)


def summary(values: Array, errors: Array, num_cut: int, rows_in_all: int, how: How) -> Evidence:
    """What is told of the rows that are done: values and errors ``[n]``, nats."""
    return Evidence(
        log_evidence=float(values.mean()),
        error=float(errors.mean()),
        num_rows=len(values),
        rows_in_all=rows_in_all,
        num_cut=num_cut,
        how=how,
    )


def _closed_form(
    parameters: Array, config: VAEConfig, controls: VAEControls, x: Array
) -> NDArray[np.float64]:
    """``log p(x)`` of rows ``[n, D]`` under a linear decoder with one σ², ``[n]``."""
    weights = load_weights(parameters, config)
    prior_mean, prior_log_var = prior(weights, config)
    return gaussian_log_marginal(
        x,
        weights["decoder.0.weight"].numpy(),
        weights["decoder.0.bias"].numpy(),
        math.exp(decoder_log_variance(weights, config, controls).item()),
        np.broadcast_to(np.asarray(prior_mean), (config.latent_dim,)),
        math.exp(float(prior_log_var)),
    )
