"""What a critic of the line is trained on: fresh draws of both sides, or always the same points.

Rows of the data first, then as many of the model.
"""

import numpy as np
import torch
from torch import Tensor

from core.batches import EpochBatches
from core.divergences.config import CriticConfig

POINTS_STREAM = 15
"""Keeps the fixed points apart from the first weights, which have the same seed."""


class CriticDraws:
    """Batches ``[2 B, 1]``, and the points ``[2 n, 1]`` if they are fixed."""

    def __init__(self, config: CriticConfig, dtype: torch.dtype) -> None:
        """Look the components up; draw the points."""
        mixtures = config.pair.mixtures()
        self.config = config
        self.steps, self.centres, self.deviations = [], [], []
        for side in mixtures:
            steps = torch.tensor(np.cumsum(side.weights)[:-1], dtype=dtype)
            self.steps.append(steps)
            self.centres.append(torch.tensor(side.means[:, 0], dtype=dtype))
            self.deviations.append(torch.tensor(np.sqrt(side.covariances[:, 0, 0]), dtype=dtype))
        self.batch = torch.empty(2 * config.batch_size, 1, dtype=dtype)
        self.points: Tensor | None = None
        if config.source == "fixed":
            self._fix(dtype)

    def _fix(self, dtype: torch.dtype) -> None:
        generator = np.random.default_rng((self.config.seed, POINTS_STREAM))
        sides = [
            torch.tensor(mixture.sample(self.config.points, generator)[0], dtype=dtype)
            for mixture in self.config.pair.mixtures()
        ]
        self.points = torch.cat(sides)
        size = min(self.config.batch_size, self.config.points)
        self.batches = [
            EpochBatches(side, size, seed)
            for side, seed in zip(sides, (self.config.seed, self.config.seed + 1), strict=True)
        ]

    def at(self, step: int, generator: torch.Generator) -> Tensor:
        """The batch of a step, ``[2 B, 1]``; fixed points that fit in one are all taken."""
        if self.points is None:
            return self.fresh(generator, self.batch)
        if self.config.points <= self.config.batch_size:
            return self.points
        return torch.cat([side.at(step) for side in self.batches])

    def fresh(self, generator: torch.Generator, out: Tensor) -> Tensor:
        """Independent draws of both sides, written to ``out`` ``[2 B, 1]``."""
        rows = len(out) // 2
        chosen = torch.rand(2, rows, generator=generator, dtype=out.dtype)
        noise = torch.randn(2, rows, generator=generator, dtype=out.dtype)
        for i in range(2):
            k = torch.bucketize(chosen[i], self.steps[i])
            part = out[i * rows : (i + 1) * rows, 0]
            torch.addcmul(self.centres[i][k], self.deviations[i][k], noise[i], out=part)
        return out
