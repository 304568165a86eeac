"""The linear VAE is probabilistic PCA (Lucas et al. 2019): the check of the whole VAE stack."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.dataset import DatasetConfig, load_dataset
from core.run import Budget, Run
from core.training import advance
from core.vae.config import VAEConfig, VAEControls
from core.vae.evidence import exact_log_evidence
from core.vae.inference import importance_bound, load_weights
from core.vae.initial import new_run
from core.vae.layout import unflatten
from core.vae.networks import encode
from core.vae.objective import LOG_2PI, kl_per_dim
from core.vae.theory import (
    column_norms_squared,
    data_spectrum,
    gaussian_log_marginal,
    gaussian_posterior,
)

DIGITS = DatasetConfig(name="digits")
VARIANCE = 0.0541
LINEAR = VAEConfig(
    dataset=DIGITS, network="linear", output="identity", latent_dim=2, batch_size=64, seed=1
)


def closed_form_elbo(
    weights: dict[str, torch.Tensor], config: VAEConfig, x: torch.Tensor, variance: float
) -> torch.Tensor:
    """The full-batch ELBO of a linear VAE without sampling, mean over rows, in nats.

    ``E_q ‖x − Wz − b‖² = ‖x − W mean − b‖² + Σ_j σ_φ,j² ‖w_j‖²``.
    """
    mean, log_var = encode(weights, config, x)
    decoder, bias = weights["decoder.0.weight"], weights["decoder.0.bias"]
    squared = (x - mean @ decoder.T - bias).square().sum(-1)
    squared = squared + (log_var.exp() * decoder.square().sum(0)).sum(-1)
    fit = -0.5 * (squared / variance + x.shape[1] * (LOG_2PI + np.log(variance)))
    return (fit - kl_per_dim(mean, log_var).sum(-1)).mean()


def test_lbfgs_on_the_closed_form_elbo_finds_probabilistic_pca() -> None:
    x = torch.tensor(load_dataset(DIGITS).x_train, dtype=torch.float64)
    flat = torch.tensor(new_run(LINEAR, VAEControls(), "float64").state.parameters)
    flat.requires_grad_()
    optimizer = torch.optim.LBFGS(
        [flat],
        max_iter=2000,
        tolerance_grad=1e-10,
        tolerance_change=1e-14,
        history_size=50,
        line_search_fn="strong_wolfe",
    )

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = -closed_form_elbo(unflatten(flat, LINEAR, 64), LINEAR, x, VARIANCE)
        value.backward()
        return value

    optimizer.step(loss)
    reached = -loss().item()
    pca = PCA(n_components=2, svd_solver="full").fit(x.numpy())
    assert reached == pytest.approx(pca.score(x.numpy()), abs=1e-3)
    spectrum = data_spectrum(x.numpy(), x.numpy())
    weight = unflatten(flat.detach(), LINEAR, 64)["decoder.0.weight"]
    norms = np.sort(np.linalg.svd(weight.numpy(), compute_uv=False) ** 2)[::-1]
    np.testing.assert_allclose(norms, column_norms_squared(spectrum, 2, VARIANCE), rtol=0.02)


def trained(config: VAEConfig, controls: VAEControls, train_steps: int) -> Run:
    return advance(new_run(config, controls, "float64"), controls, Budget(steps=train_steps))


def test_stochastic_training_comes_within_a_twentieth_of_a_nat_of_probabilistic_pca() -> None:
    data = load_dataset(DIGITS)
    run = new_run(LINEAR, VAEControls(decoder_variance=VARIANCE), "float64")
    for rate, train_steps in [(2e-2, 2000), (3e-3, 2000), (5e-4, 1500)]:
        controls = VAEControls(decoder_variance=VARIANCE, learning_rate=rate)
        run = advance(run, controls, Budget(steps=train_steps))
    x = torch.tensor(data.x_train, dtype=torch.float64)
    weights = load_weights(run.state.parameters, LINEAR)
    elbo = closed_form_elbo(dict(weights), LINEAR, x, VARIANCE).item()
    exact = PCA(n_components=2, svd_solver="full").fit(data.x_train).score(data.x_train)
    assert exact - 0.05 < elbo <= exact + 1e-6


def test_everything_collapses_when_the_effective_weight_exceeds_the_largest_eigenvalue() -> None:
    data = load_dataset(DIGITS)
    largest = data_spectrum(data.x_train, data.x_test).eigenvalues[0]
    controls = VAEControls(
        kl_weight=1.5 * largest / 0.05, decoder_variance=0.05, learning_rate=1e-2
    )
    latest = trained(LINEAR, controls, 2000).history.latest()
    assert latest["active_units"] == 0
    assert latest["kl/held_out"] < 0.01


def test_only_the_effective_weight_matters_to_encoder_and_decoder() -> None:
    config = VAEConfig(
        dataset=DIGITS, network="linear", output="identity", optimizer="sgd", batch_size=64
    )
    one = VAEControls(kl_weight=1.0, decoder_variance=0.1, learning_rate=1e-3)
    other = VAEControls(kl_weight=0.25, decoder_variance=0.4, learning_rate=4e-3)
    first, second = trained(config, one, 300), trained(config, other, 300)
    np.testing.assert_allclose(
        first.state.parameters, second.state.parameters, rtol=1e-9, atol=1e-12
    )
    elbos = [run.history.latest()["elbo/held_out"] for run in (first, second)]
    assert abs(elbos[0] - elbos[1]) > 1.0


def log_evidence(run: Run, rows: int) -> float:
    """The exact mean ``log p(x)`` of the first held-out rows, nats."""
    exact = exact_log_evidence(run.state.parameters, run.config, run.controls, rows)
    assert (exact.how, exact.error, exact.num_rows) == ("closed form", 0.0, rows)
    return exact.log_evidence


def test_the_bounds_are_in_order_within_standard_errors() -> None:
    run = trained(LINEAR, VAEControls(decoder_variance=VARIANCE, learning_rate=2e-3), 400)
    bounds = [
        importance_bound(run.state.parameters, LINEAR, run.controls, k, num_rows=100, repeats=8)
        for k in (1, 10, 1000)
    ]
    exact = log_evidence(run, 100)
    for lower, upper in itertools.pairwise(bounds):
        slack = 4 * np.hypot(lower.standard_error, upper.standard_error)
        assert lower.value <= upper.value + slack
    assert bounds[0].value < bounds[2].value
    assert bounds[2].value <= exact + 4 * bounds[2].standard_error


def test_the_bound_is_tight_at_the_exact_posterior() -> None:
    run = trained(LINEAR, VAEControls(decoder_variance=VARIANCE, learning_rate=2e-3), 400)
    parameters = run.state.parameters.copy()
    named = unflatten(parameters, LINEAR, 64)
    # Orthogonal decoder columns make the exact posterior diagonal: write it into the encoder.
    left, singular, _ = np.linalg.svd(named["decoder.0.weight"], full_matrices=False)
    named["decoder.0.weight"][:] = left * singular
    mean, covariance = gaussian_posterior(
        np.vstack([named["decoder.0.bias"], named["decoder.0.bias"] + np.eye(64)]),
        named["decoder.0.weight"],
        named["decoder.0.bias"],
        VARIANCE,
        np.zeros(2),
        1.0,
    )
    named["encoder.0.weight"][:] = (mean[1:] - mean[0]).T
    named["encoder.0.bias"][:] = mean[0] - named["encoder.0.weight"] @ named["decoder.0.bias"]
    named["encoder.log_var"][:] = np.log(np.diag(covariance))
    run = Run(config=LINEAR, controls=run.controls, state=run.state)
    for k in (1, 7):
        bound = importance_bound(parameters, LINEAR, run.controls, k, num_rows=100)
        tight = Run(
            config=LINEAR,
            controls=run.controls,
            state=type(run.state)(parameters=parameters, moments=run.state.moments, generator=b""),
        )
        assert bound.value == pytest.approx(log_evidence(tight, 100), abs=1e-8)
        assert bound.standard_error < 1e-8


@pytest.mark.parametrize(
    "choices",
    [{"prior": "learned"}, {"variance": "learned"}, {"variance": "optimal", "prior": "learned"}],
    ids=str,
)
def test_the_exact_evidence_meets_the_bound_for_learned_prior_and_variance(choices: dict) -> None:
    config = replace(LINEAR, **choices)
    run = trained(config, VAEControls(decoder_variance=VARIANCE, learning_rate=5e-3), 1500)
    bound = importance_bound(
        run.state.parameters, config, run.controls, 2000, num_rows=50, repeats=4
    )
    slack = 4 * bound.standard_error + 0.01
    assert log_evidence(run, 50) == pytest.approx(bound.value, abs=slack)


def test_the_exact_evidence_equals_the_closed_form_of_the_theory() -> None:
    run = trained(LINEAR, VAEControls(decoder_variance=VARIANCE, learning_rate=2e-3), 100)
    named = unflatten(run.state.parameters, LINEAR, 64)
    values = gaussian_log_marginal(
        load_dataset(DIGITS).x_test[:20].astype(np.float64),
        named["decoder.0.weight"],
        named["decoder.0.bias"],
        VARIANCE,
        np.zeros(2),
        1.0,
    )
    assert log_evidence(run, 20) == pytest.approx(values.mean(), abs=1e-8)
