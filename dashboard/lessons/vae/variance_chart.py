"""What the decoder variance does to the log-likelihood term: the exact curve, its maximum."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.frame import Chart, finished, worded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look

REACH = (0.25, 16.0)
"""The drawn variances, in units of the best one; there the sum falls about alike on both sides."""

POINTS = 120


def log_likelihood_parts(
    variance: np.ndarray, squared_error: float, data_dim: int
) -> tuple[np.ndarray, np.ndarray]:
    """The two parts of the log-likelihood term at a fixed squared error, in nats.

    ``−SE/(2σ²)`` and ``−(D/2) log 2πσ²``, each with the shape of ``variance``.

    Args:
        variance: σ² > 0, any shape.
        squared_error: SE, the mean of ``‖x − x_hat‖²``.
        data_dim: D.
    """
    constant = -0.5 * data_dim * np.log(2.0 * np.pi * variance)
    return -0.5 * squared_error / variance, constant


def variance_chart(
    *,
    squared_error: float,
    data_dim: int,
    decoder_variance: float,
    look: Look,
    said: Words,
    height: int = 400,
) -> Chart:
    """The log-likelihood term against σ², at the squared error that the run has now.

    Exact: its maximum is at ``σ² = SE/D``
    (``test_the_curve_of_the_log_likelihood_term_has_its_maximum_at_the_mean_squared_error``).

    Args:
        squared_error: SE > 0, the mean of ``‖x − x_hat‖²`` over held-out rows.
        data_dim: D.
        decoder_variance: σ² of the run.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    best = squared_error / data_dim
    low = min(REACH[0] * best, decoder_variance / 1.5)
    high = max(REACH[1] * best, 1.5 * decoder_variance)
    # the two special places are points of the grid: the curve passes through both
    variance = np.sort(np.append(np.geomspace(low, high, POINTS), [best, decoder_variance]))
    fit, constant = log_likelihood_parts(variance, squared_error, data_dim)
    total = fit + constant
    floor = float(total.min()) - 0.1 * float(np.ptp(total))
    marked = np.array([best, decoder_variance])
    at = np.add(*log_likelihood_parts(marked, squared_error, data_dim))
    frames = [_rows("fit", variance, np.where(fit >= floor, fit, np.nan))]
    frames += [_rows("constant", variance, np.where(constant >= floor, constant, np.nan))]
    frames += [_rows("sum", variance, total)]
    frames += [_rows("best", marked[:1], at[:1]), _rows("now", marked[1:], at[1:])]
    return Chart(
        data=pd.concat(frames, ignore_index=True),
        spec=_spec(look, said, height),
        alt=said("variance.alt", best=f"{best:.3g}", now=f"{decoder_variance:.3g}"),
    )


def _rows(kind: str, variance: np.ndarray, nats: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "variance": variance, "nats": nats})


@lru_cache(maxsize=8)
def _spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = worded(alt.Chart(), "kind", said.part("variance.kinds")).encode(
        x=alt.X(
            "variance:Q",
            title=said("variance.axis"),
            scale=alt.Scale(type="log", nice=False),
            axis=alt.Axis(format="~g", tickCount=6),
        ),
        tooltip=[
            alt.Tooltip("kind_said:N", title=said("variance.kind")),
            alt.Tooltip("variance:Q", title="σ²", format=".3g"),
            alt.Tooltip("nats:Q", title=said("variance.nats"), format=".1f"),
        ],
    )
    placed = base.encode(
        y=alt.Y("nats:Q", title=said("variance.nats"), scale=alt.Scale(zero=False))
    )
    parts = [
        placed.transform_filter(f"datum.kind == '{kind}'").mark_line(
            color=look.muted, strokeWidth=0.7 * look.line_width
        )
        for kind in ("fit", "constant")
    ]
    total = placed.transform_filter("datum.kind == 'sum'").mark_line(
        color=ROLE_COLORS["log_likelihood"], strokeWidth=1.3 * look.line_width
    )
    best = base.transform_filter("datum.kind == 'best'").mark_rule(
        color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
    )
    now = placed.transform_filter("datum.kind == 'now'").mark_point(
        color=ROLE_COLORS["model"], filled=True, size=130, opacity=1
    )
    names = [
        placed.transform_filter(f"datum.kind == '{kind}' && isValid(datum.nats)")
        .transform_window(place="row_number()")
        .transform_filter(f"datum.place == {place}")
        .mark_text(
            align="left", dy=-0.7 * look.font_size, fontSize=look.font_size, color=look.muted
        )
        .encode(text="kind_said:N")
        for kind, place in (("fit", 70), ("constant", 8))
    ]
    return finished(alt.layer(*parts, total, best, now, *names), look, height)
