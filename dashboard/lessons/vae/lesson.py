"""The VAE lesson above its pictures: choices, the run they belong to, and what is said of it.

Nothing here needs the chart libraries: a visitor reads while ``vae_live`` imports them.
"""

from collections.abc import Sequence

import streamlit as st

from core.dataset import DATASETS
from core.run import Run
from core.training import new_run
from core.vae.config import VAEConfig, VAEControls
from core.vae.ready import ready_vae
from dashboard.kit.experiments import experiments
from dashboard.kit.links import read_link
from dashboard.kit.look import projector_switch
from dashboard.kit.sessions import HeldRun, held_run
from dashboard.lessons.vae.controls import (
    DEFAULTS,
    OPTIONS,
    dataset_controls,
    label,
    live_controls,
    model_controls,
)
from dashboard.lessons.vae.presets import PRESETS
from dashboard.lessons.vae.text import ScriptStep

OPENING_STEPS = 1000
"""A page that opens on another experiment than the ready trained one trains it this far."""

OPENING_TEXT = (
    "**A VAE that learns while you steer.** Press ▶ Train, move β and σ², watch the curves and "
    "the grid answer; ⟲ starts over."
)


def choices() -> tuple[VAEConfig, VAEControls]:
    """The visitor's experiment, from the controls on the left."""
    read_link(OPTIONS, label, "vae_link")
    with st.sidebar:
        dataset = dataset_controls()
        st.caption(DATASETS[dataset.name].description)
        live = st.container()
        config = model_controls(dataset, DATASETS[dataset.name].kind == "image")
        with live:
            controls = live_controls(config)
    return config, controls


def lesson_run(config: VAEConfig, controls: VAEControls) -> HeldRun:
    """This session's run: opened on a trained state, steered by the controls."""

    def start() -> tuple[Run, int | None]:
        ready = ready_vae()
        if ready is not None and (config, controls) == (ready.config, ready.controls):
            return ready, None
        return new_run(config, controls), OPENING_STEPS

    held = held_run("vae", start)
    preset = st.session_state.pop("vae_preset", None)
    if preset is not None:
        held.replace(new_run(config, controls), PRESETS[preset].train_steps)
        st.session_state["vae_shows"] = preset
    held.set_controls(controls)
    return held


def choose_preset(name: str) -> None:
    """A callback: set every control to what the preset asks for, and start it."""
    for key, value in (DEFAULTS | PRESETS[name].choices).items():
        st.session_state[key] = value
    st.session_state["vae_preset"] = name


def header() -> None:
    """Experiments to choose from, what the chosen one shows, and the projector switch."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        experiments(
            PRESETS, choose_preset, caption="One click sets the controls and starts a new run."
        )
        shown = st.session_state.get("vae_shows")
        st.markdown(
            f"**{PRESETS[shown].title}.** {PRESETS[shown].shows}" if shown else OPENING_TEXT,
            width="stretch",
        )
        projector_switch()


def script_steps(script: Sequence[ScriptStep]) -> None:
    """The lesson for a class: ask, show, explain."""
    for number, step in enumerate(script, start=1):
        with st.expander(f"**{number}.** {step.predict}"):
            st.button(
                f"Reveal: {PRESETS[step.preset].title}", key=f"reveal_{number}",
                on_click=choose_preset, args=(step.preset,), type="primary",
            )  # fmt: skip
            st.markdown(step.explain)
