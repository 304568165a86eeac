"""D over the plane as a surface to turn, and the best D* through it: pause and look (Plotly)."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.divergences.plane import EXTENT
from dashboard.charts.space import space_layout
from dashboard.kit.curves import draw_figure
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import CRITIC, Shown, coarse, optimum
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
        traces.append(_trained(coarse(shown.critic, GRID), look, said))
    best = optimum(shown)
    if which != "trained" and best is not None:
        traces.append(_best(_middles(np.clip(best, -STEEPEST, STEEPEST)), look, said))
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


def _axis(count: int) -> Array:
    return np.asarray((np.arange(count) + 0.5) * (2 * EXTENT / count) - EXTENT)


def _trained(values: Array, look: Look, said: Words) -> go.Surface:
    axis = _axis(len(values))
    return go.Surface(
        x=axis,
        y=axis,
        z=values,
        showscale=False,
        opacity=0.95,
        colorscale=[[0, look.grid], [1, CRITIC]],
        contours={"z": {"show": True, "color": look.muted, "width": 1}},
        hovertemplate=said("gan.surface_trained") + " %{z:.3f}<extra></extra>",
    )


def _best(values: Array, look: Look, said: Words) -> go.Surface:
    axis = _axis(len(values))
    return go.Surface(
        x=axis,
        y=axis,
        z=values,
        showscale=False,
        opacity=0.35,
        colorscale=[[0, look.truth], [1, look.truth]],
        contours={"z": {"show": True, "color": look.truth, "width": 1}},
        hovertemplate=said("gan.surface_exact") + " %{z:.3f}<extra></extra>",
    )
