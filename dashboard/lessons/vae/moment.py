"""Which parameters of a run are shown: its newest, or those of a snapshot that it remembers."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from core.dataset import Dataset, load_dataset
from core.vae.config import VAEConfig
from core.vae.requests import picture
from dashboard.kit.fragments import redraw
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.state import put_one
from dashboard.lessons.vae.held import NOW

NUM_CODES = 2000
NUM_COLUMNS = 12


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
    for snapshot in run.history.snapshots:
        if str(snapshot.step) == scene.choices["back"]:
            step, parameters = snapshot.step, snapshot.parameters
    return Moment(
        identity=(view.run_id, view.generation),
        config=run.config,
        step=step,
        parameters=parameters,
        rows=rows,
    )


def look_back(scene: Scene) -> None:
    """A slider over the snapshots of the run; of one that it no longer has, a sentence."""
    steps = [str(snapshot.step) for snapshot in scene.view.run.history.snapshots]
    wanted = scene.choices["back"]
    if wanted not in (*steps, NOW):
        scene.state.choices["back"] = NOW
        put_one(scene.lesson, scene.option("back"), NOW)
        gone = scene.said("pictures.back_gone", step=f"{int(wanted):,}")
        scene.state.complaints = tuple(dict.fromkeys((*scene.state.complaints, gone)))
        st.rerun()  # the sentence stands at the top
    if not steps:
        return
    st.select_slider(
        scene.said("options.back.label"),
        (*steps, NOW),
        wanted,
        key="back",
        format_func=lambda step: scene.said("pictures.now") if step == NOW else f"{int(step):,}",
        on_change=partial(redraw, scene.lesson),
        help=scene.said("pictures.back_help"),
    )
