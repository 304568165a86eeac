"""Which values a panel of curves shows, and what lies outside of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

OUTLIERS = 0.05
"""Share of the later values at each end that does not widen the axis."""

FEWEST = 8
"""A curve of fewer records is shown whole."""

LATEST_REACH = 1e4
"""The latest value is shown if it is no further away than this, in units of the usual spread:
further only numbers are that leave the finite ones."""

OBJECTIVE_REACH = 30.0
"""The same for what is trained: right after a jump of its weight it says nothing for a while."""

LEAST_SPREAD = 0.05
"""Least usual spread, as a share of the values themselves."""


def window(
    held_out: Values,
    train: Values,
    exact: Values | None = None,
    objective: Values | None = None,
) -> tuple[float, float]:
    """The lowest and the highest value that a panel draws.

    That is the range of the later half of the curves without its outliers, with the latest of
    every curve, widened three times; of a diverging run it is that of the first half. Untrained
    losses, a jump of a control or the last numbers of a diverging run would flatten all the rest.
    All arrays are in order of their steps, ``[n]``.

    Args:
        held_out: values on held-out rows.
        train: values on training rows.
        exact: the exact reference.
        objective: what is trained.
    """
    if len(held_out) < FEWEST:
        return -np.inf, np.inf
    usual = _usual(held_out, train)
    if not len(usual):
        return -np.inf, np.inf
    low, high = (float(edge) for edge in np.quantile(usual, [OUTLIERS, 1.0 - OUTLIERS]))
    spread = max(high - low, LEAST_SPREAD * max(abs(low), abs(high)), 1e-9)
    reaches = ((held_out, LATEST_REACH), (exact, LATEST_REACH), (objective, OBJECTIVE_REACH))
    for values, reach in reaches:
        latest = _finite(values[-1:]) if values is not None else ()
        for value in latest:
            if low - reach * spread <= value <= high + reach * spread:
                low, high = min(low, float(value)), max(high, float(value))
    room = 3.0 * max(high - low, 1e-3 * max(abs(low), abs(high), 1e-9))
    return low - room, high + room


def _usual(*curves: Values) -> Values:
    """The finite values of the later halves; of the first ones where the later explode."""
    first = _finite(np.concatenate([part[: len(part) // 2] for part in curves]))
    later = _finite(np.concatenate([part[len(part) // 2 :] for part in curves]))
    if not len(first) or not len(later):
        return later
    spread = max(float(np.ptp(first)), LEAST_SPREAD * float(np.abs(first).max()), 1e-9)
    return first if float(np.ptp(later)) > LATEST_REACH * spread else later


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """The value of a panel that is furthest outside on one side.

    Attributes:
        side: of the panel.
        curve: the key of its curve.
        step: where it is.
        value: how far.
        edge: the last value drawn on that side.
    """

    side: Literal["below", "above"]
    curve: str
    step: int
    value: float
    edge: float


def outliers(
    steps: NDArray[np.int64], curves: Mapping[str, Values], low: float, high: float
) -> tuple[Outlier, ...]:
    """What a panel leaves out, at most one value on each side.

    Args:
        steps: of the records, ``[n]``.
        curves: values by key, each ``[n]``.
        low: the lowest value that is drawn.
        high: the highest.
    """
    drawn = _finite(np.concatenate(list(curves.values())))
    drawn = drawn[(drawn >= low) & (drawn <= high)]
    if not len(drawn):
        return ()
    found: list[Outlier] = []
    sides: tuple[tuple[Literal["below", "above"], float, float], ...] = (
        ("below", -1.0, float(drawn.min())),
        ("above", 1.0, float(drawn.max())),
    )
    for side, sign, edge in sides:
        limit = sign * (high if sign > 0 else low)
        beyond = []
        for name, values in curves.items():
            signed = np.where(np.isfinite(values), sign * values, -np.inf)
            furthest = int(signed.argmax())
            if limit < signed[furthest] < np.inf:
                beyond.append((float(signed[furthest]), name, int(steps[furthest])))
        if beyond:
            value, name, step = max(beyond)
            found.append(Outlier(side=side, curve=name, step=step, value=sign * value, edge=edge))
    return tuple(found)


def _finite(values: Values) -> Values:
    finite: Values = values[np.isfinite(values)]
    return finite
