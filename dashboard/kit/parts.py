"""What a lesson draws: its pictures in parts, each a fragment with questions of its own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.kit.downloads import Download
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.overlays import Compared
    from dashboard.kit.questions import Question
    from dashboard.kit.scene import Scene


def _nothing(_: Scene) -> tuple[Question, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """Pictures that are drawn again together.

    Attributes:
        draw: draws what is known; what is not yet is said, or stays as it was last.
        ask: what it wants to know; asked before it is drawn, and waited for a moment.
        name: of its fragment.
        is_later: whether it is asked and drawn only when all before it is.
    """

    draw: Callable[[Scene], None]
    ask: Callable[[Scene], Sequence[Question]] = _nothing
    name: str = "live"
    is_later: bool = False


@dataclass(frozen=True, kw_only=True)
class Live:
    """Everything of a lesson that needs the chart libraries; ``LIVE`` of its module ``live``.

    Attributes:
        parts: what follows choices and training, from above to below.
        facts: where the run stands, for the strip (HTML).
        above: what is chosen of the view, between the strip and the pictures.
        below: what stands under the first part and is not drawn again with it.
        closer: further parts under a line of their own.
        downloads: what can be taken home.
        why_not: why the run that is shown cannot be trained, in words; empty if it can.
        why_not_in: why the lesson of this name, which reads runs of this one, cannot read one of
            this configuration, in words; empty if it can.
        differences: what waits for a reset, in words, where the options' rows cannot say it.
        compared: the numbers that are compared with those of the run before.
        comparable: whether a run of one configuration can be compared with one of another.
    """

    parts: tuple[Part, ...]
    facts: Callable[[Scene], str] | None = None
    above: Callable[[Scene], None] | None = None
    below: Callable[[Scene], None] | None = None
    closer: Callable[[Scene], None] | None = None
    downloads: Callable[[Scene], Sequence[Download]] = lambda scene: ()
    why_not: Callable[[Scene, Any], str] = lambda scene, config: ""
    why_not_in: Callable[[Scene, str, Any], str] = lambda scene, reader, config: ""
    differences: Callable[[Scene, Any, Any], str] | None = None
    compared: Callable[[Scene], Sequence[Compared]] = lambda scene: ()
    comparable: Callable[[Any, Any], bool] = lambda before, now: True


def live_part(lesson: Lesson) -> Live:
    """The ``LIVE`` of a lesson: its pictures, imported when they are drawn."""
    live: Live = importlib.import_module(f"{lesson.package}.live").LIVE
    return live
