"""Pictures of EM: points in the colours of their components, and the components."""

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import MOST_POINTS, EMConfig
from core.mixtures import Mixture
from dashboard.charts.panel import Axis, Mark, Panel, padded, rounded
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.drawing import CIRCLE, hue
from dashboard.lessons.foundations.em_stage import Stage
from dashboard.lessons.foundations.numbers import nats
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

POINT = "point"
MOST_SHOWN = 2000
CURVE = 241
DRAWING = 3.0
"""Where points are drawn: so far to all sides at least."""

FOOT = 0.07
"""Share of the height below 0, where components are taken."""
SURE = (0.0, 0.6, 0.9, 1.01)
"""Bounds of the largest responsibility, for three depths of colour."""


def points_panel(stage: Stage, said: Words) -> Panel:
    """Points in the colours of their components; of one column as a density over a ruler."""
    return _line(stage, said) if stage.rows.x_train.shape[1] == 1 else _plane(stage, said)


def bare_panel(config: EMConfig, said: Words) -> Panel:
    """Numbers of the ruler, or points that a visitor has drawn, where there is no EM of them."""
    if config.data == "numbers":
        x = np.array(config.numbers)
        left, right = _range(x)
        points = Mark(kind="points", color=ROLE_COLORS["data"], x=x, y=np.zeros(len(x)))
        return Panel(
            name="points",
            x=Axis(title="x", low=left, high=right),
            y=Axis(title=said("em.density"), low=-FOOT, high=1.0),
            marks=[points],
            alt=said("em.bare_alt", count=len(x)),
            rows=24,
        )
    (left, right), (low, high) = _drawing_ranges(config)
    return Panel(
        name="points",
        x=Axis(title="x₁", low=left, high=right),
        y=Axis(title="x₂", low=low, high=high),
        marks=[],
        alt=said("em.drawing_alt", count=len(config.points)),
        rows=24,
        handles=_drawn(config, said),
        takes_points=has_room(config),
    )


def has_room(config: EMConfig) -> bool:
    """Whether one more point may be drawn."""
    return len(config.points) < MOST_POINTS


def _drawing_ranges(config: EMConfig) -> list[tuple[float, float]]:
    """At least ``DRAWING`` to all sides, so that nothing moves while one draws."""
    columns = ([point[axis] for point in config.points] for axis in (0, 1))
    far = [max([DRAWING, *(1.1 * abs(value) for value in column)]) for column in columns]
    return [(-end, end) for end in far]


def _groups(stage: Stage) -> list[tuple[NDArray[np.intp], str, float]]:
    """Rows that are drawn alike: colour of the likeliest component, the deeper the surer."""
    shown = np.arange(min(len(stage.rows.x_train), MOST_SHOWN))
    table = stage.responsibilities
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
    is_drawn = stage.config.data == "drawn"
    (left, right), (low, high) = _ranges(stage)
    return Panel(
        name="points",
        x=Axis(title=_title(stage, one, said), low=left, high=right),
        y=Axis(title=_title(stage, two, said), low=low, high=high),
        marks=marks,
        alt=_alt(stage, said),
        rows=24,
        handles=[
            *(_drawn(stage.config, said) if is_drawn else ()),
            *_component_handles(stage, said),
        ],
        takes_points=is_drawn and has_room(stage.config),
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


def _ranges(stage: Stage) -> list[tuple[float, float]]:
    """Both axes: around the rows, or as they are drawn on."""
    if stage.config.data == "drawn":
        return _drawing_ranges(stage.config)
    x = stage.rows.x_train
    axes = (0, 0) if x.shape[1] == 1 else stage.axes
    return [_range(x[:, axis]) for axis in axes]


def _range(column: Array) -> tuple[float, float]:
    return padded(float(column.min()), float(column.max()), 0.12)


def _title(stage: Stage, axis: int, said: Words) -> str:
    if stage.config.data != "penguins":
        return ("x₁", "x₂")[axis]
    return said("em.standardised", column=stage.rows.columns[axis])


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
    marks += [  # narrower than the curve's steps: a line straight up
        Mark(kind="rules", color=hue(k), x=mixture.means[k], y=np.zeros(1))
        for k in range(mixture.num_components)
        if float(mixture.covariances[k, 0, 0]) ** 0.5 < places[1] - places[0]
    ]
    marks.append(Mark(kind="line", color=ROLE_COLORS["model"], x=places, y=terms.sum(1)))
    marks += [
        Mark(kind="points", color=color, x=x[rows], y=np.full(len(rows), 0.02 * top), opacity=deep)
        for rows, color, deep in _groups(stage)
    ]
    return Panel(
        name="points",
        x=Axis(title="x", low=low, high=high),
        y=Axis(title=said("em.density"), low=-FOOT * top, high=top),
        marks=marks,
        alt=_alt(stage, said),
        rows=24,
        handles=_component_handles(stage, said, -0.5 * FOOT * top),
    )


def _alt(stage: Stage, said: Words) -> str:
    mixture = stage.run.mixtures[stage.iteration]
    return said(
        "em.points_alt",
        rows=len(stage.rows.x_train),
        components=mixture.num_components,
        value=nats(float(stage.run.log_likelihoods[stage.iteration])),
    )


def _component_handles(stage: Stage, said: Words, foot: float = 0.0) -> list[Handle]:
    """The means; pulled elsewhere, EM starts there. On a ruler they stand at ``foot``."""
    mixture = stage.run.mixtures[stage.iteration]
    is_line = mixture.dim == 1
    one, two = stage.axes
    ranges = _ranges(stage)
    return [
        Handle(
            name=f"component{k}",
            title=said("em.component", number=k + 1),
            x=float(np.clip(mean[0 if is_line else one], *ranges[0])),
            y=foot if is_line else float(np.clip(mean[two], *ranges[1])),
            moves="x" if is_line else "xy",
            color=hue(k),
        )
        for k, mean in enumerate(mixture.means)
    ]


def _drawn(config: EMConfig, said: Words) -> list[Handle]:
    return [
        Handle(
            name=f"{POINT}{place}",
            title=said("em.point", number=place + 1),
            x=x,
            y=y,
            color=ROLE_COLORS["data"],
            is_removable=True,
            is_small=True,
        )
        for place, (x, y) in enumerate(config.points)
    ]
