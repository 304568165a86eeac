"""Two small flows, and what a step of one is made of."""

from dataclasses import dataclass
from typing import Any, ClassVar

from core.flow.config import FlowConfig, FlowControls
from core.run import Budget, Run
from core.training import advance

Rate = FlowControls


class One(FlowConfig):
    lesson: ClassVar[str] = "walked"


@dataclass(frozen=True, kw_only=True)
class Two(One):
    """The second run: it has something that no choice says."""

    origin: str = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A step that is not taken yet."""

    norm: float
    length: float
    after: bytes


def walk(run: Run, controls: Any) -> Walked:
    """How long the parameters are, how far the step leads, and where."""
    reached = advance(run, controls, Budget(steps=1))
    before, after = run.state.parameters, reached.state.parameters
    return Walked(
        norm=float((before**2).sum() ** 0.5),
        length=float(((after - before) ** 2).sum() ** 0.5),
        after=after.tobytes(),
    )
