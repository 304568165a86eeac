"""Likelihood: numbers on a ruler, a Gaussian over them, and the surface that a ball climbs."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.foundations.config import HEIGHTS, MOST_NUMBERS, LikelihoodConfig
from core.foundations.likelihood import (
    PRINTED_VARIANCE,
    Path,
    descend,
    factors,
    log_likelihood,
    maximum,
    stability_edge,
)
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, padded, rounded
from dashboard.charts.panel_fields import Contours, Texts
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.held import held_column, held_number
from dashboard.kit.option import Choices
from dashboard.kit.own_data import numbers_of, numbers_text
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold
from dashboard.kit.words import Words
from dashboard.lessons.foundations.numbers import nats, short
from dashboard.lessons.foundations.tab import Tab, draw_board
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

BALL = "ball"
NUMBER = "x"
CURVE = 241
GRID = 61
BELOW = (0.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
"""Nats below the maximum at which a contour is drawn."""

DENSITY, MODEL = ROLE_COLORS["log_likelihood"], ROLE_COLORS["model"]


def draw(scene: Scene) -> None:
    """Fields for what is dragged, the board, and the surface in space where it is wanted."""
    config: LikelihoodConfig = scene.question.likelihood
    _fields(scene)
    best = maximum(config.numbers)
    panels: dict[str, Sequence[Panel]] = {"ruler": [ruler(config, scene.said)]}
    html = {"likelihood_provenance": badge(scene.kit, "exact", scene.said("provenance.formula"))}
    if best.sd == 0:
        html["likelihood_note"] = bold(scene.said("likelihood.no_spread", count=_count(config)))
    else:
        path = path_of(config)
        panels["surface"] = [surface(config, path, scene.said)]
        if path is not None:
            panels["climb"] = [climb(config, path, scene.said)]
        html["likelihood_note"] = bold(told(config, path, scene.said))
    draw_board(scene, "likelihood", panels, html, taken)
    if scene.choices["sight"] == "surface" and best.sd > 0:
        from dashboard.lessons.foundations.likelihood_surface import draw_surface

        draw_surface(scene, config, path_of(config))


def _fields(scene: Scene) -> None:
    """What is dragged can be typed, and a column of one's own be pasted."""
    one, two, three = st.columns([0.25, 0.25, 0.5], vertical_alignment="bottom")
    with one:
        held_number(scene, "mu")
    with two:
        held_number(scene, "sigma")
    with three, st.popover(scene.said("likelihood.own"), width="stretch"):
        st.caption(scene.said("likelihood.own_note", most=MOST_NUMBERS))
        held_column(scene, "x")


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """A number or the ball was moved; a number was added, or is to go; one at least stays."""
    if drag.handle == BALL:
        return {"mu": _rounded(drag.x), "sigma": _rounded(drag.y)}
    numbers = list(numbers_of("x", choices["x"]))
    if drag.act == "add":
        numbers = [*numbers, drag.x][:MOST_NUMBERS]
    else:
        place = _place(drag.handle, len(numbers))
        if place is None or (drag.act == "remove" and len(numbers) == 1):
            return {}
        numbers[place : place + 1] = [] if drag.act == "remove" else [drag.x]
    return {"x": numbers_text(tuple(numbers))}


def _place(handle: str, count: int) -> int | None:
    """Which number a handle is of."""
    text = handle.removeprefix(NUMBER)
    return int(text) if text.isdecimal() and int(text) < count else None


def _rounded(value: float) -> float:
    """As a link writes it."""
    return float(f"{value:.6g}")


def _count(config: LikelihoodConfig) -> int:
    return len(config.numbers)


@lru_cache(maxsize=64)
def path_of(config: LikelihoodConfig) -> Path | None:
    """Where the ball goes by itself, if it is let go."""
    if config.way == "none":
        return None
    return descend(
        config.numbers,
        (config.mean, config.sd),
        kind=config.way,
        learning_rate=config.learning_rate,
    )


def _ends(config: LikelihoodConfig) -> tuple[float, float]:
    """What of the ruler is shown: the numbers, and the best Gaussian to three σ."""
    best = maximum(config.numbers)
    room = 3 * best.sd or 0.05 * max(1.0, abs(best.mean))
    return rounded(min(*config.numbers, best.mean - room), max(*config.numbers, best.mean + room))


def ruler(config: LikelihoodConfig, said: Words) -> Panel:
    """The numbers, the density over them, and its factors as stems."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    low, high = _ends(config)
    places = np.linspace(low, high, CURVE)
    density, stems = factors(places, config.mean, config.sd), factors(x, config.mean, config.sd)
    optimum = factors(places, best.mean, best.sd) if best.sd else np.full(CURVE, np.nan)
    top = float(max(np.nanmax(density), np.nanmax(optimum, initial=0.0)))
    between = np.full(len(x), np.nan)
    marks = [
        Mark(
            kind="line",
            color=DENSITY,
            x=np.stack([x, x, between], axis=1).ravel(),
            y=np.stack([0 * x, stems, between], axis=1).ravel(),
        ),
        Mark(kind="points", color=DENSITY, x=x, y=stems, tip=said("likelihood.stem")),
        Mark(kind="line", color=EXACT, x=places, y=optimum, is_dashed=True),
        Mark(kind="line", color=MODEL, x=places, y=density),
    ]
    return Panel(
        name="ruler",
        x=Axis(title=said("likelihood.x"), low=low, high=high),
        y=Axis(title=said("likelihood.density"), low=0, high=rounded(0, 1.1 * top)[1]),
        marks=marks,
        alt=said(
            "likelihood.ruler_alt",
            count=len(x),
            mean=short(config.mean),
            sd=short(config.sd),
            log_likelihood=nats(float(log_likelihood(x, config.mean, config.sd))),
        ),
        rows=17,
        handles=[
            Handle(
                name=f"{NUMBER}{place}",
                title=said("likelihood.number", place=place + 1),
                x=float(value),
                y=0.0,
                moves="x",
                color=ROLE_COLORS["data"],
                is_removable=len(x) > 1,
            )
            for place, value in enumerate(config.numbers)
        ],
        takes_points=len(x) < MOST_NUMBERS,
    )


def window(config: LikelihoodConfig, path: Path | None) -> tuple[float, float, float, float]:
    """Which μ and σ are shown: the maximum, the ball, and where it goes as far as that is near."""
    best = maximum(config.numbers)
    means, sds = [config.mean, best.mean], [config.sd, best.sd]
    if path is not None:
        near = np.abs(path.means - best.mean) < 6 * max(best.sd, abs(config.mean - best.mean))
        means += [float(path.means[near].min()), float(path.means[near].max())]
        sds += [float(path.sds[near].min()), float(path.sds[near].max())]
    left, right = padded(
        min(*means, best.mean - 3 * best.sd), max(*means, best.mean + 3 * best.sd), 0.08
    )
    return left, right, min(*sds, best.sd / 2.5) / 1.2, max(*sds, 4 * best.sd) * 1.2


def surface(config: LikelihoodConfig, path: Path | None, said: Words) -> Panel:
    """``ℓ(μ, σ)`` as contours so many nats below the maximum; σ on a logarithmic axis."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    left, right, low, high = window(config, path)
    means, sds = np.linspace(left, right, GRID), np.geomspace(low, high, GRID)
    heights = log_likelihood(x, means[None, :], sds[:, None])
    top = float(log_likelihood(x, best.mean, best.sd))
    marks: list[Mark | Contours | Texts] = [
        Contours(
            values=heights,
            extent=(left, right, low, high),
            at=[top - below for below in BELOW],
            color=DENSITY,
        ),
        _point(best.mean, best.sd, EXACT, said("likelihood.best_tip", value=nats(top))),
    ]
    if path is not None:
        marks.append(Mark(kind="line", color=MODEL, x=path.means, y=path.sds))
    if config.numbers == HEIGHTS:
        printed = PRINTED_VARIANCE**0.5
        value = nats(float(log_likelihood(x, best.mean, printed)))
        marks += [
            _point(best.mean, printed, MUTED, said("likelihood.printed_tip", value=value)),
            Texts(
                x=np.array([best.mean]),
                y=np.array([printed / 1.12]),
                texts=[said("likelihood.printed")],
                color=MUTED,
            ),
        ]
    return Panel(
        name="surface",
        x=Axis(title=said("likelihood.mu"), low=left, high=right),
        y=Axis(title=said("likelihood.sigma"), low=low, high=high, is_log=True),
        marks=marks,
        alt=said("likelihood.surface_alt", mean=short(best.mean), sd=short(best.sd)),
        rows=17,
        handles=[
            Handle(
                name=BALL,
                title=said("likelihood.ball"),
                x=config.mean,
                y=config.sd,
                color=MODEL,
                x_bounds=(left, right),
                y_bounds=(low, high),
            )
        ],
    )


def _point(x: float, y: float, color: str, tip: str) -> Mark:
    return Mark(kind="points", color=color, x=np.array([x]), y=np.array([y]), size=4.0, tip=tip)


def climb(config: LikelihoodConfig, path: Path, said: Words) -> Panel:
    """ℓ after every step, and the maximum dashed."""
    best = maximum(config.numbers)
    top = float(log_likelihood(np.array(config.numbers), best.mean, best.sd))
    steps = np.arange(len(path.log_likelihoods)) + 1.0
    shown = path.log_likelihoods[np.isfinite(path.log_likelihoods)]
    low = max(float(shown.min()), top - 60)
    ends = rounded(low, top + 0.04 * (top - low) + 1e-3)
    last = max(float(steps[-1]), 10.0)
    return Panel(
        name="climb",
        x=Axis(title=said("likelihood.step"), low=1.0, high=last, is_log=True),
        y=Axis(title=said("likelihood.nats"), low=ends[0], high=ends[1]),
        marks=[
            Mark(
                kind="line",
                color=EXACT,
                x=np.array([1.0, last]),
                y=np.array([top, top]),
                is_dashed=True,
            ),
            Mark(
                kind="line",
                color=DENSITY,
                x=steps,
                y=path.log_likelihoods,
                tip=said("likelihood.step_tip"),
            ),
        ],
        alt=said("likelihood.climb_alt", end=nats(float(shown[-1])), best=nats(top)),
        rows=9,
    )


def told(config: LikelihoodConfig, path: Path | None, said: Words) -> str:
    """ℓ here and at the maximum, what is between them, and how the ball gets there (Markdown)."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    here = float(log_likelihood(x, config.mean, config.sd))
    top = float(log_likelihood(x, best.mean, best.sd))
    sentences = [
        said(
            "likelihood.here",
            here=nats(here),
            best=nats(top),
            mean=short(best.mean),
            sd=short(best.sd),
            variance=short(best.sd**2),
            below=nats(top - here),
            count=len(x),
            each=nats((top - here) / len(x)),
        )
    ]
    if len(x) > 1:
        unbiased = best.sd**2 * len(x) / (len(x) - 1)
        sentences.append(said("likelihood.unbiased", unbiased=short(unbiased), count=len(x) - 1))
    if config.numbers == HEIGHTS:
        printed = float(log_likelihood(x, best.mean, PRINTED_VARIANCE**0.5))
        sentences.append(said("likelihood.printed_note", loss=f"{top - printed:.3f}"))
    if path is not None:
        sentences.append(_way(config, path, said))
    return " ".join(sentences)


def _way(config: LikelihoodConfig, path: Path, said: Words) -> str:
    edge = short(stability_edge(config.numbers))
    name = said.value("way", config.way)
    if path.num_steps is not None:
        text = said("likelihood.arrives", way=name, steps=f"{path.num_steps:,}")
    else:
        key = "diverges" if path.is_diverged else "never"
        text = said(f"likelihood.{key}", way=name, steps=f"{len(path.means) - 1:,}")
    return text + (f" {said('likelihood.edge', edge=edge)}" if config.way == "gradient" else "")


TAB = Tab(ask=lambda scene: [], draw=draw)
