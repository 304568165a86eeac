"""The valley of the linear model and the threshold of z2: closed forms, nothing trained."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.hierarchy.linear_theory import Valley, growth_rates, valley
from core.history import History
from core.run import Run
from core.vae.theory import Spectrum
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import Drag
from dashboard.kit.option import Choices
from dashboard.kit.words import Words
from dashboard.lessons.hierarchy.labels import apart
from dashboard.lessons.hierarchy.terms import number
from dashboard.theme import ROLE_COLORS, Role

FARTHEST = 100.0
STRETCHES = np.geomspace(1, FARTHEST, 161)
PRICES = np.linspace(0.5, 2.5, 81)
HANDLE = "stretch"
ASLEEP = 0.05
"""Nats of T3 below which z2 sleeps."""

NAMED_AT = 146
"""Where along the stretches the lines are named."""

ROLLING = 1.0
"""Of a beat, in units of gradient flow on log c."""


def curves(spectrum: Spectrum, low: int, s2: float, price: float, c: float, said: Words) -> Panel:
    """T1, T2, T3, ELBO and objective along the valley, and the ball."""
    found = valley(spectrum, low, s2, STRETCHES, top_price=price)
    here = valley(spectrum, low, s2, [c], top_price=price)
    lines: tuple[tuple[Role, Any], ...] = (
        ("log_likelihood", found.t1),
        ("kl", found.t2),
        ("price", found.t3),
        ("elbo", found.elbo),
    )
    every = np.concatenate([*(v for _, v in lines), found.objective, found.information])
    ends = rounded(float(every.min()) - 0.5, float(every.max()) + 0.5)
    marks: list[Mark | Texts] = [
        Mark(
            kind="line", color=ROLE_COLORS[role], x=STRETCHES, y=values, tip=said(f"valley.{role}")
        )
        for role, values in lines
    ]
    marks.append(
        Mark(
            kind="line",
            color=ROLE_COLORS["objective"],
            x=STRETCHES,
            y=found.objective,
            tip=said("valley.objective"),
        )
    )
    marks.append(
        Mark(
            kind="line",
            color=EXACT,
            x=STRETCHES,
            y=found.information,
            is_dashed=True,
            tip=said("valley.information"),
        )
    )
    marks.append(Mark(kind="line", color=MUTED, x=STRETCHES[[0, -1]], y=np.zeros(2), is_thin=True))
    marks += _named(found, ends, said)
    return Panel(
        name="curves",
        x=Axis(title=said("valley.stretch"), low=1.0, high=FARTHEST, is_log=True),
        y=Axis(title=said("valley.nats"), low=ends[0], high=ends[1]),
        marks=marks,
        alt=said("valley.alt", elbo=number(float(found.elbo[0]))),
        rows=14,
        handles=[
            Handle(
                name=HANDLE,
                title=said("valley.handle"),
                x=c,
                y=float(here.objective[0]),
                moves="x",
                color=ROLE_COLORS["objective"],
            )
        ],
    )


def _named(found: Valley, ends: tuple[float, float], said: Words) -> list[Texts]:
    """The lines by name, none of them upon another."""
    lines: tuple[tuple[str, str, Any], ...] = (
        ("T1", ROLE_COLORS["log_likelihood"], found.t1),
        ("T2", ROLE_COLORS["kl"], found.t2),
        ("T3", ROLE_COLORS["price"], found.t3),
        ("ELBO", ROLE_COLORS["elbo"], found.elbo),
        (said("valley.named_objective"), ROLE_COLORS["objective"], found.objective),
        ("I(x; z2)", EXACT, found.information),
    )
    heights = apart([float(values[NAMED_AT]) for _, _, values in lines], *ends)
    place = np.array([STRETCHES[NAMED_AT]])
    return [
        Texts(texts=[name], x=place, y=np.array([y]), color=color, align="right")
        for (name, color, _), y in zip(lines, heights, strict=True)
    ]


def threshold(ratio: float, price: float, said: Words) -> Panel:
    """The growth rate of z2 around sleep against its price, by the M/S that is measured now."""
    rates = np.array([float(growth_rates(ratio, 1.0, p).max()) for p in PRICES])
    here = float(growth_rates(ratio, 1.0, float(np.clip(price, *PRICES[[0, -1]]))).max())
    ends = rounded(min(float(rates.min()), -0.2), max(float(rates.max()), 0.2))
    return Panel(
        name="threshold",
        x=Axis(title=said("threshold.price"), low=float(PRICES[0]), high=float(PRICES[-1])),
        y=Axis(title=said("threshold.rate"), low=ends[0], high=ends[1]),
        marks=[
            Mark(
                kind="line",
                color=EXACT,
                x=PRICES,
                y=rates,
                is_dashed=True,
                tip=said("threshold.tip"),
            ),
            Mark(kind="line", color=MUTED, x=PRICES[[0, -1]], y=np.zeros(2), is_thin=True),
            _edge(ratio, said("threshold.now", ratio=_ratio(ratio))),
            Mark(
                kind="points",
                color=ROLE_COLORS["price"],
                x=np.array([np.clip(price, PRICES[0], PRICES[-1])]),
                y=np.array([here]),
                size=5.0,
            ),
        ],
        alt=said("threshold.alt", ratio=_ratio(ratio), price=f"{price:g}"),
        rows=9,
    )


def _ratio(value: float) -> str:
    """M/S; where nats are minted it may be millions."""
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}" if value < 1e9 else f"{value:.1e}"


def told(spectrum: Spectrum, low: int, s2: float, price: float, c: float, said: Words) -> str:
    """What is traded along the valley, and what the price of z2 does there (Markdown)."""
    here = valley(spectrum, low, s2, [c], top_price=price)
    sentences = [
        said(
            "valley.here",
            c=f"{c:.3g}",
            elbo=number(float(here.elbo[0])),
            t2=number(float(here.t2[0])),
            t3=number(float(here.t3[0])),
        )
    ]
    if here.t2[0] < 0:
        sentences.append(said("valley.negative", edge=f"{here.zero_crossing:.3g}"))
    key = "minted" if price < 1 else "tilted" if price > 1 else "flat"
    sentences.append(said(f"valley.{key}", price=f"{price:g}"))
    if price < 1 and c >= FARTHEST:
        sentences.append(said("valley.gone"))
    return " ".join(sentences)


def rolled(c: float, price: float) -> float:
    """Where the ball is a beat later: gradient ascent on the objective, ``d log c = 1 − β2``."""
    return float(f"{min(max(c * np.exp(ROLLING * (1 - price)), 1.0), FARTHEST):.4g}")


def charged(history: History, ratio: float, said: Words) -> Panel:
    """What z2 was charged against its price at every record of the run: the newest is the ball."""
    price, top = history["price"], history["top_price"]
    is_known = price > 0
    x = np.clip(top[is_known] / price[is_known], *PRICES[[0, -1]])
    y = history["t3/held_out"][is_known]
    ends = rounded(0.0, max(float(y.max(initial=0.0)) * 1.1, 0.2))
    marks = [
        Mark(kind="line", color=ROLE_COLORS["price"], x=x, y=y, is_thin=True, opacity=0.5),
        Mark(
            kind="points",
            color=ROLE_COLORS["price"],
            x=x,
            y=y,
            opacity=0.5,
            tip=said("threshold.charged_tip"),
        ),
        Mark(kind="points", color=ROLE_COLORS["price"], x=x[-1:], y=y[-1:], size=5.0),
        _edge(ratio, ""),
    ]
    return Panel(
        name="charged",
        x=Axis(title=said("threshold.price"), low=float(PRICES[0]), high=float(PRICES[-1])),
        y=Axis(title=said("threshold.charged"), low=ends[0], high=ends[1]),
        marks=marks,
        alt=said("threshold.charged_alt", count=len(x)),
        rows=8,
    )


def _edge(ratio: float, text: str) -> Mark:
    """The rule at M/S, at the rim where it lies beyond."""
    return Mark(
        kind="rules",
        color=ROLE_COLORS["price"],
        x=np.clip([ratio], *PRICES[[0, -1]]),
        y=np.zeros(1),
        text=text,
    )


def told_threshold(run: Run, price: float, said: Words) -> str:
    """Whether a sleeping z2 would wake at this price, and for which link (Markdown)."""
    latest = run.history.latest()
    ratio = latest["ratio"]
    numbers = {"ratio": _ratio(ratio), "price": f"{price:g}"}
    if latest["t3/held_out"] > ASLEEP:
        return said("threshold.awake", **numbers)
    key = "wakes" if price < ratio else "sleeps"
    link = said(f"threshold.link_{run.config.link}")
    return f"{said(f'threshold.{key}', **numbers)} {link}"


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The ball was dragged along the valley."""
    if drag.handle != HANDLE or drag.act != "move":
        return {}
    return {"c": float(f"{min(max(drag.x, 1.0), FARTHEST):.4g}")}
