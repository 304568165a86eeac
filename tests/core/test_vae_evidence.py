"""The exact ``log p(x)`` of a VAE's held-out rows: closed form, quadrature, slices, wide peaks."""

import math
import pickle
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.special import logsumexp

from core.dataset import DatasetConfig, load_dataset
from core.decoded_lattice import find_evidence, log_normaliser
from core.row_evidence import Evidence
from core.run import Run
from core.two_level import TOLERANCE, WIDE, find_peak
from core.vae.config import VAEConfig, VAEControls
from core.vae.decoder_model import model_of
from core.vae.evidence import exact_log_evidence
from core.vae.inference import decoder_log_variance, load_weights, log_joint
from core.vae.initial import new_run
from core.vae.layout import unflatten
from core.vae.ready import ready_vae
from core.vae.requests import exact_log_evidence as request

Array = NDArray[np.float64]

EXACT = (-47.0511, 73.3388, 158.3092, 67.9547)
"""Nats, of the shipped model's first held-out rows, by eight parts of a cell."""

FOUR = 3e-3
"""Twice the largest error of four parts, in nats."""

DIGITS = DatasetConfig(name="digits")
MOONS = DatasetConfig(name="two_moons")


def small(scale: float = 3.0, sigma2: float = 0.05, **fields: Any) -> Run:
    """A float64 run at step 0; the larger the scale, the sharper its posteriors."""
    fields = {"dataset": DIGITS, "hidden_features": (12,), **fields}
    config, controls = VAEConfig(**fields), VAEControls(decoder_variance=sigma2)
    run = new_run(config, controls, "float64")
    run.state.parameters[:] *= scale
    named = unflatten(run.state.parameters, config, load_dataset(config.dataset).data_dim)
    if config.prior == "learned":
        named["prior.mean"][:] = 0.7
        named["prior.log_var"][:] = 0.4
    if config.variance == "learned":
        named["likelihood.log_var"][:] = math.log(sigma2)
    return run


def evidence(run: Run, num_rows: int, first: int = 0, seconds: float = math.inf) -> Evidence:
    asked = (run.state.parameters, run.config, run.controls, num_rows, first, seconds)
    return exact_log_evidence(*asked)


def integrated(run: Run, num_rows: int) -> Evidence:
    """By the rule, also where there is a closed form."""
    model = model_of(run.state.parameters, run.config, run.controls)
    x = load_dataset(run.config.dataset).x_test[:num_rows]
    peaks = [find_evidence(model.decoder, model.grid, row) for row in x]
    return Evidence(
        log_evidence=float(np.mean([peak.log_integral for peak in peaks])),
        error=float(np.mean([peak.error for peak in peaks])),
        num_rows=num_rows,
        rows_in_all=num_rows,
        num_cut=sum(peak.is_cut for peak in peaks),
        how="quadrature",
    )


def test_the_first_digits_have_their_known_evidence() -> None:
    run = ready_vae()
    assert run is not None
    for row, expected in enumerate(EXACT):
        found = evidence(run, len(EXACT), row, seconds=0)
        assert (found.num_rows, found.how, found.num_cut) == (1, "quadrature", 0)
        assert found.log_evidence == pytest.approx(expected, abs=FOUR)
        assert found.error < FOUR


def test_a_slice_of_no_time_is_one_row_and_slices_together_are_the_whole() -> None:
    run = small()
    whole = evidence(run, 5)
    assert whole.is_whole
    so_far = evidence(run, 5, seconds=0)
    counts = [so_far.num_rows]
    while not so_far.is_whole:
        so_far = so_far.merged(evidence(run, 5, so_far.num_rows, seconds=0))
        counts.append(so_far.num_rows)
    assert counts == [1, 2, 3, 4, 5]
    assert so_far.log_evidence == pytest.approx(whole.log_evidence, abs=1e-9)
    assert so_far.error == pytest.approx(whole.error, abs=1e-12)


def test_more_rows_than_there_are_means_all_of_them() -> None:
    found = evidence(small(network="linear", output="identity"), 500)
    assert found.num_rows == found.rows_in_all == len(load_dataset(DIGITS).x_test) < 500


def test_rows_at_the_rim_are_counted() -> None:
    cut = Evidence(
        log_evidence=1.0, error=0.1, num_rows=1, rows_in_all=4, num_cut=1, how="quadrature"
    )
    fine = Evidence(
        log_evidence=5.0, error=0.5, num_rows=3, rows_in_all=4, num_cut=0, how="quadrature"
    )
    both = cut.merged(fine)
    assert (both.log_evidence, both.num_rows, both.num_cut) == (4.0, 4, 1)
    assert both.error == pytest.approx(0.4)
    assert both.is_whole


@pytest.mark.parametrize("latent_dim", [1, 2])
@pytest.mark.parametrize(
    "fields",
    [{}, {"variance": "optimal"}, {"variance": "learned", "prior": "learned"}],
    ids=["fixed", "optimal", "learned"],
)
def test_the_rule_agrees_with_the_closed_form(latent_dim: int, fields: dict[str, Any]) -> None:
    run = small(1.0, network="linear", output="identity", latent_dim=latent_dim, **fields)
    exact, found = evidence(run, 4), integrated(run, 4)
    assert (exact.how, exact.error) == ("closed form", 0.0)
    assert found.num_cut == 0
    assert found.log_evidence == pytest.approx(exact.log_evidence, abs=found.error + 1e-4)
    assert found.error < FOUR


def by_brute_force(run: Run, x: Array) -> float:
    """``log p(x)`` by one fine grid over ±9 standard deviations of p(z), without a lattice."""
    config, weights = run.config, load_weights(run.state.parameters, run.config)
    has_own = config.variance == "heteroscedastic"
    x_log_var = None if has_own else decoder_log_variance(weights, config, run.controls)
    prior = unflatten(run.state.parameters, config, len(x))
    is_learned = config.prior == "learned"
    middle = prior["prior.mean"] if is_learned else np.zeros(config.latent_dim)
    reach = 9 * (math.exp(0.5 * prior["prior.log_var"][0]) if is_learned else 1.0)
    count = {1: 100_001, 2: 1201}[config.latent_dim]
    axis, step = np.linspace(-reach, reach, count, retstep=True)
    axes = np.meshgrid(*[axis] * config.latent_dim, indexing="ij")
    z = torch.tensor(middle + np.stack(axes, -1).reshape(-1, config.latent_dim))
    row = torch.tensor(x, dtype=torch.float64)
    with torch.no_grad():
        parts = [log_joint(weights, config, row, some, x_log_var) for some in z.split(100_000)]
    return float(logsumexp(torch.cat(parts).numpy()) + config.latent_dim * math.log(step))


CASES: Mapping[str, dict[str, Any]] = {
    "heteroscedastic": {"variance": "heteroscedastic", "output": "identity"},
    "heteroscedastic, linear": {
        "variance": "heteroscedastic",
        "network": "linear",
        "output": "identity",
    },
    "learned prior": {"prior": "learned", "output": "identity", "activation": "tanh"},
    "learned prior, variance": {"prior": "learned", "variance": "learned", "latent_dim": 1},
    "optimal variance": {"variance": "optimal", "output": "identity"},
}


@pytest.mark.parametrize("fields", CASES.values(), ids=CASES.keys())
def test_every_mode_agrees_with_one_fine_grid(fields: dict[str, Any]) -> None:
    run = small(1.5, **{"dataset": MOONS, "output": "identity"} | fields)
    x = load_dataset(MOONS).x_test[:2].astype(np.float64)
    for row, datum in enumerate(x):
        found = evidence(run, 2, row, seconds=0)
        assert found.how == "quadrature"
        expected = by_brute_force(run, datum)
        assert found.log_evidence == pytest.approx(expected, abs=found.error + 1e-4)
        assert found.error < TOLERANCE


@pytest.mark.parametrize("variance", ["fixed", "heteroscedastic"])
def test_a_wide_posterior_needs_no_split_and_agrees_with_one(variance: str) -> None:
    """Of a model that has learned nothing: a split of all its cells would take seconds a row."""
    run = small(0.2, 0.5, variance=variance, output="identity", hidden_features=(4,))
    model = model_of(run.state.parameters, run.config, run.controls)
    lattice = model.grid.lattice
    for x in load_dataset(DIGITS).x_test[:2]:
        cells = lattice.survivors(model.grid.log_joint(x[None])[0])
        assert len(cells) >= WIDE
        peak = find_evidence(model.decoder, model.grid, x)
        assert len(peak.nodes) == len(cells)
        split = find_peak(partial(model.decoder.log_joint_at, x), lattice, cells)
        assert peak.log_integral == pytest.approx(split.log_integral, abs=1e-5)
        assert peak.error < TOLERANCE
        np.testing.assert_allclose(peak.mean, split.mean, atol=1e-4)
        np.testing.assert_allclose(peak.covariance, split.covariance, atol=1e-3)
        other = log_normaliser(model.decoder, model.grid, x)
        assert other == pytest.approx(peak.log_integral, abs=1e-5)


def test_what_rounding_spoils_is_split_after_all() -> None:
    """A table that is off by more than the rule allows is not taken for the integrand."""
    run = small(0.2, 0.5, output="identity", hidden_features=(4,))
    model = model_of(run.state.parameters, run.config, run.controls)
    x = load_dataset(DIGITS).x_test[0]
    coarse = model.grid.log_joint(x[None])[0]
    peak = find_evidence(model.decoder, model.grid, x, coarse + 2 * TOLERANCE)
    cells = model.grid.lattice.survivors(coarse)
    assert len(peak.nodes) > len(cells)
    assert peak.log_integral == pytest.approx(
        find_evidence(model.decoder, model.grid, x, coarse).log_integral, abs=1e-4
    )


def test_what_has_no_exact_evidence_is_refused_and_said_so_beforehand() -> None:
    plain, deep = {"mode": "autoencoder"}, {"latent_dim": 3}
    for fields, words in ((plain, "`mode` must be 'vae'"), (deep, "`latent_dim` must be at most")):
        run = small(**fields)
        assert not run.config.has_exact_evidence
        with pytest.raises(ValueError, match=words):
            evidence(run, 2)
    run = small(network="linear", output="identity", latent_dim=3)
    assert run.config.has_exact_evidence
    assert not run.config.fits_lattice
    assert evidence(run, 2).how == "closed form"
    with pytest.raises(ValueError, match="`first` must be at most 1, got 2"):
        evidence(run, 2, 2)


def test_an_answer_travels() -> None:
    run = small(network="linear", output="identity")
    found = request(run.state.parameters, run.config, run.controls, 3, 1)
    assert (found.num_rows, found.rows_in_all) == (2, 3)
    assert pickle.loads(pickle.dumps(found)) == found
