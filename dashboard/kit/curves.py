"""Curves of a run on its page: one chart, what moved below it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.charts.curves import Term, curves_chart
from dashboard.charts.frame import Chart
from dashboard.charts.past import Past
from dashboard.kit.badges import Kind, badge
from dashboard.kit.changes import change_marks
from dashboard.kit.overlays import in_words, overlays_of
from dashboard.theme import ink

if TYPE_CHECKING:
    from core.run import Run
    from dashboard.kit.scene import Scene

MOVES_SHOWN = 3

DOTTED = (
    '<span style="display:inline-block;width:1.5em;border-top:2px dotted;vertical-align:middle">'
    "</span>"
)
"""The line of a run before in a legend (HTML): no letter looks unlike a dashed one."""


def draw(chart: Chart, key: str) -> None:
    """A chart on the page; with the same key and look only its rows travel.

    Args:
        chart: what is drawn.
        key: of its container, by which a script outlines it.
    """
    with st.container(key=key):
        spec, name = deepcopy(chart.spec), f"{key}_chart"
        st.vega_lite_chart(chart.data, spec, key=name, width="stretch", alt=chart.alt)


def draw_figure(figure: Any, name: str, alt: str, *, key: str = "surface_chart") -> None:
    """A figure of Plotly's to be turned or played; its own bar takes a picture (PNG), too.

    Args:
        figure: a Plotly figure, or the same as plain data.
        name: of the picture's file.
        alt: what it shows.
        key: stable on its page.
    """
    picture = {"format": "png", "scale": 2, "filename": f"latent-flow-lab-{name}"}
    bar = {"displaylogo": False, "toImageButtonOptions": picture}
    st.plotly_chart(figure, key=key, theme=None, config=bar, alt=alt)


def legend(
    scene: Scene,
    *entries: tuple[str, str],
    exact: str = "",
    past: bool = False,
    kind: Kind | None = None,
    detail: str = "",
) -> None:
    """Coloured words above a picture.

    Args:
        scene: what the page is being drawn of.
        entries: words and their colours.
        exact: what the dashed line is, in words; empty: there is none.
        past: whether runs before are drawn, faded.
        kind: what the picture is, for its badge.
        detail: of what or how.
    """
    parts = [f'<span style="color:{ink(color)}"><b>━</b> {text}</span>' for text, color in entries]
    if exact:
        parts.append(f'<span style="color:{scene.look.truth}"><b>╌╌</b> {exact}</span>')
    if past:
        parts += [f"<span>{DOTTED} {text}</span>" for text in _past_names(scene)]
    if kind is not None:
        parts.append(badge(scene.kit, kind, detail))
    st.html('<div class="legend">' + " &nbsp; ".join(parts) + "</div>")


def _past_names(scene: Scene) -> list[str]:
    """Which runs before are drawn, in words (HTML)."""
    named = [escape(in_words(scene, overlay)) for overlay in overlays_of(scene)]
    return [scene.kit("curves.past", what=what) for what in named]


def _past(scene: Scene, metrics: Sequence[str]) -> list[Past]:
    """The curves of runs before."""
    return [
        Past(
            name=scene.kit("curves.before", curve=scene.kit("curves.held_out")),
            what=in_words(scene, overlay),
            steps=overlay.run.history.steps,
            values={
                name: overlay.run.history[name]
                for name in metrics
                if name in overlay.run.history.names
            },
        )
        for overlay in overlays_of(scene)
    ]


def run_curves(scene: Scene, run: Run, terms: Sequence[Term], *, key: str, height: int) -> Chart:
    """The terms of a run over its steps, and which controls moved lately.

    Args:
        scene: what the page is being drawn of.
        run: whose history.
        terms: one panel each.
        key: of the chart; its container is called the same without ``_chart``.
        height: in pixels.
    """
    marks = change_marks(scene.lesson, scene.said, run.history.changes)
    at = [(step, scene.kit("curves.at", what=text, step=f"{step:,}")) for step, text in marks]
    chart = curves_chart(
        steps=run.history.steps,
        terms=terms,
        marks=at,
        look=scene.look,
        height=height,
        said=scene.kit.part("curves"),
        past=_past(scene, [term.metric for term in terms]),
    )
    with st.container(key=key):
        st.echarts_chart(
            chart.spec | {"dataset": {"source": chart.data}},
            height=height,
            key=f"{key}_chart",
            alt=chart.alt,
        )
    if marks:
        with st.container(key="moved"):
            moves = " · ".join(text for _, text in at[-MOVES_SHOWN:])
            st.caption(scene.kit("curves.moved", moves=moves))
    return chart
