"""The rate–distortion plane, drawn in squared error: nats would jump whenever σ² moves."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished, in_later_range, worded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look


def rate_distortion_chart(
    *,
    steps: NDArray[np.int64],
    squared_error: NDArray[np.float64],
    rate: NDArray[np.float64],
    frontier: tuple[NDArray[np.float64], NDArray[np.float64]],
    look: Look,
    said: Words,
    height: int = 500,
) -> Chart:
    """The trace of a run through rate and squared error, beside the exact linear frontier.

    Args:
        steps: recorded steps, shape ``[n]``.
        squared_error: held-out ``E ‖x − x_hat‖²`` per datum, shape ``[n]``.
        rate: held-out KL per datum in nats, shape ``[n]``.
        frontier: rate and squared error of the best linear models, each ``[m]``.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    kept = in_later_range(squared_error, frontier[1]) & in_later_range(rate, frontier[0])
    steps, squared_error, rate = steps[kept], squared_error[kept], rate[kept]
    trace = pd.DataFrame(
        {"kind": "run", "step": steps, "squared_error": squared_error, "rate": rate}
    )
    exact = pd.DataFrame(
        {
            "kind": "exact",
            "step": range(len(frontier[0])),
            "squared_error": frontier[1],
            "rate": frontier[0],
        }
    )
    data = pd.concat([trace, exact], ignore_index=True)
    data = data[np.isfinite(data["rate"]) & np.isfinite(data["squared_error"])]
    last = trace.tail(1).assign(kind="now")
    return Chart(
        data=pd.concat([data, last], ignore_index=True),
        spec=_spec(look, said, height),
        alt=said("rate.alt", now=f"{squared_error[-1]:.2f}" if len(steps) else "–"),
    )


@lru_cache(maxsize=8)
def _spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = worded(alt.Chart(), "kind", said.part("rate.kinds")).encode(
        x=alt.X(
            "squared_error:Q",
            title=said("rate.squared_error_axis"),
            scale=alt.Scale(zero=False),
        ),
        y=alt.Y("rate:Q", title=said("rate.rate_axis")),
        order="step:Q",
        tooltip=[
            alt.Tooltip("kind_said:N", title=said("rate.kind")),
            alt.Tooltip("step:Q", title=said("rate.step"), format=","),
            alt.Tooltip("squared_error:Q", title=said("rate.squared_error"), format=".3f"),
            alt.Tooltip("rate:Q", title=said("rate.rate"), format=".3f"),
        ],
    )
    frontier = base.transform_filter("datum.kind == 'exact'").mark_line(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    trace = base.transform_filter("datum.kind == 'run'").mark_line(
        color=ROLE_COLORS["model"], strokeWidth=look.line_width, opacity=0.8
    )
    now = base.transform_filter("datum.kind == 'now'").mark_point(
        color=ROLE_COLORS["model"], filled=True, size=120, opacity=1
    )
    return finished(alt.layer(frontier, trace, now), look, height)
