"""Two levels: terms, gradient, warm-up, free bits, slices; what the trained ones are worth."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributions import Independent, Normal, kl_divergence

from core.dataset import DatasetConfig
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.initial import initial_parameters
from core.hierarchy.layout import parameter_count, unflatten
from core.hierarchy.networks import decode, encode, hidden, infer_top, link, product_of
from core.hierarchy.objective import active_units, objective, terms_of
from core.hierarchy.training import HierarchyTrainer
from core.run import Budget, Run, TrainingDiverged
from core.training import advance, new_run, replay

PLANE = DatasetConfig(name="two_moons", num_points=400)

CASES: dict[str, dict[str, Any]] = {
    "as it opens": {},
    "skip": {"skip": True, "start": "ordinary"},
    "linear link": {"link": "linear", "start": "ordinary"},
    "unit variance": {"link_variance": "unit", "skip": True, "start": "ordinary"},
    "linear": {"network": "linear", "link": "linear", "start": "ordinary"},
    "linear, unit variance": {
        "network": "linear",
        "link": "linear",
        "link_variance": "unit",
        "start": "ordinary",
    },
    "plane": {"dataset": PLANE, "latent_dim": 3, "top_dim": 2, "start": "ordinary"},
}
CONTROLS = {
    "plain": HierarchyControls(),
    "everything": HierarchyControls(
        kl_weight=0.7,
        top_price=1.5,
        warming="top",
        warmup_steps=10,
        free_bits=0.3,
        top_free_bits=0.05,
    ),
}


def perturbed(config: HierarchyConfig, data_dim: int = 64) -> torch.Tensor:
    """Parameters of which none is special."""
    flat = torch.tensor(initial_parameters(config, np.linspace(0, 1, data_dim), np.float64))
    noise = torch.randn(flat.shape, generator=torch.Generator().manual_seed(3)).double()
    return flat + 0.05 * noise


def drawn(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).double()


@pytest.mark.parametrize("controls", CONTROLS.values(), ids=CONTROLS.keys())
@pytest.mark.parametrize("choices", CASES.values(), ids=CASES.keys())
def test_the_gradient_of_two_levels_equals_autograd(
    choices: dict[str, Any], controls: HierarchyControls
) -> None:
    config = HierarchyConfig(**choices)
    trainer = HierarchyTrainer(config, "float64")
    trainer.load(new_run(config, controls).state)
    trainer.parameters.add_(0.05 * drawn(*trainer.parameters.shape))
    trainer.noise.normal_(generator=trainer.noise_generator)
    x = trainer.batches.at(0)
    fit = trainer.gradient_of(controls, 4, x, trainer.noise)
    by_hand = trainer.gradient.clone()
    assert fit == pytest.approx(trainer._by_autograd()(controls, 4, x, trainer.noise), abs=1e-9)
    scale = trainer.gradient.abs().max().item()
    torch.testing.assert_close(by_hand, trainer.gradient, rtol=0, atol=1e-13 * scale + 1e-12)
    assert scale > 0.1


@pytest.mark.parametrize("inference", ["bottom-up", "top-down"])
@pytest.mark.parametrize("skip", [False, True])
def test_terms_equal_torch_distributions(inference: Any, skip: bool) -> None:
    config = HierarchyConfig(latent_dim=3, top_dim=2, inference=inference, skip=skip)
    weights = unflatten(perturbed(config), config, 64)
    x, noise = torch.rand(7, 64).double(), drawn(2, 7, 5)
    terms = terms_of(weights, config, 0.2, x, noise)
    seen = hidden(weights, config, x)
    mean, log_var = encode(weights, config, seen)
    fits, lows, tops = [], [], []
    for own, above in zip(noise[..., :3], noise[..., 3:], strict=True):
        z1 = mean + (0.5 * log_var).exp() * own
        m2, l2 = infer_top(weights, config, seen if config.sees_x else z1)
        z2 = m2 + (0.5 * l2).exp() * above
        prior = Normal(link(weights, config, z2)[0], (0.5 * link(weights, config, z2)[1]).exp())
        if config.sees_x:
            m, v = product_of(mean, log_var, prior.loc, 2 * prior.scale.log())
            q = Normal(m, (0.5 * v).exp())
            z1 = q.loc + q.scale * own
            lows.append(kl_divergence(q, prior))
        else:
            q = Normal(mean, (0.5 * log_var).exp())
            lows.append(-q.entropy() - prior.log_prob(z1))
        tops.append(kl_divergence(Normal(m2, (0.5 * l2).exp()), Normal(0.0, 1.0)))
        p = Independent(Normal(decode(weights, config, z1, z2), math.sqrt(0.2)), 1)
        fits.append(p.log_prob(x))
    torch.testing.assert_close(terms.fit, torch.stack(fits).mean(0))
    torch.testing.assert_close(terms.low, torch.stack(lows).mean(0))
    torch.testing.assert_close(terms.top, torch.stack(tops).mean(0))
    torch.testing.assert_close(terms.elbo, terms.fit - terms.low.sum(1) - terms.top.sum(1))


def test_the_product_of_two_gaussians_is_their_normalised_product() -> None:
    m, v = product_of(*(torch.tensor(value) for value in (1.0, 0.5, -2.0, 1.5)))
    grid = torch.linspace(-30, 30, 60_001, dtype=torch.float64)
    both = sum(
        Normal(mean, math.exp(0.5 * log_var)).log_prob(grid)
        for mean, log_var in ((1.0, 0.5), (-2.0, 1.5))
    )
    density = (both - both.max()).exp()
    density /= density.sum()
    mean = (density * grid).sum()
    assert m.item() == pytest.approx(mean.item(), abs=1e-6)
    assert v.exp().item() == pytest.approx((density * (grid - mean) ** 2).sum().item(), abs=1e-6)


def test_what_is_warmed_is_warmed_by_the_step() -> None:
    common: dict[str, Any] = {"kl_weight": 2.0, "top_price": 3.0, "warmup_steps": 100}
    at = {w: HierarchyControls(warming=w, **common).weights_at for w in ("none", "both", "top")}  # type: ignore[arg-type]
    assert [at["none"](step) for step in (0, 50, 100)] == [(2, 6)] * 3
    assert [at["both"](step) for step in (0, 50, 100, 999)] == [(0, 0), (1, 3), (2, 6), (2, 6)]
    assert [at["top"](step) for step in (0, 50, 100, 999)] == [(2, 0), (2, 3), (2, 6), (2, 6)]


def test_free_bits_are_paid_by_the_mean_of_the_batch_and_are_not_reported() -> None:
    config = HierarchyConfig()
    weights = unflatten(perturbed(config), config, 64)
    terms = terms_of(weights, config, 0.05, torch.rand(9, 64).double(), drawn(1, 9, 3))
    controls = HierarchyControls(free_bits=0.4, top_free_bits=5.0, kl_weight=1.5, top_price=2.0)
    low, top = terms.low.mean(0), terms.top.mean(0)
    paid = torch.maximum(low, torch.tensor(0.4)).sum() + 2.0 * torch.full_like(top, 5.0).sum()
    expected = terms.fit.mean() - 1.5 * paid
    torch.testing.assert_close(objective(terms, controls, 0), expected)
    plain = objective(terms, HierarchyControls(), 0)
    torch.testing.assert_close(plain, terms.elbo.mean())


def test_active_units_have_no_share_of_the_noise_of_a_draw() -> None:
    signal = drawn(200_000, 1, seed=1)
    noisy = [signal + 3 * drawn(200_000, 1, seed=seed) for seed in (2, 3)]
    assert active_units(*noisy).item() == pytest.approx(1.0, abs=0.06)


def test_a_link_of_constant_variance_has_no_more_parameters_than_it_says() -> None:
    config = HierarchyConfig(link_variance="unit", latent_dim=2, top_dim=1)
    assert parameter_count(config, 64) == (
        (64 * 64 + 64) + (64 * 4 + 4)  # encoder
        + (2 * 32 + 32) + (32 * 2 + 2)  # top
        + (1 * 32 + 32) + (32 * 2 + 2)  # link
        + (2 * 64 + 64) + (64 * 64 + 64)  # decoder
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ({"latent_dim": 9}, "`latent_dim` must be at most 8"),
        ({"top_dim": 0}, "`top_dim` must be at least 1"),
        ({"network": "linear"}, "`link` must be 'linear'"),
        ({"network": "linear", "link": "linear", "inference": "top-down"}, "`inference`"),
        ({"start": "huge"}, "`start`"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(choices: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        HierarchyConfig(**choices)


@pytest.mark.parametrize("field", ["top_price", "kl_weight", "decoder_variance", "warmup_steps"])
def test_controls_that_cannot_be_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"`{field}`"):
        HierarchyControls(**{field: -1})


# runs


def trained(
    steps: int, controls: HierarchyControls | None = None, sizes: tuple[int, ...] = (), **more: Any
) -> Run:
    used = controls or HierarchyControls()
    run = new_run(HierarchyConfig(**more), used)
    for size in sizes or (steps,):
        run = run.continued_by(advance(run.bare(), used, Budget(steps=size)))
    return run


@pytest.mark.parametrize("inference", ["bottom-up", "top-down"])
def test_slices_and_replay_do_not_change_a_run(inference: Any) -> None:
    whole = trained(40, inference=inference)
    sliced = trained(40, sizes=(1, 14, 25), inference=inference)
    for other in (sliced, replay(whole)):
        np.testing.assert_array_equal(other.state.parameters, whole.state.parameters)
        np.testing.assert_array_equal(other.history.values, whole.history.values)


def test_a_diverged_run_says_so_and_keeps_what_it_reached() -> None:
    controls = HierarchyControls(learning_rate=1000.0)
    with pytest.raises(TrainingDiverged) as caught:
        advance(new_run(HierarchyConfig(), controls), controls, Budget(steps=400))
    assert caught.value.reached is None or caught.value.reached.step < 400


def last(controls: HierarchyControls | None = None, **more: Any) -> dict[str, float]:
    """The last metrics after 2,000 steps on the digits."""
    return trained(2000, controls, **more).history.latest()


WIDE: dict[str, Any] = {"latent_dim": 8, "top_dim": 2}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_upper_level_that_costs_half_as_much_again_falls_asleep(seed: int) -> None:
    asleep = last(HierarchyControls(top_price=1.5), seed=seed, **WIDE)
    awake = last(seed=seed, **WIDE)
    assert asleep["t3/held_out"] < 0.1
    assert awake["t3/held_out"] > 0.5
    assert awake["elbo/held_out"] > asleep["elbo/held_out"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_free_bits_cost_a_linear_link_little_and_a_skip_needs_to_see_x(seed: int) -> None:
    linear = WIDE | {"link": "linear"}
    plain = last(seed=seed, **linear)
    free = last(HierarchyControls(top_free_bits=1.5), seed=seed, **linear)
    assert free["t3/held_out"] > plain["t3/held_out"] + 0.5
    assert abs(free["elbo/held_out"] - plain["elbo/held_out"]) < 1
    small: dict[str, Any] = {"latent_dim": 2, "top_dim": 2, "seed": seed, "start": "small"}
    ladder = last(inference="top-down", skip=True, **small)
    assert ladder["elbo/held_out"] > last(**small)["elbo/held_out"] + 3


def test_it_sleeps_for_some_hundred_steps_and_then_wakes() -> None:
    history = trained(2600, start="small").history
    at = dict(zip(history.steps.tolist(), history["t3/held_out"].tolist(), strict=True))
    assert max(value for step, value in at.items() if step <= 400) < 0.05
    assert at[2560] > 0.15
    np.testing.assert_array_less(
        -3 * history["elbo_error/held_out"], history["t2/held_out"] + history["t3/held_out"]
    )
