"""Targets are what they say: densities integrate to one, entropies are those of the draws."""

import numpy as np
import pytest

from core.flow import pinwheel
from core.flow.config import FlowConfig, LayerConfig
from core.flow.scaling import entropy, scaled_draws, scaling
from core.flow.targets import NUM_TEST, TARGETS, TargetConfig, draws, target

KNOWN = [name for name in TARGETS if target(TargetConfig(name=name)).log_density is not None]


@pytest.mark.parametrize("name", KNOWN)
def test_a_target_density_integrates_to_one(name: str) -> None:
    known = target(TargetConfig(name=name))
    assert known.log_density is not None
    reach, count = 1.3 * known.reach, 520
    axis = (np.arange(count) + 0.5) / count * 2 * reach - reach
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    total = np.exp(known.log_density(grid)).sum() * (axis[1] - axis[0]) ** 2
    assert total == pytest.approx(1.0, abs=2e-3 if name != "checkerboard" else 2e-2)


@pytest.mark.parametrize("name", KNOWN)
def test_the_entropy_is_the_mean_nll_of_the_draws(name: str) -> None:
    config = TargetConfig(name=name)
    known = target(config)
    assert known.log_density is not None
    nll = -known.log_density(draws(config).x_test)
    error = 4 * nll.std() / len(nll) ** 0.5
    assert known.entropy == pytest.approx(nll.mean(), abs=error + 1e-9)


def test_two_moons_have_their_population_floor() -> None:
    assert target(TargetConfig()).entropy == pytest.approx(1.3161, abs=5e-5)


def test_a_curled_arm_has_the_density_of_its_change_of_variables() -> None:
    """On the spine of an arm, far from the others: ``p = N(a; 1, 0.3) N(b; 0, 0.1) / 5|det|``."""
    a, b = np.array([0.9, 1.2, 1.5]), np.array([0.05, -0.12, 0.1])
    turn = 0.25 * np.exp(a)
    x = np.stack([a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)], 1)
    bell = np.exp(-0.5 * (((a - 1) / 0.3) ** 2 + (b / 0.1) ** 2)) / (2 * np.pi * 0.3 * 0.1)
    expected = np.log(bell / (5 * np.abs(1 - 0.25 * b * np.exp(a)))) + 2 * np.log(pinwheel.SCALE)
    found = pinwheel.log_density(x / pinwheel.SCALE)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_pinwheel_is_made_of_five_equal_arms() -> None:
    x = draws(TargetConfig(name="pinwheel")).x_test[:200]
    fifth = 2 * np.pi / 5
    turn = np.array([[np.cos(fifth), -np.sin(fifth)], [np.sin(fifth), np.cos(fifth)]])
    np.testing.assert_allclose(
        pinwheel.log_density(x @ turn.T), pinwheel.log_density(x), atol=1e-7
    )


@pytest.mark.parametrize("name", TARGETS)
def test_targets_are_standardised_seeded_and_split(name: str) -> None:
    drawn = draws(TargetConfig(name=name))
    assert len(drawn.x_test) >= NUM_TEST
    if name != "mixture":
        assert np.abs(drawn.x_train.mean(0)).max() < 0.05
        assert np.abs(drawn.x_train.std(0) - 1).max() < 0.03
    again = draws.__wrapped__(TargetConfig(name=name))
    np.testing.assert_array_equal(again.x_test, drawn.x_test)
    reach = target(TargetConfig(name=name)).reach
    assert (np.abs(drawn.x_train) <= reach).all(1).mean() > 0.999


@pytest.mark.parametrize("name", TARGETS)
def test_the_unit_square_holds_the_target(name: str) -> None:
    spline = (LayerConfig(),)
    config = FlowConfig(target=TargetConfig(name=name), base="uniform", layers=spline)
    drawn = scaled_draws(config)
    assert drawn.x_train.min() >= 0
    assert drawn.x_train.max() <= 1
    floor, plain = entropy(config), entropy(FlowConfig(target=config.target))
    if floor is not None and plain is not None:
        assert floor == pytest.approx(plain + 2 * np.log(scaling(config).factor))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "moon"}, "`target` must be one of"),
        ({"centres": ()}, "`number of centres` must be at least 1, got 0"),
        ({"centres": ((0.0, 9.0),)}, "`centre` must be at most 3.0, got 9.0"),
        ({"spread": 0.0}, "`spread` must be at least 0.05, got 0.0"),
    ],
    ids=str,
)
def test_bad_targets_are_refused_by_name(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("`", ".")):
        TargetConfig(**changes)  # type: ignore[arg-type]
