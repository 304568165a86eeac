"""Agreement with zuko (probabilists/zuko) on the same parameters."""

from functools import partial

import pytest
import torch

from core.flow.compose import layer_forward, layer_inverse
from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from core.flow.layout import free_parameters, network_sizes, unflatten
from core.flow.spline import spline_forward
from core.flow.spline_gradient import spline_inverse

zuko = pytest.importorskip("zuko", reason="zuko is not installed: make test installs it")

F64 = torch.float64


def test_a_spline_equals_that_of_zuko() -> None:
    generator = torch.Generator().manual_seed(0)
    h = 3.0 * torch.randn(400, 23, generator=generator, dtype=F64)
    z = 2.0 * torch.randn(400, generator=generator, dtype=F64)
    widths, heights, slopes = h.split([8, 8, 7], -1)
    theirs = zuko.transforms.MonotonicRQSTransform(widths, heights, slopes, bound=3.0)
    x, log_slope = spline_forward(z, h, (-3.0, 3.0))
    expected, expected_slope = theirs.call_and_ladj(z)
    torch.testing.assert_close(x, expected, atol=1e-10, rtol=1e-10)
    torch.testing.assert_close(log_slope, expected_slope, atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(
        spline_inverse(x, h, (-3.0, 3.0))[0], theirs.inv(expected), atol=1e-8, rtol=1e-8
    )


def zuko_layer(config: FlowConfig, weights: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The masked autoregressive transform of zuko with our weights.

    Its affine transformer takes shift and scale, ours log-scale and shift: rows are swapped.
    """
    spline = config.layers[0].transformer == "spline"
    univariate = (
        partial(zuko.transforms.MonotonicRQSTransform, bound=config.bound)
        if spline
        else zuko.transforms.MonotonicAffineTransform
    )
    theirs = zuko.flows.MaskedAutoregressiveTransform(
        features=config.data_dim,
        univariate=univariate,
        shapes=((8,), (8,), (7,)) if spline else ((), ()),
        hidden_features=config.hidden_features,
    ).double()
    linear = [module for module in theirs.hyper if hasattr(module, "weight")]
    last = len(network_sizes(config, config.layers[0])) - 2
    for i, module in enumerate(linear):
        weight, bias = weights[f"0.{i}.weight"], weights[f"0.{i}.bias"]
        if i == last and not spline:
            swap = torch.arange(len(bias)).view(-1, 2).flip(-1).flatten()
            weight, bias = weight[swap], bias[swap]
        module.weight.data, module.bias.data = weight.clone(), bias.clone()
    return theirs


@pytest.mark.parametrize("transformer", ["affine", "spline"])
@pytest.mark.parametrize("dim", [2, 5])
def test_a_masked_network_layer_equals_that_of_zuko(transformer: str, dim: int) -> None:
    layer = LayerConfig(transformer=transformer, conditioner="made")  # type: ignore[arg-type]
    config = FlowConfig(
        layers=(layer,), data_dim=dim, conditioned_on="z", hidden_features=(16, 16)
    )
    generator = torch.Generator().manual_seed(1)
    parameters = torch.tensor(initial_parameters(config))
    noise = 0.3 * torch.randn(len(parameters), generator=generator, dtype=F64)
    parameters += noise * torch.tensor(free_parameters(config))
    weights = unflatten(parameters, config)
    z = torch.randn(50, dim, generator=generator, dtype=F64)
    theirs = zuko_layer(config, weights)()
    expected, ladj = theirs.call_and_ladj(z)
    ours = layer_forward(weights, config, 0, z)
    torch.testing.assert_close(ours.value, expected, atol=1e-10, rtol=1e-10)
    torch.testing.assert_close(ours.log_slopes.sum(-1), ladj, atol=1e-9, rtol=1e-9)
    back = layer_inverse(weights, config, 0, expected).value
    torch.testing.assert_close(back, theirs.inv(expected), atol=1e-8, rtol=1e-8)
