"""What the lesson shows of a flow is what the flow is: map, journey, density, fold, cost."""

import numpy as np
import pytest
import torch

from core.flow.compose import forward, log_abs_det, log_prob
from core.flow.config import FlowConfig, FlowControls, LayerConfig
from core.flow.cost import DIMS, cost, pace
from core.flow.folding import Wave, densities, integrals, roots, telling_points
from core.flow.initial import initial_parameters, new_run
from core.flow.inspection import density_map, journey, load_weights, map_picture, samples
from core.flow.layout import orders
from core.flow.targets import TargetConfig
from core.flow.transformers import NotInvertible
from core.run import Budget
from core.training import advance

FLOW = FlowConfig(hidden_features=(16,), seed=4)
PARAMETERS = 4.0 * initial_parameters(FLOW)


def test_the_map_is_the_flow_layer_by_layer() -> None:
    picture = map_picture(PARAMETERS, FLOW, 9, 20)
    weights = load_weights(PARAMETERS, FLOW)
    z = torch.tensor(picture.base, dtype=torch.float64)
    whole = forward(weights, FLOW, z)
    last = picture.outputs[-1][:, list(orders(FLOW)[-1])]
    np.testing.assert_allclose(last, whole.value, atol=1e-5)
    np.testing.assert_allclose(np.log(picture.slopes).sum((0, 2)), log_abs_det(whole), atol=1e-4)
    assert picture.samples.shape == (20, 2)


@pytest.mark.parametrize("on", ["z", "x"])
@pytest.mark.parametrize("t", [0.25, 0.5, 0.75])
def test_on_the_way_from_the_identity_a_layer_stays_monotone(on: str, t: float) -> None:
    """``u(t) = (1 − t) z + t x`` has the Jacobian's diagonal ``1 − t + t τ'``: never zero."""
    config = FlowConfig(layers=(LayerConfig(),), conditioned_on=on, seed=1)  # type: ignore[arg-type]
    weights = load_weights(4.0 * initial_parameters(config), config)
    z = torch.randn(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def between(v: torch.Tensor) -> torch.Tensor:
        return (1 - t) * v + t * forward(weights, config, v).value

    slopes = forward(weights, config, z).log_slopes[0].exp()
    for row, point in enumerate(z):
        jacobian = torch.autograd.functional.jacobian(between, point)
        diagonal = torch.diagonal(jacobian)
        torch.testing.assert_close(diagonal, 1 - t + t * slopes[row])
        assert jacobian[0, 1] == 0


@pytest.mark.parametrize("dim", [1, 2, 8])
def test_a_journey_adds_up(dim: int) -> None:
    config = FlowConfig(data_dim=dim, hidden_features=(16,))
    parameters = 3.0 * initial_parameters(config)
    way = journey(parameters, config, tuple(np.linspace(-1, 1, dim)))
    np.testing.assert_allclose(way.back, way.z, atol=1e-8)
    assert way.log_abs_det == pytest.approx(np.linalg.slogdet(way.whole)[1], abs=1e-8)
    assert way.log_prob_x == pytest.approx(way.log_prob_z - way.log_abs_det, abs=1e-8)
    diagonals = np.array([np.diag(layer) for layer in way.layers])
    assert way.log_abs_det == pytest.approx(np.log(diagonals).sum(), abs=1e-8)


def test_a_journey_through_a_fold_is_refused() -> None:
    wave = LayerConfig(transformer="wave", conditioner="none")
    folded = FlowConfig(layers=(wave,), amplitude=1.5, frequency=1.0)
    with pytest.raises(NotInvertible):
        journey(np.zeros(0), folded, (0.0, 0.0))
    way = journey(np.zeros(0), FlowConfig(layers=(wave,)), (0.4, -1.0))
    np.testing.assert_allclose(way.back, way.z, atol=1e-12)
    assert way.is_reliable
    with pytest.raises(ValueError, match="number of coordinates"):
        journey(PARAMETERS, FLOW, (0.0,))


def test_a_density_map_integrates_to_one_and_its_kl_is_the_one_of_the_curves() -> None:
    controls = FlowControls()
    config = FlowConfig(target=TargetConfig(name="mixture"))
    run = advance(new_run(config, controls), controls, Budget(steps=200))
    found = density_map(run.state.parameters, config, 120)
    width = found.axis[1] - found.axis[0]
    assert found.model.sum() * width**2 == pytest.approx(1.0, abs=2e-2)
    assert found.exact is not None
    assert found.exact.sum() * width**2 == pytest.approx(1.0, abs=1e-3)
    latest = run.history.latest()
    assert found.kl == pytest.approx(latest["kl"], abs=4 * latest["kl_error"] + 1e-3)


def test_a_density_map_is_evaluated_in_chunks_without_changing_it() -> None:
    found = density_map(PARAMETERS, FLOW, 100)
    point = torch.tensor([[found.axis[97], found.axis[3]]])
    expected = log_prob(load_weights(PARAMETERS, FLOW), FLOW, point).exp().item()
    assert found.model[97, 3] == pytest.approx(expected, rel=1e-9)


def test_samples_are_seeded() -> None:
    np.testing.assert_array_equal(samples(PARAMETERS, FLOW, 5), samples(PARAMETERS, FLOW, 5))


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (0.5, 1.0), (1.0, 1.0), (1.5, 2.0), (3.0, 4.0)])
def test_the_sum_over_all_roots_integrates_to_one(a: float, b: float) -> None:
    one, every = integrals(Wave(amplitude=a, frequency=b))
    assert every == pytest.approx(1.0, abs=1e-3)
    if a * b <= 1:
        assert one == pytest.approx(1.0, abs=1e-3)
    else:
        assert one < 0.99


def test_roots_are_all_there() -> None:
    wave = Wave(amplitude=2.0, frequency=2.0)
    x = np.linspace(-3, 3, 41)
    found = roots(wave, x)
    present = np.isfinite(found)
    np.testing.assert_allclose(
        wave.value(found)[present], np.broadcast_to(x[:, None], found.shape)[present], atol=1e-9
    )
    fine = np.linspace(-9, 9, 200_001)
    crossings = np.array([(np.diff(np.sign(wave.value(fine) - value)) != 0).sum() for value in x])
    np.testing.assert_array_equal(present.sum(1)[x != 0], crossings[x != 0])


def test_the_density_of_all_roots_is_that_of_the_draws() -> None:
    wave = Wave(amplitude=1.5, frequency=2.0)
    drawn = wave.value(np.random.default_rng(0).standard_normal(400_000))
    edges = np.linspace(-3, 3, 25)
    shares = np.histogram(drawn, edges)[0] / len(drawn)
    fine = np.linspace(-3, 3, 24 * 400 + 1)
    middle = 0.5 * (fine[1:] + fine[:-1])
    every = densities(wave, middle)[1].reshape(24, 400).mean(1) * (edges[1] - edges[0])
    np.testing.assert_allclose(shares, every, atol=6e-3)


@pytest.mark.parametrize("changes", [{"amplitude": -1.0}, {"frequency": 0.0}], ids=str)
def test_a_bad_wave_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        Wave(**({"amplitude": 1.0, "frequency": 1.0} | changes))


def test_costs_are_measured_for_every_dimension() -> None:
    measured = cost()
    assert measured.dims.tolist() == list(DIMS)
    for name in ("diagonal", "general", "sample_on_z", "density_on_x"):
        assert (getattr(measured, name) > 0).all()
    assert measured.calm.spread >= 0
    assert 0 < measured.calm.processor_share <= 1


def test_the_pace_of_a_flow_is_measured_in_both_directions() -> None:
    affine = LayerConfig(transformer="affine", conditioner="made")
    found = pace(FlowConfig(layers=(affine,) * 2, conditioned_on="z", hidden_features=(16,)))
    assert found.on_z > found.on_x_by_autograd > 0, "two passes against one"
    assert found.on_x > 0
    with pytest.raises(ValueError, match="nothing to train"):
        pace(FlowConfig(layers=(LayerConfig(transformer="wave", conditioner="none"),)))


def test_points_to_draw_a_folded_density_at_lie_on_both_sides_of_every_fold() -> None:
    wave = Wave(amplitude=2.0, frequency=1.5)
    x = telling_points(wave, 4.5)
    folds = wave.value(wave.critical_points())
    folds = folds[np.abs(folds) < 4.4]
    assert len(folds) > 2
    assert np.all(np.diff(x) >= 0)
    assert np.abs(x).max() <= 4.5
    for fold in folds:
        assert 0 < (fold - x)[x < fold].min() < 0.007
        assert 0 < (x - fold)[x > fold].min() < 0.007
    np.testing.assert_array_equal(
        telling_points(Wave(amplitude=0.1, frequency=1.0), 4.5), np.linspace(-4.5, 4.5, 361)
    )


@pytest.mark.parametrize("log_scale", [-6.0, -1.5, 0.0, 0.4, 6.0])
def test_a_log_scale_set_by_hand_is_that_of_the_map(log_scale: float) -> None:
    layer = LayerConfig(transformer="affine", conditioner="linear")
    flow = FlowConfig(layers=(layer,), start="hand", log_scale=log_scale, coupling=0.8)
    way = journey(initial_parameters(flow), flow, (0.6, -0.5))
    np.testing.assert_allclose(np.log(np.diag(way.whole)), log_scale, atol=1e-9)
    assert way.whole[0, 1] == 0
    assert way.log_abs_det == pytest.approx(2 * log_scale, abs=1e-9)  # whatever the coupling


@pytest.mark.parametrize(("a", "b"), [(0.5, 1.0), (0.4, 2.0)])
def test_a_falling_wave_is_as_invertible_as_the_rising_one(a: float, b: float) -> None:
    rising = Wave(amplitude=a, frequency=b)
    falling = Wave(amplitude=a, frequency=b, falls=True)
    x = np.linspace(-4, 4, 81)
    found = roots(falling, x)
    assert found.shape == (81, 1), "one z for every x"
    np.testing.assert_allclose(falling.value(found[:, 0]), x, atol=1e-9)
    assert (falling.slope(np.linspace(-6, 6, 999)) < 0).all()
    for one, other in zip(densities(falling, x), densities(rising, -x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)
    np.testing.assert_allclose(integrals(falling), 1.0, atol=1e-4)


def test_the_density_of_a_falling_wave_is_that_of_its_draws() -> None:
    wave = Wave(amplitude=0.6, frequency=1.5, falls=True)
    drawn = wave.value(np.random.default_rng(0).standard_normal(400_000))
    edges = np.linspace(-3, 3, 25)
    fine = np.linspace(-3, 3, 24 * 50 + 1)
    every = densities(wave, 0.5 * (fine[1:] + fine[:-1]))[1].reshape(24, 50).mean(1) * 0.25
    np.testing.assert_allclose(np.histogram(drawn, edges)[0] / len(drawn), every, atol=4e-3)


def test_a_falling_wave_folds_where_the_rising_one_does() -> None:
    one, every = integrals(Wave(amplitude=1.6, frequency=2.0, falls=True))
    assert one < 0.9
    assert every == pytest.approx(1.0, abs=1e-3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("falls", [False, True])
@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.5, 2.0), (2.0, 0.5)])
def test_at_ab_1_the_density_is_infinite_where_the_slope_is_0(
    a: float, b: float, falls: bool
) -> None:
    wave = Wave(amplitude=a, frequency=b, falls=falls)
    assert wave.touches
    assert not wave.folds
    flat = wave.flat_points()
    assert len(flat)
    np.testing.assert_allclose(wave.slope(flat), 0.0, atol=1e-12)
    pole = wave.value(flat[np.argmin(np.abs(flat))])
    one, every = densities(wave, pole + np.array([-1e-6, -1e-9, 0.0, 1e-9, 1e-6]))
    assert not np.isnan(every).any()
    np.testing.assert_array_equal(one, every)
    grown = np.sqrt(every[1] * every[3] / (every[0] * every[4]))  # of both sides
    assert grown == pytest.approx(100.0, rel=0.02), "distance^(−2/3)"
    assert every[2] > every[1]
    np.testing.assert_allclose(integrals(wave), 1.0, atol=1e-3)
    x = telling_points(wave, 7.0)
    assert 0 < (pole - x)[x < pole].min() < 0.007


def test_where_a_wave_is_flat() -> None:
    assert not len(Wave(amplitude=0.9, frequency=1.0).flat_points())
    np.testing.assert_allclose(
        Wave(amplitude=1.0, frequency=1.0).flat_points(), np.pi * np.array([-1.0, 1.0])
    )
    folded = Wave(amplitude=1.6, frequency=2.0)
    np.testing.assert_array_equal(folded.flat_points(), folded.critical_points())
    assert not folded.touches
