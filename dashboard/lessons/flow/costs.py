"""What a determinant costs, and what a direction: measured in a worker, for this page."""

import streamlit as st

from core.flow.answers import Cost
from core.flow.requests import cost
from dashboard.kit.badges import badge
from dashboard.kit.curves import draw
from dashboard.kit.downloads import table_button
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import tell
from dashboard.lessons.flow.cost_chart import times_chart

MEASURED = "measured"
"""What of the lesson's state counts how often it was asked to measure again."""


def questions(scene: Scene) -> list[Question]:
    """One measurement; a lost worker's is asked again, and of another count it is a new one."""
    request = Request(function=cost, worker="training")
    count = scene.state.drawn.get(MEASURED, 0)
    return [Question(name="cost", key=count, identity="cost", request=request)]


def costs(scene: Scene) -> None:
    """Determinants against the dimension, and the two directions."""
    said, on = scene.said, scene.main.config.conditioned_on
    answer = scene.answer("cost")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            said("cost.again"),
            key="measure",
            icon=":material/timer:",
            on_click=_again,
            args=(scene,),
            disabled=answer.is_waiting,
        )
        st.html(badge(scene.kit, "estimate", said("cost.how")))
        st.markdown(said(f"cost.on_{on}"))
    tell(scene, answer, meanwhile=said("cost.measuring"))
    if answer.value is not None:
        _charts(scene, answer.value)


def _again(scene: Scene) -> None:
    """A callback: measure anew."""
    scene.state.drawn[MEASURED] = scene.state.drawn.get(MEASURED, 0) + 1


def _charts(scene: Scene, measured: Cost) -> None:
    said = scene.said
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(said("cost.determinants"))
        chart = times_chart(
            dims=measured.dims,
            look=scene.look,
            said=said.part("cost.chart"),
            times={
                said("cost.diagonal"): measured.diagonal,
                said("cost.general"): measured.general,
            },
        )
        draw(chart, "cost_determinants")
        table_button(scene, "determinants", lambda: chart.data, said("downloads.data"))
        st.caption(said("cost.slope"))
    with right:
        st.markdown(said("cost.passes"))
        passes = times_chart(
            dims=measured.dims_of_passes,
            look=scene.look,
            said=said.part("cost.chart"),
            times={
                said("cost.sample_on_z"): measured.sample_on_z,
                said("cost.density_on_z"): measured.density_on_z,
                said("cost.sample_on_x"): measured.sample_on_x,
                said("cost.density_on_x"): measured.density_on_x,
            },
        )
        draw(passes, "cost_passes")
        table_button(scene, "passes", lambda: passes.data, said("downloads.data"))
        st.caption(said("cost.flat"))
