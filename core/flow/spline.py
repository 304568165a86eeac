"""The monotone rational-quadratic spline (Durkan et al. 2019), the identity outside its interval.

With all parameters zero the spline is the identity. Its raw parameters are kept within bounds the
way zuko does (``soft_clamp``), so that the same parameters give the same spline there and here:
``test_a_spline_equals_that_of_zuko``.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

LOG_LEAST = math.log(1e-3)
"""Log of the least slope of a knot, and of the least ratio of two bins, squared."""


class Knots(NamedTuple):
    """The bins of a batch of splines, each ``[..., K]`` (slopes: ``[..., K + 1]``)."""

    left: Tensor
    widths: Tensor
    bottom: Tensor
    heights: Tensor
    slopes: Tensor


class Bin(NamedTuple):
    """The bin that each value fell into: its five numbers, each ``[...]``."""

    left: Tensor
    width: Tensor
    bottom: Tensor
    height: Tensor
    slope_left: Tensor
    slope_right: Tensor


def soft_clamp(raw: Tensor, bound: float) -> Tensor:
    """``raw / (1 + |raw/bound|)``, elementwise: near the identity where small, within ± bound."""
    return raw / (1.0 + (raw / bound).abs())


def shares(held: Tensor) -> Tensor:
    """Softmax over the last dimension of ``[..., K]``: bounded values need no maximum taken off.

    torch's own is an order of magnitude slower on many rows of eight.
    """
    powers = torch.exp(held)
    return powers / powers.sum(-1, keepdim=True)


def knots(h: Tensor, interval: tuple[float, float]) -> Knots:
    """Bins from raw ``[..., 3K − 1]``: widths, heights, inner slopes (Durkan et al. 2019)."""
    low, high = interval
    count = (h.shape[-1] + 1) // 3
    both = h[..., : 2 * count].reshape(*h.shape[:-1], 2, count)
    both = shares(soft_clamp(both, LOG_LEAST / 2)) * (high - low)
    start = low + functional.pad(torch.cumsum(both[..., :-1], -1), (1, 0))
    slopes = torch.exp(soft_clamp(h[..., 2 * count :], LOG_LEAST))
    return Knots(
        left=start[..., 0, :],
        widths=both[..., 0, :],
        bottom=start[..., 1, :],
        heights=both[..., 1, :],
        slopes=functional.pad(slopes, (1, 1), value=1.0),
    )


def spline_forward(z: Tensor, h: Tensor, interval: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """``x = τ(z; h)`` and ``log τ'(z)``, both with the shape of z (Durkan et al. 2019).

    Args:
        z: shape ``[..., D]``.
        h: shape ``[..., D, 3K − 1]``.
        interval: where the spline bends.
    """
    low, high = interval
    table = knots(h, interval)
    inside = (z >= low) & (z <= high)
    held = torch.where(inside, z, 0.5 * (low + high))  # outside: a harmless place, never used
    chosen = _bin(held, table.left, table)
    t = (held - chosen.left) / chosen.width
    x, log_slope = _curve(t, chosen)
    return torch.where(inside, x.clamp(low, high), z), torch.where(
        inside, log_slope, torch.zeros_like(z)
    )


def _bin(value: Tensor, starts: Tensor, table: Knots) -> Bin:
    """The bin of each value ``[..., D]``: how many inner knots lie at or below it."""
    k = (value.unsqueeze(-1) >= starts[..., 1:]).sum(-1, keepdim=True)

    def pick(numbers: Tensor, index: Tensor) -> Tensor:
        numbers = numbers.expand(*value.shape, numbers.shape[-1])
        return torch.gather(numbers, -1, index).squeeze(-1)

    return Bin(
        left=pick(table.left, k),
        width=pick(table.widths, k),
        bottom=pick(table.bottom, k),
        height=pick(table.heights, k),
        slope_left=pick(table.slopes, k),
        slope_right=pick(table.slopes, k + 1),
    )


def _curve(t: Tensor, b: Bin) -> tuple[Tensor, Tensor]:
    """Value and log-slope at ``t = (z − left)/width`` in ``[0, 1]`` (Durkan et al., eqs. 4, 5)."""
    s = b.height / b.width
    rest = t * (1.0 - t)
    below = s + (b.slope_left + b.slope_right - 2.0 * s) * rest
    x = b.bottom + b.height * (s * t * t + b.slope_left * rest) / below
    above = b.slope_right * t * t + 2.0 * s * rest + b.slope_left * (1.0 - t) * (1.0 - t)
    return x, 2.0 * torch.log(s) + torch.log(above) - 2.0 * torch.log(below)
