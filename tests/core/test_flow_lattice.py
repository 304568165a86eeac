"""What follows from a lattice that a flow has carried."""

from typing import Any

import numpy as np
import pytest
import torch

from core.flow.compose import log_prob
from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from core.flow.inspection import load_weights, map_picture
from core.flow.lattice import log_abs_det, log_density

FLOWS: dict[str, dict[str, Any]] = {
    "affine": {"layers": (LayerConfig(transformer="affine"),) * 3},
    "spline, conditioned on z": {"conditioned_on": "z"},
    "spline on the square": {"base": "uniform"},
}


@pytest.mark.parametrize("fields", FLOWS.values(), ids=FLOWS)
def test_the_density_on_the_lattice_is_that_of_the_flow(fields: dict[str, Any]) -> None:
    config = FlowConfig(hidden_features=(8,), **fields)
    parameters = 2 * initial_parameters(config)
    picture = map_picture(parameters, config, 13, 1)
    x = torch.tensor(picture.outputs[-1], dtype=torch.float64)
    inside = slice(None)
    if config.base == "uniform":  # its edge is the edge of the support, too
        inside = (picture.base > 0).all(1) & (picture.base < 1).all(1)
    expected = log_prob(load_weights(parameters, config), config, x).detach().numpy()
    np.testing.assert_allclose(
        log_density(picture, config)[inside], expected[inside], rtol=1e-4, atol=1e-4
    )


def test_where_a_lattice_is_flat_its_area_is_gone() -> None:
    layer = LayerConfig(transformer="wave", conditioner="none")
    config = FlowConfig(layers=(layer,), amplitude=1.0, frequency=np.pi / 3, start="hand")
    picture = map_picture(np.zeros(0), config, 3, 1)
    grown = log_abs_det(picture)
    assert np.isfinite(grown).all()
    centre = np.flatnonzero((picture.base == 0).all(1))
    np.testing.assert_allclose(grown[centre], 2 * np.log(1 + np.pi / 3), rtol=1e-6)
