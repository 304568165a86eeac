"""Remedies side by side: a table that fills as workers train them, and the ELBO of each."""

from collections.abc import Sequence

import numpy as np

from core.hierarchy.config import HierarchyConfig
from core.hierarchy.remedies import SEEDS, Outcome, Remedy, Spread, remedies_for, spread
from dashboard.charts.panel import Axis, Mark, Panel, rounded
from dashboard.kit.sentences import table_of
from dashboard.kit.words import Words
from dashboard.lessons.hierarchy.terms import number
from dashboard.theme import ROLE_COLORS, Role

COLORS: dict[Remedy, Role] = {
    "none": "data",
    "warm_up": "warm_up",
    "free_bits": "free_bits",
    "skip": "skip",
    "top_down": "top_down",
    "price": "price",
}


def of(outcomes: Sequence[Outcome], remedy: Remedy) -> list[Outcome]:
    """What is known of one remedy."""
    return [one for one in outcomes if one.remedy == remedy]


def table_html(outcomes: Sequence[Outcome], config: HierarchyConfig, said: Words) -> str:
    """Mean ± standard deviation over seeds; what is not known yet is not told."""
    rows = []
    for remedy in remedies_for(config):
        known = of(outcomes, remedy)
        name = said(f"remedies.{remedy}")
        if not known:
            rows.append((name, "…", "…", "…", "…"))
            continue
        wakes = [one.woke_at for one in known]
        asleep = sum(not np.isfinite(step) for step in wakes)
        woke = _spread(spread(wakes), "{:,.0f}") if asleep < len(known) else ""
        if asleep:
            woke = f"{woke} {said('remedies.asleep', count=asleep, all=len(known))}".strip()
        rows.append(
            (
                f"{name} ({len(known)}/{SEEDS})",
                _spread(spread([one.elbo for one in known])),
                _spread(spread([one.top_kl for one in known])),
                _spread(spread([one.active for one in known]), "{:.1f}"),
                woke,
            )
        )
    head = ("remedy", "elbo", "top_kl", "active", "woke")
    return table_of([said(f"remedies.head_{name}") for name in head], rows)


def _spread(found: Spread, form: str = "") -> str:
    """Mean ± deviation, as far as they are known."""

    def shown(value: float) -> str:
        return form.format(value) if form else number(value)

    if not np.isfinite(found.mean):
        return ""
    more = f" ± {shown(found.deviation)}" if np.isfinite(found.deviation) else ""
    return shown(found.mean) + more


def elbos(outcomes: Sequence[Outcome], config: HierarchyConfig, said: Words) -> Panel:
    """The ELBO of every remedy: each seed as a dot, the mean with its standard deviation."""
    remedies = remedies_for(config)
    marks = []
    for place, remedy in enumerate(remedies):
        values = np.array([one.elbo for one in of(outcomes, remedy)])
        if not len(values):
            continue
        color = ROLE_COLORS[COLORS[remedy]]
        y = np.full(len(values), len(remedies) - 1 - place + 0.5)
        marks.append(Mark(kind="points", color=color, x=values, y=y, opacity=0.6))
        found = spread(values.tolist())
        half = found.deviation if np.isfinite(found.deviation) else 0.0
        marks.append(
            Mark(
                kind="bars",
                color=color,
                x=np.array([found.mean - half]),
                x2=np.array([found.mean + half]),
                y=y[:1],
            )
        )
    every = [one.elbo for one in outcomes]
    low, high = rounded(min(every) - 0.5, max(every) + 0.5)
    return Panel(
        name="elbos",
        x=Axis(title=said("remedies.axis"), low=low, high=high),
        y=Axis(
            title="",
            low=0,
            high=float(len(remedies)),
            names=tuple(said(f"remedies.{remedy}") for remedy in remedies),
            colors=tuple(ROLE_COLORS[COLORS[remedy]] for remedy in remedies),
        ),
        marks=marks,
        alt=said("remedies.alt", count=len(outcomes)),
        rows=2.2 * len(remedies),
        margin=13.0,
    )


def told(outcomes: Sequence[Outcome], config: HierarchyConfig, said: Words) -> str:
    """How far it is, and which remedy is best by the ELBO, if that can be told (Markdown)."""
    remedies = remedies_for(config)
    whole = len(remedies) * SEEDS
    if len(outcomes) < whole:
        return said("remedies.goes_on", done=len(outcomes), all=whole)
    means = {r: spread([one.elbo for one in of(outcomes, r)]) for r in remedies}
    first, second = sorted(remedies, key=lambda r: -means[r].mean)[:2]
    gap = means[first].mean - means[second].mean
    noise = float(np.hypot(means[first].deviation, means[second].deviation))
    key = "remedies.best" if gap > 2 * noise / SEEDS**0.5 else "remedies.alike"
    return said(
        key,
        first=said(f"remedies.{first}"),
        second=said(f"remedies.{second}"),
        gap=number(gap),
        seeds=SEEDS,
    )
