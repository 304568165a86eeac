"""A critic that is really trained: never below the infimum, close to it, fooled by few points."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from core.divergences import inspection
from core.divergences.config import CriticConfig, CriticControls
from core.divergences.critic_1d import w1_on
from core.divergences.critic_training import MOST_MEAN, RATE_FLOOR, CriticTrainer, rate_at
from core.divergences.line import line_of
from core.divergences.losses import LOSSES
from core.divergences.pair import PAIRS
from core.divergences.slopes import slopes
from core.divergences.torch_losses import TORCH_LOSSES
from core.run import Budget, Run, TrainingDiverged
from core.training import advance, new_run, replay

WITH_INFIMUM = [key for key in LOSSES if key != "wasserstein"]
ALPHAS = np.array([-30.0, -2.0, -1.0, -0.3, 0.0, 0.4, 1.0, 1.5, 30.0])


def trained(
    steps: int, sizes: tuple[int, ...] = (), controls: CriticControls | None = None, **more: Any
) -> Run:
    used = controls or CriticControls()
    run = new_run(CriticConfig(**more), used)
    for size in sizes or (steps,):
        run = run.continued_by(advance(run.bare(), used, Budget(steps=size)))
    return run


@pytest.mark.parametrize("key", LOSSES)
def test_a_loss_of_tensors_is_the_loss(key: Any) -> None:
    exact, ours = LOSSES[key], TORCH_LOSSES[key]
    for dtype, tolerance in ((torch.float64, 1e-14), (torch.float32, 1e-6)):
        alphas = torch.tensor(ALPHAS, dtype=dtype)
        known = alphas.numpy().astype(np.float64)
        for function, expected in (
            (ours.cost, exact.cost(known)),
            (ours.slope, exact.slope(known)),
        ):
            found = function(alphas)
            assert found.dtype == dtype
            np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("leash", ["none", "bounded", "lipschitz"])
@pytest.mark.parametrize("key", LOSSES)
def test_the_gradient_of_a_critic_is_autograds(key: Any, leash: Any) -> None:
    config = CriticConfig(loss=key, leash=leash, batch_size=32)
    trainer = CriticTrainer(config, "float64")
    trainer.load(new_run(config, CriticControls()).state)
    if key == "wasserstein":
        trainer.parameters.mul_(3.0)
    start = trainer.parameters.clone()
    trainer.train_step(0, CriticControls())
    again = torch.Generator().manual_seed(config.seed)
    x = trainer.draws.fresh(again, trainer.draws.batch)
    flat = start.clone().requires_grad_()
    loss = _objective(trainer, flat, x)
    (expected,) = torch.autograd.grad(loss, flat, allow_unused=True)
    expected = torch.zeros_like(flat) if expected is None else expected
    torch.testing.assert_close(trainer.gradient, expected, rtol=1e-9, atol=1e-10)


def _objective(trainer: CriticTrainer, flat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """R(D) on x and the penalty, as anybody would write them."""
    weights: list[torch.Tensor] = [
        flat[e.offset : e.offset + e.size].reshape(e.shape)
        for e in trainer.config.critic_shape.layout.values()
    ]

    def critic(h: torch.Tensor) -> torch.Tensor:
        for i in range(0, len(weights), 2):
            if i:
                h = torch.nn.functional.silu(h)
            h = torch.nn.functional.linear(h, weights[i], weights[i + 1])
        return h.tanh() if trainer.is_bounded else h

    data, model = critic(x).chunk(2)
    cost = trainer.loss.cost
    total = 0.5 * (cost(data).mean() + cost(-model).mean())
    if trainer.is_penalised:
        width = trainer.posts.diff(dim=0)
        slopes = critic(trainer.posts).diff(dim=0) / width
        total = total + 10.0 * (width * (slopes.abs() - 1).relu().square()).sum()
    if not total.requires_grad:
        total = total + 0.0 * flat.sum()
    return total


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("key", WITH_INFIMUM)
def test_no_record_is_below_the_infimum(key: Any, seed: int) -> None:
    for more in ({}, {"pair": PAIRS["A"]}, {"source": "fixed", "points": 20}):
        history = trained(160, loss=key, seed=seed, **more).history
        assert len(history) == 11
        assert (history["gap"] >= -1e-12).all()
        np.testing.assert_allclose(history["gap"], history["risk"] - history["risk_exact"])


def test_a_trained_critic_comes_close_to_the_infimum_and_does_not_sit_on_it() -> None:
    history = trained(4000).history
    assert history["risk_exact"][0] == pytest.approx(0.5580437, abs=1e-6)
    assert history["gap"][0] > 0.1
    assert 1e-6 < history["gap"][-1] <= 0.002
    assert (history["gap"] >= -1e-12).all()
    assert history["gap"][history.steps <= 1000].min() <= 0.01


@pytest.mark.parametrize("seed", [0, 1])
def test_fifty_points_a_side_are_told_apart_better_than_the_truth(seed: int) -> None:
    history = trained(4000, source="fixed", points=50, seed=seed).history
    best = history["risk_exact"][-1]
    assert history["risk_train"][-1] < best - 0.05
    assert history["risk"][-1] > best + 0.2
    assert (history["gap"] >= -1e-12).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_leashed_wasserstein_critic_earns_no_more_than_its_slope_times_w1(seed: int) -> None:
    history = trained(1000, loss="wasserstein", seed=seed).history
    W1 = w1_on(line_of(PAIRS["C"]))
    np.testing.assert_allclose(history["bound"], -0.5 * history["lipschitz"] * W1)
    slack = 1e-12 * np.maximum(1, np.abs(history["bound"]))
    assert (history["risk"] >= history["bound"] - slack).all()
    assert history["lipschitz"][-1] < 1.2
    assert (history["gap"] >= -1e-12).all()
    assert history["gap"][-1] < 0.03


def test_a_bounded_wasserstein_critic_earns_no_more_than_the_total_variation() -> None:
    history = trained(320, loss="wasserstein", leash="bounded").history
    assert history["risk_exact"][0] == pytest.approx(-0.4376695, abs=1e-4)
    assert (history["gap"] >= -1e-12).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_wasserstein_critic_without_a_leash_diverges_with_its_sentence(seed: int) -> None:
    with pytest.raises(TrainingDiverged, match=r"the mean of \|D\| became") as caught:
        trained(2000, loss="wasserstein", leash="none", seed=seed)
    assert caught.value.step < 1500
    reached = caught.value.reached
    assert reached is not None
    assert reached.history.latest()["risk"] < -0.01 * MOST_MEAN
    assert math.isnan(reached.history.latest()["gap"])


def test_the_zero_one_loss_moves_nothing() -> None:
    run = trained(200, loss="zero_one")
    first = new_run(run.config, run.controls)
    assert run.state.parameters.tobytes() == first.state.parameters.tobytes()
    assert len(set(run.history["risk"].tolist())) == 1


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"source": "fixed", "points": 700},
        {"source": "fixed"},
        {"loss": "wasserstein"},
    ],
)
def test_slices_and_replay_do_not_change_a_critic(more: dict[str, Any]) -> None:
    whole = trained(40, **more)
    for other in (trained(40, sizes=(1, 14, 25), **more), replay(whole)):
        np.testing.assert_array_equal(other.state.parameters, whole.state.parameters)
        np.testing.assert_array_equal(other.history.values, whole.history.values)
        assert other.state.generator == whole.state.generator


def test_draws_have_the_weights_centres_and_deviations_of_their_densities() -> None:
    config = CriticConfig(batch_size=4096)
    trainer = CriticTrainer(config, "float64")
    x = trainer.draws.fresh(torch.Generator().manual_seed(5), torch.empty(400_000, 1).double())
    for side, mixture in zip(x.chunk(2), config.pair.mixtures(), strict=True):
        mean, covariance = mixture.moments()
        sd = math.sqrt(covariance[0, 0])
        assert side.mean().item() == pytest.approx(mean[0], abs=4 * sd / math.sqrt(200_000))
        assert side.std().item() == pytest.approx(sd, rel=0.01)


def test_the_rate_falls_to_its_floor_and_stays() -> None:
    rates = [rate_at(step, 2e-3, 4000) for step in (0, 2000, 4000, 9999)]
    assert rates == pytest.approx([2e-3, 1e-3, 2e-3 * RATE_FLOOR, 2e-3 * RATE_FLOOR])


def test_values_and_slopes_of_a_critic_are_those_of_its_run() -> None:
    run = trained(64)
    line = line_of(run.config.pair)
    found = inspection.critic_values(run.state.parameters, run.config, line.nodes)
    trainer = CriticTrainer(run.config, "float32")
    trainer.load(run.state)
    ours = trainer.values(trainer.nodes)[:, 0].numpy()
    np.testing.assert_allclose(found.values, ours, atol=1e-5)
    np.testing.assert_allclose(np.gradient(found.values, line.nodes), found.slopes, atol=1e-3)


def test_a_trained_critic_still_pulls_where_the_best_one_does_not() -> None:
    near = inspection.slope_trained(1.0, "logistic")
    exact = slopes([1.0, 8.0])
    assert near.minimax == pytest.approx(exact["minimax_logistic"][0], rel=0.2)
    assert near.non_saturating == pytest.approx(exact["non_saturating_logistic"][0], rel=0.2)
    far = inspection.slope_trained(8.0, "squared")
    assert far.non_saturating > 2 * exact["non_saturating_squared"][1]
    assert 0 <= far.gap < 0.01
