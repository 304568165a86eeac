"""Exact ``log p(x)`` of held-out rows, in closed form or by quadrature: for workers, in nats."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.lattice_evidence import SLICE_SECONDS, by_quadrature, summary
from core.row_evidence import Evidence
from core.vae.config import VAEConfig, VAEControls
from core.vae.decoder_model import model_of
from core.vae.inference import decoder_log_variance, load_weights
from core.vae.objective import prior
from core.vae.theory import gaussian_log_marginal
from core.validation import require_number

Array = NDArray[Any]


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
