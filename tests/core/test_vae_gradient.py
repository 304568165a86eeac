"""The gradient by hand against autograd, in float64."""

import numpy as np
import pytest
import torch

from core.dataset import DatasetConfig
from core.run import Budget
from core.training import advance, new_run, trainer_for
from core.vae import precision
from core.vae.config import VAEConfig, VAEControls
from core.vae.gradient import ObjectiveGradient, is_covered
from core.vae.initial import initial_parameters
from core.vae.layout import unflatten
from core.vae.objective import elbo_terms, objective
from core.vae.training import VAETrainer

DIGITS = DatasetConfig(name="digits")

CASES = {
    "one hidden layer": {"hidden_features": (16,)},
    "three hidden layers": {"hidden_features": (12, 10, 8), "latent_dim": 4},
    "no hidden layer": {"hidden_features": ()},
    "tanh, identity output": {"activation": "tanh", "output": "identity"},
    "linear": {"network": "linear", "output": "identity"},
    "optimal variance": {"variance": "optimal"},
    "autoencoder": {"mode": "autoencoder"},
    "linear autoencoder": {"network": "linear", "output": "identity", "mode": "autoencoder"},
    "one latent dimension": {"latent_dim": 1},
}
CONTROLS = {
    "plain": VAEControls(),
    "three samples": VAEControls(num_samples=3, kl_weight=2.5, decoder_variance=0.3),
    "free bits": VAEControls(free_bits=0.06, kl_weight=4.0),
}


def seeded(*shape: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("controls", CONTROLS.values(), ids=CONTROLS.keys())
@pytest.mark.parametrize("choices", CASES.values(), ids=CASES.keys())
def test_the_gradient_by_hand_equals_autograd(choices: dict, controls: VAEControls) -> None:
    config = VAEConfig(dataset=DIGITS, **({"hidden_features": (16,)} | choices))
    assert is_covered(config)
    flat = torch.tensor(initial_parameters(config, np.linspace(0, 1, 64), "float64"))
    x = seeded(9, 64, seed=1)
    noise = seeded(controls.num_samples, 9, config.latent_dim, seed=2)
    kl_weight = 0.7 * controls.kl_weight

    ours = torch.full_like(flat, torch.nan)
    gradient_of = ObjectiveGradient(
        config, unflatten(flat, config, 64), unflatten(ours, config, 64), 9, len(noise)
    )
    fit = gradient_of(controls, kl_weight, x, noise)

    leaf = flat.clone().requires_grad_()
    terms = elbo_terms(unflatten(leaf, config, 64), config, controls, x, noise)
    expected = objective(config, terms, kl_weight, controls.free_bits)
    (gradient,) = torch.autograd.grad(-expected, leaf)
    torch.testing.assert_close(ours, gradient)
    assert fit == pytest.approx(terms.log_likelihood.mean().item(), rel=1e-12)


@pytest.mark.parametrize(
    "choices",
    [
        {"variance": "learned"},
        {"variance": "heteroscedastic"},
        {"prior": "learned"},
        {"activation": "silu"},
    ],
    ids=str,
)
def test_what_is_not_covered_is_left_to_autograd(choices: dict) -> None:
    assert not is_covered(VAEConfig(dataset=DIGITS, **choices))


def reduced(monkeypatch: pytest.MonkeyPatch, is_on: bool) -> None:
    monkeypatch.setattr(precision, "has_fast_bfloat16", lambda: is_on)
    trainer_for.cache_clear()


def test_reduced_products_change_the_gradient_by_less_than_its_rounding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config, controls = VAEConfig(), VAEControls()
    run = new_run(config, controls)
    gradients = []
    for is_on in (False, True):
        reduced(monkeypatch, is_on)
        trainer = VAETrainer(config, "float32")
        trainer.load(run.state)
        trainer.train_step(0, controls)
        gradients.append(trainer.gradient)
    exact, rounded = gradients
    assert not torch.equal(exact, rounded)
    assert (exact - rounded).norm() < 2**-6 * exact.norm()


def test_reduced_products_cost_no_elbo(monkeypatch: pytest.MonkeyPatch) -> None:
    config, controls = VAEConfig(), VAEControls()
    elbos = []
    for is_on in (False, True):
        reduced(monkeypatch, is_on)
        history = advance(new_run(config, controls), controls, Budget(steps=256)).history
        elbos.append(history["elbo/held_out"])
    exact, rounded = elbos
    gained = exact[-1] - exact[0]
    assert gained > 100
    assert abs(rounded[-1] - exact[-1]) < 0.02 * gained
