"""Pictures of EM: the bound that touches and is climbed, along one step, and the curve of all."""

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.kit.words import Words
from dashboard.lessons.foundations.em_stage import PLACES, Stage
from dashboard.lessons.foundations.numbers import nats
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

ELBO, HELD_OUT = ROLE_COLORS["elbo"], ROLE_COLORS["log_likelihood"]

LEAST_SPAN = 1e-6
"""A change of ℓ below this share of it is drawn level: a canvas has single precision."""

FAR_BELOW = 3.0
"""A start farther below all steps than so many times their range is told, not drawn."""


def touch(stage: Stage, said: Words) -> Panel:
    """ℓ on the way from θ_old to θ_new, and the bound of the last E step."""
    curves = stage.along
    if curves is None:
        value = float(stage.run.log_likelihoods[stage.iteration])
        places, total, bound = PLACES, np.full(len(PLACES), value), np.full(len(PLACES), value)
    else:
        places, total, bound = curves
    here = 0.0 if stage.is_after_e else 1.0
    at = int(np.abs(places - here).argmin())
    inside = (places >= 0) & (places <= 1)
    span = max(float(np.ptp(total[inside])), float(np.ptp(bound[inside])))
    span = span if span > LEAST_SPAN * (1 + abs(float(total[at]))) else 1.0
    low, high = rounded(
        float(min(total[inside].min(), bound[inside].min())) - 0.6 * span,
        float(total[inside].max()) + 0.3 * span,
    )
    return Panel(
        name="touch",
        x=Axis(title=said("em.way"), low=float(PLACES[0]), high=float(PLACES[-1])),
        y=Axis(title=said("em.nats"), low=low, high=high),
        marks=[
            Mark(kind="line", color=EXACT, x=places, y=total, tip=said("em.total_tip")),
            Mark(kind="line", color=ELBO, x=places, y=bound, tip=said("em.bound_tip")),
            Mark(
                kind="rules",
                color=MUTED,
                x=np.array([0.0, 1.0]),
                y=np.zeros(2),
                is_thin=True,
            ),
            Mark(kind="points", color=ELBO, x=places[[at]], y=bound[[at]], size=4.5),
            Mark(kind="points", color=EXACT, x=places[[at]], y=total[[at]], size=3.0),
        ],
        alt=said("em.touch_alt", gap=nats(float(total[at] - bound[at]))),
        rows=11,
        margin=6.0,
    )


def _is_far_below(curves: list[Array]) -> bool:
    """Whether the start would leave the steps no room."""
    if len(curves[0]) < 4:
        return False
    rest = np.concatenate([curve[1:] for curve in curves])
    start = min(float(curve[0]) for curve in curves)
    return float(rest.min()) - start > FAR_BELOW * float(np.ptp(rest))


def history(stage: Stage, said: Words) -> Panel:
    """ℓ after every step so far, of the training rows and of the held-out ones."""
    upto = stage.iteration + 1
    values = stage.run.log_likelihoods[:upto]
    steps = np.arange(upto, dtype=np.float64)
    marks: list[Mark | Texts] = [
        Mark(kind="line", color=EXACT, x=steps, y=values),
        Mark(kind="points", color=EXACT, x=steps, y=values, tip=said("em.step_tip")),
    ]
    shown = [values]
    if stage.run.held_out is not None:
        held = stage.run.held_out[:upto]
        shown.append(held)
        marks.append(
            Mark(
                kind="line",
                color=HELD_OUT,
                x=steps,
                y=held,
                tip=said("em.held_tip"),
            )
        )
    cut = _is_far_below(shown)
    every = np.concatenate([curve[int(cut) :] for curve in shown])
    top = max(float(every.max()), float(stage.run.log_likelihoods.max()))
    least = LEAST_SPAN * (1 + abs(top))
    low, high = rounded(min(float(every.min()), top - least), top + 0.04 * least)
    if cut:
        text = said("em.start_below", value=nats(float(values[0])))
        place = np.array([low + 0.1 * (high - low)])
        marks.append(Texts(texts=[text], x=np.array([0.1]), y=place, color=MUTED, align="left"))
    return Panel(
        name="history",
        x=Axis(title=said("em.steps"), low=0, high=float(max(upto - 1, 5))),
        y=Axis(title=said("em.nats"), low=low, high=high),
        marks=marks,
        alt=said("em.history_alt", steps=upto - 1, value=nats(float(values[-1]))),
        rows=9,
        margin=6.0,
    )
