"""Transformers ``x_i = τ(z_i; h_i)``, each with its inverse and its log-slope.

Adding one is a class and a line in ``TRANSFORMERS`` (and its pairs in
``core.flow.config.VALID_PAIRS``); the tests of invertibility and of the Jacobian pick it up.
"""

from typing import Protocol

import torch
from torch import Tensor

from core.flow.config import LOG_SCALE_BOUND, FlowConfig
from core.flow.spline import soft_clamp, spline_forward
from core.flow.spline_gradient import spline_inverse

BISECTIONS = 64
"""Halvings of an interval of width 2a: what is left is rounding."""


class NotInvertible(ValueError):
    """An inverse, or a density, was asked of a transformer that is not monotone."""


class Transformer(Protocol):
    """Elementwise maps of z or x with shape ``[..., D]``, parameters h ``[..., D, P]``.

    Both return the other value and ``log |∂τ/∂z|`` at z, each ``[..., D]``.
    """

    def forward(self, z: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``x`` and the log-slope."""

    def inverse(self, x: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``z`` and the log-slope at z."""


class Additive:
    """``τ = z + h``: volume is kept (PIMA-6)."""

    def forward(self, z: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``x = z + h``."""
        return z + h[..., 0], torch.zeros_like(z)

    def inverse(self, x: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``z = x − h``."""
        return x - h[..., 0], torch.zeros_like(x)


class Affine:
    """``τ = z·exp(a) + b`` with ``a = soft_clamp(h_1)`` and ``b = h_2`` (PIMA-6)."""

    def forward(self, z: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``x = z·exp(a) + b``."""
        a, b = soft_clamp(h[..., 0], LOG_SCALE_BOUND), h[..., 1]
        return z * torch.exp(a) + b, a.expand_as(z)

    def inverse(self, x: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``z = (x − b)·exp(−a)``."""
        a, b = soft_clamp(h[..., 0], LOG_SCALE_BOUND), h[..., 1]
        return (x - b) * torch.exp(-a), a.expand_as(x)


class Spline:
    """The monotone rational-quadratic spline on ``config.interval``."""

    def forward(self, z: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """See ``core.flow.spline``."""
        return spline_forward(z, h, config.interval)

    def inverse(self, x: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """See ``core.flow.spline_gradient``."""
        return spline_inverse(x, h, config.interval)


class Wave:
    """``τ = z + a sin(bz)``, for the lesson: monotone for ``ab ≤ 1``, folded beyond (PIMA-6)."""

    def forward(self, z: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``x = z + a sin(bz)`` and ``log |1 + ab cos(bz)|``."""
        a, b = config.amplitude, config.frequency
        return z + a * torch.sin(b * z), torch.log((1.0 + a * b * torch.cos(b * z)).abs())

    def inverse(self, x: Tensor, h: Tensor, config: FlowConfig) -> tuple[Tensor, Tensor]:
        """``z`` by bisection between ``x − a`` and ``x + a``, and the log-slope there.

        At ``ab = 1`` the log-slope is −∞ where the wave is flat.

        Raises:
            NotInvertible: for ``ab > 1``; it says why.
        """
        a, b = config.amplitude, config.frequency
        if a * b > 1.0:
            raise NotInvertible(
                f"`transformer` must be strictly monotone to be inverted: z + {a:g}·sin({b:g}·z) "
                f"has slope 1 + ab·cos(bz), and several z share one x since ab = {a * b:g} is "
                f"above 1, so there is no z to return and no density from one root"
            )
        z = _with_gradient(x, _wave_root(x.detach(), a, b), a, b)
        return z, torch.log((1.0 + a * b * torch.cos(b * z)).abs())


@torch.no_grad()
def _wave_root(x: Tensor, a: float, b: float) -> Tensor:
    """The one z with ``z + a sin(bz) = x``, shape ``[..., D]``."""
    low, high = x - a, x + a
    z = x
    for _ in range(BISECTIONS):
        z = 0.5 * (low + high)
        is_beyond = z + a * torch.sin(b * z) > x
        low, high = torch.where(is_beyond, low, z), torch.where(is_beyond, z, high)
    return z


def _with_gradient(x: Tensor, z: Tensor, a: float, b: float) -> Tensor:
    """``z``, ``[..., D]``, with ``dz/dx = 1/τ'(z)`` for autograd, 0 where flat."""
    slope = 1.0 + a * b * torch.cos(b * z)
    is_flat = slope <= torch.finfo(z.dtype).eps
    rise = torch.where(is_flat, torch.zeros_like(z), 1.0 / slope.masked_fill(is_flat, 1.0))
    return z + (x - x.detach()) * rise


TRANSFORMERS: dict[str, Transformer] = {
    "additive": Additive(),
    "affine": Affine(),
    "spline": Spline(),
    "wave": Wave(),
}
"""Every transformer by name."""
