"""Numbers and sentences of the pair: what is seen at one x, what the loss is, what was trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.divergences.envelope import shape_of
from core.divergences.exact import divergences_of
from dashboard.kit.words import Words
from dashboard.lessons.divergences.names import MOST_LOG_T
from dashboard.lessons.divergences.numbers import nats, short

if TYPE_CHECKING:
    from core.history import History
    from dashboard.lessons.divergences.shown import Shown

FALLS = -1e-3
"""R(D) above this is rounding, or a D at its start."""


def here(shown: Shown, said: Words) -> str:
    """What holds at the x that is looked at (Markdown)."""
    x, t = short(shown.place), short(math.exp(min(shown.log_t, MOST_LOG_T)))
    if shown.is_wasserstein:
        return said("told.here_wasserstein", x=x, t=t)
    at = np.array([shown.log_t])
    best = float(shown.loss.optimum(at)[0])
    least = -float(shown.loss.curve(at)[0])
    return said("told.here", x=x, t=t, best=short(best), least=short(least))


def loss_is(shown: Shown, said: Words) -> str:
    """Which distance this loss is in disguise, in numbers (Markdown)."""
    found = divergences_of(shown.pair)
    loss = shown.loss
    values = {
        "risk": nats(shown.exact),
        "divergence": nats(found.of(loss.divergence)),
        "equal": nats(loss.at_equal),
    }
    if shown.is_wasserstein:
        return said(f"told.wasserstein_{shown.leash if found.tv > 0 else 'equal'}", **values)
    return said(f"told.{loss.key}", **values)


def shape(shown: Shown, said: Words) -> str:
    """Whether f is convex and never rises, as checked on numbers (Markdown)."""
    found = shape_of(shown.loss)
    if found is None:
        return said("told.shape_infinite")
    convex = said("told.convex" if found.convex else "told.not_convex")
    falls = said("told.falls" if found.falls else "told.rises")
    return said("told.shape", convex=convex, falls=falls)


def trained(shown: Shown, said: Words) -> str:
    """How the trained D stands beside the best one (Markdown)."""
    history = shown.run.history
    if not shown.is_of_run:
        return said("told.stale")
    if not shown.loss.trains and shown.run.step:
        return said("told.still")
    if not len(history):
        return said("told.untrained")
    return _trained(shown, history, said)


def _trained(shown: Shown, history: History, said: Words) -> str:
    latest, config = history.latest(), shown.run.config
    if shown.is_wasserstein:
        if shown.leash == "none":
            lowest = latest["risk"] <= min(float(history["risk"].min()), FALLS)
            key = "told.runs_away" if lowest else "told.unleashed"
            return said(key, risk=nats(latest["risk"]))
        return said("told.leashed", steepness=short(latest["lipschitz"]))
    values = {name: nats(latest[name]) for name in ("risk", "risk_train", "gap")}
    if config.source == "fixed" and latest["risk_train"] < latest["risk_exact"]:
        return said("told.learned_by_heart", points=f"{config.points:,}", **values)
    return said("told.trained", **values)
