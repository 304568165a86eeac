"""Another run takes the place of one of a lesson's, and the one that stood is kept.

When another run takes the place of a trained one (an experiment is chosen, or ⟲ Reset starts other
choices), the session keeps the run that stood: configuration, controls, records and parameters,
but neither the optimiser's moments nor snapshots, so about a third of what the run itself holds.
``MOST_OVERLAYS`` are kept of each of a lesson's runs, to be compared with what comes next; and the
store keeps it whole, to be brought back. All this is done in callbacks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.training import new_run
from dashboard.kit.sessions import held_of
from dashboard.kit.trail import Replaced

if TYPE_CHECKING:
    from core.execution.view import RunView
    from core.run import Run
    from dashboard.kit.lesson import Lesson, Training
    from dashboard.kit.option import Choices
    from dashboard.kit.state import LessonState

MOST_OVERLAYS = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Overlay:
    """A run as it stood when another took its place.

    Attributes:
        identity: the id it had in the store, and its generation.
        name: which of its lesson's runs it was.
        run: without moments and snapshots.
        preset: the experiment that it was; empty where its choices are those of none.
        steps_per_second: how fast it trained; None where that was never measured.
    """

    identity: tuple[str, int]
    name: str = ""
    run: Run
    preset: str = ""
    steps_per_second: float | None = None


def put_run(
    lesson: Lesson,
    state: LessonState,
    part: Training,
    config: Any,
    controls: Any,
    until_step: int | None = None,
) -> None:
    """Start a new run in the place of one: what stood can be brought back and compared with.

    Args:
        lesson: whose.
        state: of it.
        part: which of its runs.
        config: of the new one.
        controls: of the new one.
        until_step: how far it trains by itself; None: it stands still.
    """
    held = held_of(lesson.name, part.name)
    if held is None:
        return
    view = held.glance()
    if view is not None:
        state.trail.replaced = Replaced(name=part.name, config=view.run.config)
        _keep(lesson, state, part, view, config, controls)
    state.unopened.discard(part.name)
    held.replace(new_run(config, controls), until_step)


def start_over(lesson: Lesson, state: LessonState) -> None:
    """Start the steered run anew, of what is chosen now; it is no experiment any more."""
    state.shown, part = None, lesson.steered(state.choices)
    held = held_of(lesson.name, part.name)
    view = None if held is None else held.glance()
    standing = None if view is None else view.run.config
    put_run(lesson, state, part, *lesson.configured(state.choices, part, standing))


def bring_back(lesson: Lesson, choices: Choices, replaced: Replaced) -> None:
    """Put back the run that was replaced last, if it is of ``choices``."""
    part = lesson.by_name[replaced.name]
    held = held_of(lesson.name, part.name)
    if held is not None:
        config, _ = lesson.configured(choices, part, replaced.config)
        held.bring_back(config)


def _keep(
    lesson: Lesson,
    state: LessonState,
    part: Training,
    view: RunView,
    config: Any,
    controls: Any,
) -> None:
    """The run that stands is about to give way to one of ``config`` and ``controls``.

    An untrained run is not kept, nor is one of these very choices.
    """
    kept = [overlay for overlay in state.overlays if overlay.name == part.name]
    if view.run.step:
        kept.insert(0, _overlay(lesson, part, view))
    others = [overlay for overlay in kept if not _is_of(overlay.run, config, controls)]
    apart = [overlay for overlay in state.overlays if overlay.name != part.name]
    state.overlays = (*others[:MOST_OVERLAYS], *apart)


def _overlay(lesson: Lesson, part: Training, view: RunView) -> Overlay:
    run = view.run
    state = replace(run.state, moments=run.state.moments[:0])
    return Overlay(
        identity=(view.run_id, view.generation),
        name=part.name,
        run=replace(run, state=state, history=replace(run.history, snapshots=())),
        preset=_preset_of(lesson, part, run),
        steps_per_second=view.steps_per_second,
    )


def _preset_of(lesson: Lesson, part: Training, run: Run) -> str:
    """The experiment that makes such a run; empty if none does."""
    for name, preset in lesson.presets.items():
        choices = dict(lesson.defaults) | dict(preset.choices)
        is_its = lesson.steered(choices) is part
        if is_its and _is_of(run, *lesson.configured(choices, part)):
            return name
    return ""


def _is_of(run: Run, config: Any, controls: Any) -> bool:
    """Whether a run is of these choices from its first step to its last."""
    held = {change.controls for change in run.history.changes} | {run.controls}
    return bool(run.config == config) and held == {controls}
