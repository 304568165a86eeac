"""A page with nothing but a board: every kind of mark, and points to drag."""

import numpy as np
import streamlit as st

from dashboard.charts.panel import Axis, Mark, Panel
from dashboard.charts.panel_fields import Contours, Image, Texts, levels
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import board, dragged
from dashboard.components.board_layout import Column, Html, Pictures, Row
from dashboard.kit.look import chosen_look

LAYOUT = Column(
    parts=(
        Row(parts=(Pictures(name="plane"), Pictures(name="line")), weights=(1, 1)),
        Html(name="words"),
    )
)

PLACES = {"centre": (0.5, 0.5), "other": (-1.0, -1.0)}


def take() -> None:
    """A callback: remember where each handle was put, on a grid of hundredths."""
    drag = dragged("board")
    if drag is None:
        return
    places = dict(st.session_state["places"])
    if drag.act == "remove":
        del places[drag.handle]
    else:
        name = drag.handle if drag.act == "move" else f"new{len(places)}"
        places[name] = (round(drag.x, 2), round(drag.y, 2))
    st.session_state["places"] = places
    st.session_state["final"] = drag.is_final
    if drag.width is not None:
        st.session_state["width"] = drag.width


def density() -> np.ndarray:
    """A normal density around the centre, ``[60, 80]``."""
    x, y = np.meshgrid(np.linspace(-3, 3, 80), np.linspace(-2, 2, 60))
    a, b = st.session_state["places"]["centre"]
    return np.exp(-((x - a) ** 2 + (y - b) ** 2))


def plane() -> Panel:
    """Values, contours, arrows and two handles."""
    values, places = density(), st.session_state["places"]
    one, two = np.array(places["centre"]), np.array(places["other"])
    return Panel(
        name="plane",
        x=Axis(title="x₁", low=-3, high=3),
        y=Axis(title="x₂", low=-2, high=2),
        marks=[
            Image(
                levels=levels(values, 0, 1),
                extent=(-3, 3, -2, 2),
                colors=("ground", "#0b6bcb"),
                tip="density {v}",
            ),
            Contours(values=values, extent=(-3, 3, -2, 2), at=[0.25, 0.5, 0.75], color="exact"),
            Mark(kind="arrows", color="#dc3d43", x=two[:1], y=two[1:], x2=one[:1], y2=one[1:]),
            Texts(x=[-2.5], y=[1.7], texts=["a text"], color="muted", align="left"),
        ],
        alt="A density around the centre",
        rows=20,
        handles=[
            Handle(
                name="centre",
                title="the centre",
                x=one[0],
                y=one[1],
                color="#0b6bcb",
                x_bounds=(-2, 2),
                width=st.session_state["width"],
                width_bounds=(0.1, 2),
            ),
            Handle(name="other", title="the other point", x=two[0], y=two[1]),
        ],
    )


def line() -> Panel:
    """A logarithmic axis with a handle that keeps its height."""
    x = np.geomspace(0.01, 100, 50)
    return Panel(
        name="line",
        x=Axis(title="scale", low=0.01, high=100, is_log=True),
        y=Axis(title="f", low=-2.5, high=2.5),
        marks=[Mark(kind="line", color="#1e9e57", x=x, y=np.log10(x), tip="{x} → {y}")],
        alt="The decimal logarithm",
        rows=20,
        handles=[
            Handle(
                name="scale",
                title="the scale",
                moves="x",
                y=0.0,
                x=st.session_state["places"].get("scale", (1.0, 0.0))[0],
            ),
            *(
                Handle(name=name, title=name, x=x, y=y, is_removable=True)
                for name, (x, y) in st.session_state["places"].items()
                if name.startswith("new")
            ),
        ],
        takes_points=True,
    )


def page() -> None:
    """The board, and in words what the server knows."""
    stale = ("words",) if st.session_state.get("final") is False else ()
    places = st.session_state["places"]
    said = "; ".join(f"{name} {x:.2f} {y:.2f}" for name, (x, y) in places.items())
    final, width = st.session_state.get("final"), st.session_state["width"]
    board(
        key="board",
        layout=LAYOUT,
        panels={"plane": [plane()], "line": [line()]},
        html={"words": f"<p id='said'>{said}; final {final}; width {width:.3f}</p>"},
        stale=stale,
        look=chosen_look(),
        on_drag=take,
    )


st.session_state.setdefault("places", PLACES)
st.session_state.setdefault("width", 0.5)
if st.button("elsewhere"):
    st.session_state["places"] = PLACES | {"centre": (1.5, -1.0)}
st.fragment(page, key="board_page")()
