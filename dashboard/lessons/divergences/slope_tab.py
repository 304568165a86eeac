"""Who still pulls: the generator's slope of every loss as densities part, exact and trained."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.divergences import requests
from core.divergences.answers import TrainedSlope
from core.divergences.losses import LossKey
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.held import held_number
from dashboard.kit.held_board import MOVING, apart, held_board, while_dragged
from dashboard.kit.option import Choices
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.standing import tell
from dashboard.lessons.divergences.board_layout import LAYOUTS
from dashboard.lessons.divergences.critic_run import compared, downloads
from dashboard.lessons.divergences.facts import critic_facts
from dashboard.lessons.divergences.names import DATA, MODEL
from dashboard.lessons.divergences.slope_shown import (
    LEAST,
    MOST,
    THETA,
    TRAINED,
    SlopeShown,
    slope_shown,
)
from dashboard.lessons.divergences.tab import Tab

BOARD = "tab_slope"
DOTS = "slope_dots"
"""Where the lesson's state keeps the trained slopes of every θ that was looked at."""

MOST_DOTS = 200


def ask(scene: Scene) -> Sequence[Question]:
    """A D trained at this θ with every loss, one after the other."""
    theta = scene.choices["theta"]
    known = kept(scene)
    left = [loss for loss in TRAINED if (loss, theta) not in known]
    if not left:
        return []

    def part(loss: LossKey) -> Request:
        return Request(function=requests.slope_trained, args=(theta, loss), worker="training")

    def following(so_far: Any) -> Request | None:
        done = {one.loss for one in together(so_far)}
        return next((part(loss) for loss in left if loss not in done), None)

    return [
        Question(
            name="slope",
            key=theta,
            request=part(left[0]),
            following=following,
            merge=lambda so_far, new: (*together(so_far), *together(new)),
        )
    ]


def together(found: Any) -> tuple[TrainedSlope, ...]:
    """The first answer is one, all together are several."""
    return found if isinstance(found, tuple) else (found,)


def kept(scene: Scene) -> dict[tuple[LossKey, float], TrainedSlope]:
    """The trained slopes of this session, by loss and θ."""
    found: dict[tuple[LossKey, float], TrainedSlope] = scene.state.drawn.setdefault(DOTS, {})
    return found


def _keep(scene: Scene) -> None:
    """What has come is kept once all of its θ are there: asked of until then."""
    answer, dots = scene.answer("slope"), kept(scene)
    if answer.value is None or answer.is_waiting:
        return
    dots |= {(one.loss, one.theta): one for one in together(answer.value)}
    while len(dots) > MOST_DOTS:
        dots.pop(next(iter(dots)))


def draw(scene: Scene) -> None:
    """The board, and θ as a number."""
    answer = scene.answer("slope")
    if answer.error is not None or answer.worker == "suspect":
        tell(scene, answer)
    _keep(scene)
    apart(scene, _board)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held_number(scene, "theta", width=160)


def shown_now(scene: Scene) -> SlopeShown:
    """What is drawn; the axis of x stands still while a handle moves."""
    theta, dots = float(scene.choices["theta"]), dict(kept(scene))
    answer = scene.answer("slope")
    if answer.value is not None:
        dots |= {(one.loss, one.theta): one for one in together(answer.value)}
    right = while_dragged(scene, BOARD, "right", max(6.0, float(round(theta + 4))))
    return slope_shown(theta, max(right, theta + 1), dots)


def _board(scene: Scene) -> None:
    from dashboard.lessons.divergences import slope_told
    from dashboard.lessons.divergences.slope_panels import arrows, slope_curves, two_bumps

    said, shown = scene.said, shown_now(scene)
    panels: dict[str, Sequence[Panel]] = {
        "slopes": [slope_curves(shown, said)],
        "pushes": [two_bumps(shown, said), arrows(shown, said)],
    }
    sentences = (slope_told.who_pulls, slope_told.explodes, slope_told.squares)
    told = " ".join(filter(None, (sentence(shown, said) for sentence in sentences)))
    html = {
        "slope_table": slope_told.table(shown, said),
        "slope_factor": f"<small>{bold(said('slope.factor'))}</small>",
        "slope_note": bold(told),
        "slope_theorem": bold(slope_told.theorem(shown, said)),
        "slope_provenance": _provenance(scene, shown),
    }
    held_board(scene, BOARD, LAYOUTS[BOARD], panels, html, taken, fragment=MOVING)


def _provenance(scene: Scene, shown: SlopeShown) -> str:
    said = scene.said
    key = key_of(((said("pair.key_data"), DATA), (said("pair.key_model"), MODEL)))
    marks = [key, badge(scene.kit, "exact", said("slope.exact"))]
    found = [dot for (_, theta), dot in shown.dots.items() if theta == shown.theta]
    if found:
        detail = said("slope.trained", steps=f"{found[0].steps:,}", seed=found[0].seed)
        marks.append(badge(scene.kit, "trained", detail))
    if len(found) < len(TRAINED):
        marks.append(f"<small>{said('slope.waits', done=len(found), all=len(TRAINED))}</small>")
    return " &nbsp; ".join(marks)


def taken(_: Choices, drag: Drag) -> Mapping[str, Any]:
    """θ, to two places."""
    if drag.handle != THETA:
        return {}
    return {"theta": round(min(max(drag.x, LEAST), MOST), 2)}


def facts(scene: Scene) -> str:
    """The run that the strip steers is not of this picture, and says so (HTML)."""
    return f"<span>{scene.said('facts.of_pair')}</span> {critic_facts(scene)}"


TAB = Tab(
    ask=ask,
    draw=draw,
    facts=facts,
    downloads=downloads,
    compared=compared,
)
