"""Small pictures of every loss: its best D on the chosen pair, and f."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.divergences.losses import LOSSES, Loss
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel
from dashboard.charts.panel_fields import Texts
from dashboard.kit.words import Words
from dashboard.lessons.divergences.lanes import critic_ends
from dashboard.lessons.divergences.loss_colors import LOSS_COLORS
from dashboard.lessons.divergences.names import CRITIC

if TYPE_CHECKING:
    from dashboard.lessons.divergences.shown import Shown

MARGIN = 3.2
ROWS = 6.4
MOST_T = 4.0
CURVE = 161


def best_critic(shown: Shown, said: Words) -> Panel:
    """D* of one loss, dashed; the trained D where the run is of this loss and pair."""
    loss, name = shown.loss, said(f"losses.names.{shown.loss.key}")
    low, high = critic_ends(shown)
    zero = Mark(kind="line", color=MUTED, x=np.array(shown.ends), y=np.zeros(2), is_thin=True)
    marks: list[Mark | Texts] = [zero]
    best = shown.best
    if np.isfinite(best).any():
        tip = said("pair.best_tip")
        marks.append(Mark(kind="line", color=EXACT, x=shown.x, y=best, is_dashed=True, tip=tip))
    else:
        marks.append(_words(said("losses.no_best"), sum(shown.ends) / 2, (low + high) / 2))
    if shown.trained is not None and shown.is_of_run:
        x, y, tip = shown.trained.x, shown.trained.values, said("pair.trained_tip")
        marks.append(Mark(kind="line", color=CRITIC, x=x, y=y, tip=tip))
    return Panel(
        name=f"best_{loss.key}",
        x=Axis(title=name, low=shown.ends[0], high=shown.ends[1]),
        y=Axis(title="", low=low, high=high),
        marks=marks,
        alt=said("losses.best_alt", loss=name),
        rows=ROWS,
        margin=MARGIN,
    )


def _words(text: str, x: float, y: float) -> Texts:
    return Texts(x=np.array([x]), y=np.array([y]), texts=[text], color=MUTED)


def f_of(loss: Loss, said: Words) -> Panel:
    """f(t) of one loss, and f(1), which is −2 R(equal)."""
    name = said(f"losses.names.{loss.key}")
    t = np.linspace(1e-6, MOST_T, CURVE)
    f = loss.curve(np.log(t))
    known = f[np.isfinite(f)]
    low = 1.08 * float(np.min(known, initial=-1.0))
    marks: list[Mark | Texts] = []
    if len(known) > CURVE / 2:
        tip = said("one.f_tip")
        marks.append(
            Mark(kind="line", color=LOSS_COLORS[loss.key], x=t, y=f, is_dashed=True, tip=tip)
        )
    else:
        marks.append(_words(said("losses.f_infinite"), MOST_T / 2, low / 2))
    one, at = np.array([1.0]), np.array([loss.f_of_one])
    tip = said("losses.f_of_one_tip")
    marks.append(Mark(kind="points", color=EXACT, x=one, y=at, size=3.5, tip=tip))
    return Panel(
        name=f"f_{loss.key}",
        x=Axis(title=name, low=0.0, high=MOST_T),
        y=Axis(title="", low=low, high=0.08 * abs(low)),
        marks=marks,
        alt=said("losses.f_alt", loss=name, one=f"{loss.f_of_one:.4g}"),
        rows=ROWS,
        margin=MARGIN,
    )


def every_f(said: Words) -> list[Panel]:
    """All six."""
    return [f_of(loss, said) for loss in LOSSES.values()]
