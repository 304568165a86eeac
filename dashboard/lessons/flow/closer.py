"""A closer look: PIMA-6's cumulative sum, the fold, and what things cost."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.kit.controls import control
from dashboard.kit.parts import Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.lessons.flow import costs, cumulative, fold
from dashboard.lessons.flow.lesson import CLOSER_PART

ASKS: Mapping[str, Callable[[Scene], Sequence[Question]]] = {
    "sum": cumulative.questions,
    "cost": costs.questions,
}
DRAWS: Mapping[str, Callable[[Scene], None]] = {
    "sum": cumulative.cumulative_sum,
    "fold": fold.fold,
    "cost": costs.costs,
}
"""What each of them asks and draws, by its key."""


def _ask(scene: Scene) -> Sequence[Question]:
    ask = ASKS.get(scene.choices["closer"])
    return () if ask is None else ask(scene)


def _draw(scene: Scene) -> None:
    st.subheader(scene.said("closer.title"))
    control(scene, "closer", label_visibility="collapsed")
    with st.container(key="closer_look"):
        DRAWS[scene.choices["closer"]](scene)


CLOSER = Part(name=CLOSER_PART, ask=_ask, draw=_draw)
