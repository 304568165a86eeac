"""What a small perceptron looks like, and its seeded first weights: torch-free.

The network itself, forward and backward by hand: ``core.network``.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.layout import Layout, affine_shapes, lay_out, total_size, unflatten
from core.validation import require_choice, require_number

Activation = Literal["silu", "leaky"]

LEAKY_SLOPE = 0.2
"""Of the leaky rectifier below 0 (Radford, Metz and Chintala 2016)."""

BASE_FREQUENCY = math.pi / 8
"""Of the slowest feature: one period on [−8, 8]. Each further one is twice as fast."""

MAX_FOURIER = 8
MAX_HIDDEN_LAYERS = 4
MAX_WIDTH = 512
PREFIX = "layer"


@dataclass(frozen=True, kw_only=True)
class NetworkShape:
    """A perceptron with a linear last layer, Fourier features of x beside x.

    The first layer sees x, then for i = 0, 1, … the ``sin`` and the ``cos`` of
    ``x · (π/8) · 2^i``, each coordinate in turn (Tancik et al. 2020).

    Attributes:
        inputs: D, of x.
        outputs: O.
        hidden: widths of the hidden layers; none: an affine map.
        activation: after every hidden layer.
        fourier: number of frequencies.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    inputs: int
    outputs: int
    hidden: tuple[int, ...]
    activation: Activation = "silu"
    fourier: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("inputs", self.inputs, at_least=1, at_most=MAX_WIDTH)
        require_number("outputs", self.outputs, at_least=1, at_most=MAX_WIDTH)
        require_number("hidden layers", len(self.hidden), at_least=0, at_most=MAX_HIDDEN_LAYERS)
        for width in self.hidden:
            require_number("hidden", width, at_least=1, at_most=MAX_WIDTH)
        require_choice("activation", self.activation, get_args(Activation))
        require_number("fourier", self.fourier, at_least=0, at_most=MAX_FOURIER)

    @property
    def features(self) -> int:
        """What the first layer sees of a row: ``D (1 + 2 fourier)`` numbers."""
        return self.inputs * (1 + 2 * self.fourier)

    @property
    def frequencies(self) -> tuple[float, ...]:
        """Of the features, radians per unit of x."""
        return tuple(BASE_FREQUENCY * 2**i for i in range(self.fourier))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Of the features, of each hidden layer and of the output."""
        return (self.features, *self.hidden, self.outputs)

    @cached_property
    def layout(self) -> Layout:
        """Where weights ``layer.i.weight`` ``[out, in]`` and biases ``layer.i.bias`` lie."""
        return lay_out(affine_shapes(PREFIX, self.sizes))

    @property
    def num_parameters(self) -> int:
        """P, the length of the flat vector."""
        return total_size(self.layout)


def initial_parameters(
    shape: NetworkShape, seed: int, dtype: DTypeLike = np.float32
) -> NDArray[Any]:
    """Seeded first weights, flat, shape ``[P]``.

    Weights and biases uniform within ``±1/√fan_in``, as those of ``torch.nn.Linear``.
    """
    generator = np.random.default_rng(seed)
    parameters = np.empty(shape.num_parameters, dtype=dtype)
    named = unflatten(parameters, shape.layout)
    for i, fan_in in enumerate(shape.sizes[:-1]):
        bound = 1.0 / math.sqrt(fan_in)
        for kind in ("weight", "bias"):
            values = named[f"{PREFIX}.{i}.{kind}"]
            values[:] = generator.uniform(-bound, bound, size=values.shape)
    return parameters
