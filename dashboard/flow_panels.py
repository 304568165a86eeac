"""The map of the flow lesson: what is asked of a worker, and how it is put on the page."""

import json

import streamlit as st

from core.execution.seat import RunView
from core.flow.config import FlowConfig
from core.flow.requests import MapPicture, map_picture
from core.flow.scaling import scaled_draws
from core.flow.targets import MAX_REACH, TARGETS
from dashboard.badges import badge
from dashboard.components.flow_map import CELLS, flow_map
from dashboard.flow_controls import centres_text
from dashboard.flow_desk import desk
from dashboard.flow_pictures import NUM_SHOWN, ranges, titles
from dashboard.theme import LOG_DET_COLORS, ROLE_COLORS

SIDE = 5 * CELLS + 1
NUM_DATA = 1000

BASE_RANGES = {"normal": (-3.2, 3.2), "uniform": (-0.05, 1.05)}
BASE_TITLES = {"normal": "standard normal", "uniform": "uniform on the square"}


def lattice(view: RunView) -> tuple[MapPicture | None, bool]:
    """The lattice under the newest parameters, and whether it is up to date."""
    run = view.run
    key = ((view.run_id, view.generation), run.step)
    found: tuple[MapPicture | None, bool] = desk("map").answer(
        key, map_picture, run.state.parameters, run.config, SIDE, NUM_SHOWN
    )
    return found


def map_panel(view: RunView, chosen: FlowConfig, picture: MapPicture | None) -> None:
    """Base and data side by side, with the walk through the layers and the probe."""
    run = view.run
    if picture is None:
        with st.container(height=560, border=False):
            st.caption("The workers are starting: the map follows in a moment.")
        return
    config = run.config
    trained = badge("trained model", f"step {run.step:,}")
    st.html(trained if run.step else badge("exact", "a flow that is not trained yet"))
    # On the square the target's scaling depends on its centres: there the text field moves them.
    editable = chosen.target.name == "mixture" and chosen.base == config.base == "normal"
    flow_map(
        key="flow_map",
        on_drag=_take_centres,
        config=config,
        parameters=run.state.parameters,
        picture=picture,
        data=scaled_draws(config).x_test[:NUM_DATA],
        titles=titles(config),
        base_range=BASE_RANGES[config.base],
        data_range=ranges(config),
        base_title=BASE_TITLES[config.base],
        data_title=f"mapped density, and {TARGETS[config.target.name].title}",
        centres=chosen.target.centres if editable else None,
        centres_range=(-MAX_REACH, MAX_REACH),
        colors={"data": ROLE_COLORS["data"], "model": ROLE_COLORS["model"], **LOG_DET_COLORS},
        step=run.step,
    )  # fmt: skip


def _take_centres() -> None:
    """A callback: a centre was dragged; the text field, and so the link, follow."""
    sent = st.session_state["flow_map"].centres
    if not sent:
        return
    st.session_state["mix"] = centres_text(
        tuple((float(x), float(y)) for x, y in json.loads(sent))
    )
    st.session_state["flow_dragged"] = True
