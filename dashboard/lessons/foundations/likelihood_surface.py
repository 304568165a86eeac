"""The mountain in space: ``ℓ(μ, log σ)`` as a surface to turn, with the ball's way (Plotly)."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.foundations.config import LikelihoodConfig
from core.foundations.likelihood import Path, log_likelihood, maximum
from dashboard.charts.space import space_layout
from dashboard.kit.curves import draw_figure
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words
from dashboard.lessons.foundations.likelihood_panels import window
from dashboard.lessons.foundations.numbers import nats
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[np.float64]

GRID = 61
DEEPEST = 60.0
"""Nats below the maximum at which the surface ends."""

HEIGHT = 520


def draw_surface(scene: Scene, config: LikelihoodConfig, path: Path | None) -> None:
    """The surface on the page."""
    best = maximum(config.numbers)
    top = float(log_likelihood(config.numbers, best.mean, best.sd))
    alt = scene.said("likelihood.space_alt", top=nats(top))
    draw_figure(surface_figure(config, path, scene.look, scene.said), "mountain", alt)


def surface_figure(
    config: LikelihoodConfig, path: Path | None, look: Look, said: Words
) -> go.Figure:
    """ℓ over μ and log σ, cut off below; the maximum, the ball and its way on it."""
    x, best = np.array(config.numbers), maximum(config.numbers)
    left, right, low, high = window(config, path)
    means, sds = np.linspace(left, right, GRID), np.geomspace(low, high, GRID)
    top = float(log_likelihood(x, best.mean, best.sd))
    heights = np.maximum(log_likelihood(x, means[None, :], sds[:, None]), top - DEEPEST)
    traces = [
        go.Surface(
            x=means,
            y=np.log(sds),
            z=heights,
            showscale=False,
            opacity=0.8,
            colorscale=[[0, look.grid], [1, ROLE_COLORS["log_likelihood"]]],
            contours={"z": {"show": True, "color": look.muted, "width": 1}},
            hovertemplate="μ %{x:.4g}<br>log σ %{y:.4g}<br>ℓ %{z:.4f}<extra></extra>",
        ),
        _points([best.mean], [best.sd], [top], look.truth, 5),
    ]
    here = float(log_likelihood(x, config.mean, config.sd))
    if here > top - DEEPEST:
        traces.append(_points([config.mean], [config.sd], [here], ROLE_COLORS["model"], 6))
    if path is not None:
        traces.append(_way(path, top, (left, right, low, high), look))
    layout = space_layout(
        (said("likelihood.mu"), said("likelihood.log_sigma"), said("likelihood.nats")),
        look,
        height=HEIGHT,
        proportions=(1.2, 1.2, 0.8),
        eye=(1.6, -1.9, 1.1),
    )
    return go.Figure(traces, layout)


def _points(
    means: list[float], sds: list[float], heights: list[float], color: str, size: float
) -> go.Scatter3d:
    return go.Scatter3d(
        x=means,
        y=np.log(sds),
        z=heights,
        mode="markers",
        marker={"color": color, "size": size},
        showlegend=False,
        hovertemplate="μ %{x:.4g}<br>log σ %{y:.4g}<br>ℓ %{z:.4f}<extra></extra>",
    )


def _way(
    path: Path, top: float, window: tuple[float, float, float, float], look: Look
) -> go.Scatter3d:
    """The path where it lies within the picture."""
    left, right, low, high = window
    is_seen = (path.means >= left) & (path.means <= right)
    is_seen &= (path.sds >= low) & (path.sds <= high) & (path.log_likelihoods > top - DEEPEST)
    return go.Scatter3d(
        x=np.where(is_seen, path.means, np.nan),
        y=np.log(path.sds),
        z=path.log_likelihoods,
        mode="lines",
        line={"color": ROLE_COLORS["model"], "width": 3 * look.line_width},
        showlegend=False,
        hoverinfo="skip",
    )
