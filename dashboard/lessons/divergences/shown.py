"""What the pictures of the pair are drawn of: densities on the stretch that is seen, D* and D."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.divergences.answers import CriticValues
from core.divergences.config import Leash
from core.divergences.critic_1d import critic_of
from core.divergences.exact import divergences_of, exact_risk
from core.divergences.line import line_of
from core.divergences.losses import LOSSES, Loss
from core.divergences.pair import PairConfig
from core.run import Run
from dashboard.lessons.divergences.names import NODES

Array = NDArray[np.float64]

REACH = 4.0
"""Deviations beyond the outermost centres that are seen."""

DEEPEST = 30.0
"""D* is not drawn beyond it: the log ratio of two densities has no end."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """Everything that is drawn of two densities and one loss.

    Attributes:
        pair: the densities.
        loss: ℓ.
        leash: of the Wasserstein loss.
        ends: left and right end of what is seen.
        x: places between them, ``[n]``.
        log_p: log p_d there, ``[n]``.
        log_q: log p_g there, ``[n]``.
        best: D* there, or under the leash the best D, ``[n]``; NaN where there is none.
        place: the x that is looked at.
        alpha: the answer that is looked at.
        run: of the trained discriminator.
        trained: its values; None while they are not known.
        is_of_run: whether the run is of this very pair, loss and leash.
    """

    pair: PairConfig
    loss: Loss
    leash: Leash
    ends: tuple[float, float]
    x: Array
    log_p: Array
    log_q: Array
    best: Array
    place: float
    alpha: float
    run: Run
    trained: CriticValues | None
    is_of_run: bool

    @property
    def is_wasserstein(self) -> bool:
        """Whether the loss has no optimum of its own."""
        return self.loss.key == "wasserstein"

    @property
    def log_t(self) -> float:
        """``log p_d/p_g`` at the place."""
        at = np.array([[self.place]])
        p, q = self.pair.mixtures()
        return float((p.log_prob(at) - q.log_prob(at))[0])

    @property
    def risk_now(self) -> float | None:
        """R(D) at the last record; None before the first."""
        history = self.run.history
        return history.latest()["risk"] if len(history) else None

    @property
    def best_here(self) -> float:
        """D* at the place."""
        return float(np.interp(self.place, self.x, self.best))

    @property
    def exact(self) -> float:
        """The least R that any D reaches; of the Wasserstein loss under its leash, else −∞."""
        return least(self.loss, self.pair, self.leash)


def least(loss: Loss, pair: PairConfig, leash: Leash) -> float:
    """R*: of the Wasserstein loss under its leash; −∞ without one, unless both are equal."""
    if loss.key != "wasserstein" or leash == "lipschitz":
        return exact_risk(loss, pair)
    tv = divergences_of(pair).tv
    if leash == "bounded":
        return -tv
    return -math.inf if tv > 0 else 0.0


def ends_of(pair: PairConfig) -> tuple[float, float]:
    """What of the line is seen: four deviations around every centre, in whole numbers."""
    every = pair.data + pair.model
    return (
        float(math.floor(min(c - REACH * s for _, c, s in every))),
        float(math.ceil(max(c + REACH * s for _, c, s in every))),
    )


def shown_of(
    pair: PairConfig,
    choices: Any,
    ends: tuple[float, float],
    run: Run,
    trained: CriticValues | None,
) -> Shown:
    """What is drawn of a pair with these choices."""
    x = np.linspace(*ends, NODES)
    p, q = pair.mixtures()
    log_p, log_q = p.log_prob(x[:, None]), q.log_prob(x[:, None])
    loss = LOSSES[choices["loss"]]
    left, right = ends
    return Shown(
        pair=pair,
        loss=loss,
        leash=choices["leash"],
        ends=ends,
        x=x,
        log_p=log_p,
        log_q=log_q,
        best=_best(loss, pair, choices["leash"], x, log_p - log_q),
        place=min(max(choices["x"], left), right),
        alpha=choices["a"],
        run=run,
        trained=trained,
        is_of_run=_is_of_run(run, pair, loss, choices["leash"]),
    )


def _is_of_run(run: Run, pair: PairConfig, loss: Loss, leash: Leash) -> bool:
    config = run.config
    is_leashed = loss.key != "wasserstein" or config.leash == leash
    return bool(config.pair == pair and config.loss == loss.key and is_leashed)


def _best(loss: Loss, pair: PairConfig, leash: Leash, x: Array, log_t: Array) -> Array:
    """D* at x, as far as it is drawn; under a leash the best D within it."""
    if loss.key != "wasserstein":
        return np.clip(loss.optimum(log_t), -DEEPEST, DEEPEST)
    if leash == "lipschitz":
        line = line_of(pair)
        return np.interp(x, line.nodes, critic_of(pair, line))
    return np.sign(log_t) if leash == "bounded" else np.full(len(x), np.nan)
