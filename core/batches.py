"""Batches, epoch by epoch: for workers, since it imports torch."""

import torch
from torch import Tensor


class EpochBatches:
    """The rows of every step's batch; each epoch is a permutation drawn from seed and epoch.

    A function of seed and step alone, so slicing a training in time does not change it. Rows that
    do not fill the last batch of an epoch wait for another one.

    Attributes:
        batch_size: B, at most N.
        steps_per_epoch: batches that N rows fill.
    """

    def __init__(self, x: Tensor, batch_size: int, seed: int) -> None:
        """Lay out the buffer of an epoch.

        Args:
            x: the data, shape ``[N, D]``.
            batch_size: rows of a batch; N, if that is less.
            seed: of all permutations.
        """
        self.batch_size = min(batch_size, len(x))
        self.steps_per_epoch = len(x) // self.batch_size
        self._x, self._seed = x, seed
        self._epoch, self._shuffled = -1, torch.empty_like(x)
        self._batches = torch.split(self._shuffled, self.batch_size)

    def at(self, step: int) -> Tensor:
        """The batch of ``step``, shape ``[B, D]``: a view that the next epoch overwrites."""
        epoch, position = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(self._seed * 1_000_003 + epoch)
            order = torch.randperm(len(self._x), generator=generator)
            torch.index_select(self._x, 0, order, out=self._shuffled)
            self._epoch = epoch
        return self._batches[position]
