"""The run before: what an experiment is compared with stays, faded, in curves and in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.kit.changes import differences, waiting
from dashboard.kit.parts import live_part
from dashboard.kit.words import with_minus
from dashboard.theme import ROLE_COLORS, Role, ink

if TYPE_CHECKING:
    from core.history import History
    from core.run import Run
    from dashboard.kit.scene import Scene
    from dashboard.kit.state import LessonState
    from dashboard.kit.steering import Overlay


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A number of a lesson's runs that is compared with that of the run before.

    Attributes:
        name: in words.
        role: whose colour it has.
        metric: of the history.
        error: the metric that is its standard error; empty: it has none.
        digits: behind the point.
    """

    name: str
    role: Role
    metric: str
    error: str = ""
    digits: int = 2


def forget(state: LessonState, overlay: Overlay) -> None:
    """A callback: compare with this one no more."""
    state.overlays = tuple(other for other in state.overlays if other is not overlay)


def overlays_of(scene: Scene) -> tuple[Overlay, ...]:
    """What the run that is shown is compared with, as far as its lesson says that it can be."""
    run, shown = scene.view.run, live_part(scene.lesson)
    return tuple(
        overlay
        for overlay in scene.state.overlays
        if overlay.name == scene.steered.name
        and shown.comparable(overlay.run.config, run.config)
        and not _is_alike(overlay.run, run)
    )


def _is_alike(before: Run, now: Run) -> bool:
    return bool(before.config == now.config) and before.history.changes == now.history.changes


def in_words(scene: Scene, overlay: Overlay) -> str:
    """Which run it was: its experiment, and what is another now, as ``β 1 → 5``."""
    before, now = overlay.run, scene.view.run
    differ = live_part(scene.lesson).differences or waiting
    parts = [
        differ(scene, before.config, now.config) if before.config != now.config else "",
        differences(scene.lesson, scene.said, before.controls, now.controls),
    ]
    what = ", ".join(filter(None, parts)) or scene.kit("overlays.moved_alike")
    if not overlay.preset:
        return what
    title = scene.said(f"presets.{overlay.preset}.title")
    return scene.kit("overlays.titled", title=title, what=what)


def overlay_lines(scene: Scene) -> None:
    """One line for every run before: which it was, how far it got, and a button that forgets it.

    The place is there even where there is nothing to say: what is below is not moved in the tree.
    """
    with st.container(key="before"):
        for number, overlay in enumerate(overlays_of(scene), start=1):
            line, button = st.columns([0.87, 0.13], gap="small", vertical_alignment="center")
            line.html(f'<div class="note">{_line(scene, overlay)}</div>')
            with button:
                st.button(
                    scene.kit("overlays.forget"),
                    key=f"forget_{number}",
                    icon=":material/close:",
                    type="tertiary",
                    help=scene.kit("overlays.forget_help"),
                    on_click=forget,
                    args=(scene.state, overlay),
                    width="content",
                )


def _line(scene: Scene, overlay: Overlay) -> str:
    """HTML: before and now at the last step that both have recorded."""
    what, kit = escape(in_words(scene, overlay)), scene.kit
    parts = [kit("overlays.line", what=f"<b>{what}</b>", last=f"{overlay.run.step:,}")]
    step = common_step(overlay.run.history, scene.view.run.history)
    numbers = [] if step is None else _numbers(scene, overlay, step)
    if numbers:
        parts.append(kit("overlays.at", step=f"{step:,}", numbers=" · ".join(numbers)))
    if overlay.steps_per_second and (speed := scene.view.steps_per_second):
        before, now = f"{overlay.steps_per_second:,.0f}", f"{speed:,.0f}"
        parts.append(kit("overlays.speed", before=f"<b>{before}</b>", now=f"<b>{now}</b>"))
    return " ".join(parts)


def common_step(before: History, now: History) -> int | None:
    """The last step that both have a record of; None if there is none."""
    both = np.intersect1d(before.steps, now.steps)
    return int(both[-1]) if len(both) else None


def _numbers(scene: Scene, overlay: Overlay, step: int) -> list[str]:
    """HTML: every number that both runs have at ``step``, before and now."""
    found = []
    histories = (overlay.run.history, scene.view.run.history)
    for one in live_part(scene.lesson).compared(scene):
        values = [_at(history, one.metric, step) for history in histories]
        errors = [_at(history, one.error, step) for history in histories]
        if np.isfinite(values).all():
            found.append(_number(scene, one, values, errors))
    return found


def _at(history: History, metric: str, step: int) -> float:
    """The value at a recorded step; NaN where the history has no such metric."""
    if metric not in history.names:
        return float("nan")
    return float(history[metric][np.searchsorted(history.steps, step)])


def _number(scene: Scene, one: Compared, values: list[float], errors: list[float]) -> str:
    before, now = (_shown(v, e, one.digits) for v, e in zip(values, errors, strict=True))
    text = scene.kit(
        "overlays.number",
        name=one.name,
        before=f"<b>{before}</b>",
        now=f"<b>{now}</b>",
        how=_verdict(scene, one, values, errors),
    )
    return f'<span style="color:{ink(ROLE_COLORS[one.role])}">{text}</span>'


def _shown(value: float, error: float, digits: int) -> str:
    shown = with_minus(f"{value:,.{digits}f}")
    return f"{shown} ± {error:,.{digits}f}" if np.isfinite(error) else shown


def _verdict(scene: Scene, one: Compared, values: list[float], errors: list[float]) -> str:
    """How much more it is now; the same only where the error of the difference covers it.

    The errors are taken as independent. Of runs that are measured on the same rows the difference
    is better known than that: what is called the same is then at least as close as it says.
    """
    difference, error = values[1] - values[0], math.hypot(*errors)
    if np.isfinite(error) and abs(difference) <= error:
        return scene.kit("overlays.same", error=f"{error:,.{one.digits}f}")
    text = f"{difference:+,.{one.digits}f}"
    if not np.isfinite(error) and not float(text.replace(",", "")):
        return scene.kit("overlays.equal")
    return with_minus(text)
