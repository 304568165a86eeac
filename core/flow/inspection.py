"""What a flow is asked: its map, one point's journey, its density on a grid, samples.

Every function takes a flat numpy parameter vector and returns numpy arrays, so that it can run in
any process; torch's global generator is never used.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.flow.answers import DensityMap, Journey, MapPicture
from core.flow.compose import (
    CHUNK_ROWS,
    base_log_prob,
    base_sample,
    density_of,
    forward,
    inverse,
    layer_forward,
    log_abs_det,
    log_prob_in_chunks,
)
from core.flow.conditioners import Weights
from core.flow.config import FlowConfig
from core.flow.jacobian import jacobians
from core.flow.layout import orders, unflatten
from core.flow.scaling import scaling
from core.flow.targets import target
from core.validation import require_number

Array = NDArray[Any]

NUM_TRIPS = 64
"""Draws of the base that are sent through a flow and back."""

NEARBY = 4 * torch.finfo(torch.float64).eps
"""What a flow's own rounding moves a number of size 1 by, about."""

SUSPICIOUS = 1e-6
"""If a draw comes back further off than this, digits are being lost: every cell is looked at."""

BASE_REACH = 3.0
"""The drawn part of a standard normal base: all but 0.5 % of its mass."""


def load_weights(parameters: Array, config: FlowConfig) -> Weights:
    """Named float64 tensors over a copy of ``parameters``, shape ``[P]``."""
    return unflatten(torch.tensor(parameters, dtype=torch.float64), config)


@torch.no_grad()
def map_picture(parameters: Array, config: FlowConfig, side: int, num_samples: int) -> MapPicture:
    """A lattice of ``side²`` points over the base, carried layer by layer (PIMA-6).

    Raises:
        ValueError: when the flow does not live in the plane, or the lattice has no cell.
    """
    require_number("data_dim", config.data_dim, at_least=2, at_most=2)
    require_number("side", side, at_least=2)
    weights = load_weights(parameters, config)
    low, high = (0.0, 1.0) if config.base == "uniform" else (-BASE_REACH, BASE_REACH)
    axis = torch.linspace(low, high, side, dtype=torch.float64)
    u = base = torch.cartesian_prod(axis, axis)
    outputs, slopes = [], []
    for k, order in enumerate(orders(config)):
        mapped = layer_forward(weights, config, k, u)
        outputs.append(mapped.value)
        slopes.append(mapped.log_slopes.exp() * _signs(config, k, u))
        u = mapped.value[:, list(order)]
    return MapPicture(
        side=side,
        base=base.float().numpy(),
        outputs=torch.stack(outputs).float().numpy(),
        slopes=torch.stack(slopes).float().numpy(),
        samples=samples(parameters, config, num_samples).astype(np.float32),
    )


def _signs(config: FlowConfig, k: int, u: torch.Tensor) -> torch.Tensor:
    """The sign of τ' at u ``[V, 2]``: only the wave's can be negative."""
    if config.layers[k].transformer != "wave":
        return torch.ones_like(u)
    return torch.sign(1.0 + config.amplitude * config.frequency * torch.cos(config.frequency * u))


@torch.no_grad()
def samples(parameters: Array, config: FlowConfig, count: int) -> Array:
    """Draws of the flow, ``[count, D]``, from a generator seeded by the configuration."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    z = base_sample(config, count, generator, torch.float64)
    return forward(load_weights(parameters, config), config, z).value.numpy()


def journey(parameters: Array, config: FlowConfig, z: tuple[float, ...]) -> Journey:
    """One base point, D numbers: where it goes, its Jacobians, its density, and back (PIMA-6).

    Raises:
        ValueError: when ``z`` has not D coordinates.
        NotInvertible: when a transformer has no inverse.
    """
    require_number(
        "number of coordinates", len(z), at_least=config.data_dim, at_most=config.data_dim
    )
    weights = load_weights(parameters, config)
    point = torch.tensor([z], dtype=torch.float64)
    full = jacobians(weights, config, point)
    with torch.no_grad():
        there = forward(weights, config, point)
        back = inverse(weights, config, there.value)
        return Journey(
            z=point[0].numpy(),
            x=there.value[0].numpy(),
            back=back.value[0].numpy(),
            layers=full.layers[0].numpy(),
            whole=full.whole[0].numpy(),
            log_abs_det=log_abs_det(there).item(),
            log_prob_z=base_log_prob(config, point).item(),
            log_prob_x=density_of(config, back).item(),
            round_trip=_distance(back.value, point).item(),
        )


def density_map(parameters: Array, config: FlowConfig, count: int) -> DensityMap:
    """Densities on a grid of ``count`` × ``count`` midpoints over the target's square.

    ``KL(target‖flow) = Σ p (log p − log p_X)`` times a cell's area (IT5410).
    """
    require_number("data_dim", config.data_dim, at_least=2, at_most=2)
    weights = load_weights(parameters, config)
    goal, scale = target(config.target), scaling(config)
    ends = scale.to_flow(np.array([-goal.reach, goal.reach]))
    width = (ends[1] - ends[0]) / count
    axis = ends[0] + width * (np.arange(count) + 0.5)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    log_model = log_prob_in_chunks(weights, config, torch.tensor(grid)).numpy()
    by_draws = draws_round_trip(weights, config)
    trips = np.full(len(grid), by_draws.max())
    if by_draws.max() > SUSPICIOUS:
        trips = round_trip(weights, config, torch.tensor(grid)).numpy()
    exact = kl = None
    if goal.log_density is not None:
        log_exact = goal.log_density(scale.to_target(grid)) + scale.log_volume
        density = np.exp(log_exact)
        held = density > 0
        gap = density[held] * (log_exact[held] - np.maximum(log_model[held], -700.0))
        kl = float(gap.sum() * width**2)
        exact = density.reshape(count, count)
    model = np.exp(log_model).reshape(count, count)
    return DensityMap(
        axis=axis,
        model=model,
        exact=exact,
        kl=kl,
        round_trip=trips.reshape(count, count),
        draws_round_trip=by_draws,
    )


@torch.no_grad()
def draws_round_trip(weights: Weights, config: FlowConfig) -> Array:
    """How far draws of the base are from themselves after f and back, ``[NUM_TRIPS]``."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    z = base_sample(config, NUM_TRIPS, generator, torch.float64)
    back = inverse(weights, config, forward(weights, config, z).value).value
    return _distance(back, z).numpy()


@torch.no_grad()
def round_trip(weights: Weights, config: FlowConfig, x: torch.Tensor) -> torch.Tensor:
    """How far x and ``z = f⁻¹(x)`` are from themselves after f and back, shape ``[...]``.

    Both: where f is steep, rounding shows in x, where it is flat, in z. There many z share one x
    in floating point, of which the inverse always finds the same: it is asked for an x some units
    in the last place away. ∞ where a number is lost.
    """
    found = []
    for part in torch.split(x.reshape(-1, x.shape[-1]), CHUNK_ROWS):
        z = inverse(weights, config, part).value
        again = forward(weights, config, z).value
        back = inverse(weights, config, again + NEARBY * again.abs().clamp_min(1.0)).value
        found.append(torch.maximum(_distance(again, part), _distance(back, z)))
    return torch.cat(found).reshape(x.shape[:-1])


def _distance(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The largest distance of two coordinates, shape ``[...]``; ∞ where it is not a number."""
    gap = (one - other).abs().amax(-1)
    return torch.where(gap.isnan(), gap.new_tensor(torch.inf), gap)
