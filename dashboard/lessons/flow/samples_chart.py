"""Samples of a flow in the plane, over points of its target."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, Look

Array = NDArray[Any]


def samples_chart(
    *,
    data: Array,
    samples: Array,
    titles: tuple[str, str],
    axes: tuple[float, float],
    look: Look,
    said: Mapping[str, str],
    height: int = 430,
) -> Chart:
    """Samples of the flow over held-out data.

    Args:
        data: ``[n, 2]``.
        samples: ``[m, 2]``; those outside the axes are counted in the words, not drawn.
        titles: of both axes, with units.
        axes: the range of both.
        look: theme and size.
        said: names of both kinds of points, by their keys "data" and "flow"; "alt" with its
            placeholders.
        height: in pixels.
    """
    kinds = (said["data"], said["flow"])
    inside = (np.abs(samples - np.mean(axes)) <= 0.5 * (axes[1] - axes[0])).all(1)
    frames = [
        pd.DataFrame({"kind": kind, "x1": points[:, 0], "x2": points[:, 1]})
        for kind, points in zip(kinds, (data, samples[inside]), strict=True)
    ]
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_samples_spec(kinds, titles, axes, look, height),
        alt=filled(
            said["alt"], count=len(samples), points=len(data), outside=int((~inside).sum())
        ),
    )


@lru_cache(maxsize=16)
def _samples_spec(
    kinds: tuple[str, str],
    titles: tuple[str, str],
    axes: tuple[float, float],
    look: Look,
    height: int,
) -> dict[str, Any]:
    scale = alt.Scale(domain=list(axes), nice=False)
    points = (
        alt.Chart()
        .mark_point(filled=True, size=9 * look.line_width, opacity=0.5)
        .encode(
            x=alt.X("x1:Q", title=titles[0], scale=scale),
            y=alt.Y("x2:Q", title=titles[1], scale=scale),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(
                    domain=list(kinds), range=[ROLE_COLORS["data"], ROLE_COLORS["model"]]
                ),
            ),
            tooltip=[
                "kind:N",
                alt.Tooltip("x1:Q", format=".2f"),
                alt.Tooltip("x2:Q", format=".2f"),
            ],
        )
    )
    return finished(points, look, height, legend=True)
