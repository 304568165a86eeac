"""Losses side by side: for one pair of densities, what each loss says, and what it is."""

from collections.abc import Sequence

import streamlit as st

from core.divergences.losses import LOSSES
from dashboard.charts.panel import Panel
from dashboard.components.board import board
from dashboard.kit.badges import badge
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.standing import tell
from dashboard.lessons.divergences import losses_told
from dashboard.lessons.divergences.board_layout import LAYOUTS
from dashboard.lessons.divergences.choice import pair_of
from dashboard.lessons.divergences.critic_run import ask, compared, downloads
from dashboard.lessons.divergences.facts import critic_facts
from dashboard.lessons.divergences.losses_panels import best_critic, every_f
from dashboard.lessons.divergences.names import CRITIC
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of
from dashboard.lessons.divergences.tab import Tab

BOARD = "tab_losses"


def every(scene: Scene) -> list[Shown]:
    """The chosen pair under each of the losses."""
    pair, trained = pair_of(scene.choices), scene.answer("critic").value
    ends = ends_of(pair)
    return [
        shown_of(pair, {**scene.choices, "loss": key}, ends, scene.view.run, trained)
        for key in LOSSES
    ]


def draw(scene: Scene) -> None:
    """The table, and small pictures of D* and of f."""
    answer = scene.answer("critic")
    if answer.error is not None or answer.worker == "suspect":
        tell(scene, answer)
    said, shown = scene.said, every(scene)
    panels: dict[str, Sequence[Panel]] = {
        "losses_best": [best_critic(one, said) for one in shown],
        "losses_f": every_f(said),
    }
    told = (
        losses_told.shared(shown, said),
        losses_told.farthest(shown, said),
        losses_told.all_distances(shown[0], said),
    )
    marks = [badge(scene.kit, "exact", said("losses.exact"))]
    if any(one.is_of_run for one in shown):
        step = said("losses.step", step=f"{scene.view.run.step:,}")
        marks.append(badge(scene.kit, "trained" if scene.view.run.step else "untrained", step))
    key = key_of([(said("losses.key_critic"), CRITIC)], exact=said("losses.key_exact"))
    html = {
        "losses_table": losses_told.table(shown, scene.choices["loss"], said),
        "losses_note": bold(" ".join(told)),
        "losses_best_title": bold(said("losses.best_title")),
        "losses_f_title": bold(said("losses.f_title")),
        "losses_provenance": f"{key} &nbsp; {' '.join(marks)}",
    }
    with st.container(key=BOARD):
        board(
            key=f"{BOARD}_board",
            words=scene.kit.part("components.board"),
            layout=LAYOUTS[BOARD],
            panels=panels,
            html=html,
            look=scene.look,
        )


TAB = Tab(
    ask=ask,
    draw=draw,
    facts=critic_facts,
    downloads=downloads,
    compared=compared,
)
