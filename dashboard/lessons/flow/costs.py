"""What a determinant costs, and what a direction: measured in a worker, for this page."""

from typing import Any

import streamlit as st

from core.flow.answers import Calm, Cost, Pace
from core.flow.requests import cost, pace
from dashboard.kit.badges import badge
from dashboard.kit.curves import draw
from dashboard.kit.downloads import table_button
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import tell
from dashboard.lessons.flow.composing import needs_no_training
from dashboard.lessons.flow.cost_chart import Way, times_chart

MEASURED = "measured"
"""What of the lesson's state counts how often it was asked to measure again."""


def questions(scene: Scene) -> list[Question]:
    """Training steps of this flow, and then times against D: in one worker, one after the other.

    A lost worker's is asked again; of another count it is a new question.
    """
    count, config = scene.state.drawn.get(MEASURED, 0), scene.main.config
    times = Request(function=cost, worker="training")
    if needs_no_training(config):
        return [Question(name="cost", key=count, identity="cost", request=times)]
    return [
        Question(
            name="cost",
            key=(count, config),
            identity=config,
            request=Request(function=pace, args=(config,), worker="training"),
            following=lambda found: times if isinstance(found, Pace) else None,
            merge=lambda steps, found: (steps, found),
        )
    ]


def costs(scene: Scene) -> None:
    """Training steps of this flow in both directions; determinants and passes against D."""
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
    steps, times = _parts(answer.value)
    for found in (steps, times):
        if found is not None and found.calm.is_busy:
            _warning(scene, found.calm)
            break
    with st.container(key="pace"):
        _pace(scene, steps)
    if times is not None:
        _charts(scene, times)


def _parts(value: Any) -> tuple[Pace | None, Cost | None]:
    """What there is of an answer: training steps first, then times against D."""
    if isinstance(value, tuple):
        steps, times = value
        return steps, times
    return (value, None) if isinstance(value, Pace) else (None, value)


def _again(scene: Scene) -> None:
    """A callback: measure anew."""
    scene.state.drawn[MEASURED] = scene.state.drawn.get(MEASURED, 0) + 1


def _pace(scene: Scene, found: Pace | None) -> None:
    """Steps per second of the chosen flow, conditioned on z and on x."""
    if needs_no_training(scene.main.config):
        st.caption(scene.said("cost.no_pace"))
    elif found is not None:
        st.markdown(_pace_table(scene, found))
        st.caption(scene.said("cost.pace.note"))


def _pace_table(scene: Scene, found: Pace) -> str:
    said, dims = scene.said, scene.main.config.data_dim
    rows = [
        ("z", dims, found.on_z, "autograd"),
        ("x", 1, found.on_x, "as_trained"),
        ("x", 1, found.on_x_by_autograd, "autograd"),
    ]
    head = said("cost.pace.head") + "\n|-|-:|-|-:|-:|\n"
    return head + "\n".join(
        said(
            "cost.pace.row",
            on=on,
            passes=count,
            gradient=said(f"cost.pace.{how}"),
            steps=f"{1 / seconds:,.0f}",
            ratio=f"{found.on_z / seconds:.1f}",
        )
        for on, count, seconds, how in rows
    )


def _warning(scene: Scene, calm: Calm) -> None:
    """The machine was too busy for the times to mean much."""
    text = scene.said(
        "cost.busy", share=f"{calm.processor_share:.0%}", spread=f"{calm.spread:.0%}"
    )
    st.warning(text, icon=":material/speed:")


def _charts(scene: Scene, measured: Cost) -> None:
    said = scene.said
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(said("cost.determinants"))
        chart = times_chart(
            dims=measured.dims,
            look=scene.look,
            said=said.part("cost.chart"),
            ways=[
                Way(name=said("cost.diagonal"), seconds=measured.diagonal, is_quick=True),
                Way(name=said("cost.general"), seconds=measured.general, is_quick=False),
            ],
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
            ways=_ways(scene, measured),
        )
        draw(passes, "cost_passes")
        table_button(scene, "passes", lambda: passes.data, said("downloads.data"))
        st.caption(said("cost.flat"))


def _ways(scene: Scene, measured: Cost) -> list[Way]:
    """Both directions of a flow conditioned on z (circles) and of one on x (squares)."""
    named = {
        "sample_on_z": (measured.sample_on_z, True),
        "density_on_z": (measured.density_on_z, False),
        "sample_on_x": (measured.sample_on_x, False),
        "density_on_x": (measured.density_on_x, True),
    }
    return [
        Way(
            name=scene.said(f"cost.{name}"),
            seconds=seconds,
            is_quick=is_quick,
            shape="circle" if name.endswith("z") else "square",
        )
        for name, (seconds, is_quick) in named.items()
    ]
