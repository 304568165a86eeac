"""What every tab of the divergences lesson is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.kit.downloads import Download
from dashboard.kit.overlays import Compared
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene


def _no_files(_: Scene) -> Sequence[Download]:
    return ()


def _no_numbers(_: Scene) -> Sequence[Compared]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the frames.

    Attributes:
        ask: what it wants to know of the workers.
        draw: draws what is known.
        facts: where the run that the strip steers stands (HTML).
        downloads: what can be taken home of it.
        compared: numbers of the steered run that are compared with those of the run before.
    """

    ask: Callable[[Scene], Sequence[Question]]
    draw: Callable[[Scene], None]
    facts: Callable[[Scene], str]
    downloads: Callable[[Scene], Sequence[Download]] = _no_files
    compared: Callable[[Scene], Sequence[Compared]] = _no_numbers
