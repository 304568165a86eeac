"""What the flow lesson's claims look at: a flow as the page trains it, and what is exact of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from numpy.typing import NDArray

from core.flow.affine_limit import affine_limit
from core.flow.answers import DensityMap, Journey, MapPicture, Pace
from core.flow.config import FlowConfig, FlowControls, LayerConfig
from core.flow.cost import pace
from core.flow.folding import Wave
from core.flow.inspection import density_map, journey, map_picture
from core.flow.scaling import entropy
from core.run import Budget, Run
from core.training import advance, new_run
from dashboard.lessons.flow.composing import configure, needs_no_training
from dashboard.lessons.flow.experiments import PRESETS
from dashboard.lessons.flow.lesson import LESSON

Array = NDArray[Any]

Choices = tuple[tuple[str, Any], ...]

SIDE, GRID = 61, 64
AFFINE = LayerConfig(transformer="affine", conditioner="made")


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What an experiment shows: its flow as the page trains it, and what is known exactly."""

    choices: Mapping[str, Any]
    config: FlowConfig
    controls: FlowControls
    train_steps: int

    @cached_property
    def run(self) -> Run:
        return trained(self.config, self.controls, self.train_steps)

    @cached_property
    def picture(self) -> MapPicture:
        return map_picture(self.run.state.parameters, self.config, SIDE, 1500)

    @cached_property
    def density(self) -> DensityMap:
        return density_map(self.run.state.parameters, self.config, GRID)

    @cached_property
    def pace(self) -> Pace:
        return pace(self.config)

    def journey(self, z: tuple[float, float]) -> Journey:
        return journey(self.run.state.parameters, self.config, z)

    @property
    def lattice(self) -> tuple[Array, Array]:
        """The lattice on the base and where it arrives, ``[side, side, 2]`` each."""
        shape = (SIDE, SIDE, 2)
        return self.picture.base.reshape(shape), self.picture.outputs[-1].reshape(shape)

    @property
    def wave(self) -> Wave:
        return Wave(amplitude=self.config.amplitude, frequency=self.config.frequency)

    @property
    def has_wave(self) -> bool:
        return all(layer.transformer == "wave" for layer in self.config.layers)

    @property
    def is_affine(self) -> bool:
        return all(layer.transformer == "affine" for layer in self.config.layers)

    @property
    def latest(self) -> Mapping[str, float]:
        return self.run.history.latest()

    @property
    def kl_limit(self) -> float:
        """The least KL of affine layers without flips."""
        limit, floor = affine_limit(self.config.target), entropy(self.config)
        assert limit is not None
        assert floor is not None
        return limit - floor


@lru_cache(maxsize=32)
def trained(config: FlowConfig, controls: FlowControls, steps: int) -> Run:
    run = new_run(config, controls)
    if not steps or needs_no_training(config):
        return run
    return advance(run, controls, Budget(steps=steps))


STEPS_OF_OTHERS = 300
"""How far a flow is trained here that no experiment shows: one without its decisive control."""


@lru_cache(maxsize=1)
def shown() -> frozenset[FlowConfig]:
    """The flows of all experiments; the steps of the script show the same."""
    return frozenset(
        configure(dict(LESSON.defaults) | dict(preset.choices))[0] for preset in PRESETS.values()
    )


@lru_cache(maxsize=64)
def _made(config: FlowConfig, controls: FlowControls, steps: int, view: Choices) -> Evidence:
    return Evidence(choices=dict(view), config=config, controls=controls, train_steps=steps)


def evidence(choices: Mapping[str, Any], train_steps: int) -> Evidence:
    """What the claims look at; the same for the same choices."""
    config, controls = configure(choices)
    steps = train_steps if config in shown() else min(train_steps, STEPS_OF_OTHERS)
    return _made(config, controls, steps, tuple(sorted(choices.items())))
