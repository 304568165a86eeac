"""The problem that every estimator gets: q_φ, f, and the blocks of φ that are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.estimators.config import Block, EstimatorsConfig


class Parameters(NamedTuple):
    """φ: one for all draws, ``[d]`` and ``[d]`` or ``[d, d]``, or one row per draw before that."""

    mean: Tensor
    factor: Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """What is to be estimated.

    Attributes:
        mean: μ, shape ``[d]``.
        factor: the diagonal of Σ, ``[d]``, or Σ, ``[d, d]``.
        value: ``f_φ(z)`` with shape ``[...]`` from ``z`` with shape ``[..., d]`` and φ.
        blocks: which gradients; they are concatenated along the last axis, P in all.
        by_log_variance: the factor's block is with respect to ``log σ²`` instead of σ.
        depends_on_parameters: whether f itself depends on φ.
        constant_baseline: b of the constant baseline.
        best_baseline: b* for each component, shape ``[P]``.
    """

    mean: Tensor
    factor: Tensor
    value: Callable[[Tensor, Parameters], Tensor]
    blocks: tuple[Block, ...] = ("mean",)
    by_log_variance: bool = False
    depends_on_parameters: bool = False
    constant_baseline: float = 0.0
    best_baseline: Tensor | None = None

    @property
    def is_full(self) -> bool:
        """Whether the factor is a matrix."""
        return self.factor.dim() == 2

    @property
    def num_components(self) -> int:
        """P, of all blocks together."""
        return sum(
            self.mean.numel() if block == "mean" else self.factor.numel() for block in self.blocks
        )

    @property
    def parameters(self) -> Parameters:
        """φ."""
        return Parameters(self.mean, self.factor)

    @cached_property
    def inverse(self) -> Tensor:
        """``Σ⁻¹`` of a full factor, shape ``[d, d]``."""
        inverse: Tensor = torch.linalg.inv(self.factor)
        return inverse

    def rows(self, noise: Tensor) -> Parameters:
        """A copy of φ for each draw: autograd's gradient is then that draw's own.

        Args:
            noise: ε, shape ``[..., d]``; blocks that are not asked for need no gradient.
        """
        lead = noise.shape[:-1]
        rows = []
        for block, parameter in zip(("mean", "factor"), self.parameters, strict=True):
            row = parameter.expand(*lead, *parameter.shape)
            rows.append(row.clone().requires_grad_() if block in self.blocks else row)
        return Parameters(*rows)

    def place(self, parameters: Parameters, noise: Tensor) -> Tensor:
        """``z = μ + Σε`` with shape ``[..., d]`` (PIMA-7 §1), ε with the same."""
        if not self.is_full:
            return parameters.mean + parameters.factor * noise
        if parameters.factor.requires_grad:
            return parameters.mean + (parameters.factor @ noise.unsqueeze(-1)).squeeze(-1)
        return parameters.mean + noise @ self.factor.T

    def score(self, noise: Tensor) -> Tensor:
        """``∇_φ log q_φ(z)`` at ``z = μ + Σε``, shape ``[..., P]``.

        ``Σ⁻ᵀε`` for μ, ``Σ⁻ᵀ(εεᵀ − I)`` for Σ; for a diagonal ``ε/σ`` and ``(ε² − 1)/σ``
        (PIMA-7 §1).
        """
        parts = []
        for block in self.blocks:
            if not self.is_full:
                parts.append(noise / self.factor if block == "mean" else self._by_scale(noise))
            elif block == "mean":
                parts.append(noise @ self.inverse)
            else:
                outer = noise.unsqueeze(-1) * noise.unsqueeze(-2)
                parts.append((self.inverse.T @ (outer - torch.eye(noise.shape[-1]))).flatten(-2))
        return _joined(parts)

    def _by_scale(self, noise: Tensor) -> Tensor:
        return self.to_asked((noise.square() - 1) / self.factor)

    def to_asked(self, by_scale: Tensor) -> Tensor:
        """``∂/∂σ``, ``[..., d]``, as it was asked for: ``∂/∂log σ² = ½σ ∂/∂σ``."""
        return 0.5 * self.factor * by_scale if self.by_log_variance else by_scale

    def gradient(self, values: Tensor, rows: Parameters) -> Tensor:
        """What autograd says of each draw's own value, shape ``[..., P]``.

        Args:
            values: ``f(z)``, shape ``[...]``.
            rows: φ, a row per draw.

        Raises:
            RuntimeError: where values do not depend on φ: "element 0 of tensors does not require
                grad and does not have a grad_fn".
        """
        leaves = [row for row in rows if row.requires_grad]
        ones = values.new_ones(()).expand_as(values)
        found = torch.autograd.grad(values, leaves, ones, materialize_grads=True)
        parts = []
        for block, part in zip(self.blocks, found, strict=True):
            if block == "factor":
                part = part.flatten(-2) if self.is_full else self.to_asked(part)
            parts.append(part)
        return _joined(parts)


def _joined(parts: list[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)


def generator_for(config: EstimatorsConfig, stream: int, index: int = 0) -> torch.Generator:
    """Random numbers of one block of one stream, by the configuration's seed."""
    state: Any = np.random.SeedSequence([config.seed, stream, index]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0] >> 1))


def standard_normal(
    shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype
) -> Tensor:
    """``ε ~ N(0, I)``, drawn in float32, nine times faster than float64, then converted.

    A normal draw of 24 bits reaches 5.7 standard deviations; a million draws see no difference.
    """
    return torch.randn(shape, generator=generator, dtype=torch.float32).to(dtype)
