"""What is trained: a small flow, in two runs of different classes; and one question."""

from typing import ClassVar

from core.flow.config import FlowConfig, FlowControls

Rate = FlowControls


class One(FlowConfig):
    lesson: ClassVar[str] = "tiny"


class Two(One):
    """Another class of configuration for the second run."""


def doubled(x: float) -> float:
    return 2 * x
