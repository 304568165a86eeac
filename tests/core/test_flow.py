"""The mathematics of flows, for every valid pair, direction and several dimensions (PIMA-6)."""

import math

import numpy as np
import pytest
import torch
from torch.func import jacrev

from core.flow.compose import (
    base_log_prob,
    base_sample,
    forward,
    inverse,
    layer_forward,
    layer_inverse,
    log_abs_det,
    log_prob,
    log_prob_in_chunks,
    sample,
)
from core.flow.config import VALID_PAIRS, Conditioner, FlowConfig, LayerConfig, Transformer
from core.flow.gradient import is_covered, nll_and_gradient
from core.flow.initial import initial_parameters
from core.flow.jacobian import jacobians
from core.flow.layout import free_parameters, orders, passes, unflatten
from core.flow.spline import spline_forward
from core.flow.spline_gradient import spline_inverse

PAIRS = [(t, c) for t, conditioners in VALID_PAIRS.items() if t != "wave" for c in conditioners]
KINDS = [(t, c, on, dim) for t, c in PAIRS for on in ("z", "x") for dim in (1, 2, 5, 16)]
F64 = torch.float64

every_pair = pytest.mark.parametrize(("transformer", "conditioner"), PAIRS, ids=lambda v: str(v))
both_ways = pytest.mark.parametrize("on", ["z", "x"], ids=["on z", "on x"])


def flow(
    transformer: Transformer,
    conditioner: Conditioner,
    on: str = "z",
    dim: int = 2,
    size: float = 1.5,
    **more: object,
) -> tuple[FlowConfig, torch.Tensor]:
    """A flow of such layers and parameters that bend it visibly."""
    layer = LayerConfig(transformer=transformer, conditioner=conditioner)
    count = 1 if conditioner == "cumulative_sum" and dim > 5 else 3  # on x it doubles D times
    settings: dict[str, object] = {
        "layers": (layer,) * count,
        "data_dim": dim,
        "hidden_features": (12, 12),
        "between": "permute",
        "seed": 5,
    }
    config = FlowConfig(**(settings | {"conditioned_on": on} | more))  # type: ignore[arg-type]
    parameters = size * initial_parameters(config)
    last = np.abs(parameters) > 0
    generator = np.random.default_rng(1)
    noise = 0.3 / math.sqrt(dim)  # or sums over many dimensions would flatten splines to nothing
    parameters += noise * last * generator.standard_normal(len(parameters))
    return config, torch.tensor(parameters)


@pytest.fixture(params=KINDS, ids=lambda kind: "-".join(map(str, kind)))
def bent(request: pytest.FixtureRequest) -> tuple[FlowConfig, torch.Tensor]:
    """Every valid pair, conditioned both ways, in several dimensions."""
    return flow(*request.param)


def points(config: FlowConfig, count: int = 40) -> torch.Tensor:
    return base_sample(config, count, torch.Generator().manual_seed(0), F64)


def test_inverse_undoes_forward(bent: tuple[FlowConfig, torch.Tensor]) -> None:
    config, parameters = bent
    weights, z = unflatten(parameters, config), points(config)
    there = forward(weights, config, z)
    back = inverse(weights, config, there.value)
    torch.testing.assert_close(back.value, z, atol=1e-8, rtol=1e-8)
    torch.testing.assert_close(back.log_slopes, there.log_slopes, atol=1e-7, rtol=1e-7)


def test_log_abs_det_is_that_of_autograds_jacobian(bent: tuple[FlowConfig, torch.Tensor]) -> None:
    config, parameters = bent
    weights, z = unflatten(parameters, config), points(config, 8)
    mapped = forward(weights, config, z)
    full = jacobians(weights, config, z)
    expected = torch.linalg.slogdet(full.whole)[1]
    torch.testing.assert_close(log_abs_det(mapped), expected, atol=1e-8, rtol=1e-8)
    above = torch.triu(full.layers, diagonal=1)
    torch.testing.assert_close(above, torch.zeros_like(above), atol=0.0, rtol=0.0)
    diagonal = torch.diagonal(full.layers, dim1=-2, dim2=-1)
    slopes = mapped.log_slopes.transpose(0, 1).exp()
    torch.testing.assert_close(diagonal, slopes, atol=1e-8, rtol=1e-8)


def test_every_parameter_that_can_matter_gets_a_gradient(
    bent: tuple[FlowConfig, torch.Tensor],
) -> None:
    config, parameters = bent
    if not len(parameters):
        pytest.skip("the cumulative sum has no parameters")
    parameters.requires_grad_()
    x = 3.0 * points(config, 512)
    x[::2] /= 3.0
    (-log_prob(unflatten(parameters, config), config, x).mean()).backward()
    assert parameters.grad is not None
    reached = parameters.grad.numpy() != 0
    free = free_parameters(config)
    share = reached[free].mean()
    has_units = config.layers[0].conditioner == "made"  # those of a ReLU may be dead
    assert share > 0.6 if has_units else share == 1.0


@both_ways
@pytest.mark.parametrize(("transformer", "conditioner"), [("affine", "made"), ("spline", "made")])
def test_masked_parameters_cannot_matter(
    transformer: Transformer, conditioner: Conditioner, on: str
) -> None:
    """The mask is exactly the triangularity: filling a masked weight breaks it."""
    config, parameters = flow(transformer, conditioner, on, 3)
    z = points(config, 8)
    filled = parameters + torch.tensor(~free_parameters(config)) * 0.5
    direction = layer_forward if on == "z" else layer_inverse  # the one that takes one pass
    for vector, least, most in ((parameters, 0.0, 0.0), (filled, 1e-3, math.inf)):
        weights = unflatten(vector, config)
        full = jacrev(lambda v, w=weights: direction(w, config, 0, v).value)
        layer = torch.stack([full(point) for point in z])
        assert least <= torch.triu(layer, diagonal=1).abs().max() <= most


@pytest.mark.parametrize("dim", [1, 2])
@both_ways
@every_pair
def test_densities_integrate_to_one(
    transformer: Transformer, conditioner: Conditioner, on: str, dim: int
) -> None:
    config, parameters = flow(transformer, conditioner, on, dim, size=0.8)
    axis = torch.linspace(-14, 14, 561 if dim == 2 else 20_001, dtype=F64)
    grid = torch.cartesian_prod(*[axis] * dim).reshape(-1, dim)
    density = log_prob_in_chunks(unflatten(parameters, config), config, grid).exp()
    total = density.sum().item() * (axis[1] - axis[0]).item() ** dim
    assert total == pytest.approx(1.0, abs=1e-3)


@both_ways
def test_a_density_on_the_unit_square_integrates_to_one_and_is_nought_outside(on: str) -> None:
    config, parameters = flow("spline", "made", on, 2, base="uniform")
    weights = unflatten(parameters, config)
    axis = (torch.arange(400, dtype=F64) + 0.5) / 400
    density = log_prob_in_chunks(weights, config, torch.cartesian_prod(axis, axis)).exp()
    assert density.mean().item() == pytest.approx(1.0, abs=1e-3)
    outside = torch.tensor([[1.2, 0.5], [0.5, -0.1], [2.0, 2.0]], dtype=F64)
    assert torch.isneginf(log_prob(weights, config, outside)).all()


@both_ways
def test_samples_of_a_uniform_base_stay_in_the_square_edges_included(on: str) -> None:
    config, parameters = flow("spline", "made", on, 2, base="uniform", size=4.0)
    weights = unflatten(parameters, config)
    x = sample(weights, config, 5000, torch.Generator().manual_seed(0))
    assert ((x >= 0) & (x <= 1)).all()
    assert torch.isfinite(log_prob(weights, config, x)).all()
    corners = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]], dtype=F64)
    there = forward(weights, config, corners).value
    torch.testing.assert_close(there.sort(0).values, corners.sort(0).values, atol=1e-12, rtol=0)
    assert torch.isfinite(log_prob(weights, config, corners)).all()


@pytest.mark.parametrize("interval", [(-3.0, 3.0), (0.0, 1.0)], ids=str)
def test_the_spline_and_its_slope_are_continuous_at_the_ends(
    interval: tuple[float, float],
) -> None:
    h = 2.0 * torch.randn(50, 23, generator=torch.Generator().manual_seed(3), dtype=F64)
    for end in interval:
        near = torch.tensor([end - 1e-9, end, end + 1e-9], dtype=F64)
        z = near.expand(50, 3)
        x, log_slope = spline_forward(z, h[:, None, :].expand(50, 3, 23), interval)
        torch.testing.assert_close(x, z, atol=1e-7, rtol=0)
        torch.testing.assert_close(log_slope, torch.zeros_like(z), atol=1e-5, rtol=0)


def test_a_spline_of_zero_parameters_is_the_identity() -> None:
    z = torch.linspace(-4, 4, 101, dtype=F64)
    for way in (spline_forward, spline_inverse):
        x, log_slope = way(z, torch.zeros(101, 23, dtype=F64), (-3.0, 3.0))
        torch.testing.assert_close(x, z)
        torch.testing.assert_close(log_slope, torch.zeros_like(z), atol=1e-12, rtol=0)


@both_ways
@every_pair
def test_passes_are_those_announced(
    transformer: Transformer, conditioner: Conditioner, on: str
) -> None:
    config, parameters = flow(transformer, conditioner, on, 5)
    weights, z = unflatten(parameters, config), points(config, 3)
    to_sample, to_evaluate = passes(config)
    assert forward(weights, config, z).passes == 3 * to_sample
    assert inverse(weights, config, z).passes == 3 * to_evaluate
    assert {to_sample, to_evaluate} == {1, 5}


def test_pima_6_is_the_cumulative_sum() -> None:
    layer = LayerConfig(transformer="additive", conditioner="cumulative_sum")
    config = FlowConfig(layers=(layer,), data_dim=8, conditioned_on="z")
    z = points(config, 10)
    mapped = forward({}, config, z)
    torch.testing.assert_close(mapped.value, torch.cumsum(z, -1))
    x = mapped.value
    expected = torch.cat([x[:, :1], x[:, 1:] - x[:, :-1]], 1)
    torch.testing.assert_close(inverse({}, config, x).value, expected)
    assert torch.equal(log_abs_det(mapped), torch.zeros(10, dtype=F64))


def test_a_layers_slopes_are_the_diagonal_in_its_own_order() -> None:
    config, parameters = flow("affine", "linear", "z", 4, between="flip")
    weights, z = unflatten(parameters, config), points(config, 6)
    first = layer_forward(weights, config, 0, z)
    assert orders(config)[0] == (3, 2, 1, 0)
    through = forward(weights, config, z)
    torch.testing.assert_close(through.log_slopes[0], first.log_slopes)


def test_a_standard_normal_base_has_its_density() -> None:
    z = torch.randn(20, 3, dtype=F64, generator=torch.Generator().manual_seed(2))
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(-1)
    torch.testing.assert_close(base_log_prob(FlowConfig(data_dim=3), z), expected)


COVERED = [
    (t, c, b)
    for t in ("additive", "affine", "spline")
    for c in ("linear", "made")
    for b in ("normal", "uniform")
    if t == "spline" or b == "normal"
]


@pytest.mark.parametrize("dim", [1, 2, 4])
@pytest.mark.parametrize(("transformer", "conditioner", "base"), COVERED, ids=str)
def test_the_gradient_by_hand_equals_autograd(
    transformer: Transformer, conditioner: Conditioner, base: str, dim: int
) -> None:
    config, parameters = flow(transformer, conditioner, "x", dim, base=base, size=2.0)
    assert is_covered(config)
    x = points(config, 60) * (1.0 if base == "uniform" else 2.0)
    gradient = torch.zeros_like(parameters)
    value = nll_and_gradient(unflatten(parameters, config), unflatten(gradient, config), config, x)
    leaf = parameters.clone().requires_grad_()
    nll = -log_prob(unflatten(leaf, config), config, x).mean()
    nll.backward()
    assert value == pytest.approx(nll.item(), abs=1e-10)
    free = torch.tensor(free_parameters(config))
    assert leaf.grad is not None
    torch.testing.assert_close(gradient * free, leaf.grad * free, atol=1e-8, rtol=1e-8)


def test_a_uniform_base_gives_no_gradient_to_points_it_cannot_reach() -> None:
    config, parameters = flow("spline", "made", "x", 2, base="uniform")
    gradient = torch.zeros_like(parameters)
    x = torch.tensor([[1.5, 0.5], [0.5, 0.5]], dtype=F64)
    value = nll_and_gradient(unflatten(parameters, config), unflatten(gradient, config), config, x)
    assert math.isinf(value)
