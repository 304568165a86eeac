"""Raising the bound: where θ of the line goes when the ELBO is climbed, as a figure that plays."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.evidence.bound import Bound, Climb, ascend, expectation_maximisation
from core.evidence.models import Line
from core.evidence.proposals import Gaussian
from dashboard.charts.panel import rounded
from dashboard.kit.controls import control
from dashboard.kit.curves import draw_figure, legend
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words, with_minus
from dashboard.lessons.evidence.answers import known_now
from dashboard.theme import BACKGROUNDS, ROLE_COLORS, Look

Array = NDArray[np.float64]

STEPS = 24
RATE = 0.25
"""Share of the way to the maximum that one step goes."""

PLACES = 161
FRAME_MS = 160
HEIGHT = 420


def draw(scene: Scene) -> None:
    """Both curves and the way of θ; a sentence says what rose and what fell."""
    problem, q = scene.question.problem, known_now(scene).q
    if not isinstance(problem, Line) or q is None:
        st.info(scene.said("raise.only_line"))
        return
    left, right = st.columns([0.6, 0.4], gap="medium", vertical_alignment="bottom")
    with left:
        control(scene, "start")
    with right:
        control(scene, "refit")
    part = q.components[0][1]
    bound, climb = climbed(problem, part, scene.choices["start"], scene.choices["refit"])
    note = told(climb, scene.said)
    with st.container(key="tab_raise"):
        elbo = "raise.elbo_refit" if scene.choices["refit"] else "raise.elbo"
        names = ((scene.said(elbo), ROLE_COLORS["elbo"]),)
        legend(scene, *names, exact=scene.said("raise.log_p"), kind="exact")
        figure = climb_figure(bound, climb, scene.choices["refit"], scene.look, scene.said)
        draw_figure(figure, "climb", scene.said("raise.alt", note=note), key="climb_chart")
        places = {
            "elbo": _short(bound.best_for_elbo),
            "log_p": _short(bound.best_for_log_p),
        }
        best = "raise.em" if scene.choices["refit"] else "raise.best"
        st.markdown(f"{note} {scene.said(best, **places)}")


def climbed(line: Line, q: Gaussian, start: float, refits: bool) -> tuple[Bound, Climb]:
    """The bound of this line by this q, and the way of θ from ``start``."""
    bound = Bound(
        x=line.x,
        variance=line.variance,
        q_mean=float(q.mean[0]),
        q_variance=float(q.covariance[0, 0]),
    )
    if refits:
        return bound, expectation_maximisation(bound, start, STEPS)
    return bound, ascend(bound, start, RATE, STEPS)


def told(climb: Climb, said: Words) -> str:
    """What rose and what fell, in words."""

    def way(values: Array) -> str:
        change = values[-1] - values[0]
        return said("raise.stays" if abs(change) < 5e-4 else _direction(change))

    return said(
        "raise.note",
        start=_short(climb.theta[0]),
        steps=len(climb.theta) - 1,
        end=_short(climb.theta[-1]),
        elbo_way=way(climb.elbo),
        elbo_start=_short(climb.elbo[0]),
        elbo_end=_short(climb.elbo[-1]),
        log_p_way=way(climb.log_p),
        log_p_start=_short(climb.log_p[0]),
        log_p_end=_short(climb.log_p[-1]),
    )


def _direction(change: float) -> str:
    return "raise.rises" if change > 0 else "raise.falls"


def _short(value: float) -> str:
    return with_minus(f"{value:.3f}")


def climb_figure(
    bound: Bound, climb: Climb, refits: bool, look: Look, said: Words
) -> dict[str, Any]:
    """ELBO and log p over θ, and a ball on each that climbs step by step (Plotly, plain data)."""
    far = max(3.0, 1.2 * float(np.abs(climb.theta).max()), 1.3 * bound.best_for_log_p)
    theta = np.linspace(-far, far, PLACES)
    bounds = [
        bound.refitted(float(place)) if refits else bound
        for place in (climb.theta if refits else climb.theta[:1])
    ]
    log_p = bound.log_p(theta)
    low = min(float(log_p.min()), float(climb.elbo.min())) - 1.5
    low, high = rounded(low, float(max(log_p.max(), climb.log_p.max())) + 0.2)
    frames = [
        {
            "name": str(step),
            "data": _frame(theta, bounds[min(step, len(bounds) - 1)], climb, step, look, said),
            "traces": [0, 2, 3],
        }
        for step in range(len(climb.theta))
    ]
    first = frames[0]["data"]
    elbo, ball, path = first
    return {
        "data": [elbo, _log_p(theta, log_p, look, said), ball, path],
        "frames": frames,
        "layout": _layout((low, high), far, len(frames), look, said),
    }


def _frame(
    theta: Array, bound: Bound, climb: Climb, step: int, look: Look, said: Words
) -> list[dict[str, Any]]:
    """The ELBO of the q in use, both balls, and the way so far."""
    here = slice(0, step + 1)
    place = float(climb.theta[step])
    return [
        {
            "type": "scatter",
            "x": theta.tolist(),
            "y": bound.elbo(theta).tolist(),
            "name": said("raise.elbo"),
            "mode": "lines",
            "line": {"color": ROLE_COLORS["elbo"], "width": look.line_width},
            "hovertemplate": f"θ %{{x:.3f}}<br>%{{y:.4f}}<extra>{said('raise.elbo')}</extra>",
        },
        {
            "type": "scatter",
            "x": [place, place],
            "y": [float(climb.elbo[step]), float(climb.log_p[step])],
            "mode": "markers",
            "marker": {
                "color": [ROLE_COLORS["elbo"], look.truth],
                "size": 5 * look.line_width + 4,
            },
            "hovertemplate": f"{said('raise.step', step=step)}<br>θ %{{x:.4f}}<br>%{{y:.4f}}"
            "<extra></extra>",
        },
        {
            "type": "scatter",
            "x": [*climb.theta[here].tolist(), None, *climb.theta[here].tolist()],
            "y": [*climb.elbo[here].tolist(), None, *climb.log_p[here].tolist()],
            "mode": "lines+markers",
            "line": {"color": look.muted, "width": 1},
            "marker": {"color": look.muted, "size": 4},
            "hoverinfo": "skip",
        },
    ]


def _log_p(theta: Array, log_p: Array, look: Look, said: Words) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": theta.tolist(),
        "y": log_p.tolist(),
        "name": said("raise.log_p"),
        "mode": "lines",
        "line": {"color": look.truth, "width": look.line_width, "dash": "dash"},
        "hovertemplate": f"θ %{{x:.3f}}<br>%{{y:.4f}}<extra>{said('raise.log_p')}</extra>",
    }


def _layout(
    heights: tuple[float, float], far: float, count: int, look: Look, said: Words
) -> dict[str, Any]:
    axis = {"color": look.muted, "gridcolor": look.grid, "zerolinecolor": look.grid}
    steps = [
        {
            "label": str(step),
            "method": "animate",
            "args": [[str(step)], {"mode": "immediate", "frame": {"duration": 0}}],
        }
        for step in range(count)
    ]
    return {
        "height": HEIGHT,
        "margin": {"l": 55, "r": 10, "t": 10, "b": 30},
        "paper_bgcolor": BACKGROUNDS[look.theme],
        "plot_bgcolor": BACKGROUNDS[look.theme],
        "font": {"color": look.muted, "size": look.font_size},
        "xaxis": axis | {"title": {"text": said("raise.x")}, "range": [-far, far]},
        "yaxis": axis | {"title": {"text": said("raise.y")}, "range": list(heights)},
        "showlegend": False,
        "updatemenus": [_buttons(look, said)],
        "sliders": [
            {
                "steps": steps,
                "currentvalue": {"prefix": f"{said('raise.step', step='')}"},
                "x": 0.22,
                "len": 0.78,
                "pad": {"t": 34},
            }
        ],
    }


def _buttons(look: Look, said: Words) -> dict[str, Any]:
    play = {
        "label": said("raise.play"),
        "method": "animate",
        "args": [
            None,
            {"fromcurrent": True, "frame": {"duration": FRAME_MS}, "transition": {"duration": 0}},
        ],
    }
    pause = {
        "label": said("raise.pause"),
        "method": "animate",
        "args": [[None], {"mode": "immediate", "frame": {"duration": 0}}],
    }
    return {
        "type": "buttons",
        "direction": "left",
        "buttons": [play, pause],
        "x": 0.0,
        "xanchor": "left",
        "y": -0.14,
        "yanchor": "top",
        "font": {"color": look.truth},
        "bgcolor": BACKGROUNDS[look.theme],
    }
