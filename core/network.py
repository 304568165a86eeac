"""A small perceptron on flat buffers, forward and backward by hand.

An eager autograd step of a small network is mostly bookkeeping; with its buffers laid out once a
step is little more than its arithmetic. Equality with autograd is checked in float64 by
``test_the_gradient_of_a_network_is_autograds``. Its shape: ``core.network_shape``.
"""

import torch
from torch import Tensor

from core.layout import unflatten
from core.network_shape import LEAKY_SLOPE, PREFIX, NetworkShape

KEPT_BUFFERS = 4
"""Batch sizes whose buffers are kept: a training has one or two."""

CHUNK = 2048
"""Rows evaluated at once: what lies between the layers stays in the cache."""


class Layer:
    """One layer ``h Wᵀ + b`` and the buffers of ``rows`` rows.

    Attributes:
        weight: ``[out, in]``, a view of the parameters.
        bias: ``[out]``.
        before: ``h Wᵀ + b``, ``[B, out]``.
        after: its activation, of the last layer the same; a leaky rectifier works in place.
        delta: the gradient by ``before``, ``[B, out]``; of the last layer it is given.
    """

    def __init__(self, weight: Tensor, bias: Tensor, rows: int, activation: str | None) -> None:
        """Lay out the buffers."""
        self.weight, self.bias, self.transpose = weight, bias, weight.t()
        self.before = weight.new_empty(rows, len(weight))
        self.after = torch.empty_like(self.before) if activation == "silu" else self.before
        self.delta = torch.empty_like(self.before)


class Buffers:
    """All that a forward and a backward pass over ``rows`` rows write."""

    def __init__(
        self, shape: NetworkShape, weights: list[tuple[Tensor, Tensor]], rows: int
    ) -> None:
        """Lay them out."""
        last = len(weights) - 1
        self.layers = [
            Layer(*pair, rows, shape.activation if i < last else None)
            for i, pair in enumerate(weights)
        ]
        like = weights[0][0]
        self.features = like.new_empty(rows, shape.features)
        self.delta_features = torch.empty_like(self.features)
        self.ones = like.new_ones(rows)


class Network:
    """A perceptron whose parameters and gradient are flat vectors.

    Attributes:
        shape: of the network.
        parameters: ``[P]``; whoever changes them in place changes the network.
        gradient: ``[P]``, overwritten by ``backward``; ``None``: no weights are ever wanted.
    """

    def __init__(
        self, shape: NetworkShape, parameters: Tensor, gradient: Tensor | None = None
    ) -> None:
        """Look the layers up."""
        if len(parameters) != shape.num_parameters:
            raise ValueError(
                f"`parameters` must be {shape.num_parameters} numbers, got {len(parameters)}"
            )
        self.shape, self.parameters, self.gradient = shape, parameters, gradient
        self.weights = _layers(shape, parameters)
        self.gradients = [] if gradient is None else _layers(shape, gradient)
        self.is_leaky = shape.activation == "leaky"
        self.frequencies = parameters.new_tensor(shape.frequencies)[:, None]
        self._kept: dict[int, Buffers] = {}
        self._used: Buffers | None = None

    def forward(self, x: Tensor) -> Tensor:
        """The output, ``[B, O]``, for x ``[B, D]``; keeps what ``backward`` needs.

        The output is a buffer: the next pass over as many rows overwrites it. Without Fourier
        features x itself is kept, and must not change before ``backward``.
        """
        used = self._used = self._buffers(len(x))
        h = used.features = self._features(x, used.features)
        last = len(used.layers) - 1
        for i, layer in enumerate(used.layers):
            h = torch.addmm(layer.bias, h, layer.transpose, out=layer.before)
            if i < last:
                h = self._activate(layer)
        return h

    def backward(
        self, upstream: Tensor, *, weights: bool = True, into_input: bool = False
    ) -> Tensor | None:
        """From the gradient by the output of the last ``forward``, ``[B, O]``.

        Args:
            upstream: it is not changed.
            weights: overwrite ``gradient``.
            into_input: return the gradient by x, ``[B, D]`` (a buffer, like the output).
        """
        used = self._used
        assert used is not None, "`forward` comes first"
        delta = upstream
        for i in reversed(range(len(used.layers))):
            below = used.layers[i - 1].after if i else used.features
            if weights:
                weight, bias = self.gradients[i]
                torch.mm(delta.t(), below, out=weight)
                torch.mv(delta.t(), used.ones, out=bias)
            if i:
                delta = self._through(used.layers[i], used.layers[i - 1], delta)
        if not into_input:
            return None
        torch.mm(delta, used.layers[0].weight, out=used.delta_features)
        return self._into_input(used)

    def evaluate(self, x: Tensor) -> Tensor:
        """The output, ``[B, O]``, in memory of its own; nothing is kept for ``backward``."""
        if len(x) > CHUNK:
            starts = range(0, len(x), CHUNK)
            return torch.cat([self.evaluate(x[at : at + CHUNK]) for at in starts])
        h = self._features(x, x.new_empty(len(x), self.shape.features))
        for i, (weight, bias) in enumerate(self.weights):
            if i:
                _activate_(h, self.is_leaky)
            h = torch.addmm(bias, h, weight.t())
        return h

    def _buffers(self, rows: int) -> Buffers:
        found = self._kept.get(rows)
        if found is None:
            if len(self._kept) >= KEPT_BUFFERS:
                self._kept.clear()
            found = self._kept[rows] = Buffers(self.shape, self.weights, rows)
        return found

    def _features(self, x: Tensor, out: Tensor) -> Tensor:
        """What the first layer sees, ``[B, D (1 + 2 F)]``; x itself where F is 0."""
        D, F = self.shape.inputs, self.shape.fourier
        if not F:
            return x
        out[:, :D] = x
        phase = x[:, None, :] * self.frequencies
        waves = out[:, D:].view(len(x), F, 2, D)
        waves[:, :, 0] = phase.sin()
        waves[:, :, 1] = phase.cos()
        return out

    def _into_input(self, used: Buffers) -> Tensor:
        """``δ_x + Σ_i f_i (cos · δ_sin − sin · δ_cos)``, ``[B, D]``."""
        D, F = self.shape.inputs, self.shape.fourier
        if not F:
            return used.delta_features
        rows = len(used.features)
        wave = used.features[:, D:].view(rows, F, 2, D)
        delta = used.delta_features[:, D:].view(rows, F, 2, D)
        turned = wave[:, :, 1] * delta[:, :, 0] - wave[:, :, 0] * delta[:, :, 1]
        return used.delta_features[:, :D] + (turned * self.frequencies).sum(1)

    def _activate(self, layer: Layer) -> Tensor:
        if self.is_leaky:
            torch.ops.aten.leaky_relu_(layer.before, LEAKY_SLOPE)
        else:
            torch.ops.aten.silu.out(layer.before, out=layer.after)
        return layer.after

    def _through(self, layer: Layer, below: Layer, delta: Tensor) -> Tensor:
        """The gradient by ``below.before`` from that by ``layer.before``."""
        torch.mm(delta, layer.weight, out=below.delta)
        if self.is_leaky:
            torch.ops.aten.leaky_relu_backward.grad_input(
                below.delta, below.after, LEAKY_SLOPE, True, grad_input=below.delta
            )
        else:
            torch.ops.aten.silu_backward.grad_input(
                below.delta, below.before, grad_input=below.delta
            )
        return below.delta


def _layers(shape: NetworkShape, flat: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Weight and bias of every layer, views of ``flat``."""
    named = unflatten(flat, shape.layout)
    return [
        (named[f"{PREFIX}.{i}.weight"], named[f"{PREFIX}.{i}.bias"])
        for i in range(len(shape.sizes) - 1)
    ]


def _activate_(h: Tensor, is_leaky: bool) -> None:
    """In place."""
    if is_leaky:
        torch.ops.aten.leaky_relu_(h, LEAKY_SLOPE)
    else:
        torch.ops.aten.silu_(h)
