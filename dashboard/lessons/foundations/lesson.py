"""The foundations lesson: likelihood, two divergences, EM, infinitely many components (IT5410)."""

from typing import Any

from core.foundations.config import (
    DivergenceConfig,
    EMConfig,
    FoundationsConfig,
    LikelihoodConfig,
    LimitConfig,
)
from dashboard.components.board_layout import places
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Choices, Option
from dashboard.kit.own_data import numbers_of
from dashboard.lessons.foundations.board_layout import LAYOUTS
from dashboard.lessons.foundations.options import OPTIONS
from dashboard.lessons.foundations.presets import PRESETS
from dashboard.lessons.foundations.texts import (
    bumps_of,
    gaussians_of,
    means_of,
    points_of,
)

PACKAGE = "dashboard.lessons.foundations"


def question(choices: Choices) -> FoundationsConfig:
    """What all choices together ask; what is not among them is as the page opens.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    now = DEFAULTS | dict(choices)
    numbers = numbers_of("x", now["x"])
    return FoundationsConfig(
        tab=now["tab"],
        half_steps=now["t"],
        likelihood=LikelihoodConfig(
            numbers=numbers,
            mean=now["mu"],
            sd=now["sigma"],
            way=now["way"],
            learning_rate=now["rate"],
        ),
        divergence=_divergence(now),
        em=EMConfig(
            data=now["data"],
            numbers=numbers,
            points=points_of(now["pts"]),
            means=means_of(now["c"]),
            num_components=now["k"],
            start=now["start"],
            floor=now["floor"],
            seed=now["seed"],
        ),
        limit=LimitConfig(
            target=now["to"],
            num_components=now["kk"],
            num_draws=now["draws"],
            row=now["row"],
            seed=now["seed"],
        ),
    )


def _divergence(now: Choices) -> DivergenceConfig:
    p, q = gaussians_of(now["pair"])
    return DivergenceConfig(
        pair=now["what"],
        target=bumps_of(now["p"]),
        mean=now["m"],
        sd=now["s"],
        direction=now["dir"],
        p=p,
        q=q,
        num_samples=now["n"],
        seed=now["seed"],
    )


def _opening(option: Option) -> Any:
    """What an option is where nobody said anything: as its configuration opens."""
    if not option.field:
        return option.default
    value: Any = FoundationsConfig()
    for name in option.field.split("."):
        value = getattr(value, name)
    return value


DEFAULTS = {option.key: _opening(option) for option in OPTIONS}

PICTURES = tuple(
    name
    for tab, layout in LAYOUTS.items()
    for name in (f"tab_{tab}", *(f"tab_{tab} {place.name}" for place in places(layout)))
)
"""What a script can outline: the board of a tab, and every place of it."""

LESSON = Lesson(
    name="foundations",
    package=PACKAGE,
    icon=":material/foundation:",
    group="likelihood",
    minutes=30,
    options=OPTIONS,
    presets=PRESETS,
    pictures=PICTURES,
    question=question,
    warm_modules=("core.foundations.requests",),
    roles=("data", "model", "kl", "elbo", "log_likelihood"),
    symbols=("x", "mu", "sigma", "ell", "m", "s", "p", "q", "pi", "r", "K", "N"),
)
