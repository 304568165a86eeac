"""Pictures of the two divergences: densities, integrands, the landscape, a sampled divergence."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import MOST_BUMPS, MOST_PLACE, Direction, DivergenceConfig
from core.foundations.kl_estimates import SampledKL
from core.foundations.kl_fits import (
    forward_optimum,
    gaussian_log_density,
    integrands,
    reverse_kl,
)
from core.foundations.kl_landscape import basins, descent_path, landscape
from core.foundations.kl_optima import Optimum, reverse_optima
from core.foundations.target import Target1D
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Contours, Texts
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.drawing import hue
from dashboard.lessons.foundations.numbers import nats, short
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

BALL = "ball"
BUMP = "bump"
CURVE = 401
GRID = 61
LEAST, MOST = 0.15, 4.4
"""Widths of the landscape."""

FAR = 6.0
PEAK = 1 / math.sqrt(2 * math.pi)
LEVELS = tuple(float(level) for level in np.geomspace(0.02, 40, 16))
"""Nats above the lowest at which a contour is drawn."""

DATA, MODEL = ROLE_COLORS["data"], ROLE_COLORS["model"]
FORWARD, REVERSE = ROLE_COLORS["elbo"], ROLE_COLORS["kl"]
LOG_RATIO, POSITIVE = ROLE_COLORS["naive"], ROLE_COLORS["pathwise"]


@lru_cache(maxsize=8)
def line_ends(target: Target1D) -> tuple[float, float]:
    """What of the line is shown: the target to four σ, in whole numbers."""
    reach = max(abs(mean) + 4 * sd for mean, sd in zip(target.means, target.sds, strict=True))
    end = float(math.ceil(max(reach, 4.0)))
    return -end, end


def highest(target: Target1D, config: DivergenceConfig) -> float:
    """How high the densities are drawn."""
    left, right = line_ends(target)
    top = float(target.density(np.linspace(left, right, CURVE)).max())
    return rounded(0, 1.15 * max(top, min(PEAK / config.sd, 2.0)))[1]


def densities(
    target: Target1D, config: DivergenceConfig, ends: tuple[float, float], top: float, said: Words
) -> Panel:
    """P with a handle on every bump, q with one on its top, the forward fit dashed."""
    left, right = ends
    z = np.linspace(left, right, CURVE)
    q = np.exp(gaussian_log_density(z, config.mean, config.sd))
    fit = forward_optimum(target)
    bumps = list(zip(target.weights, target.means, target.sds, strict=True))
    marks = [
        Mark(
            kind="area",
            color=DATA,
            x=z,
            y=np.asarray(target.density(z)),
            y2=0 * z,
            opacity=0.25,
        ),
        Mark(kind="line", color=DATA, x=z, y=np.asarray(target.density(z))),
        Mark(
            kind="line",
            color=EXACT,
            x=z,
            y=np.exp(gaussian_log_density(z, fit.mean, fit.sd)),
            is_dashed=True,
        ),
        Mark(kind="line", color=MODEL, x=z, y=q),
    ]
    handles = [
        Handle(
            name=f"{BUMP}{place}",
            title=said("kls.bump", number=place + 1),
            x=mean,
            y=min(share * PEAK / sd, top),
            color=DATA,
            x_bounds=(-MOST_PLACE, MOST_PLACE),
            is_removable=len(bumps) > 1,
        )
        for place, (share, mean, sd) in enumerate(bumps)
    ]
    handles.append(
        Handle(
            name=BALL,
            title=said("kls.gaussian"),
            x=config.mean,
            y=min(PEAK / config.sd, top),
            color=MODEL,
            x_bounds=(-MOST_PLACE, MOST_PLACE),
        )
    )
    return Panel(
        name="densities",
        x=Axis(title="z", low=left, high=right),
        y=Axis(title=said("kls.density"), low=0, high=top),
        marks=marks,
        alt=said(
            "kls.densities_alt",
            components=target.num_components,
            m=short(config.mean),
            s=short(config.sd),
        ),
        rows=17,
        handles=handles,
        takes_points=config.pair == "mixture" and len(bumps) < MOST_BUMPS,
    )


@lru_cache(maxsize=16)
def _table(target: Target1D, direction: Direction) -> tuple[Array, Array, Array]:
    """Means, log-widths and the divergence over them, ``[GRID, GRID]``."""
    means = np.linspace(-FAR, FAR, GRID)
    log_sds = np.linspace(math.log(LEAST), math.log(MOST), GRID)
    return means, log_sds, landscape(target, means, log_sds, direction)


def landscape_panel(target: Target1D, config: DivergenceConfig, said: Words) -> Panel:
    """The divergence over (m, s): contours in the colour of the optimum that a descent finds."""
    means, log_sds, table = _table(target, config.direction)
    fit, optima = forward_optimum(target), reverse_optima(target)
    marks: list[Mark | Contours | Texts] = []
    extent = (-FAR, FAR, LEAST, MOST)
    at = [float(table.min()) + level for level in LEVELS]
    if config.direction == "forward":
        marks.append(Contours(values=table, extent=extent, at=at, color=FORWARD))
        marks.append(_point(fit.mean, fit.sd, EXACT, said("kls.best_tip", value=nats(fit.kl))))
    else:
        ends = basins(table, means, log_sds, optima)
        minima = [place for place, optimum in enumerate(optima) if optimum.is_minimum]
        marks.append(Contours(values=table, extent=extent, at=at, color=MUTED, opacity=0.5))
        for colour, place in enumerate(minima):
            own = np.where(ends == place, table, np.nan)
            marks.append(Contours(values=own, extent=extent, at=at, color=hue(colour)))
        path = descent_path(target, (config.mean, config.sd))
        marks.append(Mark(kind="line", color=MODEL, x=path.means, y=path.sds))
        for place in minima:
            optimum = optima[place]
            name = "kls.global_tip" if optimum.is_global else "kls.local_tip"
            tip = said(name, value=nats(optimum.kl))
            marks.append(_point(optimum.mean, optimum.sd, EXACT, tip))
        marks.append(_stars([o for o in optima if o.is_global]))
    return Panel(
        name="landscape",
        x=Axis(title=said("kls.m"), low=-FAR, high=FAR),
        y=Axis(title=said("kls.s"), low=LEAST, high=MOST, is_log=True),
        marks=marks,
        alt=said("kls.landscape_alt", which=said.value("dir", config.direction)),
        rows=17,
        handles=[
            Handle(
                name=BALL,
                title=said("kls.gaussian"),
                x=min(max(config.mean, -FAR), FAR),
                y=min(max(config.sd, LEAST), MOST),
                color=MODEL,
            )
        ],
    )


def _stars(optima: list[Optimum]) -> Texts:
    """A star beside every global optimum."""
    return Texts(
        x=np.array([optimum.mean for optimum in optima]) + 0.35,
        y=np.array([optimum.sd for optimum in optima]),
        texts=["★"] * len(optima),
        color=EXACT,
    )


def _point(x: float, y: float, color: str, tip: str) -> Mark:
    return Mark(kind="points", color=color, x=np.array([x]), y=np.array([y]), size=4.0, tip=tip)


def integrands_panel(
    target: Target1D, config: DivergenceConfig, ends: tuple[float, float], said: Words
) -> Panel:
    """What each divergence adds up: shaded above and below 0."""
    left, right = ends
    z = np.linspace(left, right, CURVE)
    found = integrands(target, config.mean, config.sd, z)
    low = min(float(found.forward.min()), float(found.reverse.min()))
    high = max(float(found.forward.max()), float(found.reverse.max()), 0.1)
    marks = []
    for values, color, name in (
        (found.forward, FORWARD, "forward"),
        (found.reverse, REVERSE, "reverse"),
    ):
        marks.append(Mark(kind="area", color=color, x=z, y=values, y2=0 * z, opacity=0.25))
        marks.append(
            Mark(kind="line", color=color, x=z, y=values, tip=said(f"kls.{name}_integrand_tip"))
        )
    return Panel(
        name="integrands",
        x=Axis(title="z", low=left, high=right),
        y=Axis(title=said("kls.integrand"), low=rounded(low, high)[0], high=rounded(low, high)[1]),
        marks=marks,
        alt=said(
            "kls.integrands_alt",
            reverse=nats(reverse_kl(target, config.mean, config.sd)),
        ),
        rows=10,
    )


def sampled_panel(sampled: SampledKL, config: DivergenceConfig, said: Words) -> Panel:
    """Both estimates as draws come in, with their standard errors; the exact value dashed."""
    counts = sampled.counts.astype(np.float64)
    runs = (sampled.log_ratio, sampled.positive)
    errors = [np.nan_to_num(run.standard_error[3:]) for run in runs]
    shown = np.concatenate([run.value[3:] + e for run, e in zip(runs, errors, strict=True)])
    below = np.concatenate([run.value[3:] - e for run, e in zip(runs, errors, strict=True)])
    low = min(float(np.min(below, initial=0.0)), 0.0)
    high = max(float(np.max(shown, initial=0.0)), 1.5 * sampled.exact, 0.1)
    ends = rounded(low, high)
    marks = []
    for running, color, name in (
        (sampled.log_ratio, LOG_RATIO, "log_ratio"),
        (sampled.positive, POSITIVE, "positive"),
    ):
        error = np.nan_to_num(running.standard_error)
        marks.append(
            Mark(
                kind="area",
                color=color,
                x=counts,
                y=running.value - error,
                y2=running.value + error,
                opacity=0.2,
            )
        )
        marks.append(
            Mark(kind="line", color=color, x=counts, y=running.value, tip=said(f"kls.{name}_tip"))
        )
    ends_x = np.array([1.0, counts[-1]])
    marks.append(Mark(kind="line", color=MUTED, x=ends_x, y=np.zeros(2), is_thin=True))
    marks.append(
        Mark(kind="line", color=EXACT, x=ends_x, y=np.full(2, sampled.exact), is_dashed=True)
    )
    return Panel(
        name="sampled",
        x=Axis(title=said("kls.draws_axis"), low=1.0, high=float(counts[-1]), is_log=True),
        y=Axis(
            title=said("kls.estimate", which=said.value("dir", config.direction)),
            low=ends[0],
            high=ends[1],
        ),
        marks=marks,
        alt=said("kls.sampled_alt", exact=nats(sampled.exact)),
        rows=10,
    )
