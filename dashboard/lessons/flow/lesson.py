"""The flow lesson, put together: choices, the run they belong to, and its live pictures."""

from collections.abc import Sequence

import streamlit as st

from core.execution.seat import RunView
from core.flow.config import FlowConfig, FlowControls
from core.flow.ready import ready_flow
from core.run import Run
from core.training import new_run
from dashboard.kit.experiments import experiments
from dashboard.kit.links import read_link
from dashboard.kit.look import chosen_look, projector_switch
from dashboard.kit.run_strip import run_messages, run_strip, show_facts
from dashboard.kit.sessions import HeldRun, held_run
from dashboard.lessons.flow import panels as flow_panels
from dashboard.lessons.flow import pictures as flow_pictures
from dashboard.lessons.flow.changes import flow_differences
from dashboard.lessons.flow.controls import (
    DEFAULTS,
    OPTIONS,
    flow_controls,
    label,
    live_controls,
    target_controls,
)
from dashboard.lessons.flow.presets import CLOSER, PRESETS
from dashboard.lessons.flow.sections import closer_look
from dashboard.lessons.vae.text import ScriptStep

POLL_SECONDS = 0.25
OPENING_STEPS = 1500
"""A page that opens on another experiment than the ready trained one trains it this far."""

OPENING_TEXT = (
    "**A flow carries a density.** Press ▶ under the strip and watch the base walk through the "
    "layers; drag the probe; then ▶ Train."
)

PANELS = ("Training", "Samples", "Density")


def choices() -> tuple[FlowConfig, FlowControls]:
    """The visitor's experiment, from the controls on the left."""
    read_link(OPTIONS, label, "flow_link")
    with st.sidebar:
        target = target_controls()
        live = st.container()
        config = flow_controls(target)
        with live:
            controls = live_controls()
    return config, controls


def needs_no_training(config: FlowConfig) -> bool:
    """Whether the map follows every choice at once: set by hand, or not trainable."""
    return config.start == "hand" or bool(config.why_not_trained())


def lesson_run(config: FlowConfig, controls: FlowControls) -> HeldRun:
    """This session's run: opened on a trained state, steered by the controls."""

    def start() -> tuple[Run, int | None]:
        ready = ready_flow()
        if ready is not None and (config, controls) == (ready.config, ready.controls):
            return ready, None
        return new_run(config, controls), None if needs_no_training(config) else OPENING_STEPS

    held = held_run("flow", start)
    preset = st.session_state.pop("flow_preset", None)
    if preset is not None:
        held.replace(new_run(config, controls), PRESETS[preset].train_steps or None)
        st.session_state["flow_shows"] = preset
    elif needs_no_training(config) and held.latest().config != config:
        held.replace(new_run(config, controls))
    held.set_controls(controls)
    return held


def choose_preset(name: str) -> None:
    """A callback: set every control to what the preset asks for, and start it."""
    preset = PRESETS[name]
    for key, value in (DEFAULTS | preset.choices).items():
        st.session_state[key] = value
    st.session_state["flow_preset"] = name
    st.session_state["flow_panel"] = preset.panel
    before = st.session_state.get("flow_opening", {"nonce": 0})
    st.session_state["flow_opening"] = {
        "nonce": before["nonce"] + 1,
        "mode": "density",
        "data": preset.shows_data,
        "play": preset.plays,
    }
    if preset.closer is not None:
        st.session_state["closer"] = preset.closer


def header() -> None:
    """Experiments to choose from, what the chosen one shows, and the projector switch."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        experiments(
            PRESETS, choose_preset, caption="One click sets the controls and starts a new run."
        )
        shown = st.session_state.get("flow_shows")
        st.markdown(
            f"**{PRESETS[shown].title}.** {PRESETS[shown].shows}" if shown else OPENING_TEXT,
            width="stretch",
        )
        projector_switch()


def live(held: HeldRun, config: FlowConfig, controls: FlowControls) -> None:
    """The strip and the pictures, redrawn while something moves."""
    view = held.watch()
    st.session_state["flow_trains"] = view is not None and view.training
    polls = view is not None and (view.training or not st.session_state.get("flow_settled", False))
    fragment = st.fragment(_live, run_every=POLL_SECONDS if polls else None, key="flow_live")
    fragment(held, config, controls, polls)


def _live(held: HeldRun, config: FlowConfig, controls: FlowControls, polls: bool) -> None:
    view = held.watch()
    if view is None or st.session_state.pop("flow_dragged", False):
        st.rerun()  # attaches this session anew; or the controls on the left have to follow
    st.session_state["flow_trains"] = view.training
    waits = config != view.run.config
    reason = flow_pictures.why_nothing_to_train(view.run.config)
    place = run_strip(
        held,
        view,
        fresh_run=lambda: _start_over(config, controls),
        waits_for_reset=waits,
        train_help="Train on. The page stays free: move the learning rate while it learns.",
        why_not=f"Not to be trained: {reason}." if reason else "",
    )
    show_facts(place, view, flow_pictures.facts(view))
    run_messages(view, flow_differences(view.run.config, config))
    if reason := config.why_not_trained():
        st.info(f"Not to be trained: {reason}.", icon=":material/block:")
    settled = _pictures(view, config)
    st.session_state["flow_settled"] = settled
    if polls != (view.training or not settled):
        st.rerun()  # polling starts or ends


def _start_over(config: FlowConfig, controls: FlowControls) -> Run:
    st.session_state.pop("flow_shows", None)  # the run is no longer that experiment
    return new_run(config, controls)


def _pictures(view: RunView, config: FlowConfig) -> bool:
    """Draw everything of the run; whether all of it is up to date."""
    look = chosen_look()
    left, right = st.columns([0.66, 0.34], gap="medium")
    picture, settled = flow_panels.lattice(view)
    with left:
        flow_panels.map_panel(view, config, picture)
    with right:
        panel = st.segmented_control(
            "Picture",
            PANELS,
            default=PANELS[0],
            required=True,
            key="flow_panel",
            label_visibility="collapsed",
        )
        if panel == "Density":
            answered = flow_pictures.density_panel(view, look)
        elif panel == "Samples":
            drawn = None if picture is None else picture.samples
            answered = flow_pictures.samples_panel(view, look, drawn)
        else:
            flow_pictures.curves(view.run, look)
            answered = True
    return settled and answered


def closer(config: FlowConfig) -> None:
    """One of three things to look at more closely."""
    st.subheader("A closer look")
    name = st.segmented_control(
        "A closer look",
        CLOSER,
        default=CLOSER[0],
        required=True,
        key="closer",
        label_visibility="collapsed",
    )
    closer_look(str(name), config, chosen_look())


def script_steps(script: Sequence[ScriptStep]) -> None:
    """The lesson for a class: ask, show, explain."""
    for number, step in enumerate(script, start=1):
        with st.expander(f"**{number}.** {step.predict}"):
            st.button(
                f"Reveal: {PRESETS[step.preset].title}",
                key=f"reveal_{number}",
                on_click=choose_preset,
                args=(step.preset,),
                type="primary",
            )
            st.markdown(step.explain)


def take_home(held: HeldRun) -> None:
    """Downloads of the run as it stands, and how to share it."""
    st.caption(
        "The address of this page holds the configuration, the controls and the seed: opened "
        "elsewhere it starts the same experiment."
    )
    flow_pictures.take_home_buttons(held.latest())
