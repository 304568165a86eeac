"""The perceptron by hand: values, gradients, features, first weights; and Adam's β₁."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.layout import unflatten
from core.network import CHUNK, Network
from core.network_shape import NetworkShape, initial_parameters
from core.optimizer import adam_step

SHAPES: dict[str, NetworkShape] = {
    "silu on the line": NetworkShape(inputs=1, outputs=1, hidden=(64, 64)),
    "leaky in the plane": NetworkShape(inputs=2, outputs=1, hidden=(64, 64), activation="leaky"),
    "silu with features": NetworkShape(inputs=2, outputs=1, hidden=(16, 8), fourier=5),
    "leaky with features": NetworkShape(
        inputs=3, outputs=2, hidden=(7,), activation="leaky", fourier=2
    ),
    "generator": NetworkShape(inputs=2, outputs=2, hidden=(64, 64)),
    "three layers": NetworkShape(inputs=2, outputs=3, hidden=(9, 8, 7)),
    "affine": NetworkShape(inputs=2, outputs=2, hidden=()),
    "affine of features": NetworkShape(inputs=1, outputs=1, hidden=(), fourier=3),
}
EVERY_SHAPE = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


def drawn(*size: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, generator=generator, dtype=torch.float64)


def network_of(shape: NetworkShape) -> Network:
    parameters = torch.tensor(initial_parameters(shape, 3, np.float64))
    return Network(shape, parameters, torch.full_like(parameters, math.nan))


def by_autograd(shape: NetworkShape, flat: Tensor, x: Tensor) -> Tensor:
    """The same network, written once more as anybody would."""
    parts = [x]
    for i in range(shape.fourier):
        angle = x * math.pi / 8 * 2**i
        parts += [angle.sin(), angle.cos()]
    h, named = torch.cat(parts, 1), unflatten(flat, shape.layout)
    for i in range(len(shape.hidden) + 1):
        if i:
            h = functional.silu(h) if shape.activation == "silu" else functional.leaky_relu(h, 0.2)
        h = functional.linear(h, named[f"layer.{i}.weight"], named[f"layer.{i}.bias"])
    return h


@pytest.mark.parametrize("rows", [1, 5, 512])
@EVERY_SHAPE
def test_the_gradient_of_a_network_is_autograds(shape: NetworkShape, rows: int) -> None:
    network = network_of(shape)
    flat = network.parameters.clone().requires_grad_()
    x = drawn(rows, shape.inputs).requires_grad_()
    upstream = drawn(rows, shape.outputs, seed=2)
    expected = by_autograd(shape, flat, x)
    torch.autograd.backward(expected, upstream)
    given, found = upstream.clone(), network.forward(x.detach())
    torch.testing.assert_close(found, expected.detach(), rtol=0, atol=1e-13)
    into_input = network.backward(given, into_input=True)
    torch.testing.assert_close(network.gradient, flat.grad, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(into_input, x.grad, rtol=1e-12, atol=1e-13)
    assert torch.equal(given, upstream)


@EVERY_SHAPE
def test_the_input_gradient_alone_leaves_the_weights_gradient_as_it_was(
    shape: NetworkShape,
) -> None:
    network = network_of(shape)
    x, upstream = drawn(6, shape.inputs), drawn(6, shape.outputs, seed=2)
    network.forward(x)
    both = network.backward(upstream, into_input=True)
    assert both is not None
    expected = both.clone()
    assert network.gradient is not None
    network.gradient.fill_(7.0)
    network.forward(x)
    alone = network.backward(upstream, weights=False, into_input=True)
    torch.testing.assert_close(alone, expected, rtol=0, atol=0)
    assert (network.gradient == 7.0).all()
    assert network.backward(upstream) is None


@EVERY_SHAPE
def test_evaluating_equals_the_forward_pass_and_disturbs_no_backward_pass(
    shape: NetworkShape,
) -> None:
    network = network_of(shape)
    x, upstream = drawn(9, shape.inputs), drawn(9, shape.outputs, seed=2)
    out = network.forward(x).clone()
    network.backward(upstream)
    assert network.gradient is not None
    expected = network.gradient.clone()
    network.forward(x)
    many = network.evaluate(torch.cat([x, drawn(2 * CHUNK, shape.inputs, seed=4)]))
    torch.testing.assert_close(many[:9], out, rtol=0, atol=1e-14)
    torch.testing.assert_close(network.evaluate(x), out, rtol=0, atol=1e-14)
    network.backward(upstream)
    assert torch.equal(network.gradient, expected)


def test_batches_of_many_sizes_take_turns() -> None:
    network = network_of(SHAPES["silu with features"])
    for rows in (3, 8, 3, 1, 2, 4, 5, 6, 3, 8):
        x, upstream = drawn(rows, 2, seed=rows), drawn(rows, 1, seed=2)
        flat = network.parameters.clone().requires_grad_()
        torch.autograd.backward(by_autograd(network.shape, flat, x), upstream)
        network.forward(x)
        network.backward(upstream)
        torch.testing.assert_close(network.gradient, flat.grad, rtol=1e-12, atol=1e-12)


def test_a_change_of_the_parameters_in_place_changes_the_network() -> None:
    network = network_of(SHAPES["generator"])
    x = drawn(4, 2)
    network.forward(x)
    network.parameters.mul_(0.5)
    expected = by_autograd(network.shape, network.parameters, x)
    torch.testing.assert_close(network.forward(x), expected)


def test_single_precision_is_kept() -> None:
    shape = SHAPES["silu with features"]
    parameters = torch.tensor(initial_parameters(shape, 0))
    network = Network(shape, parameters, torch.zeros_like(parameters))
    x = drawn(20, 2).float()
    assert network.forward(x).dtype == network.evaluate(x).dtype == torch.float32
    expected = by_autograd(shape, parameters.double(), x.double())
    torch.testing.assert_close(network.evaluate(x).double(), expected, rtol=0, atol=2e-6)


def test_first_weights_are_uniform_within_the_bound_of_a_linear_layer() -> None:
    shape = NetworkShape(inputs=2, outputs=1, hidden=(64, 64), fourier=2)
    flat = initial_parameters(shape, 0)
    assert flat.dtype == np.float32
    named = unflatten(flat, shape.layout)
    for i, fan_in in enumerate((10, 64, 64)):
        bound = 1 / math.sqrt(fan_in)
        for kind in ("weight", "bias"):
            values = named[f"layer.{i}.{kind}"]
            assert np.abs(values).max() <= bound
        assert named[f"layer.{i}.weight"].std() == pytest.approx(bound / math.sqrt(3), rel=0.2)
    np.testing.assert_array_equal(flat, initial_parameters(shape, 0))
    assert (flat != initial_parameters(shape, 1)).all()


def test_the_parameters_are_counted() -> None:
    assert SHAPES["silu on the line"].num_parameters == 64 + 64 + 64 * 64 + 64 + 64 + 1
    assert SHAPES["silu with features"].sizes == (22, 16, 8, 1)


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ({"inputs": 0}, "`inputs` must be at least 1"),
        ({"hidden": (0,)}, "`hidden` must be at least 1"),
        ({"hidden": (1,) * 5}, "`hidden layers` must be at most 4"),
        ({"activation": "relu"}, "`activation` must be one of 'silu', 'leaky'"),
        ({"fourier": -1}, "`fourier` must be at least 0"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(choices: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        NetworkShape(**({"inputs": 1, "outputs": 1, "hidden": (4,)} | choices))


def test_parameters_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="`parameters` must be 6 numbers, got 5"):
        Network(SHAPES["affine"], torch.zeros(5))


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
def test_adam_with_another_beta1_equals_torch_optim(beta1: float) -> None:
    ours, theirs = drawn(9).float(), drawn(9).float().requires_grad_()
    moments, count = torch.zeros(2, 9), torch.zeros(())
    optimizer = torch.optim.Adam([theirs], lr=0.01, betas=(beta1, 0.999))
    for step in range(5):
        gradient = drawn(9, seed=10 + step).float()
        count.fill_(step + 1)
        adam_step(ours, gradient, moments.unbind(), count, 0.01, beta1=beta1)
        theirs.grad = gradient.clone()
        optimizer.step()
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-6, atol=1e-7)
