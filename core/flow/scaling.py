"""Where a target lies for a base: as it is in the plane, or inside the unit square. Torch-free."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.flow.config import FlowConfig
from core.flow.targets import Draws, draws, target

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """``x = shift + factor · x_target``.

    Attributes:
        factor: 1 on the normal base.
        shift: 0 on the normal base.
    """

    factor: float
    shift: float

    @property
    def log_volume(self) -> float:
        """What a log-density in the plane gains: ``−log |det|`` of the map."""
        return -2.0 * float(np.log(self.factor))

    def to_flow(self, x: Array) -> Array:
        """Target's coordinates, ``[..., 2]``, to the flow's."""
        return self.shift + self.factor * x

    def to_target(self, x: Array) -> Array:
        """The flow's coordinates, ``[..., 2]``, to the target's."""
        return (x - self.shift) / self.factor


def scaling(config: FlowConfig) -> Scaling:
    """The target's square ``[−reach, reach]²`` becomes ``[0, 1]²`` on the uniform base."""
    if config.base == "normal":
        return Scaling(factor=1.0, shift=0.0)
    return Scaling(factor=0.5 / target(config.target).reach, shift=0.5)


@lru_cache(maxsize=8)
def _scaled(config: FlowConfig) -> Draws:
    drawn, scale = draws(config.target), scaling(config)
    parts = [scale.to_flow(x) for x in (drawn.x_train, drawn.x_test)]
    if config.base == "uniform":  # a Gaussian tail beyond the square has no density there
        parts = [x[((x >= 0.0) & (x <= 1.0)).all(1)] for x in parts]
    return Draws(x_train=parts[0], x_test=parts[1])


def scaled_draws(config: FlowConfig) -> Draws:
    """The target's points in the coordinates of the flow."""
    return _scaled(FlowConfig(target=config.target, base=config.base))


def entropy(config: FlowConfig) -> float | None:
    """The floor of the NLL in the coordinates of the flow, nats; None where it is not known."""
    known = target(config.target).entropy
    return None if known is None else known - scaling(config).log_volume
