"""The plane of z1: codes, p(z1|z2) swept along z2, and the exact p(z1); the axis of z2; images."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.dataset import Dataset
from core.hierarchy.answers import At, PriorMap, Snake
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Contours, Image, levels
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.theme import CLASS_COLORS, ROLE_COLORS, along

Array = NDArray[np.float64]

ANGLES = np.linspace(0, 2 * np.pi, 49)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)])
"""One standard deviation."""

LEAST_REACH = 3.0
INNER = 1.5
"""Of z2: nine tenths of its prior."""

BELOW_TOP = (0.5, 1.5, 3.0, 5.0, 8.0)
"""Nats below the highest density at which contours are drawn."""

FARTHEST = 4.0
"""Of z2 on its axis."""


def reach_of(snake: Snake) -> tuple[float, float, float, float]:
    """Left, right, low and high end of the plane: the codes, the prior, the tube but its ends."""
    inner = np.abs(snake.nodes).max(1) < INNER
    ends: list[float] = []
    for axis in (0, 1):
        width = np.sqrt(snake.covariances[inner, axis, axis])
        codes = np.quantile(snake.codes[:, axis], [0.002, 0.998])
        means = snake.means[inner, axis]
        low = min(float((means - width).min()), float(codes[0]), -LEAST_REACH)
        high = max(float((means + width).max()), float(codes[1]), LEAST_REACH)
        ends += rounded(low, high)
    return ends[0], ends[1], ends[2], ends[3]


def plane(
    snake: Snake,
    prior: PriorMap | None,
    here: At | None,
    labels: NDArray[np.uint8],
    said: Words,
    *,
    is_plane: bool,
) -> Panel:
    """Codes by class, the ellipses of p(z1|z2) along z2, and the exact density's contours.

    Args:
        snake: what a worker found.
        prior: the exact p(z1), where there is one.
        here: of the z2 that is held.
        labels: of the codes, for their colours.
        said: the lesson's words.
        is_plane: whether the plane is that of z1 itself.
    """
    left, right, low, high = reach_of(snake)
    marks: list[Mark | Contours | Image] = []
    for k, color in enumerate(CLASS_COLORS):
        chosen = labels[: len(snake.codes)] == k
        if chosen.any():
            x, y = snake.codes[chosen].T
            marks.append(Mark(kind="points", color=color, x=x, y=y, size=1.5, opacity=0.6))
    if prior is not None:
        top = float(prior.log_prob.max())
        marks.append(
            Contours(
                values=prior.log_prob,
                extent=(prior.x[0], prior.x[-1], prior.y[0], prior.y[-1]),
                at=tuple(top - below for below in BELOW_TOP),
                color=EXACT,
                is_dashed=True,
                is_thin=True,
            )
        )
    marks += _tube(snake)
    if here is not None:
        x, y = _ring(here.mean, here.covariance)
        marks.append(Mark(kind="line", color=ROLE_COLORS["price"], x=x, y=y))
        marks.append(
            Mark(
                kind="points",
                color=ROLE_COLORS["price"],
                x=here.mean[:1],
                y=here.mean[1:],
                size=4.0,
            )
        )
    names = ("z1_first", "z1_second") if is_plane else ("first_direction", "second_direction")
    return Panel(
        name="plane",
        x=Axis(title=said(f"snake.{names[0]}"), low=left, high=right),
        y=Axis(
            title=said(f"snake.{names[1]}") if snake.directions[1].any() else "",
            low=low,
            high=high,
        ),
        marks=marks,
        is_equal=is_plane,
        alt=said("snake.alt", count=len(snake.codes), spread=f"{spread_of(snake):.2f}"),
        rows=25,
    )


def _tube(snake: Snake) -> list[Mark]:
    """The ellipses of p(z1|z2), each in the colour of its z2, and the line through their means."""
    colors = tube_colors(snake.nodes[:, 0])
    rings = (_ring(m, c) for m, c in zip(snake.means, snake.covariances, strict=True))
    marks = [
        Mark(kind="line", color=color, x=ring[0], y=ring[1], is_thin=True, opacity=0.6)
        for color, ring in zip(colors, rings, strict=True)
    ]
    if snake.nodes.shape[1] == 1:
        x, y = snake.means.T
        marks += [
            Mark(kind="line", color=color, x=x[k : k + 2], y=y[k : k + 2])
            for k, color in enumerate(colors[:-1])
        ]
    return marks


def tube_colors(z2: Array) -> list[str]:
    """The colour of every place of z2, ``[m]``: by its quantile."""
    return [along(NormalDist().cdf(float(z))) for z in z2]


def _ring(mean: Array, covariance: Array) -> Array:
    """The ellipse of one standard deviation, ``[2, P]``."""
    values, vectors = np.linalg.eigh(covariance)
    ring: Array = mean[:, None] + (vectors * np.sqrt(np.maximum(values, 0))) @ CIRCLE
    return ring


def spread_of(snake: Snake) -> float:
    """How far the means of p(z1|z2) go, in mean deviations of p(z1|z2): 0 where z2 sleeps."""
    width = np.sqrt(np.trace(snake.covariances, axis1=1, axis2=2).mean())
    moved = np.sqrt(snake.means.var(0).sum())
    return float(moved / max(width, 1e-9))


def top_axis(z: tuple[float, float], top_dim: int, said: Words) -> Panel:
    """The prior of z2 with the point that is held: a density, or a plane."""
    places = np.linspace(-FARTHEST, FARTHEST, 121)
    if top_dim == 1:
        density = np.exp(-0.5 * places**2) / np.sqrt(2 * np.pi)
        marks = [
            Mark(kind="line", color=color, x=places[k : k + 5], y=density[k : k + 5])
            for k, color in zip(
                range(0, len(places) - 1, 4), tube_colors(places[2::4]), strict=True
            )
        ]
        y, low, high, title = 0.0, -0.04, 0.44, said("snake.density")
    else:
        marks = [
            Mark(
                kind="line",
                color=ROLE_COLORS["data"],
                x=share * CIRCLE[0],
                y=share * CIRCLE[1],
                is_thin=True,
            )
            for share in (1.0, 2.0, 3.0)
        ]
        y, low, high, title = z[1], -FARTHEST, FARTHEST, said("snake.z2_second")
    return Panel(
        name="axis",
        x=Axis(title=said("snake.z2_first"), low=-FARTHEST, high=FARTHEST),
        y=Axis(title=title, low=low, high=high),
        marks=marks,
        alt=said("snake.axis_alt", z=f"{z[0]:.2f}"),
        rows=8,
        handles=[
            Handle(
                name="z2",
                title=said("snake.held"),
                x=z[0],
                y=y,
                moves="x" if top_dim == 1 else "xy",
                color=ROLE_COLORS["price"],
            )
        ],
    )


def images(values: NDArray[np.float32], data: Dataset, name: str, said: Words) -> Panel:
    """Decoded rows ``[rows, columns, D]``: images side by side, others as points or curves."""
    rows, columns = values.shape[:2]
    if data.image_shape is None:
        return _points(values, data, name, said)
    height, width = data.image_shape
    tiles = values.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    mosaic = tiles.reshape(rows * height, columns * width)
    return Panel(
        name=name,
        x=Axis(title=said(f"snake.{name}_axis"), low=0, high=columns, names=("",)),
        y=Axis(title="", low=0, high=rows, names=("",)),
        marks=[
            Image(
                levels=levels(mosaic[::-1], 0.0, 1.0),
                extent=(0, columns, 0, rows),
                colors=("#000000", "#ffffff"),
                is_smooth=False,
            )
        ],
        alt=said(f"snake.{name}_alt"),
        rows=8 if rows == 1 else 14,
        is_equal=True,
    )


def _points(values: NDArray[np.float32], data: Dataset, name: str, said: Words) -> Panel:
    """Rows of a table or of a toy set: their first two columns over the data."""
    x, y = data.x_train[:500, 0], data.x_train[:500, 1]
    flat = values.reshape(-1, values.shape[-1])
    return Panel(
        name=name,
        x=Axis(title="x₁", low=float(x.min()), high=float(x.max())),
        y=Axis(title="x₂", low=float(y.min()), high=float(y.max())),
        marks=[
            Mark(kind="points", color=MUTED, x=x, y=y, size=1.5, opacity=0.4),
            Mark(kind="points", color=ROLE_COLORS["model"], x=flat[:, 0], y=flat[:, 1], size=3.0),
        ],
        alt=said(f"snake.{name}_alt"),
        rows=8 if values.shape[0] == 1 else 14,
    )
