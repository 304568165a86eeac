"""Two densities to shape: D* point by point, f out of its lines, one number three ways."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.divergences.pair import MOST_COMPONENTS
from dashboard.charts.panel import Panel
from dashboard.kit.badges import badge
from dashboard.kit.held import held_number, held_text
from dashboard.kit.held_board import MOVING, apart, held_board, while_dragged
from dashboard.kit.lesson import Lesson
from dashboard.kit.overlays import overlays_of
from dashboard.kit.playing import play_button, play_on, stop_playing
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.standing import tell
from dashboard.kit.state import put, state_of
from dashboard.lessons.divergences import lanes, one_x, told, ways
from dashboard.lessons.divergences.board_layout import LAYOUTS
from dashboard.lessons.divergences.choice import pair_of
from dashboard.lessons.divergences.critic_run import ask, compared, downloads
from dashboard.lessons.divergences.facts import critic_facts
from dashboard.lessons.divergences.names import ALPHAS, CRITIC, DATA, MODEL, SIDES, STEP
from dashboard.lessons.divergences.pair_moves import (
    added,
    nearest,
    removed,
    side,
    taken,
    with_side,
)
from dashboard.lessons.divergences.pair_preview import preview_of
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of
from dashboard.lessons.divergences.tab import Tab
from dashboard.lessons.divergences.texts import OWN

BOARD = "tab_pair"
SWEEPS = "alpha_sweeps"
"""What of the lesson's state says that the sweep goes on by itself."""

FIELD = 120


def draw(scene: Scene) -> None:
    """The board, and what moves it besides handles."""
    answer = scene.answer("critic")
    if answer.error is not None or answer.worker == "suspect":
        tell(scene, answer)
    alpha = scene.choices["a"]
    if alpha >= ALPHAS[1]:
        stop_playing(scene.lesson, SWEEPS)
    apart(scene, _board)
    _controls(scene)
    play_on(scene, SWEEPS, "a", alpha, min(alpha + STEP, ALPHAS[1]))


def shown_now(scene: Scene) -> Shown:
    """What is drawn: axes stand still while a handle moves."""
    pair = pair_of(scene.choices)
    ends = while_dragged(scene, BOARD, "ends", ends_of(pair))
    trained = scene.answer("critic").value
    return shown_of(pair, scene.choices, ends, scene.view.run, trained)


def _board(scene: Scene) -> None:
    said, shown = scene.said, shown_now(scene)
    before = [overlay.run.history for overlay in overlays_of(scene)]
    top = while_dragged(scene, BOARD, "top", lanes.top_of(shown))
    heights = while_dragged(scene, BOARD, "critic", lanes.critic_ends(shown))
    panels: dict[str, Sequence[Panel]] = {
        "lanes": [
            lanes.densities(shown, top, said),
            lanes.critic_lane(shown, heights, said),
            lanes.integrand_lane(shown, said),
        ],
        "one": [one_x.costs(shown, said), one_x.lines(shown, said)],
        "ways": [ways.bars(shown, said), ways.curve(shown, before, said)],
    }
    if not shown.is_wasserstein:
        panels["ways"] = [*panels["ways"], ways.gauge(shown, said)]
    sentences = (told.here, told.loss_is, told.shape, told.trained)
    html = {
        "pair_key": _key(scene),
        "pair_note": bold(" ".join(sentence(shown, said) for sentence in sentences)),
        "pair_provenance": _provenance(scene),
    }
    held_board(
        scene,
        BOARD,
        LAYOUTS[BOARD],
        panels,
        html,
        taken,
        fragment=MOVING,
        preview=preview_of(shown),
    )


def _key(scene: Scene) -> str:
    said = scene.said
    colors = {"data": DATA, "model": MODEL, "critic": CRITIC}
    return key_of(
        ((said(f"pair.key_{name}"), color) for name, color in colors.items()),
        exact=said("pair.key_exact"),
    )


def _provenance(scene: Scene) -> str:
    run, said = scene.view.run, scene.said
    step = said("pair.step", step=f"{run.step:,}")
    if run.config.source == "fixed":
        step = said("pair.step_fixed", step=f"{run.step:,}", points=f"{run.config.points:,}")
    return " ".join(
        (
            badge(scene.kit, "exact", said("pair.exact")),
            badge(scene.kit, "trained" if run.step else "untrained", step),
        )
    )


def _controls(scene: Scene) -> None:
    """The sweep, peaks to add and take away, and fields for what is dragged."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        play_button(
            scene,
            st,
            SWEEPS,
            play=scene.said("one.play"),
            pause=scene.said("one.pause"),
            key="sweep",
            disabled=False,
            begin=partial(_from_the_start, scene.lesson),
        )
        for letter in SIDES:
            _peaks(scene, letter)
        held_number(scene, "x", width=FIELD)
        held_number(scene, "a", width=FIELD)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if scene.choices["pair"] == OWN:  # choose it, or drag a peak
            held_text(scene, "p")
            held_text(scene, "q")


def _peaks(scene: Scene, letter: str) -> None:
    said, count = scene.said, len(side(pair_of(scene.choices), letter))
    named = said(f"pair.side_{letter}")
    for act, rests in (("add", count == MOST_COMPONENTS), ("remove", count == 1)):
        st.button(
            said(f"pair.{act}", side=named),
            key=f"{act}_{letter}",
            disabled=rests,
            help=said(f"pair.{act}_help", side=named),
            on_click=_change,
            args=(scene.lesson, letter, act),
        )


def _change(lesson: Lesson, letter: str, act: str) -> None:
    """A callback: one more peak where x is, or the one next to it less."""
    state = state_of(lesson)
    pair, x = pair_of(state.choices), state.choices["x"]
    components = side(pair, letter)
    is_less = act == "remove"
    found = removed(components, nearest(components, x)) if is_less else added(components, x)
    state.choices = state.choices | with_side(pair, letter, found)
    put(lesson, state.choices)
    st.rerun()  # what waits for a reset stands above


def _from_the_start(lesson: Lesson) -> None:
    """In a callback: a sweep that is at its end begins with the first line."""
    choices = state_of(lesson).choices
    if choices["a"] >= ALPHAS[1]:
        choices["a"] = ALPHAS[0]


TAB = Tab(ask=ask, draw=draw, facts=critic_facts, downloads=downloads, compared=compared)
