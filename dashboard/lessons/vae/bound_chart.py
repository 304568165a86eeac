"""The importance-weighted bounds against the number of samples, and what is exact beside them."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.vae.answers import Bound
from dashboard.charts.frame import Chart, finished, worded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look


def bound_chart(
    *,
    bounds: dict[int, Bound],
    exact: float | None,
    look: Look,
    said: Words,
    height: int = 260,
) -> Chart:
    """L_K ± one standard error against K on a logarithmic axis, and the exact log p(x) dashed.

    The gap at the right is log p(x) − ELBO = KL(q‖p(z|x)), as far as it is known.

    Args:
        bounds: what is known of L_K, by K; L_1, the ELBO, among them; not empty.
        exact: the exact mean log p(x) of the same rows, where it is known.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    counts = sorted(bounds)
    values = np.array([bounds[k].value for k in counts])
    errors = np.array([bounds[k].standard_error for k in counts])
    data = pd.DataFrame({"kind": "bound", "K": counts, "nats": values, "error": errors})
    data["low"], data["high"] = values - errors, values + errors
    frames = [data]
    if exact is not None:
        frames.append(pd.DataFrame({"kind": ["exact"], "nats": [exact]}))
    top = float(values[-1]) if exact is None else exact
    if counts[0] == 1:
        gap = {"kind": "gap", "K": 1.6 * counts[-1], "low": values[0], "high": top}
        frames.append(pd.DataFrame([gap | {"nats": 0.5 * (values[0] + top)}]))
    shown = ", ".join(f"L_{k} {v:.2f}" for k, v in zip(counts, values, strict=True))
    if exact is not None:
        shown += f", {said('bound.kinds.exact')} {exact:.2f}"
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_spec(look, said, height),
        alt=said("bound.alt", values=shown),
    )


@lru_cache(maxsize=8)
def _spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = worded(alt.Chart(), "kind", said.part("bound.kinds")).encode(
        y=alt.Y("nats:Q", title=said("bound.nats"), scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("kind_said:N", title=said("bound.column")),
            alt.Tooltip("K:Q"),
            alt.Tooltip("nats:Q", title=said("bound.nats"), format=".3f"),
            alt.Tooltip("error:Q", title=said("bound.error"), format=".3f"),
        ],
    )
    placed = base.encode(
        x=alt.X("K:Q", title=said("bound.samples_axis"), scale=alt.Scale(type="log", nice=False))
    )
    bounds = placed.transform_filter("datum.kind == 'bound'")
    color = ROLE_COLORS["elbo"]
    line = bounds.mark_line(color=color, strokeWidth=0.8 * look.line_width)
    points = bounds.mark_point(color=color, filled=True, size=50, opacity=1)
    errors = bounds.mark_rule(color=color, strokeWidth=look.line_width).encode(
        y=alt.Y("low:Q"), y2="high:Q"
    )
    exact = base.transform_filter("datum.kind == 'exact'").mark_rule(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    gaps = placed.transform_filter("datum.kind == 'gap'")
    gap = gaps.mark_rule(color=look.muted, strokeWidth=0.8 * look.line_width).encode(
        y=alt.Y("low:Q"), y2="high:Q"
    )
    name = gaps.mark_text(align="right", dx=-6, fontSize=look.font_size, color=look.muted).encode(
        text=alt.value("KL(q‖p(z|x))")
    )
    return finished(alt.layer(line, errors, points, exact, gap, name), look, height)
