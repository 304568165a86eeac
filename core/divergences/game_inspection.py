"""What a page shows of a GAN or of its judge at one moment: for workers, imports torch."""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.divergences.config import GanConfig, GanLoss, JudgeConfig
from core.divergences.density import NODES, ROUGH_NODES, generated_density
from core.divergences.game_answers import GamePicture
from core.divergences.game_draws import GameDraws
from core.divergences.gan_training import on_cells
from core.divergences.judgement import (
    Judgement,
    equal_on_cells,
    floor_on_cells,
    judged,
    risk_on_cells,
)
from core.divergences.plane import density_of
from core.divergences.targets import target_of
from core.network import Network

Parameters = NDArray[Any]
Measured = tuple[NDArray[np.float64], Judgement, float]
"""A density on the cells, its judgement, and the error of its JS."""


def game_picture(
    parameters: Parameters, config: GanConfig, count: int, running: bool
) -> GamePicture:
    """A GAN with these parameters; ``running``: fewer nodes, and no second look at the error."""
    sizes = [config.generator_shape.num_parameters, config.critic_shape.num_parameters]
    first, second = torch.split(torch.tensor(parameters), sizes)
    generator = Network(config.generator_shape, first)
    critic = Network(config.critic_shape, second)
    measured = _measured(generator, config, running=running)
    return _picture(generator, critic, config, config.loss, count, measured)


def judge_picture(parameters: Parameters, config: JudgeConfig, count: int) -> GamePicture:
    """The frozen generator, and the judge in the place of the game's discriminator."""
    generator = _frozen(config.gan, config.generator)
    critic = Network(config.critic_shape, torch.tensor(parameters))
    measured = _measured_once(config.gan, config.generator)
    return _picture(generator, critic, config.gan, config.loss, count, measured)


def _frozen(config: GanConfig, parameters: bytes) -> Network:
    values = np.frombuffer(parameters, dtype=np.float32)
    return Network(config.generator_shape, torch.tensor(values))


@lru_cache(maxsize=4)
def _measured_once(config: GanConfig, parameters: bytes) -> Measured:
    """Of a frozen generator: its density does not move while a judge trains."""
    return _measured(_frozen(config, parameters), config, running=False)


def _measured(generator: Network, config: GanConfig, *, running: bool) -> Measured:
    """The density, what it is worth, and how far its JS is from that with twice the nodes."""
    target, dtype = target_of(config.target), generator.parameters.dtype
    nodes = ROUGH_NODES if running else NODES
    density = generated_density(generator.evaluate, config.noise, nodes=nodes, dtype=dtype)
    found = judged(density, target)
    if running:
        return density, found, float("nan")
    finer = generated_density(generator.evaluate, config.noise, nodes=2 * nodes - 1, dtype=dtype)
    return density, found, abs(judged(finer, target).js - found.js)


def _picture(
    generator: Network,
    critic: Network,
    config: GanConfig,
    loss: GanLoss,
    count: int,
    measured: Measured,
) -> GamePicture:
    (density, found, error), target = measured, target_of(config.target)
    dtype = generator.parameters.dtype
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
