"""The density to be turned: x = f(z) with its density as height, drawn when nothing trains."""

import numpy as np
import pandas as pd
import streamlit as st

from core.flow.answers import MapPicture
from core.flow.config import FlowConfig
from core.flow.lattice import log_density
from dashboard.components.flow_map import CELLS
from dashboard.kit.curves import draw_figure
from dashboard.kit.downloads import table_button
from dashboard.kit.scene import Scene
from dashboard.kit.standing import tell
from dashboard.lessons.flow.axes import axis_titles, data_range
from dashboard.lessons.flow.surface_chart import surface_chart
from dashboard.lessons.flow.tables import lattice_table


def is_drawn(scene: Scene) -> bool:
    """Whether the surface was chosen, and the run rests: too much for four times a second."""
    return bool(scene.choices["surface"]) and not scene.view.training


def surface(scene: Scene) -> None:
    """The surface over the lattice of the map, in the same colours as the flat picture."""
    answer, config, said = scene.answer("map"), scene.view.run.config, scene.said
    picture: MapPicture | None = answer.value
    tell(scene, answer)
    if picture is None:
        return
    side = picture.side
    chart = surface_chart(
        x=picture.outputs[-1].reshape(side, side, 2),
        density=np.exp(log_density(picture, config)).reshape(side, side),
        every=(side - 1) // CELLS,
        titles=axis_titles(config, said),
        axes=data_range(config),
        look=scene.look,
        said=said.part("surface"),
    )
    draw_figure(chart.figure, "surface", chart.alt)
    if chart.top is not None:
        st.caption(said("surface.cut", top=f"{chart.top:.2f}"))
    table_button(scene, "surface", lambda: surface_table(picture, config), said("downloads.data"))


def surface_table(picture: MapPicture, config: FlowConfig) -> pd.DataFrame:
    """The lattice of the map, and the density where each of its points arrives (per unit area)."""
    return lattice_table(picture).assign(density=np.exp(log_density(picture, config)))
