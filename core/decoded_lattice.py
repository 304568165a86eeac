"""``log p(x)`` of a decoder by the two-level rule, right to a hundredth of a nat and better.

For workers. The coarse lattice is decoded once per model; for a row it is then one product,
``‖x − f‖² = ‖x‖² − 2x·f + ‖f‖²``, in float32 (bfloat16 products would be wrong by nats). A sharp
posterior that it finds is decoded anew, finely, and compared with x by plain differences; of one
as wide as many cells the product itself is the integrand.
"""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.decoder import BLOCK, Decoder
from core.progress import note_progress
from core.two_level import (
    SPLITS,
    TOLERANCE,
    Cells,
    Lattice,
    Peak,
    find_peak,
    find_wide_peak,
    log_integral,
)

Array = NDArray[np.float64]

REACH = 6.5
"""Standard deviations of the prior that the lattice reaches at least."""

MARGIN = 0.3
"""How far it reaches beyond the outermost code, in the same unit."""

COUNT = {1: 2601, 2: 261}
"""Nodes per dimension: of the prior's width steps of .005 and .05."""

OTHER_SPLIT = 3
"""Parts per dimension of the rule that normalises the posterior independently of ``log p``."""

CHECKED = 64
"""Nodes at which the product is compared with plain differences, where it is the integrand."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CoarseGrid:
    """The decoded lattice: what ``log p(x, z)`` at all its nodes takes, for any x.

    ``log p(x, z) = const(z) + x·linear(z) − ½ x²·precision(z)`` with ``linear = μ_θ/σ²`` and
    ``precision = 1/σ²``.

    Attributes:
        lattice: its n nodes.
        const: ``log p(z) − ½ Σ (μ_θ²/σ² + log 2πσ²)``, shape ``[n]``, nats.
        linear: shape ``[n, D]``, in the decoder's precision: 214 MB for 28 × 28.
        precision: a number, or one per node and feature, ``[n, D]``.
    """

    lattice: Lattice
    const: Array
    linear: Tensor
    precision: Tensor

    def log_joint(self, x: NDArray[Any]) -> Array:
        """``log p(x, z)`` at all nodes, shape ``[B, n]``, for rows x ``[B, D]``; in nats."""
        rows = torch.tensor(x, dtype=self.linear.dtype)
        cross = (rows @ self.linear.T).double().numpy()
        if self.precision.dim() == 0:
            squared = np.square(x, dtype=np.float64).sum(-1, keepdims=True)
            squared = squared * float(self.precision)
        else:
            squared = (rows.square() @ self.precision.T).double().numpy()
        found: Array = self.const + cross - 0.5 * squared
        return found


def make_lattice(decoder: Decoder, x: NDArray[Any]) -> Lattice:
    """A lattice around the prior that holds the codes of rows x ``[n, D]``, too."""
    scale = math.sqrt(decoder.prior_variance)
    codes = decoder.encode(x)[0]
    outermost = float(np.abs(codes - decoder.prior_mean).max()) / scale
    reach = scale * max(REACH, outermost + MARGIN)
    return Lattice(centre=decoder.prior_mean, reach=reach, count=COUNT[decoder.latent_dim])


def decode_coarse(decoder: Decoder, lattice: Lattice) -> CoarseGrid:
    """Decode a lattice, once per model, in blocks. The caller keeps it."""
    nodes = lattice.nodes
    features = decoder.data_dim
    has_own = decoder.x_log_var is None
    linear = torch.empty(len(nodes), features, dtype=decoder.dtype)
    precision = torch.empty_like(linear) if has_own else (-_scalar(decoder)).exp()
    squared = np.empty(len(nodes))
    for start in range(0, len(nodes), BLOCK):
        block = slice(start, start + BLOCK)
        mean, own = decoder.decode(nodes[block])
        log_var = _scalar(decoder) if own is None else own
        weight = (-log_var).exp()
        if has_own:
            precision[block] = weight
        linear[block] = mean * weight
        volume = log_var.expand_as(mean).sum(-1, dtype=torch.float64)
        squared[block] = (mean.square() * weight).sum(-1, dtype=torch.float64) + volume
        note_progress()
    const = -0.5 * (squared + features * math.log(2 * math.pi)) + log_prior(decoder, nodes)
    return CoarseGrid(lattice=lattice, const=const, linear=linear, precision=precision)


def log_prior(decoder: Decoder, z: Array) -> Array:
    """``log p(z)`` in nats, shape ``[n]``, for z ``[n, L]``."""
    variance = decoder.prior_variance
    squared = np.square(z - decoder.prior_mean).sum(-1)
    found: Array = -0.5 * (squared / variance + z.shape[-1] * math.log(2 * math.pi * variance))
    return found


def find_evidence(
    decoder: Decoder,
    grid: CoarseGrid,
    x: NDArray[Any],
    coarse: Array | None = None,
    parts: tuple[int, int] = SPLITS,
) -> Peak:
    """``log p(x) = log ∫ p(x, z) dz`` of one row, with its achieved error and the posterior.

    Checked by ``test_digits_exact``, ``test_the_rule_agrees_with_dblquad`` and, of a linear
    decoder, by ``test_a_linear_decoder_has_its_closed_form``; of posteriors as wide as the prior
    by ``test_a_wide_posterior_needs_no_split_and_agrees_with_one``.

    Args:
        decoder: the model.
        grid: its coarse lattice, decoded.
        x: the row, shape ``[D]``.
        coarse: ``grid.log_joint`` of it, shape ``[n]``, where it is known.
        parts: of a cell, per dimension, finer and rougher, where cells have to be split.
    """
    values = grid.log_joint(x[None])[0] if coarse is None else coarse
    cells = grid.lattice.survivors(values)
    wide = _wide_peak(decoder, grid, x, values, cells)
    if wide is not None:
        return wide
    return find_peak(partial(decoder.log_joint_at, x), grid.lattice, cells, parts)


def log_normaliser(
    decoder: Decoder, grid: CoarseGrid, x: NDArray[Any], coarse: Array | None = None
) -> float:
    """``log ∫ p(x, z) dz`` in nats by another rule than ``find_evidence``: for the posterior.

    By another split, or where nothing need be split by plain differences instead of the product.
    Arguments as there.
    """
    values = grid.log_joint(x[None])[0] if coarse is None else coarse
    cells = grid.lattice.survivors(values)
    is_wide = _wide_peak(decoder, grid, x, values, cells) is not None
    parts = 1 if is_wide else OTHER_SPLIT
    return log_integral(partial(decoder.log_joint_at, x), grid.lattice, cells, parts)


def _wide_peak(
    decoder: Decoder, grid: CoarseGrid, x: NDArray[Any], values: Array, cells: Cells
) -> Peak | None:
    """What the lattice alone says, its own rounding measured; ``None``: it is not enough."""
    peak = find_wide_peak(values, grid.lattice, cells)
    if peak is None:
        return None
    some = cells[:: max(1, len(cells) // CHECKED)]
    plain = decoder.log_joint_at(x, grid.lattice.nodes[some])
    error = peak.error + float(np.abs(values[some] - plain).max())
    return replace(peak, error=error) if error <= TOLERANCE else None


def _scalar(decoder: Decoder) -> Tensor:
    return torch.zeros(()) if decoder.x_log_var is None else decoder.x_log_var
