"""The fold: a transformer that is not monotone, and what it does to a density."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished
from dashboard.kit.words import filled
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look

Array = NDArray[np.float64]

DENSITY_TOP = 1.2
"""The density's axis ends here: at a fold it is infinite."""


def transformer_chart(
    *,
    z: Array,
    x: Array,
    slope: Array,
    level: float,
    roots: Array,
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """τ, its falling stretches marked, and every root of ``τ(z) = level``.

    Args:
        z: ascending, ``[n]``.
        x: τ(z), ``[n]``.
        slope: τ'(z), ``[n]``.
        level: the x that is asked for.
        roots: all z with τ(z) = level.
        look: theme and size.
        said: titles of the axes, by their keys "z" and "x"; "alt" with its placeholders.
        height: in pixels.
    """
    curve = pd.DataFrame(
        {
            "kind": "curve",
            "z": z,
            "x": x,
            "falling": slope < 0,
            "piece": np.cumsum(np.diff(slope < 0, prepend=slope[0] < 0)),
        }
    )
    line = pd.DataFrame({"kind": "level", "z": z[[0, -1]], "x": level})
    hits = pd.DataFrame({"kind": "root", "z": roots, "x": level})
    return Chart(
        data=pd.concat([curve, line, hits], ignore_index=True),
        spec=_transformer_spec((said["z"], said["x"]), look, height),
        alt=filled(
            said["alt"],
            count=len(roots),
            level=f"{level:.2f}",
            roots=", ".join(f"{root:.2f}" for root in roots),
        ),
    )


def fold_density_chart(
    *,
    x: Array,
    one: Array,
    every: Array,
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """The density of x from one root, and the exact one from all roots.

    Args:
        x: ascending, ``[n]``.
        one: from the leftmost root alone, ``[n]``.
        every: the sum over all roots, ``[n]``.
        look: theme and size.
        said: names by their keys "one" and "every", titles "x" and "density", and "alt".
        height: in pixels.
    """
    data = pd.concat(
        [
            pd.DataFrame({"kind": said["one"], "x": x, "density": one}),
            pd.DataFrame({"kind": said["every"], "x": x, "density": every}),
        ],
        ignore_index=True,
    )
    data["drawn"] = np.minimum(data["density"], DENSITY_TOP)
    return Chart(
        data=data,
        spec=_density_spec(said["one"], (said["x"], said["density"]), look, height),
        alt=said["alt"],
    )


@lru_cache(maxsize=8)
def _transformer_spec(titles: tuple[str, str], look: Look, height: int) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X("z:Q", title=titles[0], scale=alt.Scale(nice=False)),
        y=alt.Y("x:Q", title=titles[1]),
        tooltip=["kind:N", alt.Tooltip("z:Q", format=".3f"), alt.Tooltip("x:Q", format=".3f")],
    )
    curve = (
        base.transform_filter("datum.kind == 'curve'")
        .mark_line(strokeWidth=look.line_width)
        .encode(
            detail="piece:N",
            color=alt.Color(
                "falling:N",
                scale=alt.Scale(
                    domain=[False, True], range=[ROLE_COLORS["model"], ROLE_COLORS["kl"]]
                ),
            ),
        )
    )
    level = base.transform_filter("datum.kind == 'level'").mark_line(
        color=look.muted, strokeWidth=0.6 * look.line_width
    )
    roots = base.transform_filter("datum.kind == 'root'").mark_point(
        filled=True, size=90, opacity=1, color=look.truth
    )
    return finished(alt.layer(curve, level, roots), look, height)


@lru_cache(maxsize=8)
def _density_spec(
    one_root: str, titles: tuple[str, str], look: Look, height: int
) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X("x:Q", title=titles[0], scale=alt.Scale(nice=False)),
        y=alt.Y("drawn:Q", title=titles[1], scale=alt.Scale(domain=[0, DENSITY_TOP])),
        tooltip=[
            "kind:N",
            alt.Tooltip("x:Q", format=".3f"),
            alt.Tooltip("density:Q", format=".4f"),
        ],
    )
    one = base.transform_filter(alt.datum.kind == one_root).mark_area(
        color=ROLE_COLORS["kl"], opacity=0.55, line={"color": ROLE_COLORS["kl"]}
    )
    every = base.transform_filter(alt.datum.kind != one_root).mark_line(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    return finished(alt.layer(one, every), look, height)
