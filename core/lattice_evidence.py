"""The mean ``log p(x)`` of many rows by the two-level rule, in slices of time: for workers."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.decoded_lattice import CoarseGrid, find_evidence
from core.decoder import Decoder
from core.row_evidence import Evidence, How
from core.two_level import Peak

Array = NDArray[Any]

SLICE_SECONDS = 0.6
"""After so much time a slice ends: others wait for the worker, too."""

BLOCK_ROWS = 8
"""Rows whose coarse tables are made in one product, which reads the whole lattice."""

CODES = 1000
"""Held-out rows whose codes the lattice has to hold."""


class Model(NamedTuple):
    """A decoder and its coarse lattice, decoded."""

    decoder: Decoder
    grid: CoarseGrid


def by_quadrature(model: Model, x: Array, first: int, seconds: float = SLICE_SECONDS) -> Evidence:
    """The mean ``log p(x)`` of rows ``[N, D]`` from one on, as many as fit into a slice of time.

    Args:
        model: a decoder and its coarse lattice.
        x: all rows that are asked for.
        first: the row to go on from.
        seconds: a slice of time; at least one row is done.
    """
    end = time.monotonic() + seconds
    peaks: list[Peak] = []
    for peak in _peaks(model, x[first:]):
        peaks.append(peak)
        if time.monotonic() > end:
            break
    values = np.array([peak.log_integral for peak in peaks])
    errors = np.array([peak.error for peak in peaks])
    return summary(values, errors, sum(peak.is_cut for peak in peaks), len(x), "quadrature")


def _peaks(model: Model, x: Array) -> Iterator[Peak]:
    """What the rule finds of rows ``[n, D]``, one after the other."""
    for start in range(0, len(x), BLOCK_ROWS):
        block = x[start : start + BLOCK_ROWS]
        for row, coarse in zip(block, model.grid.log_joint(block), strict=True):
            yield find_evidence(model.decoder, model.grid, row, coarse)


def summary(values: Array, errors: Array, num_cut: int, rows_in_all: int, how: How) -> Evidence:
    """What is told of the rows that are done: values and errors ``[n]``, nats."""
    return Evidence(
        log_evidence=float(values.mean()),
        error=float(errors.mean()),
        num_rows=len(values),
        rows_in_all=rows_in_all,
        num_cut=num_cut,
        how=how,
    )
