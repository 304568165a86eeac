"""Two-dimensional toy sets, drawn from a seeded numpy generator: torch-free.

Every generator is ``(num_points, generator) -> (x, y)`` with ``x`` float64 of shape ``[N, 2]``
and ``y`` uint8 of shape ``[N]``, the piece (moon, ring, arm, ...) that a point was drawn from.
The K pieces are equally likely and equally filled: row n belongs to piece ``n mod K``, so that
rows must be shuffled before they are split. Shapes after Grathwohl et al., "FFJORD", 2019.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.uint8]]


def two_moons(num_points: int, generator: np.random.Generator) -> Points:
    """Two half circles of radius 1 that embrace, with noise of standard deviation 0.08.

    The upper moon is ``(cos t, sin t)``, the lower ``(1 − cos t, ½ − sin t)``, ``t`` uniform on
    ``[0, π]``.
    """
    y = _labels(num_points, 2)
    t = generator.uniform(0.0, np.pi, num_points)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    x = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    return x + 0.08 * generator.standard_normal(x.shape), y


def rings(num_points: int, generator: np.random.Generator) -> Points:
    """Three circles of radius 1, 2 and 3, with radial noise of standard deviation 0.1."""
    y = _labels(num_points, 3)
    radius = 1.0 + y + 0.1 * generator.standard_normal(num_points)
    return radius[:, None] * _directions(generator.uniform(0.0, 2.0 * np.pi, num_points)), y


def pinwheel(num_points: int, generator: np.random.Generator) -> Points:
    """Five arms that curl outwards (Johnson et al. 2016).

    A point ``(1 + 0.3 ε₁, 0.1 ε₂)`` is turned by ``2πk/5 + ¼ exp(1 + 0.3 ε₁)``: the further
    out, the further round.
    """
    y = _labels(num_points, 5)
    along = 1.0 + 0.3 * generator.standard_normal(num_points)
    across = 0.1 * generator.standard_normal(num_points)
    turn = _directions(2.0 * np.pi * y / 5.0 + 0.25 * np.exp(along))
    quarter_turn = np.stack([-turn[:, 1], turn[:, 0]], axis=1)
    return along[:, None] * turn + across[:, None] * quarter_turn, y


def eight_gaussians(num_points: int, generator: np.random.Generator) -> Points:
    """Eight round Gaussians of standard deviation 0.5, evenly on a circle of radius 4."""
    y = _labels(num_points, 8)
    x = 4.0 * _directions(2.0 * np.pi * y / 8.0)
    return x + 0.5 * generator.standard_normal(x.shape), y


def checkerboard(num_points: int, generator: np.random.Generator) -> Points:
    """Uniform on the eight dark unit cells of a 4 x 4 board on ``[−2, 2]²``."""
    y = _labels(num_points, 8)
    column = y // 2
    row = 2 * (y % 2) + column % 2
    corner = np.stack([column, row], axis=1) - 2.0
    return corner + generator.uniform(size=corner.shape), y


def _labels(num_points: int, num_pieces: int) -> NDArray[np.uint8]:
    return (np.arange(num_points) % num_pieces).astype(np.uint8)


def _directions(angle: NDArray[Any]) -> NDArray[np.float64]:
    """Unit vectors ``[N, 2]`` at angles ``[N]``, radians."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


TOYS: dict[str, Callable[[int, np.random.Generator], Points]] = {
    "two_moons": two_moons,
    "rings": rings,
    "pinwheel": pinwheel,
    "eight_gaussians": eight_gaussians,
    "checkerboard": checkerboard,
}
"""Every toy set by name; ``core.dataset.DATASETS`` gives each its menu place."""
