"""The VAE lesson's live part: strip, pictures, downloads."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.dataset import DATASETS, load_dataset
from core.execution.seat import Phase, RunView
from core.run import Run
from core.training import new_run
from core.vae.answers import Picture
from core.vae.config import VAEConfig, VAEControls
from dashboard.kit.changes import differences
from dashboard.kit.downloads import downloads
from dashboard.kit.look import chosen_look
from dashboard.kit.run_strip import run_messages, run_strip, show_facts
from dashboard.kit.sessions import HeldRun
from dashboard.lessons.vae import panels as vae_panels
from dashboard.lessons.vae import pictures as vae_pictures
from dashboard.lessons.vae import rows as vae_rows
from dashboard.lessons.vae.bound import bound_panel
from dashboard.lessons.vae.controls import LABELS
from dashboard.theme import Look

POLL_SECONDS = 0.25

WORDS = LABELS | {name: info.title for name, info in DATASETS.items()}
"""Values of a configuration as the controls show them."""
PANELS = ("Curves", "Rate–distortion", "KL per dimension", "Bound")


def view_controls(run: Run) -> None:
    """What of the run is shown, and how; outside of what is redrawn while it trains."""
    left, right = st.columns([0.4, 0.6], gap="small", vertical_alignment="bottom")
    with left:
        st.segmented_control(
            "Picture", PANELS, default=PANELS[0], required=True, key="panel",
            label_visibility="collapsed", wrap=True, on_change=vae_panels.redraw,
        )  # fmt: skip
    with right:
        vae_panels.plane_controls(run.config)


def live(held: HeldRun, config: VAEConfig, controls: VAEControls) -> None:
    """The strip, and below it the pictures, redrawn while something moves."""
    view = held.watch()
    if view is None:
        st.rerun()  # attaches this session anew
    place = run_strip(
        held,
        view,
        fresh_run=lambda: _start_over(config, controls),
        waits_for_reset=config != view.run.config,
    )
    view_controls(view.run)
    polls = view.training or not st.session_state.get("vae_settled", False)
    around = Around(polls=polls, generation=view.generation, phase=view.phase)
    fragment = st.fragment(_live, run_every=POLL_SECONDS if polls else None, key="live")
    fragment(held, config, place, around)
    vae_rows.row_controls(load_dataset(view.run.config.dataset))


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the page around the live pictures was drawn for.

    Attributes:
        polls: whether it asks for new pictures.
        generation: of the run whose choices it offers.
        phase: of the run whose buttons it offers.
    """

    polls: bool
    generation: int
    phase: Phase


def _live(held: HeldRun, config: VAEConfig, place: DeltaGenerator, around: Around) -> None:
    view = held.watch()
    if view is None or (view.generation, view.phase) != (around.generation, around.phase):
        st.rerun()  # attaches this session anew, or offers what the run has now
    shown = _newest(view)
    speed = view.steps_per_second if view.training else None
    show_facts(place, view, vae_pictures.facts(view.run, speed, _num_train(view)))
    run_messages(view, differences(view.run.config, config, vae_pictures.CONFIG_NAMES, WORDS))
    settled = _pictures(view, shown)
    st.session_state["vae_settled"] = settled
    if around.polls != (view.training or not settled):
        st.rerun()  # polling starts or ends


def _start_over(config: VAEConfig, controls: VAEControls) -> Run:
    st.session_state.pop("vae_shows", None)  # the run is no longer that experiment
    return new_run(config, controls)


def _num_train(view: RunView) -> int:
    return len(load_dataset(view.run.config.dataset).x_train)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A moment of the run, and the workers' picture of it.

    Attributes:
        moment: which parameters are shown.
        rows: held-out rows that are reconstructed.
        picture: what came, if anything.
        is_settled: whether it is the picture of this moment.
    """

    moment: vae_panels.Moment
    rows: tuple[int, ...]
    picture: Picture | None
    is_settled: bool


def _newest(view: RunView) -> Shown:
    """Wait for the picture before anything is sent: the browser draws once what comes at once."""
    moment = vae_panels.chosen_moment(view)
    rows = vae_rows.chosen_rows(moment.dataset)
    desk = st.session_state.setdefault("vae_desk", vae_panels.PictureDesk())
    picture, settled = desk.picture(moment, rows)
    return Shown(moment=moment, rows=rows, picture=picture, is_settled=settled)


def _pictures(view: RunView, shown: Shown) -> bool:
    """Draw everything of the run; whether all of it is up to date."""
    look = chosen_look()
    left, right = st.columns([0.4, 0.6], gap="small")
    with left:
        answered = _left_panel(st.session_state.get("panel", PANELS[0]), view, look)
        vae_panels.look_back(view.run)
    with st.container(border=True, key="rows_panel"):
        vae_rows.rows_of_data(shown.moment, shown.rows, shown.picture, look)
    with right:
        vae_panels.plane(shown.moment, shown.picture, view.run.history, look)
    return shown.is_settled and answered


def _left_panel(panel: str, view: RunView, look: Look) -> bool:
    """Draw the chosen panel; whether nothing more is to come."""
    if panel == PANELS[3]:
        return bound_panel(view)
    if not len(view.run.history):
        st.caption("The curves begin with the first step: press ▶ Train.")
    elif panel == PANELS[0]:
        vae_pictures.curves(view.run, look)
    elif panel == PANELS[1]:
        vae_pictures.rate_distortion(view.run, look)
    else:
        vae_pictures.units(view.run, look)
    return True


def take_home(held: HeldRun) -> None:
    """Downloads of the run as it stands, and how to share it."""
    st.caption(
        "The address of this page holds the configuration, the controls and the seed: opened "
        "elsewhere it starts the same experiment."
    )
    downloads(held.latest, vae_panels.latest_codes)
