"""Ask a better judge: the generator is frozen as it is, and another D trained alone on it."""

from dataclasses import replace

import streamlit as st

from dashboard.kit.lesson import Lesson
from dashboard.kit.sessions import held_of
from dashboard.kit.state import state_of
from dashboard.kit.steering import put_run
from dashboard.lessons.divergences.choice import GAN, JUDGE


def freeze(lesson: Lesson) -> None:
    """A callback: the game waits, and a new judge trains on its generator as it is now."""
    game = held_of(lesson.name, GAN)
    view = None if game is None else game.glance()
    if game is None or view is None:
        return
    game.pause()
    state, part = state_of(lesson), lesson.by_name[JUDGE]
    choices = dict(state.choices) | {"judge": True}
    config, controls = lesson.configured(choices, part)
    run = view.run
    count = run.config.generator_shape.num_parameters
    config = replace(
        config,
        gan=run.config,
        generator=run.state.parameters[:count].tobytes(),
        step=run.step,
    )
    put_run(lesson, state, part, config, controls, config.decay_steps)
    state.choices = choices
    st.rerun()  # the strip steers another run, and other controls stand at the left


def back(lesson: Lesson) -> None:
    """A callback: the game can go on where it was; the judge waits."""
    judge = held_of(lesson.name, JUDGE)
    if judge is not None:
        judge.pause()
    state = state_of(lesson)
    state.choices = dict(state.choices) | {"judge": False}
    st.rerun()
