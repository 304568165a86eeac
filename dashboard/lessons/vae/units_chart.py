"""What each latent dimension carries, beside what the linear theory predicts."""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.frame import Chart, finished, worded
from dashboard.kit.words import Words
from dashboard.theme import ROLE_COLORS, TRUTH_DASH, Look

LEAST_AXIS = 0.1
"""Nats that the axis of the bars spans at least: a collapsed dimension is no tall bar."""


def kl_per_dim_chart(
    *,
    kl: NDArray[np.float64],
    predicted: NDArray[np.float64] | None,
    look: Look,
    said: Words,
    height: int = 190,
) -> Chart:
    """Bars of the held-out KL of each latent dimension, the largest first.

    The axis begins at 0 and spans at least ``LEAST_AXIS`` nats.

    Args:
        kl: nats, shape ``[L]``.
        predicted: rates of the best linear model, largest first, nats, shape ``[L]``.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
    """
    order = np.argsort(-kl, kind="stable")
    data = pd.DataFrame(
        {
            "rank": np.arange(1, len(kl) + 1),
            "unit": [f"z{_subscript(j + 1)}" for j in order],
            "kl": kl[order],
            "predicted": np.nan if predicted is None else predicted,
        }
    )
    values = ", ".join(f"{u} {v:.2f}" for u, v in zip(data["unit"], data["kl"], strict=True))
    return Chart(
        data=data,
        spec=_bars_spec(look, said, height),
        alt=said("units.kl_alt", values=values),
    )


def spectrum_chart(
    *,
    eigenvalues: NDArray[np.float64],
    threshold: float | None,
    latent_dim: int,
    look: Look,
    said: Words,
    height: int = 190,
    shown: int = 40,
) -> Chart:
    """Eigenvalues of the data covariance against the threshold βσ², on a logarithmic axis.

    A dot is full where the best linear model keeps the direction, and a ring where it does not.

    Args:
        eigenvalues: descending, shape ``[D]``.
        threshold: βσ²; ``None`` where it has no meaning (heteroscedastic variance).
        latent_dim: L: only so many can live.
        look: theme and size.
        said: the lesson's words.
        height: in pixels.
        shown: the number of eigenvalues drawn.
    """
    top = eigenvalues[:shown]
    has_cut = threshold is not None and threshold > 0
    alive = (top > (threshold or 0.0)) & (np.arange(len(top)) < latent_dim)
    data = pd.DataFrame(
        {
            "rank": np.arange(1, len(top) + 1),
            "eigenvalue": np.maximum(top, 1e-9),
            "alive": np.where(alive, "lives", "dies"),
            "threshold": threshold if has_cut else np.nan,
        }
    )
    return Chart(
        data=data,
        spec=_spectrum_spec(look, said, height),
        alt=said(
            "units.spectrum_alt",
            alive=int(alive.sum()),
            L=latent_dim,
            threshold=f"{threshold:.3g}" if has_cut else "0",
        ),
    )


@lru_cache(maxsize=8)
def _bars_spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    base = alt.Chart().encode(
        x=alt.X(
            "unit:N",
            title=said("units.dimension_axis"),
            sort=None,
            axis=alt.Axis(labelAngle=0),
        ),
        tooltip=[
            alt.Tooltip("unit:N", title=said("units.dimension")),
            alt.Tooltip("kl:Q", title=said("terms.kl"), format=".3f"),
            alt.Tooltip("predicted:Q", title=said("terms.exact"), format=".3f"),
        ],
    )
    least = alt.Scale(domain=alt.DomainUnionWith(unionWith=[0, LEAST_AXIS]))
    bars = base.mark_bar(color=ROLE_COLORS["kl"], cornerRadiusEnd=2).encode(
        y=alt.Y("kl:Q", title=said("terms.kl"), scale=least)
    )
    levels = base.mark_rule(
        color=look.truth, strokeWidth=1.2 * look.line_width, strokeDash=list(TRUTH_DASH)
    ).encode(
        x=alt.X("unit:N", sort=None, bandPosition=0),
        x2=alt.X2("unit:N", bandPosition=1),
        y=alt.Y("predicted:Q", title=said("terms.kl"), scale=least),
    )
    return finished(alt.layer(bars, levels), look, height)


@lru_cache(maxsize=8)
def _spectrum_spec(look: Look, said: Words, height: int) -> dict[str, Any]:
    points = (
        worded(alt.Chart(), "alive", said.part("units.fates"))
        .mark_point(color=ROLE_COLORS["data"], size=40, opacity=1, strokeWidth=1.5)
        .encode(
            x=alt.X("rank:Q", title=said("units.number_axis"), scale=alt.Scale(nice=False)),
            y=alt.Y(
                "eigenvalue:Q", title=said("units.eigenvalue_axis"), scale=alt.Scale(type="log")
            ),
            fill=alt.condition(
                "datum.alive === 'lives'",
                alt.value(ROLE_COLORS["data"]),
                alt.value("transparent"),
            ),
            tooltip=[
                alt.Tooltip("rank:Q", title="j"),
                alt.Tooltip("eigenvalue:Q", title="λⱼ", format=".4g"),
                alt.Tooltip("threshold:Q", title="βσ²", format=".4g"),
                alt.Tooltip("alive_said:N", title=said("units.fate")),
            ],
        )
    )
    cut = (
        alt.Chart()
        .mark_line(
            color=look.truth, strokeDash=list(TRUTH_DASH), strokeWidth=0.8 * look.line_width
        )
        .encode(x="rank:Q", y=alt.Y("threshold:Q"))
    )
    return finished(alt.layer(points, cut), look, height)


def _subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
