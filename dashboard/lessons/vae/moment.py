"""Which parameters of a run are shown: its newest, or those of a snapshot that it remembers."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from core.dataset import Dataset, load_dataset
from core.vae.config import VAEConfig
from core.vae.requests import picture
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene

NUM_CODES = 2000
NUM_COLUMNS = 12
NOW = "now"


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """One parameter vector of a run.

    Attributes:
        identity: the run's id and generation: a reset makes another run of the same id.
        config: of the run.
        step: of the parameters.
        parameters: flat, ``[P]``.
        rows: held-out rows that are reconstructed.
    """

    identity: tuple[str, int]
    config: VAEConfig
    step: int
    parameters: NDArray[Any]
    rows: tuple[int, ...]

    @property
    def dataset(self) -> Dataset:
        """The data of the run."""
        return load_dataset(self.config.dataset)

    def question(self) -> Question:
        """What a worker is asked of it; of a newer step the last answer is shown meanwhile."""
        asked = (self.parameters, self.config, NUM_CODES, self.rows, NUM_COLUMNS)
        return Question(
            name="picture",
            key=(self.identity, self.step, self.rows),
            identity=(self.identity, self.rows),
            request=Request(function=picture, args=asked),
        )


def chosen_moment(scene: Scene, rows: tuple[int, ...]) -> Moment:
    """The newest parameters, or those of the snapshot that the visitor looks back to."""
    view = scene.view
    run, step, parameters = view.run, view.run.step, view.run.state.parameters
    wanted = st.session_state.get("back", NOW)
    for snapshot in run.history.snapshots:
        if snapshot.step == wanted:
            step, parameters = snapshot.step, snapshot.parameters
    return Moment(
        identity=(view.run_id, view.generation),
        config=run.config,
        step=step,
        parameters=parameters,
        rows=rows,
    )


def look_back(scene: Scene) -> None:
    """A slider over the snapshots of the run."""
    steps = [snapshot.step for snapshot in scene.view.run.history.snapshots]
    if not steps:
        return
    options: list[int | str] = [*steps, NOW]
    if st.session_state.get("back", NOW) not in options:
        st.session_state["back"] = NOW
    st.select_slider(
        scene.said("pictures.back"),
        options,
        NOW,
        key="back",
        format_func=lambda step: scene.said("pictures.now") if step == NOW else f"{step:,}",
        help=scene.said("pictures.back_help"),
    )
