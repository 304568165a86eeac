"""Where numbers end: far out, at the edges of a spline, and in flows that lose their digits."""

import math

import numpy as np
import pytest
import torch

from core.flow.compose import forward, inverse, log_prob
from core.flow.config import FlowConfig, LayerConfig
from core.flow.folding import Wave, densities
from core.flow.initial import initial_parameters
from core.flow.inspection import density_map, journey, load_weights, round_trip
from core.flow.layout import parameter_count
from core.flow.spline import spline_forward
from core.flow.spline_gradient import spline_inverse
from core.flow.targets import TARGETS, TargetConfig, target
from core.flow.transformers import TRANSFORMERS

FAR = [0.0, 1e-300, 3.0, -30.0, 900.0, -1e5, 1e20, -1e100, 1e150, -1e150]
PLANE = np.array([[a, b] for a in FAR for b in FAR])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", [n for n in TARGETS if n != "zip_codes"])
def test_a_targets_density_is_finite_or_nought_everywhere(name: str) -> None:
    log_density = target(TargetConfig(name=name)).log_density
    assert log_density is not None
    found = log_density(PLANE)
    assert found.shape == (len(PLANE),)
    assert (np.isfinite(found) | np.isneginf(found)).all()
    assert found[(np.abs(PLANE) >= 900).any(1)].max() < -1e4  # far out there is nothing
    assert log_density(np.zeros((0, 2))).shape == (0,)
    there = (PLANE == 900.0).all(1)
    assert there.sum() == 1
    np.testing.assert_array_equal(log_density([[900.0, 900.0]]), found[there])


@pytest.mark.filterwarnings("error")
def test_the_density_behind_a_fold_is_nought_far_out() -> None:
    one, every = densities(Wave(amplitude=2.0, frequency=2.0), np.array([1e150, -1e150, 1e3]))
    np.testing.assert_array_equal(one, 0.0)
    np.testing.assert_array_equal(every, 0.0)


@pytest.mark.parametrize("scale", [1.0, 10.0, 1e20])
@pytest.mark.parametrize("on", ["z", "x"])
@pytest.mark.parametrize("transformer", TRANSFORMERS)
def test_a_flows_density_is_finite_or_nought_everywhere(
    transformer: str, on: str, scale: float
) -> None:
    conditioner = "none" if transformer == "wave" else "made"
    layer = LayerConfig(transformer=transformer, conditioner=conditioner)  # type: ignore[arg-type]
    for base in ("normal", "uniform"):
        config = FlowConfig(
            layers=(layer,) * 8,
            conditioned_on=on,
            base=base,
            hidden_features=(16,),  # type: ignore[arg-type]
        )
        weights = load_weights(scale * initial_parameters(config), config)
        found = log_prob(weights, config, torch.tensor(PLANE))
        assert (torch.isfinite(found) | torch.isneginf(found)).all()


WAYS = {"forward": spline_forward, "inverse": spline_inverse}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("interval", [(-3.0, 3.0), (0.0, 1.0)], ids=str)
@pytest.mark.parametrize("size", [0.0, 1.0, 30.0, 1e3, 1e6])
@pytest.mark.parametrize("way", WAYS)
def test_gradients_of_a_spline_are_finite_everywhere(
    way: str, size: float, interval: tuple[float, float], dtype: torch.dtype
) -> None:
    generator = torch.Generator().manual_seed(0)
    low, high = interval
    places = [low - 5, low - 1e-6, low, low + 1e-7, high - 1e-7, high, high + 1e-6, high + 1e4]
    inside = torch.linspace(low, high, 41, dtype=dtype).tolist()
    u = torch.tensor(places + inside, dtype=dtype).repeat(20, 1)
    raw = size * torch.randn(*u.shape, 23, generator=generator, dtype=dtype)
    u.requires_grad_()
    raw.requires_grad_()
    for which in (0, 1):
        value = WAYS[way](u, raw, interval)[which]
        assert torch.isfinite(value).all()
        by_u, by_raw = torch.autograd.grad(value.sum(), (u, raw))
        assert torch.isfinite(by_u).all()
        assert torch.isfinite(by_raw).all()
        is_outside = (u < low) | (u > high)
        assert (by_u[is_outside] == 1 - which).all()  # the identity there
        assert (by_raw[is_outside] == 0).all()


def lost(layers: int = 8, scale: float = 10.0) -> tuple[FlowConfig, np.ndarray]:
    config = FlowConfig(layers=(LayerConfig(),) * layers)
    return config, scale * initial_parameters(config)


def test_a_flow_that_has_lost_its_digits_says_so() -> None:
    config, parameters = lost()
    found = density_map(parameters, config, 32)
    assert found.round_trip.shape == found.is_reliable.shape == found.model.shape
    assert 0 < found.is_reliable.mean() < 1
    assert found.lost_share > 0.5
    assert found.draws_round_trip.max() > 1
    way = journey(parameters, config, (0.5, -0.3))
    assert way.round_trip == np.abs(way.back - way.z).max() > 1e-3
    assert not way.is_reliable


def test_a_sound_flow_is_reliable_in_every_cell() -> None:
    config, parameters = lost(scale=1.0)
    found = density_map(parameters, config, 32)
    assert found.is_reliable.all()
    assert found.round_trip.max() == found.draws_round_trip.max() < 1e-9
    assert found.lost_share == 0
    assert journey(parameters, config, (1.5, -2.0)).is_reliable


def test_the_round_trip_is_felt_where_z_is_lost() -> None:
    """Of an x that many z share in floating point the inverse is stable, and wrong."""
    config, parameters = lost()
    weights = load_weights(parameters, config)
    z = torch.randn(2000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    x = forward(weights, config, z).value
    is_lost = (inverse(weights, config, x).value - z).abs().amax(-1) > 1e-3
    is_told = round_trip(weights, config, x) > 1e-3
    assert is_lost.double().mean() > 0.5
    assert (is_lost & ~is_told).double().mean() < 0.02


def test_a_lost_number_is_infinitely_far_from_home() -> None:
    config = FlowConfig(layers=(LayerConfig(transformer="affine"),), hidden_features=(8,))
    weights = load_weights(np.full(parameter_count(config), math.nan), config)
    found = round_trip(weights, config, torch.zeros(3, 2, dtype=torch.float64))
    assert torch.isposinf(found).all()


def test_many_points_go_round_in_parts() -> None:
    config, parameters = lost(layers=1, scale=1.0)
    weights = load_weights(parameters, config)
    x = torch.randn(5000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    z = inverse(weights, config, x).value
    expected = (forward(weights, config, z).value - x).abs().amax(-1)
    assert (round_trip(weights, config, x) >= expected).all()
