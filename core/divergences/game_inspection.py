"""What a page shows of a GAN or of its judge at one moment: for workers, imports torch."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.divergences.config import GanConfig, GanLoss, JudgeConfig
from core.divergences.density import NODES, ROUGH_NODES, generated_density
from core.divergences.game_answers import GamePicture
from core.divergences.game_draws import GameDraws
from core.divergences.gan_training import on_cells
from core.divergences.judgement import equal_on_cells, floor_on_cells, judged, risk_on_cells
from core.divergences.plane import density_of
from core.divergences.targets import target_of
from core.network import Network

Parameters = NDArray[Any]


def game_picture(
    parameters: Parameters, config: GanConfig, count: int, running: bool
) -> GamePicture:
    """A GAN with these parameters; ``running``: fewer nodes, and no second look at the error."""
    sizes = [config.generator_shape.num_parameters, config.critic_shape.num_parameters]
    first, second = torch.split(torch.tensor(parameters), sizes)
    generator = Network(config.generator_shape, first)
    critic = Network(config.critic_shape, second)
    return _picture(generator, critic, config, config.loss, count, running)


def judge_picture(parameters: Parameters, config: JudgeConfig, count: int) -> GamePicture:
    """The frozen generator, and the judge in the place of the game's discriminator."""
    frozen = torch.tensor(np.frombuffer(config.generator, dtype=np.float32))
    generator = Network(config.gan.generator_shape, frozen)
    critic = Network(config.critic_shape, torch.tensor(parameters))
    return _picture(generator, critic, config.gan, config.loss, count, False)


def _picture(
    generator: Network,
    critic: Network,
    config: GanConfig,
    loss: GanLoss,
    count: int,
    running: bool,
) -> GamePicture:
    target, dtype = target_of(config.target), generator.parameters.dtype
    nodes = ROUGH_NODES if running else NODES
    density = generated_density(generator.evaluate, config.noise, nodes=nodes, dtype=dtype)
    found, error = judged(density, target), float("nan")
    if not running:
        finer = generated_density(
            generator.evaluate, config.noise, nodes=2 * nodes - 1, dtype=dtype
        )
        error = abs(judged(finer, target).js - found.js)
    draws = GameDraws(config, count, dtype)
    draws.load(b"", config.seed)
    seen = draws.both(generator).float().numpy()
    values = on_cells(critic)
    risk = risk_on_cells(loss, values, density, target)
    return GamePicture(
        data=density_of(target).astype(np.float32),
        model=density.astype(np.float32),
        critic=values.astype(np.float32),
        samples=seen[count:].copy(),
        data_samples=seen[:count].copy(),
        js=found.js,
        tv=found.tv,
        triangular=found.triangular,
        hellinger=found.hellinger,
        mass=found.mass,
        near=found.near,
        within=found.within,
        risk=risk,
        floor=floor_on_cells(loss, density, target),
        says=equal_on_cells(loss, density, target) - risk,
        error=error,
    )
