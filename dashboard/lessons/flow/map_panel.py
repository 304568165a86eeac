"""The map of the flow lesson: what is asked of a worker, and how it is put on the page."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.flow.answers import MapPicture
from core.flow.config import FlowConfig
from core.flow.requests import map_picture
from core.flow.scaling import Scaling, scaled_draws, scaling
from core.flow.targets import MAX_REACH
from dashboard.components.flow_map import CELLS, flow_map
from dashboard.kit.downloads import table_button
from dashboard.kit.opening import opening_of, takes_view
from dashboard.kit.questions import Question, Request
from dashboard.kit.standing import tell
from dashboard.kit.state import put_one
from dashboard.lessons.flow.axes import axis_titles, data_range
from dashboard.lessons.flow.composing import centres_text
from dashboard.lessons.flow.map_payload import map_fields
from dashboard.lessons.flow.provenance import flow_badge
from dashboard.lessons.flow.tables import lattice_table
from dashboard.theme import LOG_DET_COLORS, ROLE_COLORS

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene

KEY = "flow_map"
SIDE = 5 * CELLS + 1
NUM_DATA = 1000
NUM_SAMPLES = 1500

BASE_RANGES = {"normal": (-3.2, 3.2), "uniform": (-0.05, 1.05)}


def lattice_question(scene: Scene) -> Question:
    """The lattice under the newest parameters; of the same run an older one is shown meanwhile."""
    view = scene.view
    run, identity = view.run, (view.run_id, view.generation)
    asked = (run.state.parameters, run.config, SIDE, NUM_SAMPLES)
    return Question(
        name="map",
        key=(identity, run.step),
        identity=identity,
        request=Request(function=map_picture, args=asked),
    )


def map_panel(scene: Scene) -> None:
    """Base and data side by side, with the walk through the layers and the probe."""
    answer = scene.answer("map")
    picture: MapPicture | None = answer.value
    if picture is None:
        with st.container(height=560, border=False):
            tell(scene, answer)
        return
    tell(scene, answer)
    st.html(flow_badge(scene))
    _map(scene, picture)
    table_button(scene, "map", lambda: lattice_table(picture), scene.said("downloads.map"))


def _map(scene: Scene, picture: MapPicture) -> None:
    """The component; centres are drawn and dragged in the scaling of the run that is shown."""
    run, said = scene.view.run, scene.said
    config: FlowConfig = run.config
    scale, chosen = scaling(config), scene.main.config.target
    centres = scale.to_flow(np.array(chosen.centres)).tolist()
    low, high = scale.to_flow(np.array([-MAX_REACH, MAX_REACH])).tolist()
    flow_map(
        words=scene.kit.part("components.flow_map"),
        key=KEY,
        on_drag=partial(_take_centres, scene, scale),
        on_view=takes_view(scene, KEY),
        **map_fields(config, run.state.parameters, picture),
        data=scaled_draws(config).x_test[:NUM_DATA],
        titles=axis_titles(config, said),
        base_range=BASE_RANGES[config.base],
        data_range=data_range(config),
        base_title=said(f"map.base.{config.base}"),
        data_title=said("map.data", target=said.value("target", config.target.name)),
        centres=centres if chosen.name == "mixture" else None,
        centres_range=(low, high),
        colors={"data": ROLE_COLORS["data"], "model": ROLE_COLORS["model"], **LOG_DET_COLORS},
        step=run.step,
        opening=opening_of(scene),
    )


def _take_centres(scene: Scene, scale: Scaling) -> None:
    """A callback: a centre was dragged; the text field, the link and what waits follow."""
    sent = st.session_state[KEY].centres
    if not sent:
        return
    moved = np.clip(scale.to_target(np.array(json.loads(sent))), -MAX_REACH, MAX_REACH)
    put_one(
        scene.lesson,
        scene.option("mix"),
        centres_text(tuple((float(x), float(y)) for x, y in moved)),
    )
    st.rerun()
