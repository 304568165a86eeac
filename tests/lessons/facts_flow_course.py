"""Facts of both directions, and of the targets."""

import math
from typing import Any

import numpy as np
import torch
from flow_evidence import Evidence

from core.flow.compose import base_sample, forward, inverse
from core.flow.config import FlowConfig
from core.flow.cost import both_ways
from core.flow.inspection import load_weights
from core.flow.layout import parameter_count, passes
from core.flow.scaling import entropy, scaled_draws
from core.flow.targets import TargetConfig, draws, target
from core.flow.timing import Stopwatch
from core.run import Budget
from core.training import advance, new_run


def samples_in_one_and_evaluates_in_d(found: Evidence) -> None:
    """The passes really made, of every layer."""
    config, layers = found.config, len(found.config.layers)
    weights = load_weights(found.run.state.parameters, config)
    z = base_sample(config, 8, torch.Generator().manual_seed(0), torch.float64)
    assert forward(weights, config, z).passes == layers
    assert inverse(weights, config, z).passes == layers * config.data_dim


def training_asks_for_the_slow_direction(found: Evidence) -> None:
    """Each step evaluates the density of a batch: its inverse, D passes of each layer."""
    from core.flow import training

    counted = []

    def counting(weights: Any, config: FlowConfig, x: torch.Tensor) -> torch.Tensor:
        counted.append(inverse(weights, config, x).passes)
        return real(weights, config, x)

    real, training.log_prob = training.log_prob, counting
    try:
        trained_steps = 2
        advance(new_run(found.config, found.controls), found.controls, Budget(steps=trained_steps))
    finally:
        training.log_prob = real
    assert counted == [len(found.config.layers) * found.config.data_dim] * trained_steps


def is_slower_and_shown(found: Evidence) -> None:
    assert found.choices["closer"] == "cost"
    assert found.config.conditioned_on == "z"
    falls(found)


def falls(found: Evidence) -> None:
    """Fewer steps per second than on x, also where both gradients are by autograd."""
    assert found.config.conditioned_on == "z"
    assert found.pace.on_z > found.pace.on_x
    assert found.pace.on_z > found.pace.on_x_by_autograd


def has_as_many_parameters(found: Evidence) -> None:
    on_x = FlowConfig(layers=found.config.layers)
    assert parameter_count(on_x) == parameter_count(found.config)
    samples_in_one_and_evaluates_in_d(found)


def sampling_is_faster(found: Evidence) -> None:
    assert passes(found.config)[0] == 1
    assert passes(FlowConfig(layers=found.config.layers))[0] == 2


def every_step_costs_the_same(found: Evidence) -> None:
    training_asks_for_the_slow_direction(found)


def grows_with_d(found: Evidence) -> None:
    """Passes, and the time that the chart shows of a density."""
    on, watch = found.config.conditioned_on, Stopwatch()
    for dim in (2, 32, 256):
        assert passes(FlowConfig(data_dim=dim, conditioned_on=on)) == (1, dim)
    times = [both_ways(on, dim, watch)[1] for dim in (2, 32)]
    assert times[1] > 3 * times[0]


def maps_the_square_onto_itself(found: Evidence) -> None:
    z, x = found.lattice
    assert x.min() >= -1e-6
    assert x.max() <= 1.0 + 1e-6
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        np.testing.assert_allclose(sorted(x[corner]), sorted(z[corner]), atol=1e-5)
    assert set(z[[0, -1]][:, [0, -1]].ravel()) == {0.0, 1.0}


def has_the_edges_of_the_board(found: Evidence) -> None:
    density = found.density
    assert density.exact is not None
    dark = density.exact > 0
    assert density.model[dark].mean() > 10 * density.model[~dark].mean()
    assert found.choices["panel"] == "density"


def is_a_table_of_places(found: Evidence) -> None:
    goal = target(found.config.target)
    assert len(goal.draw(10**6, np.random.default_rng(0))) == 33_109


def are_split(found: Evidence) -> None:
    drawn = scaled_draws(found.config)
    assert (len(drawn.x_train), len(drawn.x_test)) == (20_000, 10_000)
    assert entropy(found.config) is None


def has_no_known_density(found: Evidence) -> None:
    assert target(found.config.target).log_density is None
    assert entropy(found.config) is None


def has_held_out_points(found: Evidence) -> None:
    first = advance(new_run(found.config, found.controls), found.controls, Budget(steps=1))
    assert np.isfinite(first.history["nll/held_out"]).all()
    assert np.isnan(first.history["kl"]).all()


def has_centres_to_move(found: Evidence) -> None:
    assert found.config.target.name == "mixture"
    assert len(found.config.target.centres) == 3


def floor_is_known_wherever_they_are(found: Evidence) -> None:
    """The entropy of moved centres agrees with that of its own draws."""
    moved = TargetConfig(name=found.config.target.name, centres=((0.3, 2.0), (-2.5, 0.1)))
    goal = target(moved)
    assert moved.name == "mixture"
    assert goal.log_density is not None
    x = draws(moved).x_train
    values = -goal.log_density(x)
    assert goal.entropy is not None
    assert abs(values.mean() - goal.entropy) < 4 * values.std() / math.sqrt(len(x))
