"""The inverse spline with its gradient by hand: what training on x → z spends its time in.

The inverse is known only as a root, so its derivatives come from the implicit function theorem:
with ``F(t, θ) = bottom + height·R(t) − x = 0`` and ``z = left + t·width``::

    dt = (dx − d bottom − R d height − height (R_s ds + R_0 d slope_left + R_1 d slope_right))
         / (τ'(z) · width)

where ``R = (s t² + slope_left q)/den``, ``q = t(1 − t)``, ``s = height/width`` and
``den = s + (slope_left + slope_right − 2s) q`` (Durkan et al. 2019, equation 4). Equality with
autograd is checked by ``test_the_gradient_by_hand_equals_autograd``.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from core.flow.spline import LOG_LEAST, shares


class Tape(NamedTuple):
    """What the way back needs; shapes ``[B, D]``, of tables ``[B, D, …]``."""

    h: Tensor
    interval: tuple[float, float]
    shares: Tensor  # softmax of widths and heights, [B, D, 2, K]
    slopes: Tensor  # inner slopes, [B, D, K − 1]
    k: Tensor
    inside: Tensor
    t: Tensor
    width: Tensor
    height: Tensor
    slope_left: Tensor
    slope_right: Tensor


def inverse_with_tape(
    x: Tensor, h: Tensor, interval: tuple[float, float]
) -> tuple[Tensor, Tensor, Tape]:
    """``z``, ``log τ'(z)`` and the tape, for x ``[B, D]`` and h ``[B, D, 3K − 1]``."""
    low, high = interval
    h = h.expand(*x.shape, h.shape[-1])
    count = (h.shape[-1] + 1) // 3
    raw = h[..., : 2 * count].reshape(*h.shape[:-1], 2, count)
    parts = shares(raw / (raw.abs() * (-2.0 / LOG_LEAST) + 1.0))
    raw_slopes = h[..., 2 * count :]
    slopes = torch.exp(raw_slopes / (raw_slopes.abs() * (-1.0 / LOG_LEAST) + 1.0))
    ends = torch.cumsum(parts, -1)
    inside = (x >= low) & (x <= high)
    held = torch.where(inside, x, 0.5 * (low + high))  # outside: a harmless place, never used
    share_of_x = (held - low) / (high - low)
    k = (share_of_x.unsqueeze(-1) >= ends[..., 1, :-1]).sum(-1, keepdim=True)
    pair = k.unsqueeze(-2).expand(*k.shape[:-1], 2, 1)
    size = torch.gather(parts, -1, pair).squeeze(-1)
    start = torch.gather(ends, -1, pair).squeeze(-1) - size
    (left, bottom), (width, height) = start.unbind(-1), size.unbind(-1)
    padded = torch.nn.functional.pad(slopes, (1, 1), value=1.0)
    slope_left, slope_right = torch.gather(padded, -1, torch.cat([k, k + 1], -1)).unbind(-1)
    s = height / width
    rise = share_of_x - bottom
    bend = rise * (slope_left + slope_right - 2.0 * s)
    b = height * slope_left - bend
    c = s * rise
    square = b * b + 4.0 * (height * (s - slope_left) + bend) * c
    root = torch.sqrt(square.clamp_min_(torch.finfo(x.dtype).tiny))  # at 0 its slope is infinite
    t = (2.0 * c / (b + root)).clamp_(0.0, 1.0)
    q = t - t * t
    den = s + (slope_left + slope_right - 2.0 * s) * q
    above = slope_right * t * t + 2.0 * s * q + slope_left * (1.0 - t).square()
    log_slope = torch.log((s / den).square() * above)
    z = torch.where(inside, (low + (high - low) * (left + t * width)).clamp(low, high), x)
    tape = Tape(h, interval, parts, slopes, k, inside, t, width, height, slope_left, slope_right)
    return z, torch.where(inside, log_slope, torch.zeros_like(x)), tape


def spline_inverse(x: Tensor, h: Tensor, interval: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """``z = τ⁻¹(x; h)`` and ``log τ'(z)``, shape of x: a quadratic's root (Durkan et al. 2019)."""
    z, log_slope, _ = inverse_with_tape(x, h, interval)
    return z, log_slope


def inverse_backward(tape: Tape, grad_z: Tensor, grad_log_slope: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients with respect to x ``[B, D]`` and h ``[B, D, 3K − 1]``."""
    low, high = tape.interval
    inside, t, width, height = tape.inside, tape.t, tape.width, tape.height
    d0, d1 = tape.slope_left, tape.slope_right
    gz = torch.where(inside, grad_z, torch.zeros_like(grad_z)) * (high - low)  # in shares
    gl = torch.where(inside, grad_log_slope, torch.zeros_like(grad_z))
    s = height / width
    rest = 1.0 - t
    q = t * rest
    steep = d0 + d1 - 2.0 * s
    den = s + steep * q
    num = s * t * t + d0 * q
    above = d1 * t * t + 2.0 * s * q + d0 * rest * rest
    over_above, over_den = gl / above, 2.0 * gl / den
    turn = rest - t  # dq/dt
    grad_t = (
        gz * width + 2.0 * over_above * (d1 * t + s * turn - d0 * rest) - over_den * (steep * turn)
    )
    grad_x = grad_t * (den / s).square() / (above * width)
    back = grad_x * height / den.square()
    grad_s = 2.0 * gl / s + 2.0 * q * over_above - (1.0 - 2.0 * q) * over_den
    grad_s = grad_s - back * (t * t * den - num * (1.0 - 2.0 * q))
    grad_d0 = rest * rest * over_above - q * over_den - back * q * (den - num)
    grad_d1 = t * t * over_above - q * over_den + back * q * num
    grad_height = grad_s / width - grad_x * num / den
    grad_width = gz * t - grad_s * s / width
    grad_h = _to_raw(
        tape,
        torch.stack([gz, -grad_x], -1),
        torch.stack([grad_width, grad_height], -1),
        torch.stack([grad_d0, grad_d1], -1),
    )
    return torch.where(inside, grad_x / (high - low), grad_z), grad_h


def _to_raw(tape: Tape, grad_start: Tensor, grad_size: Tensor, grad_slopes: Tensor) -> Tensor:
    """From the numbers of the chosen bins, ``[B, D, 2]`` each, to the raw parameters."""
    count = tape.shares.shape[-1]
    grad_h = torch.empty_like(tape.h)
    raw = tape.h[..., : 2 * count].reshape(*tape.h.shape[:-1], 2, count)
    bins = torch.arange(count)
    grad_shares = (bins < tape.k).unsqueeze(-2) * grad_start.unsqueeze(-1)
    pair = tape.k.unsqueeze(-2).expand(*tape.k.shape[:-1], 2, 1)
    grad_shares.scatter_(-1, pair, grad_size.unsqueeze(-1))
    weighted = grad_shares * tape.shares
    weighted -= tape.shares * weighted.sum(-1, keepdim=True)
    weighted /= (raw.abs() * (-2.0 / LOG_LEAST) + 1.0).square_()
    grad_h[..., : 2 * count] = weighted.flatten(-2)
    knots = torch.zeros(*tape.k.shape[:-1], count + 1, dtype=tape.h.dtype)
    knots.scatter_(-1, torch.cat([tape.k, tape.k + 1], -1), grad_slopes)
    inner = knots[..., 1:-1] * tape.slopes
    inner /= (tape.h[..., 2 * count :].abs() * (-1.0 / LOG_LEAST) + 1.0).square_()
    grad_h[..., 2 * count :] = inner
    return grad_h
