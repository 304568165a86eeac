"""The pictures: a step in slow motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from dashboard.charts.panel import Axis, Mark, Panel
from dashboard.components.board_layout import Column, Html, Pictures
from dashboard.kit.controls import control
from dashboard.kit.downloads import run_downloads
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.stage import Stage
from dashboard.kit.stages import stages
from dashboard.kit.steering import put_run
from walked_lesson.model import Walked, walk

LAYOUT = Column(parts=(Html(name="numbers"), Pictures(name="bars")))


def ask(scene: Scene) -> list[Question]:
    view = scene.view
    if view.training:
        return []
    stand = (view.run_id, view.generation, view.run.step, view.controls)
    request = Request(function=walk, args=(view.run.bare(), view.controls))
    return [Question(name="walk", key=stand, request=request)]


def draw(scene: Scene) -> None:
    steps = {name: view.run.step for name, view in scene.views.items()}
    st.markdown(f"steps {steps}")
    found = scene.answer("walk")
    shown = stages_of(found.value) if found.is_current else ()
    stages(scene, "walk", LAYOUT, shown)


def stages_of(walked: Walked) -> tuple[Stage, ...]:
    numbers = (("norm", walked.norm), ("length", walked.length), ("both", walked.norm))
    return tuple(
        Stage(
            key=name,
            title=name.title(),
            html={"numbers": f"{name} {value!r}"},
            panels={"bars": [_panel(value)]},
        )
        for name, value in numbers
    )


def _panel(value: float) -> Panel:
    axis = Axis(title="value", low=0.0, high=max(1.0, 2 * value))
    mark = Mark(kind="points", color="red", x=np.array([value]), y=np.array([0.5]))
    return Panel(
        name="bar",
        x=axis,
        y=Axis(title="nothing", low=0.0, high=1.0),
        marks=(mark,),
        alt="One number.",
        rows=4,
    )


def above(scene: Scene) -> None:
    control(scene, "tab")
    control(scene, "quiet")
    st.button("freeze", key="freeze", on_click=partial(freeze, scene))


def freeze(scene: Scene) -> None:
    """What the first run has become goes into the second."""
    part, step = scene.lesson.by_name["two"], scene.views[""].run.step
    config, controls = scene.lesson.configured(scene.choices, part)
    put_run(scene.lesson, scene.state, part, replace(config, origin=f"step {step}"), controls)


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=lambda scene: (
        f"<span>{scene.steered.name or 'one'} step <b>{scene.view.run.step}</b></span>"
    ),
    above=above,
    downloads=lambda scene: run_downloads(scene.main.held.latest),
)
