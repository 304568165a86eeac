"""The fold: a transformer that is not monotone, and what it does to a density."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look

Array = NDArray[np.float64]

DENSITY_TOP = 1.2
"""The density's axis ends here: at a fold it is infinite."""


def transformer_chart(
    *, z: Array, x: Array, slope: Array, level: float, roots: Array, look: Look, height: int = 320
) -> Chart:
    """τ, its falling stretches marked, and every root of ``τ(z) = level``.

    Args:
        z: ascending, ``[n]``.
        x: τ(z), ``[n]``.
        slope: τ'(z), ``[n]``.
        level: the x that is asked for.
        roots: all z with τ(z) = level.
        look: theme and size.
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
        spec=_transformer_spec(look, height),
        alt=f"The transformer's curve; {len(roots)} z share x = {level:.2f}: "
        + ", ".join(f"{root:.2f}" for root in roots),
    )


def fold_density_chart(
    *, x: Array, one: Array, every: Array, look: Look, height: int = 320
) -> Chart:
    """The density of x from one root, and the exact one from all roots.

    Args:
        x: ascending, ``[n]``.
        one: from the leftmost root alone, ``[n]``.
        every: the sum over all roots, ``[n]``.
        look: theme and size.
        height: in pixels.
    """
    data = pd.concat(
        [
            pd.DataFrame({"kind": "one root", "x": x, "density": one}),
            pd.DataFrame({"kind": "exact: all roots", "x": x, "density": every}),
        ],
        ignore_index=True,
    )
    data["drawn"] = np.minimum(data["density"], DENSITY_TOP)
    return Chart(
        data=data,
        spec=_density_spec(look, height),
        alt="Density of x: the one-root formula, and dashed the exact sum over all roots",
    )


@lru_cache(maxsize=8)
def _transformer_spec(look: Look, height: int) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X("z:Q", title="z (standard deviations of the base)", scale=alt.Scale(nice=False)),
        y=alt.Y("x:Q", title="x = z + a sin(bz)"),
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
def _density_spec(look: Look, height: int) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X("x:Q", title="x", scale=alt.Scale(nice=False)),
        y=alt.Y(
            "drawn:Q", title="density (per unit of x)", scale=alt.Scale(domain=[0, DENSITY_TOP])
        ),
        tooltip=[
            "kind:N",
            alt.Tooltip("x:Q", format=".3f"),
            alt.Tooltip("density:Q", format=".4f"),
        ],
    )
    one = base.transform_filter("datum.kind == 'one root'").mark_area(
        color=ROLE_COLORS["kl"], opacity=0.55, line={"color": ROLE_COLORS["kl"]}
    )
    every = base.transform_filter("datum.kind != 'one root'").mark_line(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    return finished(alt.layer(one, every), look, height)
