"""The race in space: ``E f`` over (μ, log σ) as a surface to turn, the paths on it (Plotly)."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.estimators.config import RaceConfig
from core.estimators.reference import landscape
from dashboard.charts.space import space_layout
from dashboard.kit.curves import draw_figure
from dashboard.kit.words import Words
from dashboard.lessons.estimators.names import color_of, title_of
from dashboard.lessons.estimators.race import (
    Raced,
    ends,
    heights,
    plane_titles,
    ranges_of,
)
from dashboard.theme import BACKGROUNDS, Look

Array = NDArray[np.float64]

SHAPE = (48, 64)
HEIGHT = 520
DARKEST, BRIGHTEST = 0.4, 0.06
"""Shares of the colour of the text in that of the surface where E f is low, and high."""


def draw_surface(run: Raced, look: Look, said: Words) -> None:
    """The surface on the page."""
    values = heights(run.config, ranges_of(run.race), SHAPE)[2]
    alt = said(
        "surface.alt",
        low=f"{values.min():.3g}",
        high=f"{values.max():.3g}",
        ends=ends(run.race, said),
    )
    draw_figure(surface_figure(run, look, said), "race", alt)


def surface_figure(run: Raced, look: Look, said: Words) -> go.Figure:
    """``E f`` of one coordinate as a surface, and every racer's path at its own height.

    Only where ``has_field``: the height of a path is that of the surface, by the same formula.
    """
    traces = [_surface(run, look, said)]
    for name, path in run.race.paths.items():
        color = color_of(name)
        places = _on_surface(run, path)
        traces += [
            _line(places, title_of(name, said), {"color": color}, look, said),
            _end(places, color, look),
        ]
    if run.race.exact is not None:
        style = {"color": look.truth, "dash": "dash"}
        places = _on_surface(run, run.race.exact)
        traces.append(_line(places, said("race.exact"), style, look, said))
    layout = space_layout(
        (*plane_titles(run.config, said), _height(run.config, said)),
        look,
        height=HEIGHT,
        proportions=(1.2, 1.2, 0.8),
        eye=(1.6, -1.9, 1.1),
    )
    return go.Figure(traces, layout)


def _surface(run: Raced, look: Look, said: Words) -> go.Surface:
    m, log_s, value = heights(run.config, ranges_of(run.race), SHAPE)
    ranks = np.argsort(np.argsort(value.ravel())).reshape(SHAPE) / (value.size - 1)
    mu, log_sigma = plane_titles(run.config, said)
    return go.Surface(
        x=m,
        y=log_s,
        z=value,
        surfacecolor=ranks,
        colorscale=[[0, _mixed(look, DARKEST)], [1, _mixed(look, BRIGHTEST)]],
        showscale=False,
        opacity=0.85,
        contours={"z": {"show": True, "color": look.muted, "width": 1}},
        hovertemplate=f"{mu} %{{x:.3g}}<br>{log_sigma} %{{y:.3g}}<br>{_height(run.config, said)} "
        "%{z:.4g}<extra></extra>",
    )


def _on_surface(run: Raced, path: Array) -> dict[str, Array]:
    """A path ``[T + 1, 2]`` with its heights; what has left the picture is left out."""
    (x0, x1), (y0, y1), _ = ranges_of(run.race)
    m, log_s = path.T
    is_inside = (m >= x0) & (m <= x1) & (log_s >= y0) & (log_s <= y1)
    m, log_s = np.where(is_inside, m, np.nan), np.where(is_inside, log_s, np.nan)
    z = landscape(run.config.start.function, run.config.start.k, m, log_s)
    assert z is not None
    return {"x": m, "y": log_s, "z": z}


def _line(
    places: dict[str, Array], name: str, style: dict[str, str], look: Look, said: Words
) -> go.Scatter3d:
    words = said("surface.hover", name=name, step="%{customdata}", height="%{z:.4g}")
    return go.Scatter3d(
        **places,
        customdata=np.arange(len(places["x"])),
        name=name,
        mode="lines",
        line={**style, "width": 2.5 * look.line_width},
        hovertemplate=f"{words}<extra></extra>",
    )


def _end(places: dict[str, Array], color: str, look: Look) -> go.Scatter3d:
    """Where a racer was last in the picture."""
    inside = np.flatnonzero(np.isfinite(places["x"]))[-1:]
    return go.Scatter3d(
        **{axis: values[inside] for axis, values in places.items()},
        mode="markers",
        marker={"color": color, "size": 2.5 * look.line_width},
        hoverinfo="skip",
    )


def _height(config: RaceConfig, said: Words) -> str:
    return said("race.expected" if config.start.size == 1 else "race.share")


def _mixed(look: Look, share: float) -> str:
    """The colour of the text over that of the background."""
    pairs = [(_rgb(look.truth)[i], _rgb(BACKGROUNDS[look.theme])[i]) for i in range(3)]
    mixed = (round(share * text + (1 - share) * ground) for text, ground in pairs)
    return "rgb({}, {}, {})".format(*mixed)


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))
