"""What can be chosen of a critic, a GAN and a judge; first runs; targets of the plane."""

import pickle
from typing import Any

import numpy as np
import pytest

from core.divergences.config import (
    CriticConfig,
    CriticControls,
    GanConfig,
    GanControls,
    JudgeConfig,
    JudgeControls,
)
from core.divergences.targets import TARGETS, target_of
from core.training import new_run

GENERATOR = bytes(4 * GanConfig().generator_shape.num_parameters)


@pytest.mark.parametrize(
    ("kind", "choices", "named"),
    [
        (CriticConfig, {"loss": "focal"}, "`loss` must be one of 'zero_one'"),
        (CriticConfig, {"points": 9}, "`points` must be at least 10"),
        (CriticConfig, {"leash": "rope"}, "`leash`"),
        (CriticConfig, {"fourier": 6}, "`fourier` must be at most 5"),
        (CriticConfig, {"hidden": ()}, "`hidden layers` must be at least 1"),
        (CriticControls, {"learning_rate": 0.0}, "`learning_rate` must be greater than 0"),
        (GanConfig, {"target": "star"}, "`target` must be one of 'ring'"),
        (GanConfig, {"loss": "wasserstein"}, "`loss` must be one of 'logistic'"),
        (GanConfig, {"noise": 0.04}, "`noise` must be at least 0.05"),
        (GanConfig, {"generator_loss": "other"}, "`generator_loss`"),
        (GanControls, {"beta1": 0.7}, "`beta1` must be one of"),
        (GanControls, {"critic_steps": 6}, "`critic_steps` must be at most 5"),
        (JudgeConfig, {"generator": b"1"}, "`generator` must be .* bytes, got 1"),
        (JudgeControls, {"learning_rate": -1.0}, "`learning_rate`"),
    ],
)
def test_what_cannot_be_is_refused(kind: Any, choices: dict[str, Any], named: str) -> None:
    given: dict[str, Any] = {}
    if kind is JudgeConfig:
        given = {"gan": GanConfig(), "step": 0}
    with pytest.raises(ValueError, match=named):
        kind(**(given | choices))


@pytest.mark.parametrize(
    ("config", "controls"),
    [
        (CriticConfig(), CriticControls()),
        (GanConfig(), GanControls()),
        (JudgeConfig(gan=GanConfig(), generator=GENERATOR, step=7), JudgeControls()),
    ],
)
def test_a_first_run_is_a_value(config: Any, controls: Any) -> None:
    run, again = new_run(config, controls), new_run(config, controls)
    assert run.state.parameters.dtype == np.float32
    np.testing.assert_array_equal(run.state.parameters, again.state.parameters)
    assert pickle.loads(pickle.dumps(config)) == config
    assert hash(config) == hash(again.config)
    shapes = [config.critic_shape]
    if isinstance(config, GanConfig):
        shapes.append(config.generator_shape)
    assert run.state.parameters.size == sum(shape.num_parameters for shape in shapes)


@pytest.mark.parametrize("key", TARGETS)
def test_a_target_is_a_density_that_fits_on_the_square(key: str) -> None:
    axis = np.linspace(-4, 4, 641)
    x = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    mass = np.exp(target_of(key).log_prob(x)).sum() * (axis[1] - axis[0]) ** 2
    assert mass == pytest.approx(1, abs=1e-6)


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(ValueError, match="`target` must be one of 'ring'"):
        target_of("star")
