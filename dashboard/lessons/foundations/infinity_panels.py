"""Pictures of ever more components: the density, how near they come, a decoder's components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import LimitConfig
from dashboard.charts.panel import EXACT, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Image, levels
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.drawing import CIRCLE
from dashboard.lessons.foundations.numbers import nats
from dashboard.theme import ROLE_COLORS

if TYPE_CHECKING:
    from core.foundations.answers import Decoded
    from core.foundations.infinity import Pool, Rung

Array = NDArray[np.float64]

REACH = 3.0
GRID = 121
POINTS = 1500
SIDE = 6
LEFT = 2.4
"""Room for the digit, left of the components."""

MODEL, DATA = ROLE_COLORS["model"], ROLE_COLORS["data"]
HELD_OUT = ROLE_COLORS["log_likelihood"]


def density(pool: Pool, rung: Rung | None, said: Words) -> Panel:
    """The fitted density as colour, ellipses of its components, some of the rows."""
    marks: list[Mark | Image] = []
    if rung is not None:
        axis = np.linspace(-REACH, REACH, GRID)
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        values = np.exp(rung.best.mixture.log_prob(grid)).reshape(GRID, GRID)
        top = float(np.quantile(values, 0.995))
        marks.append(
            Image(
                levels=levels(values, 0.0, top),
                extent=(-REACH, REACH, -REACH, REACH),
                colors=("ground", MODEL),
                range=(0.0, top),
                tip=said("infinity.density_tip"),
            )
        )
        for mean, covariance in zip(
            rung.best.mixture.means, rung.best.mixture.covariances, strict=True
        ):
            x, y = mean[:, None] + np.linalg.cholesky(covariance) @ (0.5 * CIRCLE)
            marks.append(Mark(kind="line", color=EXACT, x=x, y=y, is_thin=True, opacity=0.5))
    x = pool.x_train[:POINTS]
    marks.append(Mark(kind="points", color=DATA, x=x[:, 0], y=x[:, 1], size=1.2, opacity=0.5))
    count = 0 if rung is None else rung.num_components
    return Panel(
        name="limit",
        x=Axis(title="x₁", low=-REACH, high=REACH),
        y=Axis(title="x₂", low=-REACH, high=REACH),
        marks=marks,
        alt=said("infinity.density_alt", count=count, name=said.value("to", pool.name)),
        rows=24,
    )


def ladder(pool: Pool, rungs: Sequence[Rung], config: LimitConfig, said: Words) -> Panel:
    """Mean −log p of training and held-out rows over K; the entropy, which no K can beat."""
    counts = np.array([float(rung.num_components) for rung in rungs])
    train = pool.entropy + np.array([rung.kl_train for rung in rungs])
    test = pool.entropy + np.array([rung.kl_paired for rung in rungs])
    error = np.array([rung.kl_paired_error for rung in rungs])
    low = min(float(train.min()), pool.entropy)
    ends = rounded(low - 0.05, float(max(train.max(), test.max())) + 0.05)
    marks = [
        Mark(
            kind="line",
            color=EXACT,
            x=np.array([1.0, 64.0]),
            y=np.full(2, pool.entropy),
            is_dashed=True,
        ),
        Mark(kind="line", color=DATA, x=counts, y=train, tip=said("infinity.train_tip")),
        Mark(kind="points", color=DATA, x=counts, y=train),
        Mark(kind="area", color=HELD_OUT, x=counts, y=test - error, y2=test + error, opacity=0.25),
        Mark(kind="line", color=HELD_OUT, x=counts, y=test, tip=said("infinity.test_tip")),
        Mark(kind="points", color=HELD_OUT, x=counts, y=test),
    ]
    at = int(np.abs(counts - config.num_components).argmin())
    return Panel(
        name="entropy",
        x=Axis(title=said("infinity.count"), low=1.0, high=64.0, is_log=True),
        y=Axis(title=said("infinity.nll"), low=ends[0], high=ends[1]),
        marks=marks,
        alt=said("infinity.ladder_alt", entropy=nats(pool.entropy)),
        rows=20,
        handles=[
            Handle(
                name="count",
                title=said("infinity.count"),
                x=float(config.num_components),
                y=float(test[at]),
                moves="x",
                x_bounds=(1.0, 64.0),
                color=MODEL,
            )
        ],
    )


def components(found: Decoded, config: LimitConfig, said: Words) -> Panel:
    """The digit, and some of the images around which the decoder puts its Gaussians."""
    side = round(len(found.x) ** 0.5)
    tiles = found.components[: SIDE * SIDE].reshape(SIDE, SIDE, side, side)
    mosaic = tiles.transpose(0, 2, 1, 3).reshape(SIDE * side, SIDE * side)
    return Panel(
        name="limit",
        x=Axis(title=said("infinity.components_axis"), low=0, high=SIDE + LEFT, names=("",)),
        y=Axis(title="", low=0, high=SIDE, names=("",)),
        marks=[
            _gray(found.x.reshape(side, side), (0, LEFT - 0.4, SIDE - LEFT + 0.4, SIDE)),
            _gray(mosaic, (LEFT, SIDE + LEFT, 0, SIDE)),
        ],
        alt=said("infinity.components_alt", row=config.row),
        rows=24,
    )


def _gray(values: NDArray[np.floating], extent: tuple[float, float, float, float]) -> Image:
    """Pixels from 0 to 1, the first row above."""
    return Image(
        levels=levels(values[::-1], 0.0, 1.0),
        extent=extent,
        colors=("#000000", "#ffffff"),
        is_smooth=False,
    )


def approach(found: Decoded, config: LimitConfig, said: Words) -> Panel:
    """``log (1/K) Σ_k N(x; f(z_k), σ²I)`` over K, and log p(x), its limit."""
    counts = np.unique(np.geomspace(1, len(found.log_probs), 400).astype(int))
    values = found.log_probs[counts - 1]
    low = max(float(values.min()), found.log_p - 400)
    ends = rounded(low, max(float(values.max()), found.log_p) + 5)
    x = counts.astype(np.float64)
    return Panel(
        name="entropy",
        x=Axis(title=said("infinity.draws_axis"), low=1.0, high=float(x[-1]), is_log=True),
        y=Axis(title=said("infinity.log_p"), low=ends[0], high=ends[1]),
        marks=[
            Mark(
                kind="line",
                color=EXACT,
                x=x[[0, -1]],
                y=np.full(2, found.log_p),
                is_dashed=True,
            ),
            Mark(kind="line", color=MODEL, x=x, y=values, tip=said("infinity.draws_tip")),
        ],
        alt=said("infinity.approach_alt", exact=nats(found.log_p)),
        rows=20,
        handles=[
            Handle(
                name="count",
                title=said("infinity.draws_axis"),
                x=float(config.num_draws),
                y=float(np.clip(found.log_probs[config.num_draws - 1], *ends)),
                moves="x",
                color=MODEL,
            )
        ],
    )
