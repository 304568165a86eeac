"""Three lanes on one axis: the densities, the discriminator, and where the two are told apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.divergences.pair import LEAST_SD, MOST_CENTRE, Component
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.divergences.names import CRITIC, PLACE, SHOULDER, SIDES, STALE
from dashboard.lessons.divergences.numbers import peak

if TYPE_CHECKING:
    from dashboard.lessons.divergences.shown import Shown

Array = NDArray[np.float64]

MARGIN = 5.0
CURVES = 1e-3
"""D* is drawn to scale where both densities together have this share of their highest value."""


def top_of(shown: Shown) -> float:
    """How high the densities are drawn."""
    return rounded(0, 1.15 * math.exp(max(float(shown.log_p.max()), float(shown.log_q.max()))))[1]


def densities(shown: Shown, top: float, said: Words) -> Panel:
    """p_d and p_g: a handle on every peak, and one on its shoulder."""
    marks = []
    for letter, log_density in (("d", shown.log_p), ("g", shown.log_q)):
        y, color = np.exp(log_density), SIDES[letter]
        tip = said(f"pair.{letter}_tip")
        fill = f"fill_{letter}"
        marks.append(
            Mark(kind="area", color=color, x=shown.x, y=y, y2=0 * y, opacity=0.22, key=fill)
        )
        marks.append(Mark(kind="line", color=color, x=shown.x, y=y, tip=tip, key=f"p_{letter}"))
    marks.append(_here(shown))
    handles = [
        handle
        for letter, components in (("d", shown.pair.data), ("g", shown.pair.model))
        for handle in _handles(letter, components, top, said)
    ]
    return Panel(
        name="densities",
        x=_axis(shown, ""),
        y=Axis(title=said("pair.density"), low=0.0, high=top),
        marks=marks,
        alt=said("pair.densities_alt", data=len(shown.pair.data), model=len(shown.pair.model)),
        rows=11.5,
        margin=MARGIN,
        handles=handles,
        follower=PLACE,
    )


def _axis(shown: Shown, title: str) -> Axis:
    left, right = shown.ends
    return Axis(title=title, low=left, high=right)


def _here(shown: Shown) -> Mark:
    at = np.array([shown.place])
    return Mark(kind="rules", color=MUTED, x=at, y=at, is_thin=True, key="here")


def _handles(
    letter: str, components: tuple[Component, ...], top: float, said: Words
) -> list[Handle]:
    total, found = sum(weight for weight, _, _ in components), []
    for place, (_, centre, sd) in enumerate(components):
        name = f"{letter}{place}"
        height = min(peak(components[place], total), top)
        named = {"side": said(f"pair.side_{letter}"), "number": place + 1}
        found.append(
            Handle(
                name=name,
                title=said("pair.peak", **named),
                x=centre,
                y=height,
                moves="xy" if len(components) > 1 else "x",
                color=SIDES[letter],
                x_bounds=(-MOST_CENTRE, MOST_CENTRE),
                y_bounds=(0.0, top),
                width=sd,
                width_bounds=(LEAST_SD, 3.0),
                is_removable=len(components) > 1,
                has_ring=False,
            )
        )
        found.append(
            Handle(
                name=name + SHOULDER,
                title=said("pair.shoulder", **named),
                x=centre + sd,
                y=height * math.exp(-0.5),
                moves="x",
                color=SIDES[letter],
                x_bounds=(centre + LEAST_SD, centre + 3.0),
                is_small=True,
            )
        )
    return found


def critic_lane(shown: Shown, ends: tuple[float, float], said: Words) -> Panel:
    """D* dashed, and the D that was trained."""
    low, high = ends
    marks = [
        Mark(kind="line", color=MUTED, x=np.array(shown.ends), y=np.zeros(2), is_thin=True),
        Mark(
            kind="line",
            color=EXACT,
            x=shown.x,
            y=shown.best,
            is_dashed=True,
            tip=said("pair.best_tip"),
            key="best",
        ),
    ]
    if shown.trained is not None:
        marks.append(
            Mark(
                kind="line",
                color=CRITIC,
                x=shown.trained.x,
                y=shown.trained.values,
                opacity=1.0 if shown.is_of_run else STALE,
                tip=said("pair.trained_tip"),
            )
        )
    marks.append(_here(shown))
    here = shown.best_here if math.isfinite(shown.best_here) else 0.0
    handle = Handle(
        name=PLACE,
        title=said("pair.place"),
        x=shown.place,
        y=min(max(here, low), high),
        moves="x",
        x_bounds=shown.ends,
    )
    return Panel(
        name="critic",
        x=_axis(shown, ""),
        y=Axis(title="D(x)", low=low, high=high),
        marks=marks,
        alt=said("pair.critic_alt", loss=said.value("loss", shown.loss.key)),
        rows=8.5,
        margin=MARGIN,
        handles=[handle],
        follower=PLACE,
    )


def critic_ends(shown: Shown) -> tuple[float, float]:
    """The D that is drawn: that of D* where there is anything, never less than ±1.3."""
    both = np.logaddexp(shown.log_p, shown.log_q)
    seen = both > both.max() + math.log(CURVES)
    values = [shown.best[seen]]
    if shown.is_wasserstein and shown.trained is not None:
        trained = shown.trained
        values.append(np.interp(shown.x[seen], trained.x, trained.values))
    every = np.concatenate(values)
    every = every[np.isfinite(every)]
    if not shown.is_wasserstein:
        every = np.clip(every, -8, 8)
    low = min(float(np.min(every, initial=0.0)), -1.3)
    high = max(float(np.max(every, initial=0.0)), 1.3)
    return rounded(low, high)


def integrand_lane(shown: Shown, said: Words) -> Panel:
    """What R adds up at each x, and what it would be of equal densities: the gap tells apart."""
    loss, p, q = shown.loss, np.exp(shown.log_p), np.exp(shown.log_q)

    def integrand(values: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.nan_to_num(0.5 * (p * loss.cost(values) + q * loss.cost(-values)))

    equal = loss.at_equal * 0.5 * (p + q)
    best = _best_integrand(shown, integrand)
    trained = None
    if shown.trained is not None and shown.is_of_run:
        trained = integrand(np.interp(shown.x, shown.trained.x, shown.trained.values))
    low, high = _integrand_ends(shown, equal, best, trained)
    marks = [
        Mark(kind="area", color=EXACT, x=shown.x, y=equal, y2=best, opacity=0.16, key="gap"),
        Mark(kind="area", color=CRITIC, x=shown.x, y=best, y2=0 * best, opacity=0.3, key="inner"),
        Mark(
            kind="line",
            color=EXACT,
            x=shown.x,
            y=equal,
            is_thin=True,
            tip=said("pair.equal_tip"),
            key="equal",
        ),
        Mark(
            kind="line",
            color=EXACT,
            x=shown.x,
            y=best,
            is_dashed=True,
            tip=said("pair.integrand_tip"),
            key="integrand",
        ),
    ]
    if trained is not None:
        tip = said("pair.trained_integrand_tip")
        marks.append(Mark(kind="line", color=CRITIC, x=shown.x, y=trained, tip=tip))
    marks.append(_here(shown))
    return Panel(
        name="integrand",
        x=_axis(shown, "x"),
        y=Axis(title=said("pair.integrand"), low=low, high=high),
        marks=marks,
        alt=said("pair.integrand_alt"),
        rows=7.0,
        margin=MARGIN,
        follower=PLACE,
    )


def _integrand_ends(
    shown: Shown, equal: Array, best: Array, trained: Array | None
) -> tuple[float, float]:
    """What of R is drawn: all that is exact, and of a bad D as much again."""
    low, high = min(float(best.min()), 0.0), max(float(equal.max()), float(best.max()))
    if trained is not None and shown.is_wasserstein:
        low, high = min(low, float(trained.min())), max(high, float(trained.max()))
    elif trained is not None:
        high = max(high, min(float(trained.max()), 2 * high))
    return rounded(low, high)


def _best_integrand(shown: Shown, integrand: Callable[[Array], Array]) -> Array:
    """Of D*, by f where there is one; of the best D under a leash; 0 where there is none."""
    if not shown.is_wasserstein:
        return np.asarray(-0.5 * shown.loss.curve_weighted(shown.log_p, shown.log_q))
    return integrand(np.nan_to_num(shown.best))
