"""The page of a lesson: ``show(LESSON)``."""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core.run import Run
from core.training import new_run, resolve
from dashboard.kit.controls import sidebar
from dashboard.kit.explanation import explanation
from dashboard.kit.guard import guarded
from dashboard.kit.header import header
from dashboard.kit.lesson import Lesson, Training
from dashboard.kit.look import chosen_language, kit_words
from dashboard.kit.option import Choices
from dashboard.kit.parts import live_part
from dashboard.kit.readers import ways_to_readers
from dashboard.kit.scene import Scene, Wanted, new_scene
from dashboard.kit.script import drawer, followed
from dashboard.kit.script_link import enter_guide, script_for
from dashboard.kit.sessions import Found, attached, opened_here, started
from dashboard.kit.sheet import sheet
from dashboard.kit.state import LessonState, enter, is_arriving, state_of, write_link
from dashboard.kit.tools import tools


def show(lesson: Lesson) -> None:
    """Draw the page of ``lesson``: choices, words, pictures, script, what can be taken home."""
    with guarded(f"the page '{lesson.name}'"):
        _show(lesson)


def _show(lesson: Lesson) -> None:
    state = state_of(lesson)
    state.begun += 1
    found = {part.name: attached(lesson.name, part) for part in lesson.training}
    arrives = is_arriving(lesson)
    enter(lesson, state, _choices_of(lesson, found))
    if arrives:
        asked = {key: st.query_params.get_all(key) for key in st.query_params}
        state.complaints += enter_guide(lesson, state.guide, asked, chosen_language(), kit_words())
        _ask_over(lesson, state, asked)
    scene = new_scene(lesson, state)
    runs = {part.name: _wanted(scene, part, found[part.name]) for part in lesson.training}
    scene = replace(scene, runs=runs, of_run=_other_run(lesson, anew=arrives))
    top = sidebar(scene)  # while the first slice with new controls is on its way
    write_link(scene)
    if state.guide.sheet:
        sheet(scene, followed(scene))
    else:
        tools(scene, top)
        header(scene)
        drawer(scene)
        for name in lesson.watched(scene.choices):
            runs[name].held.wait_for_controls(runs[name].controls)
        _pictures(scene)
    state.given.ask()
    state.finished = state.begun


def _ask_over(lesson: Lesson, state: LessonState, asked: Mapping[str, Any]) -> None:
    """What the question of a link is asked over, unless the link says more."""
    guide = state.guide
    if not guide.step or guide.is_revealed or set(asked) & set(lesson.by_key):
        return
    over = script_for(lesson, guide, chosen_language()).steps[guide.step - 1].over
    if over is not None and state.begun == 1:
        state.choices = dict(lesson.defaults) | dict(over)


def _choices_of(lesson: Lesson, found: dict[str, Found | None]) -> Choices | None:
    """What the options were for the runs that were found."""
    runs = [one.run for one in found.values() if one is not None]
    if not runs:
        return None
    return lesson.choices_of(*(value for run in runs for value in (run.config, run.controls)))


def _wanted(scene: Scene, part: Training, found: Found | None) -> Wanted:
    """What the controls ask of one run; the run is new if none was found."""
    standing = None if found is None else found.run.config
    config, controls = scene.lesson.configured(scene.choices, part, standing)
    wanted = partial(Wanted, config=config, controls=controls)
    is_watched = part.name in scene.lesson.watched(scene.choices)
    if found is None:
        run, until_step = _first_run(scene, part, config, controls)
        if not is_watched:
            scene.state.unopened.add(part.name)
        until_step = until_step if is_watched else None
        return wanted(held=started(scene.lesson.name, part.name, run, until_step))
    held = found.held
    if part.name in scene.state.unopened:
        _follow_unopened(scene, part, wanted(held=held), found.run, opens=is_watched)
    elif part.follows(config) and found.run.config != config:
        held.replace(new_run(config, controls))
    if is_watched:  # a command would let any other train on, too
        held.set_controls(controls)
    return wanted(held=held)


def _follow_unopened(
    scene: Scene, part: Training, wanted: Wanted, run: Run, *, opens: bool
) -> None:
    """A run that nobody has looked at is of what is chosen; now looked at, it trains a bit."""
    if opens:
        scene.state.unopened.discard(part.name)
    elif (run.config, run.controls) == (wanted.config, wanted.controls):
        return
    first, until_step = _first_run(scene, part, wanted.config, wanted.controls)
    wanted.held.replace(first, until_step if opens else None)


def _first_run(scene: Scene, part: Training, config: Any, controls: Any) -> tuple[Run, int | None]:
    """The shipped run if it is of this very experiment, otherwise a new one that trains a bit.

    Where a link names an experiment it trains as far as that does, so that its sentence is true.
    """
    ready = resolve(part.ready)() if part.ready else None
    if ready is not None and (config, controls) == (ready.config, ready.controls):
        return ready, None
    steps = part.opening_steps
    shown, lesson = scene.shown, scene.lesson
    if shown is not None and part is lesson.steered(lesson.choices_by(shown)):
        steps = lesson.presets[shown].train_steps
    return new_run(config, controls), None if part.follows(config) else steps or None


def _other_run(lesson: Lesson, *, anew: bool) -> Run | None:
    """The run of another lesson that the link opens here."""
    wanted = st.query_params.get("of")
    if not wanted or not lesson.reads_runs_of:
        return None
    return opened_here(lesson.name, wanted, lesson.reads_runs_of, anew=anew)


def _pictures(scene: Scene) -> None:
    """All that needs the chart libraries: the words above were sent before they are imported."""
    live_module = importlib.import_module("dashboard.kit.live")
    downloads_module = importlib.import_module("dashboard.kit.downloads")
    shown = live_part(scene.lesson)
    live_module.live(scene, shown)
    if shown.closer is not None:
        st.divider()
        shown.closer(scene)
    st.divider()
    text, steps = st.columns([0.6, 0.4], gap="large")
    with text:
        st.subheader(scene.kit("page.what_you_see"))
        explanation(scene)
    with steps:
        st.subheader(scene.kit("page.take_home"))
        downloads_module.take_home(scene, tuple(shown.downloads(scene)))
        ways_to_readers(scene, shown.why_not_in)
