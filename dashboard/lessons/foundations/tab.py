"""What every tab of the foundations lesson is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the four frames.

    Attributes:
        ask: what it wants to know of the workers.
        draw: draws what is known.
    """

    ask: Callable[[Scene], Sequence[Question]]
    draw: Callable[[Scene], None]
