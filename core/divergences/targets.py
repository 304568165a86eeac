"""What the GAN of the plane learns: equal Gaussians, whose density is known. Torch-free.

Adding a target is one line in ``TARGETS``.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.mixtures import Mixture
from core.validation import require_choice

Array = NDArray[np.float64]
Centres = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """Equally likely round Gaussians in the plane.

    Attributes:
        centres: of the modes.
        deviation: s, the standard deviation of each, in both directions.
    """

    centres: Centres
    deviation: float

    @property
    def modes(self) -> Array:
        """The centres, ``[K, 2]``."""
        return np.array(self.centres, dtype=np.float64)

    @property
    def num_modes(self) -> int:
        """K."""
        return len(self.centres)


def _ring(count: int, radius: float) -> Centres:
    """On a circle, the first at angle 0."""
    angles = 2 * np.pi * np.arange(count) / count
    return tuple((radius * float(np.cos(a)), radius * float(np.sin(a))) for a in angles)


def _square(count: int, spacing: float) -> Centres:
    """On a square lattice, ``count`` in each direction."""
    axis = [spacing * (i - (count - 1) / 2) for i in range(count)]
    return tuple((x, y) for y in axis for x in axis)


TARGETS: dict[str, Target] = {
    "ring": Target(centres=_ring(8, 2.0), deviation=0.2),
    "tight": Target(centres=_ring(8, 2.0), deviation=0.05),
    "square": Target(centres=_square(5, 1.2), deviation=0.1),
}
"""By key, in the order of the menu: eight on a ring, the same but tight, 25 on a square."""


def modes_of(key: str) -> Array:
    """The centres of a target, ``[K, 2]``."""
    return TARGETS[key].modes


@lru_cache(maxsize=8)
def target_of(key: str) -> Mixture:
    """The density of a target.

    Raises:
        ValueError: of an unknown key, naming those that are known.
    """
    require_choice("target", key, TARGETS)
    target = TARGETS[key]
    count = target.num_modes
    return Mixture(
        weights=np.full(count, 1 / count),
        means=target.modes,
        covariances=np.tile(target.deviation**2 * np.eye(2), (count, 1, 1)),
    )
