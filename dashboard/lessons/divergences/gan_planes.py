"""The plane: p_d and p_g as densities, and D over it as a heat map."""

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.panel import EXACT, GROUND, Mark, Panel, rounded
from dashboard.charts.panel_fields import Contours, Image, Texts, levels
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import FRAME, Shown, coarse, plane_axes
from dashboard.lessons.divergences.names import CRITIC, DATA, MODEL

Array = NDArray[np.float64]
Marks = list[Mark | Image | Contours | Texts]

LIVE_CELLS = 128
"""Cells that travel to the browser along an axis while training runs; all of them when paused."""

CONTOUR_CELLS = 64
LEVELS = (0.1, 0.4)
"""Shares of the highest density at which contours stand."""

BRIGHTEST = 0.85
"""Share of the highest density that is drawn in full colour."""

ROWS = 19.0
LOW_ROWS = 11.0
MARGIN = 3.2
SEEN = 0.02
"""D is drawn to scale where p_d + p_g has this share of its highest value."""


def generated(shown: Shown, said: Words) -> Panel:
    """p_g, contours of p_d over it, and G's samples where they are wanted."""
    marks: Marks = []
    if shown.density is not None:
        marks.append(_image(shown.density, MODEL, said("gan.g_tip"), is_live=shown.is_live))
    marks.append(_contours(shown.data, DATA))
    if shown.picture is not None and shown.has_dots:
        x, y = shown.picture.samples.T
        marks.append(Mark(kind="points", color=EXACT, x=x, y=y, size=1.1, opacity=0.55))
    return _plane("generated", marks, said("gan.generated_alt", step=f"{shown.step:,}"), ROWS)


def data(shown: Shown, said: Words) -> Panel:
    """p_d, contours of p_g over it."""
    marks: Marks = [_image(shown.data, DATA, said("gan.d_tip"), is_live=True)]
    if shown.density is not None:
        marks.append(_contours(shown.density, MODEL))
    return _plane("data", marks, said("gan.data_alt", count=len(shown.modes)), LOW_ROWS)


def discriminator(shown: Shown, said: Words) -> Panel:
    """D over the plane: grey where it says data, purple where it says generator."""
    marks: Marks = []
    most = scale_of(shown)
    if shown.critic is not None:
        marks.append(
            Image(
                levels=levels(coarse(shown.critic, LIVE_CELLS), -most, most),
                extent=FRAME,
                colors=(MODEL, GROUND, DATA),
                range=(-most, most),
                tip=said("gan.critic_tip"),
            )
        )
        zero = coarse(shown.critic, CONTOUR_CELLS)
        marks.append(Contours(values=zero, extent=FRAME, at=(0.0,), color=CRITIC, is_thin=False))
    x, y = shown.modes.T
    marks.append(Mark(kind="points", color=EXACT, x=x, y=y, size=1.6))
    alt = said("gan.critic_alt", most=f"{most:g}")
    return _plane("discriminator", marks, alt, ROWS)


def scale_of(shown: Shown) -> float:
    """The |D| that is drawn in full colour, on a ladder: it does not move with every record."""
    if shown.critic is None:
        return 1.0
    both = shown.data if shown.density is None else shown.data + shown.density
    seen = coarse(both, len(shown.critic))
    most = float(np.abs(shown.critic[seen > SEEN * seen.max()]).max())
    return rounded(0.0, max(most, 0.25))[1]


def _image(values: Array, color: str, tip: str, *, is_live: bool) -> Image:
    seen = coarse(values, LIVE_CELLS) if is_live else values
    top = float(seen.max())
    return Image(
        levels=levels(seen, 0.0, BRIGHTEST * top),
        extent=FRAME,
        colors=(GROUND, color),
        range=(0.0, BRIGHTEST * top),
        tip=tip,
    )


def _contours(values: Array, color: str) -> Contours:
    seen = coarse(values, 2 * CONTOUR_CELLS)
    at = [share * float(seen.max()) for share in LEVELS]
    return Contours(values=seen, extent=FRAME, at=at, color=color, is_thin=False)


def _plane(name: str, marks: Marks, alt: str, rows: float) -> Panel:
    x, y = plane_axes()
    return Panel(
        name=name, x=x, y=y, marks=marks, alt=alt, rows=rows, margin=MARGIN, is_equal=True
    )
