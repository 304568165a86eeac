"""The flow lesson's pictures: its map, what stands beside it, and the closer looks."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from core.flow.requests import samples
from core.flow.scaling import scaling
from dashboard.kit.controls import control
from dashboard.kit.downloads import Download, run_downloads
from dashboard.kit.live import draw_part
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sessions import computed
from dashboard.lessons.flow import before, pictures
from dashboard.lessons.flow.changes import flow_differences
from dashboard.lessons.flow.closer import CLOSER
from dashboard.lessons.flow.map_panel import lattice_question, map_panel

NUM_TAKEN_HOME = 5000

RIGHT: Mapping[str, Callable[[Scene], None]] = {
    "training": pictures.curves,
    "samples": pictures.samples_panel,
    "density": pictures.density_panel,
}
"""What the panel at the right draws, by its key."""


def ask(scene: Scene) -> list[Question]:
    """The lattice; and the density, where it is looked at."""
    asked = [lattice_question(scene)]
    if scene.choices["panel"] == "density" and pictures.has_density(scene.view.run.config):
        asked.append(pictures.density_question(scene))
    return asked


def draw(scene: Scene) -> None:
    """Everything of the run."""
    if reason := scene.main.config.why_not_trained():
        st.info(scene.kit("strip.why_not", reason=reason), icon=":material/block:")
    left, right = st.columns([0.66, 0.34], gap="medium")
    with left:
        map_panel(scene)
    with right:
        control(scene, "panel", label_visibility="collapsed")
        RIGHT[scene.choices["panel"]](scene)


def closer(scene: Scene) -> None:
    """One of three things to look at more closely."""
    draw_part(scene, LIVE, CLOSER)


def downloads(scene: Scene) -> tuple[Download, ...]:
    """Curves, samples and the run, as they stand when a button is clicked."""
    held = scene.main.held
    curves, run = run_downloads(held.latest)

    def drawn() -> pd.DataFrame:
        now = held.latest()
        values = computed(samples, now.state.parameters, now.config, NUM_TAKEN_HOME)
        return pd.DataFrame(scaling(now.config).to_target(values), columns=["x1", "x2"])

    return (curves, Download(name="samples", file="samples.csv", make=drawn), run)


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=pictures.facts,
    closer=closer,
    downloads=downloads,
    why_not=pictures.why_nothing_to_train,
    differences=flow_differences,
    compared=before.compared,
    comparable=before.comparable,
)
