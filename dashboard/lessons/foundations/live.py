"""The pictures of the foundations lesson: one of four boards."""

from collections.abc import Sequence

import streamlit as st

from dashboard.kit.controls import control
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.standing import failed
from dashboard.lessons.foundations import em_tab, infinity_tab, kls_tab, likelihood_tab
from dashboard.lessons.foundations.downloads import downloads
from dashboard.lessons.foundations.tab import Tab

TABS: dict[str, Tab] = {
    "likelihood": likelihood_tab.TAB,
    "kls": kls_tab.TAB,
    "em": em_tab.TAB,
    "infinity": infinity_tab.TAB,
}


def choose_tab(scene: Scene) -> None:
    """Which frame is open."""
    control(scene, "tab", label_visibility="collapsed")


def ask(scene: Scene) -> Sequence[Question]:
    """What the open tab wants to know; nobody wants to know the rest any more."""
    asked = TABS[scene.choices["tab"]].ask(scene)
    scene.desk.keep_only({question.name for question in asked})
    return asked


def draw(scene: Scene) -> None:
    """What could not be computed, and the open tab."""
    tab = TABS[scene.choices["tab"]]
    answers = [scene.answer(question.name) for question in tab.ask(scene)]
    texts = sorted({failed(scene.kit, answer.error) for answer in answers if answer.error})
    if any(answer.worker == "suspect" for answer in answers):
        texts.append(scene.kit("worker.suspect"))
    for text in texts:
        st.info(text, icon=":material/info:")
    tab.draw(scene)


LIVE = Live(parts=(Part(ask=ask, draw=draw),), above=choose_tab, downloads=downloads)
