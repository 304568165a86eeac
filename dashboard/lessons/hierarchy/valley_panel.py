"""The valley of the linear model and the threshold of z2: closed forms, nothing trained."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.hierarchy.linear_theory import growth_rates, valley
from core.vae.theory import Spectrum
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import Drag
from dashboard.kit.option import Choices
from dashboard.kit.words import Words
from dashboard.lessons.hierarchy.terms import number
from dashboard.theme import ROLE_COLORS, Role

FARTHEST = 100.0
STRETCHES = np.geomspace(1, FARTHEST, 161)
PRICES = np.linspace(0.5, 2.5, 81)
HANDLE = "stretch"


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
    every = np.concatenate([values for _, values in lines] + [found.objective])
    ends = rounded(float(every.min()) - 0.5, float(every.max()) + 0.5)
    marks = [
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
    marks.append(Mark(kind="line", color=MUTED, x=STRETCHES[[0, -1]], y=np.zeros(2), is_thin=True))
    return Panel(
        name="curves",
        x=Axis(title=said("valley.stretch"), low=1.0, high=FARTHEST, is_log=True),
        y=Axis(title=said("valley.nats"), low=ends[0], high=ends[1]),
        marks=marks,
        alt=said("valley.alt", elbo=number(float(found.elbo[0]))),
        rows=15,
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
            Mark(
                kind="rules",
                color=ROLE_COLORS["price"],
                x=np.array([min(max(ratio, PRICES[0]), PRICES[-1])]),
                y=np.zeros(1),
                text=said("threshold.now", ratio=f"{ratio:.2f}"),
            ),
            Mark(
                kind="points",
                color=ROLE_COLORS["price"],
                x=np.array([np.clip(price, PRICES[0], PRICES[-1])]),
                y=np.array([here]),
                size=5.0,
            ),
        ],
        alt=said("threshold.alt", ratio=f"{ratio:.2f}", price=f"{price:g}"),
        rows=11,
    )


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
    return " ".join(sentences)


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The ball was dragged along the valley."""
    if drag.handle != HANDLE or drag.act != "move":
        return {}
    return {"c": float(f"{min(max(drag.x, 1.0), FARTHEST):.4g}")}
