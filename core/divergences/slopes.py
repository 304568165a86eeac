"""How hard each loss pulls a generator that is moved along the line: torch-free, float64.

p_g is moved to the right by θ while D stays at the D* of where it is (Goodfellow 2014; Arjovsky
and Bottou 2017). A slope is dθ of what the generator would make small:

* minimax: ``−½ E_g ℓ(−D)``, with the factor ½ of R, so that the slope is dθ of ``factor · d``
  (envelope theorem, ``test_a_minimax_slope_is_that_of_the_divergence``);
* non-saturating: ``E_g ℓ(D)``, without it. Of the hinge loss this is twice dTV: a generator that
  is trained with the hinge loss makes ``−E_g D`` small instead, and a step has no slope.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.divergences.critic_1d import critic_slope
from core.divergences.line import ends_of, sides_of, split_line
from core.divergences.losses import LOSSES, Loss, LossKey
from core.divergences.pair import PairConfig, Sides
from core.mixtures import Mixture

Array = NDArray[np.float64]
GeneratorKind = Literal["minimax", "non_saturating"]

UNIT = Sides(((1.0, 0.0, 1.0),), ((1.0, 0.0, 1.0),))
"""N(0, 1) for both: moved by θ, the two of the table."""

SPREAD = 10.0
"""Deviations of the exponential loss's integrand that the line goes on for."""


@dataclass(frozen=True)
class Row:
    """One curve of the picture.

    Attributes:
        key: its name.
        loss: the loss that it is the slope of.
        kind: what the generator makes small.
        share: what the slope is multiplied by, so that it is that of the divergence named.
    """

    key: str
    loss: LossKey
    kind: GeneratorKind
    share: float = 1.0


ROWS = (
    Row("minimax_logistic", "logistic", "minimax"),
    Row("non_saturating_logistic", "logistic", "non_saturating"),
    Row("minimax_squared", "squared", "minimax"),
    Row("non_saturating_squared", "squared", "non_saturating"),
    Row("minimax_exponential", "exponential", "minimax"),
    Row("non_saturating_exponential", "exponential", "non_saturating"),
    Row("tv", "hinge", "minimax"),
    Row("w1", "wasserstein", "minimax", 2.0),
)
"""``minimax_logistic`` is dJS, ``minimax_squared`` d½Δ, ``minimax_exponential`` dH²."""


def slopes(thetas: ArrayLike, pair: PairConfig | Sides = UNIT) -> dict[str, Array]:
    """Every row at every θ, shape ``[T]`` each, of the pair with p_g moved by θ."""
    sides = sides_of(pair)
    places = np.asarray(thetas, dtype=np.float64).tolist()
    found = np.array([_slopes_at(sides, theta) for theta in places]).reshape(len(places), -1)
    return {row.key: found[:, i] for i, row in enumerate(ROWS)}


@lru_cache(maxsize=256)
def _slopes_at(sides: Sides, theta: float) -> tuple[float, ...]:
    moved = sides.moved(theta)
    return tuple(row.share * slope(LOSSES[row.loss], row.kind, moved) for row in ROWS)


def slope(loss: Loss, kind: GeneratorKind, pair: PairConfig | Sides) -> float:
    """dθ of what the generator makes small, where it is.

    ``dθ E_g h = −∫ h(x) p_g'(x) dx`` with h what one example costs: exact over the jumps of
    the hinge and 0–1 losses, too. For the Wasserstein loss ``E_g h'``, D being known by its
    slope. ∞ for the non-saturating exponential loss where ``∫ p_g^{3/2} p_d^{−1/2}`` diverges:
    where p_g's tails are so much wider.
    """
    sides = sides_of(pair)
    if loss.key == "wasserstein":
        return _critic_slope_mean(kind, sides)
    ends = ends_of(sides)
    if (loss.key, kind) == ("exponential", "non_saturating"):
        if (wider := _wider_ends(sides)) is None:
            return float(np.inf)
        ends = wider
    line = split_line(sides, ends=ends)
    score = sides.mixtures[1].score(line.nodes[:, None])[:, 0]
    log_cost = _log_costs(loss, kind, line.log_t)
    with np.errstate(over="ignore"):
        weighed = np.exp(log_cost + line.log_q)
    return float((line.weights * weighed) @ score) * (1.0 if kind == "minimax" else -1.0)


def _log_costs(loss: Loss, kind: GeneratorKind, log_t: Array) -> Array:
    """The log of ``½ ℓ(−D*)`` or of ``ℓ(D*)``, shape ``[N]``; −∞ where it costs nothing."""
    if loss.key == "exponential":
        return log_t / 2 - np.log(2) if kind == "minimax" else -log_t / 2
    alphas = loss.optimum(log_t)
    costs = 0.5 * loss.cost(-alphas) if kind == "minimax" else loss.cost(alphas)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(costs))


def _critic_slope_mean(kind: GeneratorKind, sides: Sides) -> float:
    line = split_line(sides)
    mean = float(line.model_masses @ critic_slope(sides, line.nodes))
    return -mean / 2 if kind == "minimax" else -mean


def _wider_ends(sides: Sides) -> tuple[float, float] | None:
    """Ends that hold ``p_g^{3/2} p_d^{−1/2}``, or None where that has no integral.

    In the tails p_d is its widest component; p_g's each must fall off faster than p_d's root.
    """
    width = max(s for _, _, s in sides.data)
    middles = [c for _, c, s in sides.data if s == width]
    low, high = ends_of(sides)
    for _, c, s in sides.model:
        bend = 1.5 / s**2 - 0.5 / width**2
        if bend <= 0:
            return None
        for middle in middles:
            centre = (1.5 * c / s**2 - 0.5 * middle / width**2) / bend
            low = min(low, centre - SPREAD / bend**0.5)
            high = max(high, centre + SPREAD / bend**0.5)
    return low, high


def pushes(
    loss: Loss,
    kind: GeneratorKind,
    theta: float,
    x: ArrayLike,
    pair: PairConfig | Sides = UNIT,
) -> Array:
    """The slope in x of what one example of p_g costs, shape ``[N]``: it moves the other way.

    ``½ ℓ'(−D*) D*'`` for minimax, ``ℓ'(D*) D*'`` for non-saturating. Their mean over p_g is
    ``slope`` (``test_pushes_average_to_the_slope``), but for the steps of the hinge and 0–1
    losses, which push nothing anywhere but at a crossing. ±∞ where the exponential overflows.
    """
    sides, at = sides_of(pair).moved(theta), np.asarray(x, dtype=np.float64)
    if loss.key == "wasserstein":
        steepness = critic_slope(sides, at)
        return np.asarray(-steepness / 2 if kind == "minimax" else -steepness)
    log_t, bend = _log_ratio(sides.mixtures, at)
    alphas, steepness = loss.optimum(log_t), loss.optimum_slope(log_t) * bend
    with np.errstate(over="ignore"):
        if kind == "minimax":
            return np.asarray(0.5 * loss.slope(-alphas) * steepness)
        return np.asarray(loss.slope(alphas) * steepness)


def _log_ratio(mixtures: tuple[Mixture, Mixture], x: Array) -> tuple[Array, Array]:
    """``log t`` and its slope in x, shape ``[N]`` each."""
    data, model = mixtures
    rows = x[:, None]
    bend = data.score(rows)[:, 0] - model.score(rows)[:, 0]
    return data.log_prob(rows) - model.log_prob(rows), bend
