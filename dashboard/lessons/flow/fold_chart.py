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
"""The density's axis ends here: where τ is flat it is infinite."""

POLE = "∞"
"""What stands where the density is infinite."""

MOST_NAMED = 2
"""Where τ is flat in more points, their marks are not named one by one."""

FALLING_OPACITY = 0.45
"""Of the falling stretches of τ: the same curve, hence the same colour, fainter."""


def transformer_chart(
    *,
    z: Array,
    x: Array,
    slope: Array,
    level: float,
    roots: Array,
    flat: Array,
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """τ, fainter where it falls, every root of ``τ(z) = level``, and where the slope is 0.

    Args:
        z: ascending, ``[n]``.
        x: τ(z), ``[n]``.
        slope: τ'(z), ``[n]``.
        level: the x that is asked for.
        roots: all z with τ(z) = level.
        flat: all points (z, τ(z)) with τ'(z) = 0, ``[m, 2]``.
        look: theme and size.
        said: titles of the axes, by their keys "z" and "x"; "slope", what stands where τ is flat;
            "alt" with its placeholders.
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
    inside = flat[np.abs(flat[:, 0]) <= z[-1]]
    name = said["slope"] if len(inside) <= MOST_NAMED else ""
    stops = pd.DataFrame({"kind": "flat", "z": inside[:, 0], "x": inside[:, 1], "name": name})
    return Chart(
        data=pd.concat([curve, line, hits, stops], ignore_index=True),
        spec=_transformer_spec((said["z"], said["x"]), look, height),
        alt=filled(
            said["alt"],
            count=len(roots),
            flat=len(inside),
            level=f"{level:.2f}",
            roots=", ".join(f"{root:.2f}" for root in roots),
        ),
    )


def fold_density_chart(
    *,
    x: Array,
    one: Array,
    every: Array,
    poles: Array,
    look: Look,
    said: Mapping[str, str],
    height: int = 320,
) -> Chart:
    """The density of x from one root, and the exact one from all roots.

    Args:
        x: ascending, ``[n]``.
        one: from the leftmost root alone, ``[n]``.
        every: the sum over all roots, ``[n]``.
        poles: every x at which a slope is 0 and the density infinite.
        look: theme and size.
        said: names by their keys "one" and "every", titles "x" and "density", and "alt".
        height: in pixels.
    """
    inside = poles[(poles >= x[0]) & (poles <= x[-1])]
    data = pd.concat(
        [
            pd.DataFrame({"kind": said["one"], "x": x, "density": one}),
            pd.DataFrame({"kind": said["every"], "x": x, "density": every}),
            pd.DataFrame({"kind": POLE, "x": inside, "density": np.inf}),
        ],
        ignore_index=True,
    )
    data["drawn"] = np.minimum(data["density"], DENSITY_TOP)
    return Chart(
        data=data,
        spec=_density_spec(said["one"], (said["x"], said["density"]), look, height),
        alt=filled(said["alt"], poles=len(inside)),
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
        .mark_line(strokeWidth=look.line_width, color=ROLE_COLORS["model"])
        .encode(
            detail="piece:N",
            opacity=alt.Opacity(
                "falling:N",
                scale=alt.Scale(domain=[False, True], range=[1.0, FALLING_OPACITY]),
            ),
        )
    )
    level = base.transform_filter("datum.kind == 'level'").mark_line(
        color=look.muted, strokeWidth=0.6 * look.line_width
    )
    roots = base.transform_filter("datum.kind == 'root'").mark_point(
        filled=True, size=90, opacity=1, color=look.truth
    )
    flat = base.transform_filter("datum.kind == 'flat'")
    stops = flat.mark_point(size=60, opacity=1, color=look.truth, shape="diamond")
    slopes = flat.mark_text(dy=-0.9 * look.font_size, fontSize=look.font_size, color=look.muted)
    named = slopes.encode(text="name:N")
    return finished(alt.layer(curve, level, roots, stops, named), look, height)


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
    is_one, is_pole = alt.datum.kind == one_root, alt.datum.kind == POLE
    one = base.transform_filter(is_one).mark_area(
        color=ROLE_COLORS["model"], opacity=0.45, line={"color": ROLE_COLORS["model"]}
    )
    every = base.transform_filter(~(is_one | is_pole)).mark_line(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    poles = base.transform_filter(is_pole).mark_text(
        text=POLE, baseline="top", fontSize=1.4 * look.font_size, color=look.truth
    )
    return finished(alt.layer(one, every, poles), look, height)
