"""The wave: one to one as long as it does not fold, refused as soon as it does."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch.func import jacrev

from core.flow.compose import base_sample, forward, inverse, log_prob
from core.flow.config import FlowConfig, LayerConfig
from core.flow.folding import Wave, densities
from core.flow.initial import initial_parameters
from core.flow.layout import unflatten
from core.flow.transformers import NotInvertible

F64 = torch.float64


def points(config: FlowConfig, count: int = 40) -> torch.Tensor:
    return base_sample(config, count, torch.Generator().manual_seed(0), F64)


def test_a_fold_is_refused_by_everything_that_needs_an_inverse() -> None:
    layer = LayerConfig(transformer="wave", conditioner="none")
    config = FlowConfig(layers=(layer,), amplitude=2.0, frequency=1.5, conditioned_on="z")
    z = points(config, 5)
    assert torch.isfinite(forward({}, config, z).value).all()
    for asked in (inverse, log_prob):
        with pytest.raises(NotInvertible, match=r"strictly monotone.*ab = 3 is above 1"):
            asked({}, config, z)
    assert "no inverse" in config.why_not_trained()


WAVES = [(a, b) for a in (0.0, 0.5, 1.0, 2.0) for b in (0.25, 0.5, 0.999, 1.0, 1.001, 3.0)]


@pytest.mark.parametrize("on", ["z", "x"], ids=["on z", "on x"])
@pytest.mark.parametrize(("a", "b"), WAVES)
def test_a_wave_is_refused_only_where_it_folds(a: float, b: float, on: str) -> None:
    layer = LayerConfig(transformer="wave", conditioner="none")
    more: dict[str, Any] = {"amplitude": a, "frequency": b, "conditioned_on": on}
    config = FlowConfig(layers=(layer,) * 2, **more)
    assert config.is_invertible is (a * b <= 1)
    z = 3.0 * points(config)
    there = forward({}, config, z)
    if not config.is_invertible:
        with pytest.raises(NotInvertible, match=f"ab = {a * b:g} is above 1"):
            inverse({}, config, there.value)
        return
    back = inverse({}, config, there.value)
    if a * b < 1:  # where it is flat, rounding of x moves z by its ninth root
        torch.testing.assert_close(back.value, z, atol=1e-9, rtol=0)
    torch.testing.assert_close(forward({}, config, back.value).value, there.value)


@pytest.mark.parametrize("b", [0.5, 1.8])
def test_the_density_behind_a_wave_is_that_of_all_its_roots(b: float) -> None:
    layer = LayerConfig(transformer="wave", conditioner="none")
    config = FlowConfig(layers=(layer,), amplitude=0.5, frequency=b, data_dim=1)
    x = torch.linspace(-4, 4, 81, dtype=F64)
    expected = densities(Wave(amplitude=0.5, frequency=b), x.numpy())[1]
    found = log_prob({}, config, x[:, None]).exp()
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    slope = torch.func.vmap(jacrev(lambda v: inverse({}, config, v).value))(x[:, None])
    there = inverse({}, config, x[:, None])
    torch.testing.assert_close(slope[:, :, 0], (-there.log_slopes[0]).exp())


def test_a_wave_between_layers_with_parameters_can_be_trained() -> None:
    wave = LayerConfig(transformer="wave", conditioner="none")
    assert "nothing to train" in FlowConfig(layers=(wave,)).why_not_trained()
    mixed = FlowConfig(layers=(LayerConfig(), wave), hidden_features=(12,))
    assert mixed.why_not_trained() == ""
    steep = dataclasses.replace(mixed, amplitude=1.0, frequency=1.0)
    assert "infinite" in steep.why_not_trained()
    parameters = torch.tensor(initial_parameters(mixed), requires_grad=True)
    x = points(mixed, 30)

    def nll(flat: torch.Tensor) -> torch.Tensor:
        return -log_prob(unflatten(flat, mixed), mixed, x).mean()

    nll(parameters).backward()
    assert parameters.grad is not None
    step = 1e-6 * parameters.grad / parameters.grad.norm()
    with torch.no_grad():
        rise = (nll(parameters + step) - nll(parameters - step)) / 2e-6
    torch.testing.assert_close(rise, parameters.grad.norm(), rtol=1e-5, atol=0)
