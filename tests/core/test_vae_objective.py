"""The terms of the ELBO against torch.distributions, Monte Carlo and autograd, in float64."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from core.dataset import DatasetConfig, load_dataset
from core.optimizer import adam_step
from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.initial import new_run
from core.vae.layout import unflatten
from core.vae.networks import decode, encode
from core.vae.objective import elbo_terms, kl_per_dim, log_likelihood, objective

DIGITS = DatasetConfig(name="digits")


def seeded(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def small_model(**choices: object) -> tuple[VAEConfig, dict[str, torch.Tensor]]:
    choices = {"hidden_features": (16,), "latent_dim": 3} | choices
    config = VAEConfig(dataset=DIGITS, **choices)
    flat = torch.tensor(new_run(config, VAEControls(), "float64").state.parameters)
    return config, unflatten(flat, config, 64)


@pytest.mark.parametrize("learned_prior", [False, True], ids=["standard prior", "learned prior"])
def test_kl_per_dim_equals_torch_distributions(learned_prior: bool) -> None:
    mean, log_var = seeded(7, 3), seeded(7, 3, seed=1)
    prior_mean = seeded(3, seed=2) if learned_prior else torch.zeros(3, dtype=torch.float64)
    prior_log_var = seeded(1, seed=3) if learned_prior else torch.zeros(1, dtype=torch.float64)
    q = Normal(mean, (0.5 * log_var).exp())
    p = Normal(prior_mean, (0.5 * prior_log_var).exp())
    ours = kl_per_dim(mean, log_var, prior_mean, prior_log_var)
    torch.testing.assert_close(ours, kl_divergence(q, p))


def test_kl_per_dim_equals_its_monte_carlo_mean_within_four_standard_errors() -> None:
    mean, log_var = torch.tensor(0.7, dtype=torch.float64), torch.tensor(-1.0, dtype=torch.float64)
    q, p = Normal(mean, (0.5 * log_var).exp()), Normal(0.0, 1.0)
    z = mean + (0.5 * log_var).exp() * seeded(200_000)
    draws = q.log_prob(z) - p.log_prob(z)
    error = draws.std() / math.sqrt(len(draws))
    assert abs(draws.mean() - kl_per_dim(mean, log_var)) < 4 * error


@pytest.mark.parametrize("shape", ["scalar", "per feature"])
def test_log_likelihood_keeps_its_constant(shape: str) -> None:
    x, x_hat = seeded(5, 4), seeded(5, 4, seed=1)
    log_var = torch.tensor(-1.3, dtype=torch.float64)
    if shape == "per feature":
        log_var = seeded(5, 4, seed=2)
    expected = Normal(x_hat, (0.5 * log_var).exp()).log_prob(x).sum(-1)
    torch.testing.assert_close(log_likelihood((x - x_hat).square(), log_var), expected)


def test_the_linear_encoder_has_one_log_variance_for_every_x() -> None:
    config, weights = small_model(network="linear", output="identity")
    _, log_var = encode(weights, config, seeded(5, 64))
    assert (log_var == log_var[0]).all()


@pytest.mark.parametrize("variance", ["optimal", "learned", "heteroscedastic"])
def test_no_decoder_variance_falls_below_its_floor(variance: str) -> None:
    config, weights = small_model(variance=variance, output="identity")
    weights = {
        name: (value - 1e4 if name == "likelihood.log_var" else value)
        for name, value in weights.items()
    }
    if variance == "heteroscedastic":
        weights["decoder.1.bias"][64:] = -1e4
    for value in (
        v for k, v in weights.items() if k.startswith("decoder") and k != "decoder.1.bias"
    ):
        value.zero_()
    weights["decoder.1.bias"][:64] = 0.0
    terms = elbo_terms(
        weights, config, VAEControls(), torch.zeros(4, 64, dtype=torch.float64), seeded(1, 4, 3)
    )
    assert terms.log_var.min() >= LOG_VARIANCE_FLOOR
    assert torch.isfinite(terms.log_likelihood).all()


def test_the_optimal_variance_is_the_mean_squared_error_per_feature() -> None:
    config, weights = small_model(variance="optimal")
    x = torch.tensor(load_dataset(DIGITS).x_train[:50], dtype=torch.float64)
    terms = elbo_terms(weights, config, VAEControls(), x, seeded(1, 50, 3))
    torch.testing.assert_close(terms.log_var.exp(), terms.squared_error.mean() / 64)


def test_the_gradient_with_optimal_variance_is_that_of_the_profile_likelihood() -> None:
    config, weights = small_model(variance="optimal")
    x, noise = seeded(20, 64), seeded(1, 20, 3, seed=1)
    weight = weights["decoder.1.weight"].requires_grad_()
    terms = elbo_terms(weights, config, VAEControls(), x, noise)
    (ours,) = torch.autograd.grad(terms.log_likelihood.mean(), weight, retain_graph=True)
    profile = -0.5 * 64 * terms.squared_error.mean().log()
    (expected,) = torch.autograd.grad(profile, weight)
    torch.testing.assert_close(ours, expected)


def test_free_bits_leave_a_small_kl_unpaid() -> None:
    config, weights = small_model()
    terms = elbo_terms(weights, config, VAEControls(), seeded(20, 64), seeded(1, 20, 3))
    kl = terms.kl.mean(0)
    threshold = kl.sort().values[1].item() + 1e-9
    with_free_bits = objective(config, terms, 2.0, threshold)
    expected = terms.log_likelihood.mean() - 2.0 * kl.clamp_min(threshold).sum()
    torch.testing.assert_close(with_free_bits, expected)
    assert with_free_bits < objective(config, terms, 2.0, 0.0)


def test_a_plain_autoencoder_neither_samples_nor_pays_a_kl() -> None:
    config, weights = small_model(mode="autoencoder")
    x = seeded(6, 64)
    first = elbo_terms(weights, config, VAEControls(), x, seeded(1, 6, 3))
    second = elbo_terms(weights, config, VAEControls(), x, seeded(1, 6, 3, seed=9))
    assert torch.equal(first.log_likelihood, second.log_likelihood)
    assert torch.equal(objective(config, first, 5.0, 1.0), first.log_likelihood.mean())
    x_hat, _ = decode(weights, config, encode(weights, config, x)[0])
    torch.testing.assert_close(first.squared_error, (x - x_hat).square().sum(-1))


def test_more_monte_carlo_samples_average_the_same_expectation() -> None:
    config, weights = small_model()
    x = seeded(4, 64)
    noise = seeded(3, 4, 3)
    together = elbo_terms(weights, config, VAEControls(), x, noise).log_likelihood
    apart = [
        elbo_terms(weights, config, VAEControls(), x, noise[i : i + 1]).log_likelihood
        for i in range(3)
    ]
    torch.testing.assert_close(together, torch.stack(apart).mean(0))


def test_adam_equals_torch_optim() -> None:
    ours, moments = seeded(40), torch.zeros(2, 40, dtype=torch.float64)
    theirs = ours.clone().requires_grad_()
    reference = torch.optim.Adam([theirs], lr=0.03)
    for step in range(1, 20):
        gradient = seeded(40, seed=step)
        theirs.grad = gradient.clone()
        reference.step()
        adam_step(ours, gradient, moments, torch.tensor(float(step)), 0.03)
    torch.testing.assert_close(ours, theirs.detach())
