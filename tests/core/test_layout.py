"""Named tensors in one flat vector: of numpy and of torch alike."""

import numpy as np
import pytest
import torch

from core.flow.config import FlowConfig, LayerConfig
from core.flow.layout import parameter_layout as flow_layout
from core.layout import Layout, affine_shapes, lay_out, total_size, unflatten
from core.vae.config import VAEConfig
from core.vae.layout import parameter_layout as vae_layout

LAYOUTS: dict[str, Layout] = {
    "by hand": lay_out([("a", (2, 3)), ("b", ()), ("c", (4,))]),
    "a VAE": vae_layout(VAEConfig(variance="learned", prior="learned"), 5),
    "a flow": flow_layout(FlowConfig(layers=(LayerConfig(), LayerConfig(conditioner="none")))),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_tensors_lie_side_by_side_without_gaps(layout: Layout) -> None:
    places = np.arange(total_size(layout))
    named = unflatten(places, layout)
    assert list(named) == list(layout)
    np.testing.assert_array_equal(np.concatenate([v.ravel() for v in named.values()]), places)
    assert all(named[name].shape == entry.shape for name, entry in layout.items())


def test_views_write_into_the_vector_of_numpy_and_of_torch() -> None:
    layout = LAYOUTS["by hand"]
    array, tensor = np.zeros(total_size(layout)), torch.zeros(total_size(layout))
    unflatten(array, layout)["a"][1, 2] = 7.0
    unflatten(tensor, layout)["a"][1, 2] = 7.0
    np.testing.assert_array_equal(array, tensor.numpy())
    assert array[5] == 7.0


def test_gradients_of_views_are_those_of_the_vector() -> None:
    layout = LAYOUTS["by hand"]
    flat = torch.arange(11.0, requires_grad=True)
    unflatten(flat, layout)["c"].square().sum().backward()
    assert flat.grad is not None
    np.testing.assert_array_equal(flat.grad, [0.0] * 7 + [14.0, 16.0, 18.0, 20.0])


def test_a_perceptron_has_a_weight_and_a_bias_per_layer() -> None:
    assert affine_shapes("net", [3, 5, 2]) == [
        ("net.0.weight", (5, 3)),
        ("net.0.bias", (5,)),
        ("net.1.weight", (2, 5)),
        ("net.1.bias", (2,)),
    ]
