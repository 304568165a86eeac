"""One step of D and one of G in slow motion: what is drawn, what D says, what is changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.divergences.config import GanConfig
from core.divergences.game_answers import GameStage
from core.divergences.plane import EXTENT
from core.divergences.targets import modes_of
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.kit.sentences import bold, table_of
from dashboard.kit.stage import Stage
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import plane_axes
from dashboard.lessons.divergences.names import CRITIC, DATA, MODEL
from dashboard.lessons.divergences.numbers import nats, short

Array = NDArray[Any]

ROWS = 15.0
MARGIN = 3.2
FARTHEST_Z = 4.0
LONG = 0.5
"""How long an arrow is drawn, in units of the plane, that is longer than nine of ten."""

ROW = {"data": 0.5, "generated": 1.5}
SPREAD = 0.36
"""How far points of a row are strewn, so that they can be told apart."""


def stages_of(found: Sequence[GameStage], config: GanConfig, said: Words) -> list[Stage]:
    """Three stages of every step of D, then three of G's."""
    turns = max(stage.turn for stage in found)
    return [_stage(one, turns, config, said) for one in found]


def _stage(one: GameStage, turns: int, config: GanConfig, said: Words) -> Stage:
    key = f"{one.player}_{one.key}"
    title = said(f"gan_slow.{key}", turn=one.turn, turns=turns)
    panels: Mapping[str, Sequence[Panel]] = {
        "gan_z": [_latent(one, said)],
        "gan_x": [_plane(one, config, said)],
        "gan_d": [_outputs(one, said)] if len(one.on_generated) else [],
    }
    loss = f"gan_slow.{config.generator_loss}" if one.player == "generator" else "gan_slow.risk"
    told = said(f"gan_slow.{key}_told", count=len(one.z), h=short(config.noise), loss=said(loss))
    html = {"gan_stage_note": bold(told), "gan_stage_numbers": _numbers(one, said, said(loss))}
    return Stage(key=f"{key}_{one.turn}", title=title, html=html, panels=panels)


def _latent(one: GameStage, said: Words) -> Panel:
    x, y = one.z.T
    return Panel(
        name="latent",
        x=Axis(title="z₁", low=-FARTHEST_Z, high=FARTHEST_Z),
        y=Axis(title="z₂", low=-FARTHEST_Z, high=FARTHEST_Z),
        marks=[Mark(kind="points", color=MODEL, x=x, y=y, size=1.6, opacity=0.7)],
        alt=said("gan_slow.z_alt", count=len(x)),
        rows=ROWS,
        margin=MARGIN,
        is_equal=True,
    )


def _plane(one: GameStage, config: GanConfig, said: Words) -> Panel:
    """The points that D is shown; where the generator is pushed, arrows."""
    x, y = plane_axes()
    marks = [_dots(modes_of(config.target), EXACT, 1.4)]
    if len(one.data):
        marks.append(_dots(one.data, DATA, 1.8))
    title = said("gan_slow.x_alt", data=len(one.data), generated=len(one.generated))
    if len(one.push):
        ends = one.generated + arrow_scale(one.push) * one.push
        (x1, y1), (x2, y2) = one.generated.T, ends.T
        marks.append(Mark(kind="arrows", color=CRITIC, x=x1, y=y1, x2=x2, y2=y2, opacity=0.75))
        title = said("gan_slow.push_alt", generated=len(one.generated))
    marks.append(_dots(one.generated, MODEL, 1.8))
    return Panel(
        name="batch", x=x, y=y, marks=marks, alt=title, rows=ROWS, margin=MARGIN, is_equal=True
    )


def arrow_scale(push: Array) -> float:
    """By how much the arrows are stretched, all alike: few are longer than ``LONG`` then."""
    longer = float(np.quantile(np.linalg.norm(push, axis=1), 0.9))
    return LONG / longer if longer > 0 else 1.0


def _dots(points: Array, color: str, size: float) -> Mark:
    inside = points[(np.abs(points) <= 1.05 * EXTENT).all(1)]
    x, y = inside.T
    return Mark(kind="points", color=color, x=x, y=y, size=size, opacity=0.75)


def _outputs(one: GameStage, said: Words) -> Panel:
    """D of every point, data above, and the mean of both rows."""
    every = np.concatenate([one.on_data, one.on_generated]).astype(np.float64)
    low, high = rounded(min(float(every.min()), -0.2), max(float(every.max()), 0.2))
    marks = [
        Mark(kind="rules", color=MUTED, x=np.zeros(1), y=np.zeros(1), is_thin=True),
        *_row(one.on_data, "data", DATA, said),
        *_row(one.on_generated, "generated", MODEL, said),
    ]
    return Panel(
        name="outputs",
        x=Axis(title="D(x)", low=low, high=high),
        y=Axis(
            title="",
            low=2.0,
            high=0.0,
            names=(said("gan_slow.data"), said("gan_slow.generated")),
            colors=(DATA, MODEL),
        ),
        marks=marks,
        alt=said("gan_slow.d_alt"),
        rows=8.0,
        margin=6.5,
    )


def _row(values: Array, name: str, color: str, said: Words) -> list[Mark]:
    if not len(values):
        return []
    place = ROW[name]
    strewn = place + SPREAD * np.sin(2.4 * np.arange(len(values)))
    mean = np.array([float(values.mean())])
    tip = said("gan_slow.mean_tip")
    return [
        Mark(kind="points", color=color, x=values, y=strewn, size=1.4, opacity=0.6),
        Mark(kind="bars", color=EXACT, x=mean, x2=mean, y=np.array([place]), value=mean, tip=tip),
    ]


def _numbers(one: GameStage, said: Words, loss: str) -> str:
    """The numbers that are known by this stage (HTML)."""
    x, z = one.generated[0], one.z[0]
    rows = [
        (said("gan_slow.first_z"), _pair(z)),
        (said("gan_slow.first_x"), _pair(x)),
    ]
    if len(one.on_data):
        rows.append((said("gan_slow.mean_data"), nats(float(one.on_data.mean()))))
    if len(one.on_generated):
        rows.append((said("gan_slow.first_d"), nats(float(one.on_generated[0]))))
        rows.append((said("gan_slow.mean_generated"), nats(float(one.on_generated.mean()))))
        rows.append((loss, f"{one.loss:.6f}"))
    if len(one.push):
        stretch = arrow_scale(one.push)
        rows.append((said("gan_slow.first_push"), _pair(one.push[0] * len(one.push))))
        rows.append((said("gan_slow.stretch"), f"{stretch / len(one.push):.3g}"))
    if one.key == "learn":
        rows.append((said("gan_slow.gradient"), f"{one.gradient_norm:.4g}"))
        rows.append((said("gan_slow.update"), f"{one.update_norm:.4g}"))
    return table_of([said("gan_slow.what"), said("gan_slow.value")], rows)


def _pair(point: Array) -> str:
    return f"({short(float(point[0]))}, {short(float(point[1]))})"
