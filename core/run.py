"""A run is a value: configuration, state, step and history in one picklable object.

Torch-free: a run holds numpy arrays and bytes only, so the server can keep it.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

from core.history import History
from core.validation import require_number

MAX_RUN_BYTES = 64 * 2**20
"""A run with its history stays under this many bytes."""


class TrainingDiverged(Exception):
    """Training left the finite numbers; the run before the slice is intact.

    Attributes:
        step: the step whose metric was not finite.
        metric: its name.
        value: what it was.
        reached: the run at the last step whose numbers were all finite, if the slice came that
            far; ``core.training.advance`` fills it in.
    """

    def __init__(self, step: int, metric: str, value: float) -> None:
        """Name the step, the metric and its value."""
        super().__init__(step, metric, value)
        self.step = step
        self.metric = metric
        self.value = value
        self.reached: Run | None = None

    def __str__(self) -> str:
        """One sentence."""
        return f"training diverged at step {self.step:,}: {self.metric} became {self.value}"


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long a slice may train: a number of steps, a time in seconds, or whichever is first."""

    steps: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse an empty or negative budget."""
        if self.steps is None and self.seconds is None:
            raise ValueError("`budget` must name `steps` or `seconds`, got neither")
        if self.steps is not None:
            require_number("steps", self.steps, at_least=0)
        if self.seconds is not None:
            require_number("seconds", self.seconds, at_least=0)


@dataclass(frozen=True, kw_only=True)
class TrainState:
    """What a step needs and changes.

    Attributes:
        parameters: all parameters, flat, shape ``[P]``.
        moments: the optimiser's moments, shape ``[k, P]``: 2 rows for Adam, none for SGD.
        generator: the state of the noise generator.
    """

    parameters: NDArray[Any]
    moments: NDArray[Any]
    generator: bytes

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.parameters.nbytes + self.moments.nbytes + len(self.generator)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One experiment at one moment.

    Attributes:
        config: what was chosen before the first step; it names its trainer and the lesson that
            may attach the run (``core.training.Experiment``).
        controls: what holds now and may change while training.
        state: parameters, moments, generator.
        step: optimiser steps taken.
        history: records, control changes, snapshots.
    """

    config: Any
    controls: Any
    state: TrainState
    step: int = 0
    history: History = field(default_factory=History)

    @property
    def nbytes(self) -> int:
        """Bytes held by state and history."""
        return self.state.nbytes + self.history.nbytes

    def bare(self) -> "Run":
        """This run without its past: what has to travel to a worker."""
        return replace(self, history=History(max_snapshots=self.history.max_snapshots))

    def continued_by(self, later: "Run") -> "Run":
        """``later``, trained from ``self.bare()``, with this run's past put before its own."""
        return replace(later, history=self.history.followed_by(later.history))
