"""The best that affine layers can do without flips, by quadrature. Torch-free.

Without flips x₁ is an affine map of z₁ alone, and given x₁, x₂ is an affine map of z₂, however
many layers there are: on a normal base both are Gaussian, whatever the conditioners. Of all
densities ``N(x₁; m, s²) N(x₂; m(x₁), s²(x₁))`` the one with the target's moments has the least
cross-entropy, ``½ log(2πe Var x₁) + ½ E log(2πe Var(x₂|x₁))``.
"""

from functools import lru_cache

import numpy as np

from core.flow.config import FlowConfig
from core.flow.targets import TargetConfig, target

POINTS = 160
"""Midpoints along each axis; a multiple of 4, so that a checkerboard's edges lie between them."""


@lru_cache(maxsize=16)
def affine_limit(config: TargetConfig, points: int = POINTS) -> float | None:
    """The least NLL of affine layers without flips, nats; None where the density is not known.

    Checked by ``test_no_affine_flow_without_flips_is_better_than_the_limit``.
    """
    goal = target(config)
    if goal.log_density is None:
        return None
    width = 2.0 * goal.reach / points
    axis = -goal.reach + width * (np.arange(points) + 0.5)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    mass = np.exp(goal.log_density(grid)).reshape(points, points)
    mass /= mass.sum()
    columns = mass.sum(1)
    first = columns @ np.square(axis - columns @ axis)
    held = columns > 0
    given = mass[held] / columns[held, None]
    second = (given * np.square(axis - (given @ axis)[:, None])).sum(1)
    return float(np.log(2 * np.pi * np.e) + 0.5 * (np.log(first) + columns[held] @ np.log(second)))


def limit_of(config: FlowConfig) -> float | None:
    """The limit beside a flow whose layers are all affine, on the normal base; else None.

    With flips it is what the same layers could not pass without them.
    """
    is_affine = all(layer.transformer in ("additive", "affine") for layer in config.layers)
    return affine_limit(config.target) if is_affine and config.base == "normal" else None


def holds_for(config: FlowConfig) -> bool:
    """Whether no training can take this flow below the limit: one layer, or none exchanged."""
    return limit_of(config) is not None and (len(config.layers) == 1 or config.between == "none")
