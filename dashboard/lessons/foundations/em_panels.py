"""Pictures of EM: points and components, the bound along one step, the curve."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.foundations.em_bound import segment
from core.foundations.em_step import expect
from core.mixtures import Mixture
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, padded, rounded
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.numbers import nats
from dashboard.theme import ROLE_COLORS

if TYPE_CHECKING:
    from dashboard.lessons.foundations.em_tab import Stage

Array = NDArray[np.float64]

POINT = "point"
MOST_SHOWN = 2000
ANGLES = np.linspace(0, 2 * np.pi, 61)
CIRCLE = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)])
"""Two standard deviations."""

CURVE = 241
PLACES = np.round(np.linspace(-0.3, 1.3, 33), 3)
"""Along the segment: 0 is θ_old, 1 is θ_new."""

SURE = (0.0, 0.6, 0.9, 1.01)
"""Bounds of the largest responsibility, for three depths of colour."""

HUES = (
    "#3a78e0",
    "#d9641e",
    "#1e9e57",
    "#b8479f",
    "#a9790a",
    "#0b93ad",
    "#8a63d2",
    "#dc3d43",
)
"""Components by number, again from the ninth on: a mixture has no other name for them."""

ELBO = ROLE_COLORS["elbo"]


def hue(component: int) -> str:
    """The colour of a component."""
    return HUES[component % len(HUES)]


@lru_cache(maxsize=4)
def responsibilities(stage: Stage) -> Array | None:
    """The table r that holds now, ``[N, K]``: of the last E step; ``None`` before the first."""
    if not stage.half:
        return None
    of = stage.iteration if stage.is_after_e else stage.iteration - 1
    return expect(stage.rows.x_train, stage.run.mixtures[of])[0]


def points_panel(stage: Stage | None, said: Words) -> Panel:
    """Points in the colours of their components; of one column as a density over a ruler."""
    if stage is None:
        axes = (Axis(title="x₁", low=-3, high=3), Axis(title="x₂", low=-3, high=3))
        return Panel(
            name="points",
            x=axes[0],
            y=axes[1],
            marks=[],
            alt=said("em.nothing_alt"),
            rows=24,
            takes_points=True,
        )
    return _line(stage, said) if stage.rows.x_train.shape[1] == 1 else _plane(stage, said)


def _groups(stage: Stage) -> list[tuple[NDArray[np.intp], str, float]]:
    """Rows that are drawn alike: colour of the likeliest component, the deeper the surer."""
    shown = np.arange(min(len(stage.rows.x_train), MOST_SHOWN))
    table = responsibilities(stage)
    if table is None:
        return [(shown, ROLE_COLORS["data"], 0.6)]
    likeliest, most = table[shown].argmax(1), table[shown].max(1)
    groups = []
    for component in range(table.shape[1]):
        for low, high, depth in zip(SURE, SURE[1:], (0.3, 0.55, 0.85), strict=False):
            chosen = shown[(likeliest == component) & (most >= low) & (most < high)]
            if len(chosen):
                groups.append((chosen, hue(component), depth))
    return groups


def _plane(stage: Stage, said: Words) -> Panel:
    x, mixture = stage.rows.x_train, stage.run.mixtures[stage.iteration]
    one, two = stage.axes
    marks = [
        Mark(kind="points", color=color, x=x[rows, one], y=x[rows, two], opacity=depth, size=1.8)
        for rows, color, depth in _groups(stage)
    ]
    marks += [
        Mark(kind="line", color=hue(k), x=ring[0], y=ring[1])
        for k, ring in enumerate(_rings(mixture, stage.axes))
    ]
    (left, right), (low, high) = (_range(x[:, axis]) for axis in stage.axes)
    is_drawn = stage.config.data == "drawn"
    return Panel(
        name="points",
        x=Axis(title=_title(stage, one), low=left, high=right),
        y=Axis(title=_title(stage, two), low=low, high=high),
        marks=marks,
        alt=_alt(stage, said),
        rows=24,
        handles=[*_component_handles(stage, said), *(_drawn(stage, said) if is_drawn else ())],
        takes_points=is_drawn,
    )


def _rings(mixture: Mixture, axes: tuple[int, int]) -> list[Array]:
    """Every component's ellipse of two standard deviations in the columns shown, ``[2, P]``."""
    chosen = list(axes)
    rings = []
    for mean, covariance in zip(mixture.means, mixture.covariances, strict=True):
        values, vectors = np.linalg.eigh(covariance[np.ix_(chosen, chosen)])
        factor = vectors * np.sqrt(np.maximum(values, 0))
        rings.append(mean[chosen, None] + factor @ CIRCLE)
    return rings


def _range(column: Array) -> tuple[float, float]:
    return padded(float(column.min()), float(column.max()), 0.12)


def _title(stage: Stage, axis: int) -> str:
    columns = stage.rows.columns
    return columns[axis] if columns else ("x₁", "x₂")[axis]


def _line(stage: Stage, said: Words) -> Panel:
    x, mixture = stage.rows.x_train[:, 0], stage.run.mixtures[stage.iteration]
    low, high = _range(x)
    places = np.linspace(low, high, CURVE)
    terms = np.exp(mixture.component_log_probs(places[:, None]))
    top = rounded(0, 1.1 * float(np.quantile(terms.sum(1), 0.995)))[1]
    marks = [
        Mark(kind="line", color=hue(k), x=places, y=terms[:, k], is_thin=True)
        for k in range(mixture.num_components)
    ]
    marks.append(Mark(kind="line", color=ROLE_COLORS["model"], x=places, y=terms.sum(1)))
    marks += [
        Mark(kind="points", color=color, x=x[rows], y=np.full(len(rows), 0.02 * top), opacity=deep)
        for rows, color, deep in _groups(stage)
    ]
    return Panel(
        name="points",
        x=Axis(title="x", low=low, high=high),
        y=Axis(title=said("em.density"), low=0, high=top),
        marks=marks,
        alt=_alt(stage, said),
        rows=24,
        handles=_component_handles(stage, said),
    )


def _alt(stage: Stage, said: Words) -> str:
    mixture = stage.run.mixtures[stage.iteration]
    return said(
        "em.points_alt",
        rows=len(stage.rows.x_train),
        components=mixture.num_components,
        value=nats(float(stage.run.log_likelihoods[stage.iteration])),
    )


def _component_handles(stage: Stage, said: Words) -> list[Handle]:
    """The means; pulled elsewhere, EM starts there."""
    mixture = stage.run.mixtures[stage.iteration]
    is_line = mixture.dim == 1
    one, two = stage.axes
    ranges = [_range(stage.rows.x_train[:, axis]) for axis in ((0, 0) if is_line else stage.axes)]
    return [
        Handle(
            name=f"component{k}",
            title=said("em.component", number=k + 1),
            x=float(np.clip(mean[0 if is_line else one], *ranges[0])),
            y=0.0 if is_line else float(np.clip(mean[two], *ranges[1])),
            moves="x" if is_line else "xy",
            color=hue(k),
        )
        for k, mean in enumerate(mixture.means)
    ]


def _drawn(stage: Stage, said: Words) -> list[Handle]:
    return [
        Handle(
            name=f"{POINT}{place}",
            title=said("em.point", number=place + 1),
            x=x,
            y=y,
            color=ROLE_COLORS["data"],
            is_removable=True,
        )
        for place, (x, y) in enumerate(stage.config.points)
    ]


@lru_cache(maxsize=4)
def along(stage: Stage) -> tuple[Array, Array, Array] | None:
    """Places, ``ℓ/N`` and ``ELBO/N`` on the segment of the step that is shown; nats per row."""
    of = stage.iteration if stage.is_after_e else stage.iteration - 1
    if of + 1 >= len(stage.run.mixtures):
        return None
    x, table = stage.rows.x_train, responsibilities(stage)
    assert table is not None
    before, after = stage.run.mixtures[of], stage.run.mixtures[of + 1]
    found = []
    for place in PLACES:
        try:
            values = segment(x, before, after, table, [place])
        except ValueError:  # beyond 0 and 1 there may be no mixture
            continue
        found.append((place, values[0][0] / len(x), values[1][0] / len(x)))
    places, total, bound = np.array(found).T
    return places, total, bound


def touch(stage: Stage, said: Words) -> Panel:
    """ℓ on the way from θ_old to θ_new, and the bound of the last E step."""
    curves = along(stage)
    if curves is None:
        value = float(stage.run.log_likelihoods[stage.iteration])
        places, total, bound = PLACES[[0, -1]], np.full(2, value), np.full(2, value)
    else:
        places, total, bound = curves
    here = 0.0 if stage.is_after_e else 1.0
    at = int(np.abs(places - here).argmin())
    inside = (places >= 0) & (places <= 1)
    span = max(float(np.ptp(total[inside])), float(np.ptp(bound[inside])), 1e-9)
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


def history(stage: Stage, said: Words) -> Panel:
    """ℓ after every step so far, of the training rows and of the held-out ones."""
    upto = stage.iteration + 1
    values = stage.run.log_likelihoods[:upto]
    steps = np.arange(upto, dtype=np.float64)
    marks = [
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
                color=ROLE_COLORS["log_likelihood"],
                x=steps,
                y=held,
                tip=said("em.held_tip"),
            )
        )
    every = np.concatenate(shown)
    low, high = rounded(float(every.min()), float(every.max()) + 1e-6)
    return Panel(
        name="history",
        x=Axis(title=said("em.steps"), low=0, high=float(max(upto - 1, 5))),
        y=Axis(title=said("em.nats"), low=low, high=high),
        marks=marks,
        alt=said("em.history_alt", steps=upto - 1, value=nats(float(values[-1]))),
        rows=9,
        margin=6.0,
    )
