"""PIMA-6's example in symbols, numbers and diagrams, for D up to 8."""

import base64
from html import escape

import numpy as np
import streamlit as st

from core.flow.answers import Journey
from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from core.flow.layout import passes
from core.flow.requests import journey
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import tell
from dashboard.lessons.flow.diagram import Way, diagram

WAYS: tuple[Way, Way] = ("forward", "inverse")


def questions(scene: Scene) -> list[Question]:
    """The way of the chosen point through the cumulative sum, and back."""
    dims = scene.choices["dims"]
    z = tuple(scene.choices[f"z{i}"] for i in range(1, dims + 1))
    layer = LayerConfig(transformer="additive", conditioner="cumulative_sum")
    flow = FlowConfig(data_dim=dims, layers=(layer,), conditioned_on="z")
    asked = (initial_parameters(flow), flow, z)
    request = Request(function=journey, args=asked)
    return [Question(name="journey", key=z, identity=("journey", dims), request=request)]


def cumulative_sum(scene: Scene) -> None:
    """Numbers at the left, who needs whom at the right."""
    numbers, pictures = st.columns([0.5, 0.5], gap="large")
    with numbers:
        control(scene, "dims")
        st.markdown(scene.said("sum.formula"))
        _base_point(scene)
        answer = scene.answer("journey")
        tell(scene, answer)
        if answer.value is not None:
            _journey_table(scene, answer.value)
    with pictures:
        _who_needs_whom(scene)


def _base_point(scene: Scene) -> None:
    """z, to be typed."""
    dims = scene.choices["dims"]
    for i, column in enumerate(st.columns(dims, gap="small"), start=1):
        with column:
            control(scene, f"z{i}", step=0.1, format="%.2f")


def _journey_table(scene: Scene, way: Journey) -> None:
    """Numbers of one point: there, back, and the Jacobian."""
    dims = len(way.z)
    rows = [("z", way.z), ("x = f(z)", way.x), ("f⁻¹(x)", way.back)]
    head = "| |" + "".join(f" {i + 1} |" for i in range(dims)) + "\n|-|" + "-:|" * dims + "\n"
    body = "\n".join(
        f"| {name} |" + "".join(f" {value:.2f} |" for value in values) for name, values in rows
    )
    st.markdown((head + body).replace(" -", " −"))
    matrix = r" \\ ".join(
        " & ".join(rf"\color{{gray}}{{{v:.0f}}}" if v == 0 else f"{v:g}" for v in row)
        for row in np.round(way.whole, 6)
    )
    st.markdown(
        scene.said(
            "sum.jacobian",
            matrix=rf"\begin{{pmatrix}} {matrix} \end{{pmatrix}}",
            det=f"{np.exp(way.log_abs_det):.6g}",
            log_x=f"{way.log_prob_x:.3f}",
            log_z=f"{way.log_prob_z:.3f}",
        )
    )
    st.html(badge(scene.kit, "exact", scene.said("sum.how")))


def _who_needs_whom(scene: Scene) -> None:
    """Both directions of the cumulative sum, whatever flow the page shows."""
    said, dims = scene.said, scene.choices["dims"]
    counts = passes(FlowConfig(data_dim=dims, conditioned_on="z"))
    st.markdown(said("sum.who"))
    for way, count in zip(WAYS, counts, strict=True):
        text = said(f"sum.{way}", passes=said("sum.one" if count == 1 else "sum.several", n=count))
        st.caption(text)
        drawn = diagram(
            dims=dims,
            conditioner="cumulative_sum",
            on="z",
            way=way,
            look=scene.look,
            turn_word=said("sum.turn"),
        )
        st.html(_picture(drawn, said("sum.alt", text=text)))
    st.caption(said("sum.swapped"))


def _picture(svg: str, alt: str) -> str:
    """An SVG as an image (HTML): Streamlit would strip it from the page itself."""
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(alt)}" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
    )
