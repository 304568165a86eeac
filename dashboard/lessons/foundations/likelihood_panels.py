"""Pictures of the likelihood: the ruler, the mountain as a map, and the way up."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import HEIGHTS, MOST_NUMBERS, LikelihoodConfig
from core.foundations.likelihood import (
    PRINTED_VARIANCE,
    Path,
    descend,
    factors,
    log_likelihood,
    maximum,
)
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, padded, rounded
from dashboard.charts.panel_fields import Contours, Texts
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.numbers import nats, short
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

BALL = "ball"
NUMBER = "x"
CURVE = 241
GRID = 61
BELOW = (0.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
"""Nats below the maximum at which a contour is drawn."""

FOOT = 0.07
"""Share of the ruler's height below 0, where the numbers are taken."""

DENSITY, MODEL = ROLE_COLORS["log_likelihood"], ROLE_COLORS["model"]


@lru_cache(maxsize=64)
def path_of(config: LikelihoodConfig) -> Path | None:
    """Where the ball goes by itself, if it is let go."""
    if config.way == "none":
        return None
    return descend(
        config.numbers,
        (config.mean, config.sd),
        kind=config.way,
        learning_rate=config.learning_rate,
    )


def ruler_ends(config: LikelihoodConfig) -> tuple[float, float]:
    """What of the ruler is shown: the numbers, and the best Gaussian to three σ."""
    best = maximum(config.numbers)
    room = 3 * best.sd or 0.05 * max(1.0, abs(best.mean))
    return rounded(min(*config.numbers, best.mean - room), max(*config.numbers, best.mean + room))


def ruler(config: LikelihoodConfig, ends: tuple[float, float], said: Words) -> Panel:
    """The numbers, the density over them, and its factors as stems, between two ends."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    low, high = ends
    places = np.linspace(low, high, CURVE)
    density, stems = factors(places, config.mean, config.sd), factors(x, config.mean, config.sd)
    optimum = factors(places, best.mean, best.sd) if best.sd else np.full(CURVE, np.nan)
    top = rounded(0, 1.1 * float(max(np.nanmax(density), np.nanmax(optimum, initial=0.0))))[1]
    between = np.full(len(x), np.nan)
    marks = [
        Mark(
            kind="line",
            color=DENSITY,
            x=np.stack([x, x, between], axis=1).ravel(),
            y=np.stack([0 * x, stems, between], axis=1).ravel(),
        ),
        Mark(kind="points", color=DENSITY, x=x, y=stems, tip=said("likelihood.stem")),
        Mark(kind="line", color=EXACT, x=places, y=optimum, is_dashed=True),
        Mark(kind="line", color=MODEL, x=places, y=density),
    ]
    return Panel(
        name="ruler",
        x=Axis(title=said("likelihood.x"), low=low, high=high),
        y=Axis(title=said("likelihood.density"), low=-FOOT * top, high=top),
        marks=marks,
        alt=said(
            "likelihood.ruler_alt",
            count=len(x),
            mean=short(config.mean),
            sd=short(config.sd),
            log_likelihood=nats(float(log_likelihood(x, config.mean, config.sd))),
        ),
        rows=17,
        handles=[
            Handle(
                name=f"{NUMBER}{place}",
                title=said("likelihood.number", place=place + 1),
                x=float(value),
                y=0.0,
                moves="x",
                color=ROLE_COLORS["data"],
                is_removable=len(x) > 1,
            )
            for place, value in enumerate(config.numbers)
        ],
        takes_points=len(x) < MOST_NUMBERS,
    )


def window(config: LikelihoodConfig, path: Path | None) -> tuple[float, float, float, float]:
    """Which μ and σ are shown: the maximum, the ball, and where it goes as far as that is near."""
    best = maximum(config.numbers)
    means, sds = [config.mean, best.mean], [config.sd, best.sd]
    if path is not None:
        near = np.abs(path.means - best.mean) < 6 * max(best.sd, abs(config.mean - best.mean))
        means += [float(path.means[near].min()), float(path.means[near].max())]
        sds += [float(path.sds[near].min()), float(path.sds[near].max())]
    left, right = padded(
        min(*means, best.mean - 3 * best.sd), max(*means, best.mean + 3 * best.sd), 0.08
    )
    return left, right, min(*sds, best.sd / 2.5) / 1.2, max(*sds, 4 * best.sd) * 1.2


def surface(
    config: LikelihoodConfig,
    path: Path | None,
    ends: tuple[float, float, float, float],
    said: Words,
) -> Panel:
    """``ℓ(μ, σ)`` as contours so many nats below the maximum; σ on a logarithmic axis."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    left, right, low, high = ends
    means, sds = np.linspace(left, right, GRID), np.geomspace(low, high, GRID)
    heights = log_likelihood(x, means[None, :], sds[:, None])
    top = float(log_likelihood(x, best.mean, best.sd))
    marks: list[Mark | Contours | Texts] = [
        Contours(
            values=heights,
            extent=(left, right, low, high),
            at=[top - below for below in BELOW],
            color=DENSITY,
        ),
        _point(best.mean, best.sd, EXACT, said("likelihood.best_tip", value=nats(top))),
    ]
    if path is not None:
        marks.append(Mark(kind="line", color=MODEL, x=path.means, y=path.sds))
    if config.numbers == HEIGHTS:
        printed = PRINTED_VARIANCE**0.5
        value = nats(float(log_likelihood(x, best.mean, printed)))
        marks += [
            _point(best.mean, printed, MUTED, said("likelihood.printed_tip", value=value)),
            Texts(
                x=np.array([best.mean]),
                y=np.array([printed / 1.12]),
                texts=[said("likelihood.printed")],
                color=MUTED,
            ),
        ]
    return Panel(
        name="surface",
        x=Axis(title=said("likelihood.mu"), low=left, high=right),
        y=Axis(title=said("likelihood.sigma"), low=low, high=high, is_log=True),
        marks=marks,
        alt=said("likelihood.surface_alt", mean=short(best.mean), sd=short(best.sd)),
        rows=17,
        handles=[
            Handle(
                name=BALL,
                title=said("likelihood.ball"),
                x=config.mean,
                y=config.sd,
                color=MODEL,
                x_bounds=(left, right),
                y_bounds=(low, high),
            )
        ],
    )


def _point(x: float, y: float, color: str, tip: str) -> Mark:
    return Mark(kind="points", color=color, x=np.array([x]), y=np.array([y]), size=4.0, tip=tip)


START = 0.7
"""Where the start stands on a logarithmic axis of steps: no tick is there."""


def climb(config: LikelihoodConfig, path: Path, said: Words) -> Panel:
    """ℓ after every step, and the maximum dashed."""
    best = maximum(config.numbers)
    top = float(log_likelihood(np.array(config.numbers), best.mean, best.sd))
    steps = np.arange(len(path.log_likelihoods), dtype=np.float64)
    steps[0] = START  # a logarithmic axis has no 0
    shown = path.log_likelihoods[np.isfinite(path.log_likelihoods)]
    low = max(float(shown.min()), top - 60)
    ends = rounded(low, top + 0.04 * (top - low) + 1e-3)
    last = max(float(steps[-1]), 10.0)
    start = float(path.log_likelihoods[0])
    return Panel(
        name="climb",
        x=Axis(title=said("likelihood.step"), low=START, high=last, is_log=True),
        y=Axis(title=said("likelihood.nats"), low=ends[0], high=ends[1]),
        marks=[
            Mark(
                kind="line",
                color=EXACT,
                x=np.array([START, last]),
                y=np.array([top, top]),
                is_dashed=True,
            ),
            Mark(kind="line", color=DENSITY, x=steps[:2], y=path.log_likelihoods[:2]),
            Mark(
                kind="line",
                color=DENSITY,
                x=steps[1:],
                y=path.log_likelihoods[1:],
                tip=said("likelihood.step_tip"),
            ),
            Mark(
                kind="points",
                color=DENSITY,
                x=np.array([START]),
                y=np.array([start]),
                tip=said("likelihood.start_tip"),
            ),
        ],
        alt=said("likelihood.climb_alt", end=nats(float(shown[-1])), best=nats(top)),
        rows=9,
    )
