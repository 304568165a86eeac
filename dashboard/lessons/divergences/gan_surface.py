"""D over the plane as a surface to turn, and the best D* through it: pause and look (Plotly)."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.divergences.plane import centres
from dashboard.charts.space import space_layout
from dashboard.kit.curves import draw_figure
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import Shown, coarse, optimum
from dashboard.lessons.divergences.names import CRITIC
from dashboard.theme import Look

Array = NDArray[np.float64]

GRID = 64
HEIGHT = 520
STEEPEST = 6.0
"""|D*| of the logistic loss has no end: what lies beyond is cut off."""


def draw_surface(shown: Shown, which: str, look: Look, said: Words) -> None:
    """The surfaces on the page."""
    alt = said("gan.surface_alt", step=f"{shown.step:,}")
    draw_figure(surface_figure(shown, which, look, said), "discriminator", alt)


def surface_figure(shown: Shown, which: str, look: Look, said: Words) -> go.Figure:
    """The trained D, coloured, and D* of the same densities as a translucent net.

    Args:
        shown: what is drawn.
        which: "trained", "exact" or "both".
        look: theme and size.
        said: the lesson's words.
    """
    traces = []
    if which != "exact" and shown.critic is not None:
        values, name = coarse(shown.critic, GRID), said("gan.surface_trained")
        traces.append(_surface(values, look, CRITIC, name, ground=look.grid, opacity=0.95))
    best = optimum(shown)
    if which != "trained" and best is not None:
        values, name = _middles(np.clip(best, -STEEPEST, STEEPEST)), said("gan.surface_exact")
        traces.append(_surface(values, look, look.truth, name, ground=look.truth, opacity=0.35))
    layout = space_layout(
        ("x₁", "x₂", "D(x)"),
        look,
        height=HEIGHT,
        proportions=(1.2, 1.2, 0.8),
        eye=(1.3, -1.6, 1.2),
    )
    return go.Figure(traces, layout)


def _middles(values: Array) -> Array:
    """One value of every block: a mean would make something of nothing where D* is not drawn."""
    share = len(values) // GRID
    return values[share // 2 :: share, share // 2 :: share]


def _surface(
    values: Array, look: Look, color: str, name: str, *, ground: str, opacity: float
) -> go.Surface:
    """One surface over the square; its lines of equal height show its form from above."""
    axis = centres(len(values))
    return go.Surface(
        x=axis,
        y=axis,
        z=values,
        showscale=False,
        opacity=opacity,
        colorscale=[[0, ground], [1, color]],
        contours={"z": {"show": True, "color": look.truth if ground == color else look.muted}},
        hovertemplate=f"{name} %{{z:.3f}}<extra></extra>",
    )
