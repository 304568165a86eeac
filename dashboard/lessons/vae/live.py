"""The VAE lesson's pictures: curves and planes of the run, its latent plane, rows of its data."""

import pandas as pd
import streamlit as st

from core.dataset import load_dataset
from core.vae.requests import picture
from dashboard.kit.controls import control
from dashboard.kit.downloads import Download, run_downloads
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sessions import computed
from dashboard.kit.standing import tell
from dashboard.lessons.vae import before, bound, pictures, plane, rows, variance
from dashboard.lessons.vae.elsewhere import why_not_in
from dashboard.lessons.vae.moment import NUM_CODES, Moment, chosen_moment, look_back

LEFT = {
    "curves": pictures.curves,
    "rate": pictures.rate_distortion,
    "units": pictures.units,
    "variance": variance.variance_panel,
    "bound": bound.bound_panel,
}
"""What the panel at the left draws, by its key."""


def above(scene: Scene) -> None:
    """What of the run is shown, and how; outside of what is redrawn while it trains."""
    left, right = st.columns([0.4, 0.6], gap="small", vertical_alignment="bottom")
    with left:
        control(scene, "panel", label_visibility="collapsed", wrap=True)
    with right:
        plane.plane_controls(scene)


def _moment(scene: Scene) -> Moment:
    data = load_dataset(scene.view.run.config.dataset)
    return chosen_moment(scene, rows.chosen_rows(scene, data))


def ask(scene: Scene) -> list[Question]:
    """The picture of the moment that is shown, codes of the run before, the bound if wanted."""
    asked = [_moment(scene).question(), *before.questions(scene)]
    if scene.choices["panel"] == "bound":
        asked += bound.questions(scene)
    if bound.asked_run(scene) is None:  # no longer of this run: its long answer would go on
        scene.desk.keep_only({question.name for question in asked})
    return asked


def draw(scene: Scene) -> None:
    """Everything of the run."""
    moment, answer = _moment(scene), scene.answer("picture")
    if answer.error is not None or answer.worker == "suspect":
        tell(scene, answer)
    left, right = st.columns([0.4, 0.6], gap="small")
    with right:  # first: it is what a visitor looks at, and the largest message
        plane.plane(scene, moment, answer.value, before.mean(scene))
    with left, st.container(key="left_panel"):
        if len(scene.view.run.history):
            pictures.above_zero(scene)
        if scene.choices["panel"] != "bound" and not len(scene.view.run.history):
            st.caption(scene.said("pictures.no_curves"))
        else:
            LEFT[scene.choices["panel"]](scene)
        look_back(scene)
    with st.container(border=True, key="rows_panel"):
        rows.rows_of_data(scene, moment, answer.value)


def downloads(scene: Scene) -> tuple[Download, ...]:
    """Curves, codes and the run, as they stand when a button is clicked."""
    held = scene.main.held
    curves, run = run_downloads(held.latest)

    def codes() -> pd.DataFrame:
        now = held.latest()
        data = load_dataset(now.config.dataset)
        mean = computed(picture, now.state.parameters, now.config, NUM_CODES, (0,), 1).mean
        table = pd.DataFrame(mean, columns=[f"z{j + 1}" for j in range(mean.shape[1])])
        table["label"] = [data.classes[label] for label in data.y_train[: len(mean)]]
        return table

    return (curves, Download(name="codes", file="codes.csv", make=codes), run)


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=pictures.facts,
    above=above,
    below=rows.row_controls,
    downloads=downloads,
    why_not_in=why_not_in,
    compared=before.compared,
    comparable=before.comparable,
)
