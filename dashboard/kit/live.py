"""The live part of every page: the strip of a run, and parts that follow it and the choices.

Nothing waits for a worker beyond ``PATIENCE``: what is not there is drawn when the browser asks
again, while a run trains four times a second, otherwise a moment later.
"""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.execution.view import RunView
from dashboard.components.ask_on import ask_on
from dashboard.kit.changes import waiting
from dashboard.kit.fragments import (
    FIRST,
    due,
    is_alone,
    keep_polling,
    note_polling,
    redraw_later,
)
from dashboard.kit.guard import guarded
from dashboard.kit.overlays import overlay_lines
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.run_strip import run_messages, run_strip, show_facts
from dashboard.kit.scene import Scene, renewed
from dashboard.kit.state import state_of
from dashboard.kit.steering import start_over

POLL_SECONDS = 0.25
"""How often a page that trains asks for what is new."""

ASK_SECONDS = 0.15
"""How soon the browser asks for an answer that had not come yet."""

LATER_SECONDS = 0.23
"""The same for a later part: not at the same moment."""

PATIENCE = 0.3
"""Seconds in which answers are usually there: each picture is then drawn once."""

TRAINING_PATIENCE = 0.1
"""The same while a run trains and the next picture is on its way anyhow."""

MOST_RAISED = 4
"""How often, before a part is drawn, it is asked again what answers have led to."""

_turns = itertools.count(1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Around:
    """What the page around the live parts was drawn for.

    Attributes:
        standing: which run is steered; generation and phase of every run that is watched, and
            whether it trains.
        polls: whether one does.
        place: beside the strip's buttons.
    """

    standing: tuple[Any, ...]
    polls: bool
    place: DeltaGenerator | None


def live(scene: Scene, shown: Live) -> None:
    """The strip, what is chosen of the view, and every part."""
    views = watched(scene)
    if views is None:
        st.rerun()  # attaches this session anew
    now = replace(scene, views=views)
    place = _strip(now, shown) if views else None
    if shown.above is not None:
        shown.above(now)
    around = Around(standing=_standing(now), polls=now.is_training, place=place)
    for part in shown.parts:
        if not part.is_later:
            draw_part(now, shown, part, around)
            continue
        with st.container():  # what asks for it comes and goes without moving what is above
            st.fragment(_due, key=due(part.name))(now, shown, part)
            draw_part(now, shown, part, around)
    if shown.below is not None:
        shown.below(now)


def draw_part(scene: Scene, shown: Live, part: Part, around: Around | None = None) -> None:
    """One part as a fragment of its own."""
    known = around or Around(standing=_standing(scene), polls=False, place=None)
    every = POLL_SECONDS if known.polls and part.name == FIRST else None
    st.fragment(_part, run_every=every, key=part.name)(scene, shown, part, known)


def watched(scene: Scene) -> dict[str, RunView] | None:
    """Every run as it stands; None if one is no longer this session's.

    Looking at a run lets it train: this is done for those that the page is about.
    """
    if not scene.runs:
        return {}
    about = scene.lesson.watched(scene.choices)
    views = {
        name: wanted.held.watch() if name in about else wanted.held.glance()
        for name, wanted in scene.runs.items()
    }
    found = {name: view for name, view in views.items() if view is not None}
    return found if len(found) == len(views) else None


def _standing(scene: Scene) -> tuple[Any, ...]:
    if not scene.views:
        return ()
    views = [scene.views[name] for name in scene.lesson.watched(scene.choices)]
    stand = tuple((view.generation, view.phase, view.training) for view in views)
    return (scene.steered.name, *stand)


def _strip(scene: Scene, shown: Live) -> DeltaGenerator:
    view, main, part = scene.view, scene.main, scene.steered
    reason = shown.why_not(scene, view.run.config)
    return run_strip(
        main.held,
        view,
        lesson="_".join(filter(None, (scene.lesson.name, part.name))),
        said=scene.kit,
        train=partial(_train, scene),
        reset=partial(start_over, scene.lesson, scene.state),
        waits_for_reset=main.config != view.run.config and not part.follows(main.config),
        train_help=_train_help(scene),
        why_not=scene.kit("strip.why_not", reason=reason) if reason else "",
    )


def _train_help(scene: Scene) -> str:
    """What ▶ Train does, of this very run if the words tell them apart."""
    own = f"train_help_{scene.steered.name}"
    return scene.said(own if own in scene.said else "train_help")


def _train(scene: Scene, until: int | None) -> None:
    """A callback: train on, to the step that was typed; one that has passed is said."""
    held, state = scene.main.held, state_of(scene.lesson)
    view = held.watch()
    if view is None or until is None or until > view.run.step:
        state.complaints = ()
        held.play(until)
        return
    asked, stands = f"{until:,}", f"{view.run.step:,}"
    state.complaints = (scene.kit("strip.until_passed", until=asked, step=stands),)


def _part(scene: Scene, shown: Live, part: Part, around: Around) -> None:
    """Draw one part: in the course of its page, and again and again by itself."""
    if part.name == FIRST:
        note_polling(POLL_SECONDS if around.polls else None)
        keep_polling()
    with guarded(f"the part '{part.name}' of '{scene.lesson.name}'"):
        _draw(scene, shown, part, around)


def _draw(scene: Scene, shown: Live, part: Part, around: Around) -> None:
    now = _now(scene)
    if now is None or (is_alone() and not scene.is_whole):
        st.rerun()  # attaches this session anew, or draws what an interrupted run left out
    if part.name == FIRST and now.views and _standing(now) != around.standing:
        st.rerun()  # offers what the run has now
    questions = settled(now, part, TRAINING_PATIENCE if around.polls else PATIENCE)
    if part.name == FIRST and now.views:
        _tell(now, shown, around)  # of the moment that the pictures show
    now.state.drawn_for[part.name] = _keys(questions)
    names = [question.name for question in questions]
    part.draw(now)
    if names and now.desk.is_waiting(*names) and not (around.polls and part.name == FIRST):
        after = LATER_SECONDS if part.is_later else ASK_SECONDS
        ask_on(key=f"{part.name}_more", turn=next(_turns), after=after)
    if part.name == FIRST and is_alone() and not now.views:
        _wake(now, shown)


def _wake(scene: Scene, shown: Live) -> None:
    """Later parts that had nothing to ask and now have, by an answer to the first, are drawn.

    What a moved control changes is seen to by ``_due``.
    """
    for part in shown.parts:
        had_nothing = part.is_later and not scene.state.drawn_for.get(part.name)
        if had_nothing and part.ask(scene):
            ask_on(
                key=f"{part.name}_wake",
                turn=next(_turns),
                after=ASK_SECONDS,
                of=partial(redraw_later, part.name),
            )


def settled(scene: Scene, part: Part, patience: float) -> tuple[Question, ...]:
    """What a part asks, waited for a moment; an answer may lead to another question."""
    end = time.monotonic() + patience
    questions: tuple[Question, ...] = ()
    for _ in range(MOST_RAISED):
        before, questions = _keys(questions), tuple(part.ask(scene))
        if not questions or _keys(questions) == before:
            break
        for question in questions:
            scene.desk.ask(question)
        names = [question.name for question in questions]
        scene.desk.settle(max(end - time.monotonic(), 0.0), names)
    return questions


def _now(scene: Scene) -> Scene | None:
    """The scene as it is at this moment; None if a run is no longer this session's.

    The link follows what was chosen since the page was drawn.
    """
    fresh = renewed(scene) if is_alone() else scene
    views = watched(fresh)
    return None if views is None else replace(fresh, views=views)


def _tell(scene: Scene, shown: Live, around: Around) -> None:
    """Where the run stands, and what the visitor has to know."""
    view, part = scene.view, scene.steered
    if around.place is not None and shown.facts is not None:
        show_facts(around.place, view, shown.facts(scene), scene.kit)
    config, _ = scene.lesson.configured(scene.choices, part, view.run.config)
    text = ""
    if config != view.run.config and not part.follows(config):
        differ = shown.differences or waiting
        text = differ(scene, view.run.config, config)
    with st.container():  # always: what stands below keeps its place while it is dragged
        run_messages(view, text, scene.kit)
    overlay_lines(scene)


def _keys(questions: Sequence[Question]) -> tuple[Any, ...]:
    """What a part asks, to compare."""
    return tuple((question.name, question.key) for question in questions)


def _due(scene: Scene, shown: Live, part: Part) -> None:
    """Nothing to see: the browser asks for a later part when all before it is drawn."""
    if not is_alone():
        return  # the part itself is drawn in this very run
    now = _now(scene)
    if now is None or not scene.is_whole:
        st.rerun()
    questions = tuple(part.ask(now))
    is_new = now.state.drawn_for.get(part.name) != _keys(questions)
    if is_new or any(not now.desk.has_asked(question) for question in questions):
        ask_on(
            key=f"{part.name}_due",
            turn=next(_turns),
            after=ASK_SECONDS,
            of=partial(redraw_later, part.name),
        )
