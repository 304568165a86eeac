"""The map of the flow lesson: what is asked of a worker, and how it is put on the page."""

import json
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.execution.seat import RunView
from core.flow.answers import MapPicture
from core.flow.config import FlowConfig
from core.flow.requests import map_picture
from core.flow.scaling import Scaling, scaled_draws, scaling
from core.flow.targets import MAX_REACH, TARGETS
from dashboard.components.flow_map import CELLS, flow_map
from dashboard.kit.badges import badge
from dashboard.lessons.flow.controls import centres_text
from dashboard.lessons.flow.desk import desk
from dashboard.lessons.flow.map_payload import map_fields
from dashboard.lessons.flow.pictures import NUM_SHOWN, download_table, ranges, titles
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
    fresh = "parameters set by hand" if config.start == "hand" else "a flow that is not trained"
    st.html(trained if run.step else badge("exact", fresh))
    # On the square, centres are drawn and dragged in the scaling of the run that is shown.
    scale = scaling(config)
    editable = chosen.target.name == "mixture"
    flow_map(
        key="flow_map",
        on_drag=partial(_take_centres, scale),
        **map_fields(config, run.state.parameters, picture),
        data=scaled_draws(config).x_test[:NUM_DATA],
        titles=titles(config),
        base_range=BASE_RANGES[config.base],
        data_range=ranges(config),
        base_title=BASE_TITLES[config.base],
        data_title=f"mapped density; dots: {TARGETS[config.target.name].title}",
        centres=scale.to_flow(np.array(chosen.target.centres)).tolist() if editable else None,
        centres_range=tuple(scale.to_flow(np.array([-MAX_REACH, MAX_REACH])).tolist()),
        colors={"data": ROLE_COLORS["data"], "model": ROLE_COLORS["model"], **LOG_DET_COLORS},
        step=run.step,
        opening=st.session_state.get("flow_opening"),
    )
    download_table(lambda: lattice_table(picture), "map", "Map")


def lattice_table(picture: MapPicture) -> pd.DataFrame:
    """The lattice of the map: where each point goes, and by how much area grows there (nats)."""
    grown = np.log(np.abs(picture.slopes)).sum((0, -1))
    z, x = picture.base, picture.outputs[-1]
    return pd.DataFrame(
        {"z1": z[:, 0], "z2": z[:, 1], "x1": x[:, 0], "x2": x[:, 1], "log_abs_det": grown}
    )


def _take_centres(scale: Scaling) -> None:
    """A callback: a centre was dragged; the text field, and so the link, follow."""
    sent = st.session_state["flow_map"].centres
    if not sent:
        return
    moved = np.clip(scale.to_target(np.array(json.loads(sent))), -MAX_REACH, MAX_REACH)
    st.session_state["mix"] = centres_text(tuple((float(x), float(y)) for x, y in moved))
    st.session_state["flow_dragged"] = True
