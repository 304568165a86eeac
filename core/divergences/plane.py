"""The cells of the plane on which every density of the GAN is judged: numpy, torch-free."""

from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from core.mixtures import Mixture

Array = NDArray[np.float64]

EXTENT = 4.0
"""The picture is the square ``[−4, 4]²``."""

CELLS = 256
"""Cells along an axis: what a density is drawn and added up on."""

CELL = 2 * EXTENT / CELLS

FINEST = 0.65
"""A cell of at most so many standard deviations resolves a Gaussian."""


def centres(cells: int = CELLS) -> Array:
    """Of the cells along an axis, shape ``[cells]``."""
    step = 2 * EXTENT / cells
    return np.asarray((np.arange(cells) + 0.5) * step - EXTENT)


@lru_cache(maxsize=4)
def points(cells: int = CELLS) -> Array:
    """The centres of all cells, ``[cells², 2]``: x₁ along the columns, x₂ along the rows."""
    axis = centres(cells)
    rows = np.stack(np.meshgrid(axis, axis, indexing="xy"), axis=-1).reshape(-1, 2)
    rows.flags.writeable = False
    return rows


@lru_cache(maxsize=8)
def density_of(target: Mixture) -> Array:
    """``p_d`` at the centres of the cells, shape ``[cells, cells]``, read-only."""
    values: Array = np.exp(target.log_prob(points())).reshape(CELLS, CELLS)
    values.flags.writeable = False
    return values


def narrowest(target: Mixture) -> float:
    """The smallest standard deviation of a component in any direction."""
    return sqrt(float(np.linalg.eigvalsh(target.covariances).min()))


def require_resolved(noise: float, target: Mixture, cell: float = CELL) -> None:
    """Refuse what the cells cannot resolve: ``cell ≤ 0.65 min(h, s)`` must hold.

    On coarser cells a JS above log 2 was once read off them.

    Args:
        noise: h, the standard deviation of the generator's own noise.
        target: its narrowest component has standard deviation s.
        cell: the side of a cell.

    Raises:
        ValueError: naming the cell, h and s.
    """
    s = narrowest(target)
    if cell > FINEST * min(noise, s) * (1 + 1e-12):
        raise ValueError(
            f"cells of {cell:.4g} cannot resolve these densities: a cell must be at most "
            f"{FINEST} of h = {noise:.4g} and of s = {s:.4g}"
        )
