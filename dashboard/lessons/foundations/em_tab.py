"""EM: points in the colours of their components, and the bound that touches and is climbed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.foundations import requests
from core.foundations.config import MOST_ITERATIONS, MOST_POINTS, EMConfig
from core.foundations.em import EMRun
from core.foundations.em_data import obstacle, rows_of
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.fragments import redraw
from dashboard.kit.held import held_number
from dashboard.kit.held_board import held_board
from dashboard.kit.leaf import relative
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Choices
from dashboard.kit.playing import play_button, play_on, stop_playing
from dashboard.kit.questions import Answer, Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.state import state_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations import em_told
from dashboard.lessons.foundations.board_layout import LAYOUTS
from dashboard.lessons.foundations.em_panels import POINT, bare_panel, has_room, points_panel
from dashboard.lessons.foundations.em_stage import Stage, is_over, last_half
from dashboard.lessons.foundations.em_touch import ELBO, HELD_OUT, history, touch
from dashboard.lessons.foundations.tab import Tab
from dashboard.lessons.foundations.texts import means_of, points_of, text_of

Array = NDArray[np.float64]

PLAYS = "em_plays"
"""What of the lesson's state says that EM goes on by itself."""


def ask(scene: Scene) -> Sequence[Question]:
    """The whole run, in slices, to its end or as far as half steps are counted."""
    config: EMConfig = scene.question.em
    if obstacle(config) is not None:
        return []

    def part(run: EMRun | None) -> Request:
        return Request(function=requests.em_slice, args=(config, run))

    def following(run: EMRun) -> Request | None:
        is_over = run.stop != "steps" or run.num_steps >= MOST_ITERATIONS
        return None if is_over else part(run)

    return [Question(name="em", key=config, request=part(None), following=following)]


def draw(scene: Scene) -> None:
    """Keys, and the board as it stands after so many half steps."""
    config: EMConfig = scene.question.em
    answer, stage = scene.answer("em"), None
    if answer.value is not None and answer.key == config:
        stage = _stage(scene, config, answer.value)
    drawn = stage
    if drawn is None and obstacle(config) is None and answer.error is None:
        drawn = _stage(
            scene, config, requests.begun(config)
        )  # handles stay while a worker is busy
    if stage is not None and is_over(stage):
        stop_playing(scene.lesson, PLAYS)  # there is nothing more to play
        scene.state.choices["t"] = stage.half  # as far as there is anything to do
    _keys(scene, stage)
    mark = badge(scene.kit, "exact", scene.said("em.provenance"))
    html = {"em_provenance": f"{_key(drawn, scene.said)} &nbsp; {mark}"}
    panels: dict[str, Sequence[Panel]] = {}
    if drawn is not None:
        panels["points"] = [points_panel(drawn, scene.said)]
    elif config.data in ("drawn", "numbers"):
        panels["points"] = [bare_panel(config, scene.said)]
    if stage is not None:
        panels["history"] = [history(stage, scene.said)]
        if stage.half:
            panels["touch"] = [touch(stage, scene.said)]
        html["em_note"] = bold(f"{em_told.told(stage, scene.said)} {_full(config, scene.said)}")
    else:
        html["em_note"] = bold(_nothing_yet(config, answer, scene.said))
    take = partial(taken, axes=_axes(scene), stage=drawn)
    held_board(scene, "tab_em", LAYOUTS["em"], panels, html, take)
    if stage is not None:
        half = stage.half
        play_on(scene, PLAYS, "t", half, min(half + 1, last_half(stage.run)))
    way = relative("evidence", model="line", q="mine", tab="raise", refit="true")
    st.markdown(scene.said("em.onward", evidence=way))


def _nothing_yet(config: EMConfig, answer: Answer, said: Words) -> str:
    """Why there is no EM to see (Markdown)."""
    trouble, rows = obstacle(config), len(config.points)
    if config.data == "numbers":
        rows = len(config.numbers)
    if trouble is not None:
        text = said(f"em.{trouble}", components=config.num_components, rows=rows)
        draw = said("em.draw", most=MOST_POINTS) if config.data == "drawn" else ""
        return f"{text} {draw}".strip()
    return "" if answer.error is not None else said("em.waits")


def _full(config: EMConfig, said: Words) -> str:
    """That no more points can be drawn, where that is so."""
    if config.data != "drawn" or has_room(config):
        return ""
    return said("em.full", most=MOST_POINTS)


def _key(stage: Stage | None, said: Words) -> str:
    """What the colours of the two pictures at the right mean."""
    names = [(said("em.key_total"), "currentColor"), (said("em.key_bound"), ELBO)]
    if stage is not None and stage.run.held_out is not None:
        names.append((said("em.key_held_out"), HELD_OUT))
    return key_of(names)


def _stage(scene: Scene, config: EMConfig, run: EMRun) -> Stage:
    return Stage(
        config=config,
        rows=rows_of(config),
        run=run,
        half=min(scene.question.half_steps, last_half(run)),
        axes=_axes(scene),
    )


def _axes(scene: Scene) -> tuple[int, int]:
    """Columns shown: those chosen of the penguins, the first two of all others."""
    if scene.question.em.data != "penguins":
        return 0, 1
    one, two = scene.choices["axes"]
    return int(one) - 1, int(two) - 1


def _keys(scene: Scene, stage: Stage | None) -> None:
    """E, M, play, to the end, back; and the count of half steps, to be typed."""
    said, half = scene.said, 0 if stage is None else stage.half
    is_at_end = stage is None or half >= last_half(stage.run)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="em_keys")
    go = partial(_go, scene.lesson)
    for name, is_next in (("e", half % 2 == 0), ("m", half % 2 == 1)):
        row.button(
            said(f"em.{name}"),
            key=f"em_{name}_{half}",
            shortcut=name,
            disabled=is_at_end or not is_next,
            on_click=go,
            args=(half + 1,),
            help=said(f"em.{name}_help"),
            type="primary" if is_next and not is_at_end else "secondary",
        )
    play_button(
        scene,
        row,
        PLAYS,
        play=said("em.play"),
        pause=said("em.pause"),
        key="em_play",
        disabled=is_at_end,
    )
    whole = 0 if stage is None else last_half(stage.run)
    row.button(
        said("em.end"),
        key=f"em_end_{half}",
        disabled=is_at_end,
        on_click=go,
        args=(whole - whole % 2,),
    )
    row.button(
        said("em.back"),
        key=f"em_back_{half}",
        disabled=half == 0 and not scene.choices["c"],
        on_click=_back,
        args=(scene.lesson,),
    )
    with row:
        held_number(scene, "t", width=170)


def _go(lesson: Lesson, half: int) -> None:
    """A callback: so many half steps."""
    state_of(lesson).choices["t"] = half
    redraw(lesson)


def _back(lesson: Lesson) -> None:
    """A callback: the start that was chosen, and nothing done."""
    state = state_of(lesson)
    state.choices |= {"t": 0, "c": ""}
    stop_playing(lesson, PLAYS)
    redraw(lesson)


def taken(
    choices: Choices, drag: Drag, *, axes: tuple[int, int], stage: Stage | None
) -> Mapping[str, Any]:
    """A component was pulled elsewhere, or a point was drawn, moved or taken away."""
    if drag.handle.startswith(POINT) or drag.act == "add":
        return _points(choices, drag)
    text = drag.handle.removeprefix("component")
    if stage is None or not text.isdecimal():
        return {}
    mixture = stage.run.mixtures[stage.iteration]
    means = [list(mean) for mean in means_of(choices["c"])] or mixture.means.tolist()
    if stage.half:
        means = mixture.means.tolist()
    place = int(text)
    if place >= len(means):
        return {}
    means[place][axes[0]] = drag.x
    if len(means[place]) > 1:
        means[place][axes[1]] = drag.y
    return {"c": text_of(means), "t": 0}


def _points(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The points that are drawn, after this."""
    points = [list(point) for point in points_of(choices["pts"])]
    if drag.act == "add":
        points = [*points, [drag.x, drag.y]]
    else:
        text = drag.handle.removeprefix(POINT)
        if not text.isdecimal() or int(text) >= len(points):
            return {}
        place = int(text)
        points[place : place + 1] = [] if drag.act == "remove" else [[drag.x, drag.y]]
    return {"pts": text_of(points), "t": 0}


TAB = Tab(ask=ask, draw=draw)
