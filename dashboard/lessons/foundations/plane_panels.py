"""Two Gaussians in the plane, their divergences, and the bowl over the mean of the second."""

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import DivergenceConfig, Plane2
from core.gaussian import kl_gaussians, kl_terms
from dashboard.charts.panel import EXACT, Axis, Mark, Panel
from dashboard.charts.panel_fields import Contours
from dashboard.charts.panel_handle import Handle
from dashboard.kit.words import Words
from dashboard.lessons.foundations.drawing import CIRCLE
from dashboard.lessons.foundations.numbers import nats
from dashboard.lessons.foundations.terms import terms_table
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

FAR, HIGH = 5.0, 3.5
GRID = 61
COLORS = {"p": ROLE_COLORS["data"], "q": ROLE_COLORS["model"]}
ABOVE = tuple(float(level) for level in np.geomspace(0.1, 60, 12))


def moments(gaussian: Plane2) -> tuple[Array, Array]:
    """Mean ``[2]`` and covariance ``[2, 2]``."""
    one, two, first, second, correlation = gaussian
    mixed = correlation * first * second
    return np.array([one, two]), np.array([[first**2, mixed], [mixed, second**2]])


def ellipses(config: DivergenceConfig, said: Words) -> Panel:
    """Both Gaussians at one and two standard deviations; means and widths are dragged."""
    marks, handles = [], []
    for name, gaussian in (("p", config.p), ("q", config.q)):
        mean, covariance = moments(gaussian)
        ring = np.linalg.cholesky(covariance) @ CIRCLE
        for share in (0.5, 1.0):
            x, y = mean[:, None] + share * ring
            marks.append(Mark(kind="line", color=COLORS[name], x=x, y=y, is_thin=share == 1.0))
        handles += _handles(name, gaussian, said)
    return Panel(
        name="densities",
        x=Axis(title="z₁", low=-FAR, high=FAR),
        y=Axis(title="z₂", low=-HIGH, high=HIGH),
        marks=marks,
        alt=said("plane.alt"),
        rows=25,
        handles=handles,
    )


def _handles(name: str, gaussian: Plane2, said: Words) -> list[Handle]:
    one, two, first, second, correlation = gaussian
    places = {  # the widths where the ellipse of one standard deviation is outermost
        "mean": (one, two, "xy"),
        "first": (min(one + first, FAR), two + correlation * second, "x"),
        "second": (one + correlation * first, min(two + second, HIGH), "y"),
    }
    return [
        Handle(
            name=f"{name}_{what}",
            title=said(f"plane.{what}", name=name),
            x=x,
            y=y,
            moves=moves,  # type: ignore[arg-type]
            color=COLORS[name],
        )
        for what, (x, y, moves) in places.items()
    ]


def bowl(config: DivergenceConfig, said: Words) -> Panel:
    """Both divergences over the mean of q: quadratic, of different shape."""
    (mean_p, cov_p), (mean_q, cov_q) = moments(config.p), moments(config.q)
    axes = np.linspace(-FAR, FAR, GRID), np.linspace(-HIGH, HIGH, GRID)
    ahead = np.stack(np.meshgrid(*axes), axis=-1) - mean_p
    marks: list[Mark | Contours] = []
    for cov, color in ((cov_q, ROLE_COLORS["elbo"]), (cov_p, ROLE_COLORS["kl"])):
        values = 0.5 * np.einsum("abi,ij,abj->ab", ahead, np.linalg.inv(cov), ahead)
        marks.append(
            Contours(values=values, extent=(-FAR, FAR, -HIGH, HIGH), at=ABOVE, color=color)
        )
    marks.append(
        Mark(
            kind="points", color=EXACT, x=mean_p[:1], y=mean_p[1:], size=4.0, tip=said("plane.low")
        )
    )
    return Panel(
        name="landscape",
        x=Axis(title=said("plane.mean_1"), low=-FAR, high=FAR),
        y=Axis(title=said("plane.mean_2"), low=-HIGH, high=HIGH),
        marks=marks,
        alt=said("plane.bowl_alt"),
        rows=25,
        handles=[
            Handle(
                name="q_mean",
                title=said("plane.mean", name="q"),
                x=float(mean_q[0]),
                y=float(mean_q[1]),
                color=COLORS["q"],
            )
        ],
    )


def told(config: DivergenceConfig, said: Words) -> str:
    """Both divergences, and where they would be smallest (Markdown)."""
    p, q = moments(config.p), moments(config.q)
    return said(
        "plane.told", forward=nats(kl_gaussians(*p, *q)), reverse=nats(kl_gaussians(*q, *p))
    )


def terms_html(config: DivergenceConfig, said: Words) -> str:
    """The formula term by term, in both directions."""
    p, q = moments(config.p), moments(config.q)
    return terms_table(kl_terms(*p, *q), kl_terms(*q, *p), said)
