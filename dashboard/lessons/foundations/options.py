"""The controls of the foundations lesson, tab by tab."""

from functools import partial
from typing import Any, get_args

from core.foundations.config import (
    HEIGHTS,
    MOST_COMPONENTS,
    Data,
    Direction,
    DivergenceConfig,
    FoundationsConfig,
    LikelihoodConfig,
    Limit,
    Pair,
    Start,
    Tab,
    Way,
)
from dashboard.kit.ladder import ladder
from dashboard.kit.option import Option
from dashboard.kit.own_data import numbers_of, numbers_text
from dashboard.lessons.foundations.texts import (
    bumps_of,
    gaussians_of,
    means_of,
    points_of,
    text_of,
)

PACKAGE = "dashboard.lessons.foundations"

TABS = get_args(Tab)
EMPTY_FLOORS = (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)
COUNTS = (1, 2, 4, 8, 16, 32, 64)
SIGHTS = ("flat", "surface")
AXES = ("12", "13", "14", "23", "24", "34")
"""Pairs of the four columns of the penguins."""


def _on(*tabs: str) -> Any:
    """Whether one of these tabs is open."""
    return lambda choices: choices["tab"] in tabs


def _with(tab: str, **wanted: str) -> Any:
    """Whether a tab is open and other options are as said."""
    return lambda choices: (
        choices["tab"] == tab and all(choices[key] == value for key, value in wanted.items())
    )


def _held(key: str, look: Any, default: Any, **more: Any) -> Option:
    """What a picture holds: it is dragged, and has no widget."""
    return Option(key=key, look=look, applies="live", default=default, place="picture", **more)


OPTIONS = (
    Option(
        key="tab",
        look="buttons",
        applies="live",
        field="tab",
        values=TABS,
        place="page",
        steers=True,
    ),
    # likelihood
    _held(
        "x",
        "text",
        numbers_text(HEIGHTS),
        valid=partial(numbers_of, "x"),
    ),
    _held("mu", "number", LikelihoodConfig.mean),
    _held("sigma", "number", LikelihoodConfig.sd),
    Option(
        key="way",
        look="buttons",
        applies="live",
        field="likelihood.way",
        values=get_args(Way),
        is_shown=_on("likelihood"),
    ),
    Option(
        key="rate",
        look="ladder",
        applies="live",
        field="likelihood.learning_rate",
        rungs=ladder(0.0001, 2),
        is_shown=_on("likelihood"),
    ),
    Option(
        key="sight",
        look="buttons",
        applies="view",
        default=SIGHTS[0],
        values=SIGHTS,
        is_shown=_on("likelihood"),
    ),
    # two divergences
    Option(
        key="what",
        look="buttons",
        applies="live",
        field="divergence.pair",
        values=get_args(Pair),
        is_shown=_on("kls"),
        steers=True,
    ),
    _held("p", "text", text_of(DivergenceConfig.target), valid=bumps_of),
    _held("m", "number", DivergenceConfig.mean),
    _held("s", "number", DivergenceConfig.sd),
    _held(
        "pair",
        "text",
        text_of((DivergenceConfig.p, DivergenceConfig.q)),
        valid=gaussians_of,
    ),
    Option(
        key="dir",
        look="buttons",
        applies="live",
        field="divergence.direction",
        values=get_args(Direction),
        is_shown=lambda c: c["tab"] == "kls" and c["what"] != "plane",
    ),
    Option(
        key="n",
        look="ladder",
        applies="live",
        field="divergence.num_samples",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(10, 100_000)),
        is_shown=lambda c: c["tab"] == "kls" and c["what"] != "plane",
    ),
    # EM
    Option(
        key="data",
        look="menu",
        applies="live",
        field="em.data",
        values=get_args(Data),
        is_shown=_on("em"),
        steers=True,
    ),
    Option(
        key="axes",
        look="menu",
        applies="view",
        default=AXES[1],
        values=AXES,
        is_shown=_with("em", data="penguins"),
    ),
    Option(
        key="k",
        look="slider",
        applies="live",
        field="em.num_components",
        is_whole=True,
        rungs=tuple(range(1, MOST_COMPONENTS + 1)),
        is_shown=_on("em"),
    ),
    Option(
        key="start",
        look="menu",
        applies="live",
        field="em.start",
        values=get_args(Start),
        is_shown=_on("em"),
    ),
    Option(
        key="floor",
        look="ladder",
        applies="live",
        field="em.floor",
        rungs=EMPTY_FLOORS,
        is_shown=_on("em"),
    ),
    _held("t", "number", FoundationsConfig.half_steps, is_whole=True),
    _held("pts", "text", "", valid=points_of),
    _held("c", "text", "", valid=means_of),
    # to infinity
    Option(
        key="to",
        look="buttons",
        applies="live",
        field="limit.target",
        values=get_args(Limit),
        is_shown=_on("infinity"),
        steers=True,
    ),
    Option(
        key="kk",
        look="ladder",
        applies="live",
        field="limit.num_components",
        is_whole=True,
        rungs=COUNTS,
        is_shown=lambda c: c["tab"] == "infinity" and c["to"] != "decoder",
    ),
    Option(
        key="draws",
        look="ladder",
        applies="live",
        field="limit.num_draws",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(1, 10_000)),
        is_shown=_with("infinity", to="decoder"),
    ),
    Option(
        key="row",
        look="number",
        applies="live",
        field="limit.row",
        is_whole=True,
        is_shown=_with("infinity", to="decoder"),
    ),
    Option(
        key="seed",
        look="number",
        applies="live",
        field="em.seed",
        is_whole=True,
        group="advanced",
        is_shown=_on("kls", "em", "infinity"),
        is_incidental=True,
    ),
)
