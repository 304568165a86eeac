"""A GAN by hand: its gradients, its records, slices, replays, and a judge that says more."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from core.divergences.config import GanConfig, GanControls, JudgeConfig, JudgeControls
from core.divergences.game_requests import game_picture, judge_picture, stages
from core.divergences.gan_training import GanTrainer
from core.divergences.torch_losses import TORCH_LOSSES
from core.network import Network
from core.run import Budget, Run
from core.training import advance, new_run, replay

SMALL = GanConfig(hidden=(16,), batch_size=32)
CONTROLS = GanControls()


def trained(config: GanConfig, steps: int, controls: GanControls = CONTROLS) -> Run:
    return advance(new_run(config, controls), controls, Budget(steps=steps))


def judge_of(run: Run) -> JudgeConfig:
    size = run.config.generator_shape.num_parameters
    frozen = run.state.parameters[:size].astype(np.float32).tobytes()
    return JudgeConfig(gan=run.config, generator=frozen, step=run.step)


@pytest.mark.parametrize("generator_loss", ["minimax", "non_saturating"])
@pytest.mark.parametrize("loss", ["logistic", "squared", "hinge"])
def test_the_gradients_of_a_game_are_autograds(loss: Any, generator_loss: Any) -> None:
    config = replace(SMALL, loss=loss, generator_loss=generator_loss, fourier=2)
    trainer = GanTrainer(config, "float64")
    trainer.load(replace(new_run(config, CONTROLS).state, generator=b""))
    cost, B = TORCH_LOSSES[loss].cost, config.batch_size
    trainer.draw_for_critic()
    trainer.critic_gradient()
    by_hand = trainer.critic.gradient.clone()
    values = trainer.critic.parameters.clone().requires_grad_()
    outputs = Network(config.critic_shape, values).evaluate(trainer.draws.seen.clone())
    risk = 0.5 * (cost(outputs[:B]).mean() + cost(-outputs[B:]).mean())
    expected = torch.autograd.grad(risk, values)[0]
    torch.testing.assert_close(by_hand, expected, rtol=1e-9, atol=1e-12)
    trainer.draw_for_generator()
    trainer.generator_gradient()
    leaf = trainer.generator.parameters.clone().requires_grad_()
    moved = Network(config.generator_shape, leaf).evaluate(trainer.draws.z.clone())
    x = moved + config.noise * trainer.draws.normals[1]
    outputs = Network(config.critic_shape, trainer.critic.parameters).evaluate(x)
    minimax = generator_loss == "minimax"
    lowered = -0.5 * cost(-outputs).mean() if minimax else cost(outputs).mean()
    expected = torch.autograd.grad(lowered, leaf)[0]
    torch.testing.assert_close(trainer.generator.gradient, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ["silu", "leaky"])
def test_every_record_obeys_its_bounds(activation: Any) -> None:
    history = trained(replace(SMALL, activation=activation), 300).history
    assert (history["risk"] >= history["risk_exact"]).all()
    assert (history["js"] <= math.log(2)).all()
    assert (history["tv"] <= 1).all()
    assert (history["mass"] <= 1).all()


def test_slicing_and_replaying_a_game_change_nothing() -> None:
    whole = trained(SMALL, 40)
    parts = new_run(SMALL, CONTROLS)
    for steps in (1, 7, 32):
        trained(replace(SMALL, seed=5), 2)
        parts = advance(parts, CONTROLS, Budget(steps=steps))
    np.testing.assert_array_equal(whole.state.parameters, parts.state.parameters)
    assert whole.state.generator == parts.state.generator
    np.testing.assert_array_equal(whole.history.values, parts.history.values)
    steered = advance(whole, replace(CONTROLS, beta1=0.9, critic_steps=2), Budget(steps=9))
    np.testing.assert_array_equal(steered.state.parameters, replay(steered).state.parameters)


def test_a_change_of_beta1_starts_the_moments_anew() -> None:
    run = trained(SMALL, 20)
    steered = advance(run, replace(CONTROLS, beta1=0.9), Budget(steps=3))
    assert steered.state.moments[2, :3] == pytest.approx([0.9, 3, 3])
    same = advance(run, replace(CONTROLS, critic_rate=2e-3), Budget(steps=3))
    assert same.state.moments[2, :3] == pytest.approx([0.5, 23, 23])


@pytest.mark.parametrize("critic_steps", [1, 3])
def test_slow_motion_ends_where_the_ordinary_step_does(critic_steps: int) -> None:
    from core.divergences.slow_motion import slow_step

    controls = GanControls(critic_steps=critic_steps)
    run = trained(SMALL, 20, controls)
    shown = stages(run.state, run.step, SMALL, controls)
    assert len(shown) == 3 * critic_steps + 3
    slow = GanTrainer(SMALL, "float32")
    slow.load(run.state)
    again = slow_step(slow, run.step, controls)
    np.testing.assert_array_equal(again[-1].push, shown[-1].push)
    after = advance(run, controls, Budget(steps=1))
    np.testing.assert_array_equal(slow.state().parameters, after.state.parameters)
    np.testing.assert_array_equal(slow.state().moments, after.state.moments)
    assert slow.state().generator == after.state.generator
    change = after.state.parameters - run.state.parameters
    size = SMALL.generator_shape.num_parameters
    assert shown[-1].update_norm == pytest.approx(float(np.linalg.norm(change[:size])), rel=1e-4)


def test_a_game_that_says_nothing_is_far_from_the_data_and_a_judge_finds_it() -> None:
    run = trained(GanConfig(), 1000)
    latest = game_picture(run.state.parameters, run.config, 500, False)
    assert latest.says < 0.03
    assert latest.js > 0.12
    assert latest.error < 0.02
    assert (latest.near > 0.02).all()
    config = judge_of(run)
    controls = JudgeControls()
    judge = advance(new_run(config, controls), controls, Budget(steps=300))
    history = judge.history
    assert (history["gap"] >= -1e-12).all()
    assert history["says"][-1] > 0.5 * history["exact"][-1]
    seen = judge_picture(judge.state.parameters, config, 500)
    assert seen.js == pytest.approx(latest.js, abs=1e-6)
    assert seen.says > latest.says + 0.05
