"""The pictures: words."""

import streamlit as st

from dashboard.kit.controls import control
from dashboard.kit.downloads import run_downloads
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from tiny_lesson.model import doubled


def ask(scene: Scene) -> list[Question]:
    rows = scene.choices["rows"]
    return [Question(name="double", key=rows, request=Request(function=doubled, args=(rows,)))]


def draw(scene: Scene) -> None:
    steps = [view.run.step for view in scene.views.values()]
    st.markdown(scene.said("seen", double=scene.answer("double").value, steps=steps))


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=lambda scene: f"<span>step <b>{scene.view.run.step}</b></span>",
    above=lambda scene: control(scene, "more"),
    downloads=lambda scene: run_downloads(scene.main.held.latest),
)
