"""The very next step of a GAN, stage by stage, with the numbers of the run: for workers.

The trainer's own methods are called one by one on a copy of the state, so that the step taken
afterwards is the one that was shown (``test_slow_motion_ends_where_the_ordinary_step_does``).
"""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.divergences.config import GanConfig, GanControls
from core.divergences.game_answers import GameStage
from core.divergences.gan_training import GanTrainer
from core.divergences.torch_losses import sample_risk
from core.network import Network
from core.run import TrainState

Values = NDArray[np.float32]
NONE = np.zeros((0, 2), dtype=np.float32)
NO_OUTPUT = np.zeros(0, dtype=np.float32)
Key = Literal["draw", "judge", "learn"]


def stages(
    state: TrainState, step: int, config: GanConfig, controls: GanControls
) -> tuple[GameStage, ...]:
    """Three stages of every step of D, then three of G's; ``state`` is not changed."""
    return slow_step(_copied(state, config), step, controls)


def _copied(state: TrainState, config: GanConfig) -> GanTrainer:
    trainer = GanTrainer(config, str(state.parameters.dtype))
    trainer.load(state)
    return trainer


def slow_step(trainer: GanTrainer, step: int, controls: GanControls) -> tuple[GameStage, ...]:
    """Take one step as ``GanTrainer.train_step`` does, looking on."""
    found: list[GameStage] = []
    trainer.remember(controls)
    for turn in range(1, controls.critic_steps + 1):
        found += _critic_stages(trainer, step, controls, turn)
    return (*found, *_generator_stages(trainer, step, controls))


def _critic_stages(
    trainer: GanTrainer, step: int, controls: GanControls, turn: int
) -> list[GameStage]:
    rows = trainer.config.batch_size
    trainer.draw_for_critic()
    seen = _values(trainer.draws.seen)
    points = {"data": seen[:rows], "z": _values(trainer.draws.z), "generated": seen[rows:]}
    found = [_stage("draw", "critic", points, turn=turn)]
    trainer.critic_gradient()
    trainer.require_finite(step)
    outputs = _values(trainer.outputs)[:, 0]
    points |= {"on_data": outputs[:rows], "on_generated": outputs[rows:]}
    loss = sample_risk(trainer.loss, trainer.outputs)
    found.append(_stage("judge", "critic", points, loss=loss, turn=turn))
    before = trainer.critic.parameters.clone()
    trainer.update_critic(controls)
    norms = _norms(trainer.critic, before)
    return [*found, _stage("learn", "critic", points, loss=loss, norms=norms, turn=turn)]


def _generator_stages(trainer: GanTrainer, step: int, controls: GanControls) -> list[GameStage]:
    turn = controls.critic_steps
    trainer.draw_for_generator()
    points = {"z": _values(trainer.draws.z), "generated": _values(trainer.draws.generated)}
    found = [_stage("draw", "generator", points, turn=turn)]
    trainer.generator_gradient()
    trainer.require_finite(step)
    points |= {"on_generated": _values(trainer.outputs)[:, 0], "push": -_values(trainer.push)}
    loss = _generator_loss(trainer)
    found.append(_stage("judge", "generator", points, loss=loss, turn=turn))
    before = trainer.generator.parameters.clone()
    trainer.update_generator(controls)
    norms = _norms(trainer.generator, before)
    return [*found, _stage("learn", "generator", points, loss=loss, norms=norms, turn=turn)]


def _generator_loss(trainer: GanTrainer) -> float:
    """``−½ mean ℓ(−D)`` (minimax) or ``mean ℓ(D)`` (non-saturating) of the batch."""
    outputs = trainer.outputs.double()
    if trainer.config.generator_loss == "minimax":
        return -0.5 * trainer.loss.cost(-outputs).mean().item()
    return trainer.loss.cost(outputs).mean().item()


def _norms(network: Network, before: Tensor) -> tuple[float, float]:
    """Of the gradient, and of the update."""
    assert network.gradient is not None
    update = torch.sub(network.parameters, before)
    return float(torch.sum(network.gradient**2) ** 0.5), float(torch.sum(update**2) ** 0.5)


def _stage(
    key: Key,
    player: Literal["critic", "generator"],
    points: dict[str, Values],
    *,
    turn: int,
    loss: float = float("nan"),
    norms: tuple[float, float] = (float("nan"), float("nan")),
) -> GameStage:
    return GameStage(
        key=key,
        player=player,
        data=points.get("data", NONE),
        z=points["z"],
        generated=points["generated"],
        on_data=points.get("on_data", NO_OUTPUT),
        on_generated=points.get("on_generated", NO_OUTPUT),
        push=points.get("push", NONE),
        loss=loss,
        gradient_norm=norms[0],
        update_norm=norms[1],
        turn=turn,
    )


def _values(tensor: Tensor) -> Values:
    return np.array(tensor.numpy(), dtype=np.float32)
