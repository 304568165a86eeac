"""Likelihood: numbers on a ruler, a Gaussian over them, and the mountain that a ball climbs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.foundations.config import HEIGHTS, MOST_NUMBERS, LikelihoodConfig
from core.foundations.likelihood import (
    PRINTED_VARIANCE,
    Path,
    log_likelihood,
    maximum,
    stability_edge,
    unbiased_variance,
)
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.held import held_column, held_number
from dashboard.kit.held_board import MOVING, apart, held_board, while_dragged
from dashboard.kit.option import Choices
from dashboard.kit.own_data import numbers_of, numbers_text
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations.board_layout import LAYOUTS
from dashboard.lessons.foundations.likelihood_panels import (
    BALL,
    DENSITY,
    MODEL,
    NUMBER,
    climb,
    path_of,
    ruler,
    ruler_ends,
    surface,
    window,
)
from dashboard.lessons.foundations.numbers import nats, short
from dashboard.lessons.foundations.tab import Tab

FIELD = 170
"""Pixels that a number field is wide."""


def draw(scene: Scene) -> None:
    """Fields for what is dragged, the board, and the surface in space where it is wanted."""
    config: LikelihoodConfig = scene.question.likelihood
    _fields(scene)
    apart(scene, _board)
    if scene.choices["sight"] == "surface" and maximum(config.numbers).sd > 0:
        from dashboard.lessons.foundations.likelihood_surface import draw_surface

        draw_surface(scene, config, path_of(config))


def _board(scene: Scene) -> None:
    config: LikelihoodConfig = scene.question.likelihood
    best = maximum(config.numbers)
    ends = while_dragged(scene, "tab_likelihood", "ruler", ruler_ends(config))
    panels: dict[str, Sequence[Panel]] = {"ruler": [ruler(config, ends, scene.said)]}
    names = ((scene.said("likelihood.model"), MODEL), (scene.said("likelihood.factors"), DENSITY))
    legend = key_of(names, exact=scene.said("likelihood.dashed"))
    mark = badge(scene.kit, "exact", scene.said("provenance.formula"))
    html = {"likelihood_provenance": f"{legend} &nbsp; {mark}"}
    if best.sd == 0:
        html["likelihood_note"] = bold(scene.said("likelihood.no_spread", count=_count(config)))
    else:
        path = path_of(config)
        view = while_dragged(scene, "tab_likelihood", "surface", window(config, path))
        panels["surface"] = [surface(config, path, view, scene.said)]
        if path is not None:
            panels["climb"] = [climb(config, path, scene.said)]
        html["likelihood_note"] = bold(told(config, path, scene.said))
    held_board(
        scene, "tab_likelihood", LAYOUTS["likelihood"], panels, html, taken, fragment=MOVING
    )


def _fields(scene: Scene) -> None:
    """What is dragged can be typed, and a column of one's own be pasted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held_number(scene, "mu", width=FIELD)
        held_number(scene, "sigma", width=FIELD)
        with st.popover(scene.said("likelihood.own")):
            st.caption(scene.said("likelihood.own_note", most=MOST_NUMBERS))
            held_column(scene, "x")


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """A number or the ball was moved; a number was added, or is to go; one at least stays."""
    if drag.handle == BALL:
        return {"mu": _rounded(drag.x), "sigma": _rounded(drag.y)}
    numbers = list(numbers_of("x", choices["x"]))
    if drag.act == "add":
        numbers = [*numbers, _rounded(drag.x)]
    else:
        place = _place(drag.handle, len(numbers))
        if place is None or (drag.act == "remove" and len(numbers) == 1):
            return {}
        numbers[place : place + 1] = [] if drag.act == "remove" else [_rounded(drag.x)]
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
        unbiased = short(unbiased_variance(x))
        sentences.append(said("likelihood.unbiased", unbiased=unbiased, count=len(x) - 1))
    if len(x) == MOST_NUMBERS:
        sentences.append(said("likelihood.full", most=MOST_NUMBERS))
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
        text = said(
            f"likelihood.{key}", way=name, steps=f"{len(path.means) - (not path.is_diverged):,}"
        )
    return text + (f" {said('likelihood.edge', edge=edge)}" if config.way == "gradient" else "")


TAB = Tab(ask=lambda scene: [], draw=draw)
