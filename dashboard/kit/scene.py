"""What a page is being drawn of: the lesson, what was chosen, the run, the words, the look."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.execution.outcomes import UnknownRun
from dashboard.kit.lesson import Lesson, Training
from dashboard.kit.look import chosen_language, chosen_look, kit_words
from dashboard.kit.option import Choices, Option
from dashboard.kit.state import LessonState, absorb, fitted, write_link
from dashboard.kit.words import Words, words
from dashboard.theme import Look

if TYPE_CHECKING:
    from core.execution.view import RunView
    from core.run import Run
    from dashboard.kit.desk import Desk
    from dashboard.kit.questions import Answer
    from dashboard.kit.sessions import HeldRun


@dataclass(frozen=True, kw_only=True, eq=False)
class Wanted:
    """What the controls ask of one of a lesson's runs.

    Attributes:
        config: the experiment.
        controls: what may change while training.
        held: the run of this session.
    """

    config: Any
    controls: Any
    held: HeldRun


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """One run of a page, as its parts see it.

    Attributes:
        lesson: the declaration.
        state: of this session.
        choices: every option's value, fitted together.
        said: the lesson's words.
        kit: the words that all lessons share.
        look: theme and size.
        runs: by their names, what the controls ask of the lesson's runs.
        views: the runs as they stand at this moment, by the same names.
        of_run: a run of another lesson that the link opens here, read-only.
        question: the frozen configuration of a lesson that asks.
    """

    lesson: Lesson
    state: LessonState
    choices: Choices
    said: Words
    kit: Words
    look: Look
    runs: Mapping[str, Wanted] = field(default_factory=dict)
    views: Mapping[str, RunView] = field(default_factory=dict)
    of_run: Run | None = None
    question: Any = None

    @property
    def steered(self) -> Training:
        """What the strip trains."""
        return self.lesson.steered(self.choices)

    @property
    def view(self) -> RunView:
        """The run that the strip steers, as it stands."""
        return self.views[self.steered.name]

    @property
    def main(self) -> Wanted:
        """The run that the strip steers."""
        return self.runs[self.steered.name]

    @property
    def is_training(self) -> bool:
        """Whether a run trains that is watched here."""
        return any(
            self.views[name].training
            for name in self.lesson.watched(self.choices)
            if name in self.views
        )

    @property
    def desk(self) -> Desk:
        """The questions of this lesson."""
        return self.state.desk

    def answer(self, name: str) -> Answer:
        """What is known of a question."""
        return self.state.desk.answer(name)

    def option(self, key: str) -> Option:
        """A control."""
        return self.lesson.by_key[key]

    @property
    def shown(self) -> str | None:
        """The chosen experiment, as long as choices and run still are those of it."""
        name, lesson, now = self.state.shown, self.lesson, self.state.choices
        if name is None:
            return None
        wanted = lesson.choices_by(name)
        for option in lesson.options:
            is_moved = now[option.key] != wanted[option.key]
            if is_moved and not option.is_incidental and option.applies != "view":
                return None
        return name if not self.runs or self._is_run_of(wanted) else None

    def _is_run_of(self, choices: Choices) -> bool:
        """Whether the run that ``choices`` steer is the experiment that they configure."""
        part = self.lesson.steered(choices)
        config, _ = self.lesson.configured(choices, part)
        with suppress(UnknownRun):
            return bool(self.runs[part.name].held.latest().config == config)
        return True

    @property
    def is_whole(self) -> bool:
        """Whether the page around a fragment was drawn to its end."""
        return self.state.finished == self.state.begun


def new_scene(lesson: Lesson, state: LessonState, *, in_widgets: bool = True) -> Scene:
    """The scene of a run that begins; runs are added when they are attached."""
    choices = fitted(lesson, state, in_widgets=in_widgets)
    state.trail.note(choices, state.shown, time.monotonic())
    return Scene(
        lesson=lesson,
        state=state,
        choices=choices,
        said=words(lesson.package, chosen_language()),
        kit=kit_words(),
        look=chosen_look(),
        question=None if lesson.question is None else lesson.question(choices),
    )


def renewed(scene: Scene) -> Scene:
    """The scene as a fragment finds it: with what was chosen since; the link follows.

    Of a handle on its way it follows when the handle rests: every new address makes the browser
    draw the whole page.
    """
    absorb(scene.lesson, scene.state)
    fresh = new_scene(scene.lesson, scene.state, in_widgets=False)
    fresh = replace(fresh, runs=scene.runs, views=scene.views, of_run=scene.of_run)
    is_moving, scene.state.is_moving = scene.state.is_moving, False
    if not is_moving:
        write_link(fresh)
    return fresh
