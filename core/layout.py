"""Named tensors side by side in one flat vector: torch-free.

An optimiser sees one buffer, the equations see matrices. Whoever holds the vector, as a numpy
array or as a torch tensor, gets views of its own kind.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Shape = tuple[int, ...]
Flat = TypeVar("Flat", NDArray[Any], "Tensor")
"""A flat numpy array or torch tensor."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The place of one tensor inside the flat vector."""

    shape: Shape
    offset: int

    @property
    def size(self) -> int:
        """The number of its elements."""
        return math.prod(self.shape)


Layout = Mapping[str, Entry]
"""Every tensor's place by name, in order, without gaps."""


def lay_out(shapes: Iterable[tuple[str, Shape]]) -> Layout:
    """The tensors called so, of these shapes, one after the other."""
    layout: dict[str, Entry] = {}
    offset = 0
    for name, shape in shapes:
        layout[name] = Entry(shape=shape, offset=offset)
        offset += layout[name].size
    return layout


def total_size(layout: Layout) -> int:
    """P, the length of the flat vector."""
    return sum(entry.size for entry in layout.values())


def unflatten(flat: Flat, layout: Layout) -> dict[str, Flat]:
    """Views into ``flat``, shape ``[P]``, by name: what is written into one is written there."""
    return {
        name: flat[entry.offset : entry.offset + entry.size].reshape(entry.shape)
        for name, entry in layout.items()
    }


def affine_shapes(prefix: str, sizes: Sequence[int]) -> list[tuple[str, Shape]]:
    """Weights ``[out, in]`` and biases ``[out]`` of a perceptron, ``prefix.0.weight`` and so on.

    Args:
        prefix: of every name.
        sizes: of the input, of each hidden layer, and of the output.
    """
    shapes: list[tuple[str, Shape]] = []
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        shapes.append((f"{prefix}.{i}.weight", (fan_out, fan_in)))
        shapes.append((f"{prefix}.{i}.bias", (fan_out,)))
    return shapes
