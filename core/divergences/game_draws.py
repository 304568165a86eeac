"""What a discriminator of the plane is shown: data and ``G(z) + hε``, drawn by torch."""

import torch
from torch import Tensor

from core.divergences.config import LATENT_DIM, GanConfig
from core.divergences.targets import TARGETS
from core.network import Network
from core.train_state import restore


class GameDraws:
    """B draws a side into buffers laid out once; the noise is a value that can be kept.

    Attributes:
        z: of the last draw, ``[B, 2]``.
        seen: data and then generated points of the last ``both``, ``[2B, 2]``.
        generated: the points of the last ``model``, ``[B, 2]``.
    """

    def __init__(self, config: GanConfig, rows: int, dtype: torch.dtype) -> None:
        """Lay out the buffers for B = ``rows``."""
        target = TARGETS[config.target]
        self.centres = torch.tensor(target.modes, dtype=dtype)
        self.deviation, self.noise = target.deviation, config.noise
        self.rows = rows
        self.generator = torch.Generator()
        self.labels = torch.empty(rows, dtype=torch.int64)
        self.normals = torch.empty(3, rows, LATENT_DIM, dtype=dtype)
        self.z = self.normals[0]
        self.seen = torch.empty(2 * rows, 2, dtype=dtype)
        self.generated = torch.empty(rows, 2, dtype=dtype)

    def load(self, stored: bytes, seed: int) -> None:
        """Go on from a stored state of the noise; from the seed where there is none."""
        restore(self.generator, stored, seed)

    def both(self, network: Network) -> Tensor:
        """``seen``: B data, then B points of G, ``[2B, 2]``."""
        self.normals.normal_(generator=self.generator)
        self.labels.random_(0, len(self.centres), generator=self.generator)
        data, model = self.seen[: self.rows], self.seen[self.rows :]
        torch.index_select(self.centres, 0, self.labels, out=data)
        data.add_(self.normals[1], alpha=self.deviation)
        torch.add(network.forward(self.z), self.normals[2], alpha=self.noise, out=model)
        return self.seen

    def model(self, network: Network) -> Tensor:
        """``generated``: B new points of G, ``[B, 2]``."""
        self.normals[:2].normal_(generator=self.generator)
        torch.add(network.forward(self.z), self.normals[1], alpha=self.noise, out=self.generated)
        return self.generated
