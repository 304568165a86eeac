"""The strip of run controls: ▶ ⏸ step ⟲, always in the same place, with where the run stands."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.execution.seat import RunView
from core.run import Run
from dashboard.kit.sessions import HeldRun


def run_strip(
    held: HeldRun,
    view: RunView,
    *,
    fresh_run: Callable[[], Run],
    waits_for_reset: bool,
    train_help: str = "Train on. The page stays free: move β and σ² while it learns.",
    why_not: str = "",
) -> DeltaGenerator:
    """Draw the buttons; the place beside them, for step, epoch and speed, is the result.

    A live fragment fills that place again and again with ``show_facts``; the buttons themselves
    change with the phase of the run only and can stand outside of what is redrawn.

    Args:
        held: the run of this session.
        view: how it stands.
        fresh_run: what ⟲ Reset starts.
        waits_for_reset: whether a choice was made that only a reset applies.
        train_help: what ▶ Train does, and what may be moved meanwhile.
        why_not: why this run cannot be trained; the buttons then rest, and say it.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strip"):
        running = view.phase == "running"
        st.button(
            "Train",
            key="train",
            icon=":material/play_arrow:",
            type="secondary" if running or why_not else "primary",
            disabled=running or bool(why_not),
            on_click=held.play,
            help=why_not or train_help,
        )
        st.button(
            "Pause",
            key="pause",
            icon=":material/pause:",
            disabled=not running,
            on_click=held.pause,
        )
        st.button(
            "One step",
            key="step",
            icon=":material/skip_next:",
            disabled=running or bool(why_not),
            on_click=held.step_once,
            help=why_not or None,
        )
        st.button(
            "Reset",
            key="reset",
            icon=":material/replay:",
            type="primary" if waits_for_reset else "secondary",
            on_click=lambda: held.replace(fresh_run()),
            help="Start over at step 0 with the chosen model and data, and the same seed.",
        )
        return st.empty()


def show_facts(place: DeltaGenerator, view: RunView, facts: str) -> None:
    """Write ``facts`` about the run (HTML) beside its buttons."""
    if view.training and view.steps_per_second is None:
        facts += "<span>the first slice is on its way …</span>"
    place.html(f'<div class="run-facts">{facts}</div>')


def run_messages(view: RunView, waiting: str) -> None:
    """What the visitor has to know: a choice that waits, a lost worker, a divergence."""
    if waiting:
        st.info(
            f"Waiting for ⟲ Reset (the present run goes on as it is): {waiting}",
            icon=":material/hourglass_top:",
        )
    if view.notice:
        st.warning(str(view.notice), icon=":material/healing:")
    if view.phase == "diverged":
        st.error(
            f"{view.message} The run is kept as it was before: lower the learning rate, then "
            "press ▶ Train to go on, or ⟲ Reset.",
            icon=":material/crisis_alert:",
        )
    if view.phase == "failed":
        st.error(
            f"{view.message} Press ▶ Train to try again, or ⟲ Reset.", icon=":material/error:"
        )
