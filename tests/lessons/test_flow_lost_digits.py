"""A flow whose inverse has lost its digits says so, and draws no density where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from support import fine, opened, wait_for

from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from dashboard.kit.sessions import run_store
from dashboard.kit.words import words
from dashboard.lessons.flow.density_chart import density_chart
from dashboard.theme import Look


def test_cells_without_a_density_are_grey_and_have_no_number() -> None:
    axis = np.linspace(-1, 1, 4)
    reliable = np.ones((4, 4), dtype=bool)
    reliable[1, 2] = False
    said = words("dashboard.lessons.flow").part("density")
    chart = density_chart(
        axis=axis,
        model=np.full((4, 4), 0.2),
        exact=None,
        is_reliable=reliable,
        titles=("x1", "x2"),
        look=Look(),
        said=said,
    )
    assert np.isnan(chart.data["density"]).sum() == 1
    assert "isValid(datum.density)" in str(chart.spec)
    assert "0.20" in chart.alt


@pytest.mark.usefixtures("workers")
def test_the_page_says_what_the_inverse_has_lost() -> None:
    app = opened("flow", layer="spline-made", k="8", panel="density")
    view = run_store().view(app.session_state["flow_run"])
    assert view is not None
    config = FlowConfig(layers=(LayerConfig(),) * 8)
    assert view.run.config == config
    state = replace(view.run.state, parameters=10 * initial_parameters(config, np.float32))
    seat = run_store()._seats[view.run_id]
    seat.pause()
    seat.reset(replace(view.run, state=state, step=0), None)

    def is_said() -> bool:
        app.run()
        fine(app)
        return any("lost its digits" in box.value for box in app.warning)

    wait_for(is_said, "the sentence")
