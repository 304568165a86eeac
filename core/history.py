"""What a run remembers: records of its metrics, changes of its controls, snapshots.

Torch-free: the server draws from histories and never imports torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

RECORDS_PER_OCTAVE = 256
"""Records kept between two consecutive powers of two of the step count."""

FIRST_RECORD = 16
"""Before the first interval is over every power of two from here on is recorded."""


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """Every metric of a run at one step; names such as ``elbo/held_out``, values in nats."""

    step: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class ControlChange:
    """The controls that hold from ``step`` on; a run's first change is at step 0."""

    step: int
    controls: Any


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The parameters at one step, one flat array with shape ``[P]``."""

    step: int
    parameters: NDArray[Any]


def is_recorded(step: int, interval: int) -> bool:
    """Whether ``step`` gets a record: a function of the step alone, so slicing cannot change it.

    Step 0, the powers of two from ``FIRST_RECORD`` on, then every ``interval`` steps; the spacing
    doubles with each doubling of the step count past ``RECORDS_PER_OCTAVE`` records, so a run of
    S steps keeps about ``RECORDS_PER_OCTAVE · log2(S / interval)`` records.
    """
    if FIRST_RECORD <= step < interval:
        return step & (step - 1) == 0
    octave = max(0, (step // (interval * RECORDS_PER_OCTAVE)).bit_length() - 1)
    return step % (interval << octave) == 0


def is_snapshot_step(step: int) -> bool:
    """Whether ``step`` gets a snapshot: 0 and the powers of two."""
    return step & (step - 1) == 0


@dataclass(frozen=True, kw_only=True)
class History:
    """The past of a run, column-wise.

    Attributes:
        names: the metric names, one per column of ``values``.
        steps: the recorded steps, shape ``[n]``, strictly increasing.
        values: the metrics, shape ``[n, len(names)]``, NaN where a metric does not apply.
        changes: control changes, in order of their steps.
        snapshots: parameter snapshots, in order of their steps.
        max_snapshots: how many snapshots are kept: the first and the latest ones.
    """

    names: tuple[str, ...] = ()
    steps: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    changes: tuple[ControlChange, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    max_snapshots: int = 16

    def __len__(self) -> int:
        """The number of records."""
        return len(self.steps)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """The column called ``name``, shape ``[n]``.

        Raises:
            KeyError: when the history has no such metric.
        """
        if name not in self.names:
            raise KeyError(name)
        return self.values[:, self.names.index(name)]

    def latest(self) -> dict[str, float]:
        """The metrics of the last record; empty before the first."""
        if not len(self):
            return {}
        return dict(zip(self.names, self.values[-1].tolist(), strict=True))

    def with_records(self, records: Sequence[StepRecord]) -> "History":
        """This history followed by ``records``; a later word on the same step wins."""
        if not records:
            return self
        names = self.names or tuple(records[0].metrics)
        rows = np.array([[record.metrics[name] for name in names] for record in records])
        return self.followed_by(
            History(
                names=names,
                steps=np.array([record.step for record in records], dtype=np.int64),
                values=rows,
            )
        )

    def with_snapshots(self, snapshots: Sequence[Snapshot]) -> "History":
        """This history and ``snapshots``, the middle ones forgotten beyond ``max_snapshots``."""
        return self.followed_by(History(snapshots=tuple(snapshots)))

    def with_change(self, step: int, controls: Any) -> "History":
        """This history with ``controls`` holding from ``step`` on; a later word wins."""
        kept = tuple(change for change in self.changes if change.step < step)
        return replace(self, changes=(*kept, ControlChange(step=step, controls=controls)))

    def followed_by(self, other: "History") -> "History":
        """This history and then ``other``, which continues it (only its new rows).

        Records and changes of steps that ``other`` has, too, give way to its own.
        """
        assert not (self.names and other.names) or self.names == other.names
        kept = len(self)
        if len(other):
            kept = int(np.searchsorted(self.steps, other.steps[0]))
        first_change = other.changes[0].step if other.changes else None
        changes = tuple(c for c in self.changes if first_change is None or c.step < first_change)
        snapshots = self.snapshots + other.snapshots
        if len(snapshots) > self.max_snapshots:
            snapshots = (snapshots[0], *snapshots[len(snapshots) - self.max_snapshots + 1 :])
        return replace(
            self,
            names=self.names or other.names,
            steps=np.concatenate([self.steps[:kept], other.steps]),
            values=_stacked(self.values[:kept], other.values),
            changes=changes + other.changes,
            snapshots=snapshots,
        )

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return (
            self.steps.nbytes
            + self.values.nbytes
            + sum(snapshot.parameters.nbytes for snapshot in self.snapshots)
        )


def _stacked(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of both; an empty table has no columns yet."""
    if not len(first) or not len(second):
        return first if len(first) else second
    return np.concatenate([first, second])
