"""The arena's measurements: strips of estimates, and variance along an axis."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished, named_colors, on_canvas
from dashboard.theme import TRUTH_DASH, Look

Array = NDArray[Any]


SHOWN = 100
"""Estimates drawn per strip."""

CENTRAL = (1.0, 99.0)
"""Percentiles of a strip that are drawn: heavy tails would flatten everybody else."""


def strips_chart(
    *, estimates: Mapping[str, Array], means: Mapping[str, tuple[float, float]],
    colors: Sequence[str], exact: float | None, wanted: str, look: Look,
) -> Chart:  # fmt: skip
    """The estimates of every competitor, one strip each, the exact value dashed across.

    Args:
        estimates: by title, estimates of one component, ``[R]``.
        means: by title, the mean of all estimates and its standard error.
        colors: one per strip.
        exact: the exact value, if it is known already.
        wanted: what the gradient is with respect to.
        look: theme and size.
    """
    frames = []
    for title, values in estimates.items():
        low, high = np.percentile(values, CENTRAL)
        kept = values[(values >= low) & (values <= high)][:SHOWN]
        jitter = (np.arange(len(kept)) * 0.618034) % 1.0
        frames.append(
            pd.DataFrame({"kind": "estimate", "name": title, "value": kept, "offset": jitter})
        )
        mean, error = means[title]
        frames.append(
            pd.DataFrame(
                {"kind": ["mean"], "name": [title], "value": [mean], "error": [error],
                 "low": [mean - error], "high": [mean + error], "offset": [0.5]}
            )
        )  # fmt: skip
    if exact is not None:
        frames.append(pd.DataFrame({"kind": ["exact"], "value": [exact], "text": ["exact"]}))
    spoken = ", ".join(f"{t} {m:.3g} ± {e:.1g}" for t, (m, e) in means.items())
    truth = "not known yet" if exact is None else f"{exact:.6g}"
    row = 40 if look.projector else 30
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_strips_spec(
            tuple(estimates), tuple(colors), wanted, look, 60 + row * len(estimates)
        ),
        alt=f"Strips of estimates; exact {truth}; means: {spoken}",
    )


@lru_cache(maxsize=64)
def _strips_spec(
    titles: tuple[str, ...], colors: tuple[str, ...], wanted: str, look: Look, height: int
) -> dict[str, Any]:
    x = alt.X("value:Q", title=f"estimate of ∂E f/∂{wanted}", scale=alt.Scale(zero=False))
    base = alt.Chart().encode(x=x)
    strip = base.encode(
        y=alt.Y("name:N", title=None, sort=list(titles), axis=alt.Axis(labelLimit=190)),
        color=alt.Color("name:N", scale=named_colors(titles, colors)),
    )
    points = (
        strip.transform_filter("datum.kind == 'estimate'")
        .mark_point(filled=True, size=16, opacity=0.45, aria=False)
        .encode(
            yOffset=alt.YOffset("offset:Q", scale=alt.Scale(domain=[-0.15, 1.15])),
            tooltip=["name:N", alt.Tooltip("value:Q", title="estimate", format=".4g")],
        )
    )
    mean = strip.transform_filter("datum.kind == 'mean'")
    tooltip = [
        alt.Tooltip("name:N", title="estimator"),
        alt.Tooltip("value:Q", title="mean of all", format=".5g"),
        alt.Tooltip("error:Q", title="± its standard error", format=".2g"),
    ]
    bars = mean.mark_rule(strokeWidth=2 * look.line_width).encode(
        x="low:Q", x2="high:Q", tooltip=tooltip
    )
    ticks = mean.mark_tick(thickness=1.5 * look.line_width, bandSize=18, opacity=1).encode(
        tooltip=tooltip
    )
    truth = base.transform_filter("datum.kind == 'exact'")
    dashed = truth.mark_rule(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    ).encode(tooltip=[alt.Tooltip("value:Q", title="exact", format=".6g")])
    word = truth.mark_text(
        color=look.truth, fontSize=look.font_size, align="center", baseline="bottom"
    ).encode(text="text:N", y=alt.value(-2))
    return on_canvas(finished(alt.layer(points, bars, ticks, dashed, word), look, height))


def sweep_chart(
    *, places: Sequence[float], measured: Mapping[str, Array], drawn: Sequence[float],
    exact: Mapping[str, Array], colors: Sequence[str], axis: str, is_log: bool, with_slope: bool,
    look: Look, height: int = 200,
) -> Chart:  # fmt: skip
    """Variance of an estimate along one axis, logarithmic; exact curves dashed.

    Args:
        places: where it was measured, ``[m]``.
        measured: by title, variances, ``[m]``; zeros have no place on the axis and are left out.
        drawn: where exact curves are known, ``[e]``.
        exact: by title, exact variances, ``[e]``.
        colors: one per title of ``measured``.
        axis: title of the horizontal axis.
        is_log: whether it is logarithmic.
        with_slope: draw a line of slope −1.
        look: theme and size.
        height: in pixels.
    """
    frames = [_curve("measured", title, places, values) for title, values in measured.items()]
    frames += [_curve("exact", title, drawn, values) for title, values in exact.items()]
    data = pd.concat(frames, ignore_index=True)
    data = data[np.isfinite(data["variance"]) & (data["variance"] > 1e-14)]
    if with_slope and len(data):
        top = float(data[data["place"] == data["place"].min()]["variance"].max())
        ends = np.array([min(places), max(places)], dtype=float)
        guide = _curve("slope", "slope −1", ends.tolist(), 2 * top * ends[0] / ends)
        data = pd.concat([data, guide], ignore_index=True)
    return Chart(
        data=data,
        spec=_sweep_spec(tuple(measured), tuple(colors), axis, is_log, not exact, look, height),
        alt=f"Variance against {axis}, from left to right"
        + (", exact curves dashed: " if exact else ": ")
        + ", ".join(_spoken(title, values) for title, values in measured.items()),
    )


def _spoken(title: str, values: Array) -> str:
    known = values[np.isfinite(values)]
    return f"{title} {known[0]:.3g} to {known[-1]:.3g}" if len(known) else f"{title} not yet"


def _curve(kind: str, name: str, places: Sequence[float], values: Array) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "name": name, "place": places, "variance": values})


@lru_cache(maxsize=64)
def _sweep_spec(
    titles: tuple[str, ...],
    colors: tuple[str, ...],
    axis: str,
    is_log: bool,
    joined: bool,
    look: Look,
    height: int,
) -> dict[str, Any]:
    scale = alt.Scale(type="log", nice=False) if is_log else alt.Scale(nice=False)
    base = alt.Chart().encode(
        x=alt.X("place:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=5, grid=False)),
        y=alt.Y(
            "variance:Q", title="variance", scale=alt.Scale(type="log"),
            axis=alt.Axis(tickCount=5, format="~g"),
        ),
        color=alt.Color("name:N", scale=named_colors(titles, colors)),
        tooltip=[
            alt.Tooltip("name:N", title="estimator"),
            alt.Tooltip("kind:N"),
            alt.Tooltip("place:Q", title=axis, format=".3~g"),
            alt.Tooltip("variance:Q", format=".4g"),
        ],
    )  # fmt: skip
    exact = base.transform_filter("datum.kind == 'exact'").mark_line(
        strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    found = base.transform_filter("datum.kind == 'measured'")
    layers = [exact, found.mark_point(filled=True, size=12 * look.line_width, opacity=1)]
    if joined:
        layers.append(found.mark_line(strokeWidth=0.5 * look.line_width))
    slope = base.transform_filter("datum.kind == 'slope'").mark_line(
        strokeWidth=0.5 * look.line_width, color=look.muted, strokeDash=[2, 3]
    ).encode(color=alt.value(look.muted))  # fmt: skip
    return on_canvas(finished(alt.layer(*layers, slope), look, height))
