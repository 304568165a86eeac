"""The estimators lesson: Boopy, Naot, and what repairs Naot (PIMA homework 7)."""

import dataclasses
from typing import get_args

from core.estimators.config import MAX_SAMPLES, Block, EstimatorsConfig, Factor, RaceConfig
from core.estimators.functions import FUNCTIONS, MAX_DIM
from core.estimators.lineup import LINEUP
from dashboard.components.board_layout import places
from dashboard.kit.ladder import ladder
from dashboard.kit.lesson import Lesson, Preset
from dashboard.kit.option import Choices, Option
from dashboard.lessons.estimators.board_layout import LAYOUT, SWEEPS
from dashboard.lessons.estimators.choice import (
    ELBO_RATE,
    ELBO_TOTAL,
    Choice,
    check,
    race_of,
    usual,
)

PACKAGE = "dashboard.lessons.estimators"

OPENING = EstimatorsConfig(
    estimators=("pathwise", "naive", "score_function", "optimal_baseline", "leave_one_out")
)

TENTHS = tuple(round(0.1 * i, 1) for i in range(-50, 51))
BASELINES = ("mean", "number")


def _is_free(choices: Choices) -> bool:
    """Whether f leaves q_φ to the visitor; the ELBO brings its own."""
    return not FUNCTIONS[choices["f"]].is_elbo


def _is_full(choices: Choices) -> bool:
    return _is_free(choices) and bool(choices["cov"] == "full")


OPTIONS = (
    Option(
        key="f",
        look="menu",
        applies="live",
        field="config.function",
        values=tuple(FUNCTIONS),
        steers=True,
        then=usual,
        beside=f"{PACKAGE}.beside:digit",
    ),
    Option(
        key="digit",
        look="number",
        applies="live",
        field="config.row",
        is_whole=True,
        place="page",
        steers=True,
    ),
    Option(
        key="k",
        look="ladder",
        applies="live",
        field="config.k",
        rungs=TENTHS,
        is_enabled=_is_free,
    ),
    Option(
        key="mu",
        look="ladder",
        applies="live",
        field="config.mu",
        rungs=TENTHS,
        is_enabled=_is_free,
    ),
    Option(
        key="sigma",
        look="ladder",
        applies="live",
        field="config.sigma",
        rungs=ladder(0.05, 10),
        beside=f"{PACKAGE}.beside:spread",
    ),
    Option(
        key="n",
        look="ladder",
        applies="live",
        field="config.num_samples",
        is_whole=True,
        rungs=(1, 2, 4, 10, 20, 40, 100, 200, 400, MAX_SAMPLES),
    ),
    Option(
        key="wrt",
        look="buttons",
        applies="live",
        field="config.block",
        values=get_args(Block),
    ),
    Option(
        key="est",
        look="pills",
        applies="live",
        field="config.estimators",
        values=tuple(LINEUP),
    ),
    Option(
        key="d",
        look="slider",
        applies="live",
        field="config.dim",
        is_whole=True,
        rungs=tuple(range(1, MAX_DIM + 1)),
        group="advanced",
        is_enabled=_is_free,
        steers=True,
    ),
    Option(
        key="cov",
        look="buttons",
        applies="live",
        field="config.factor",
        values=get_args(Factor),
        group="advanced",
        is_enabled=_is_free,
        steers=True,
    ),
    Option(
        key="rho",
        look="ladder",
        applies="live",
        field="config.correlation",
        rungs=tuple(round(0.1 * i, 1) for i in range(-9, 10)),
        group="advanced",
        is_enabled=_is_full,
    ),
    Option(
        key="comp",
        look="number",
        applies="live",
        read=lambda choice: choice.component + 1,
        is_whole=True,
        rungs=(1, MAX_DIM),
        group="advanced",
        is_enabled=lambda c: not _is_free(c) or c["d"] > 1,
        is_incidental=True,
    ),
    Option(
        key="base",
        look="buttons",
        applies="live",
        default=BASELINES[0],
        values=BASELINES,
        group="advanced",
        steers=True,
        old_values={"E f": "mean", "b": "number"},
    ),
    Option(
        key="b",
        look="ladder",
        applies="live",
        default=1.0,
        rungs=TENTHS,
        group="advanced",
        is_enabled=lambda c: c["base"] == "number",
        is_incidental=True,
    ),
    Option(
        key="total",
        look="ladder",
        applies="live",
        field="config.total_draws",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(2_000, 1_000_000)),
        group="advanced",
        is_incidental=True,
    ),
    Option(
        key="rate",
        look="ladder",
        applies="live",
        field="race.learning_rate",
        rungs=ladder(0.0001, 2),
        group="advanced",
        is_incidental=True,
    ),
    Option(
        key="draw_seed",
        look="number",
        applies="live",
        field="config.seed",
        is_whole=True,
        group="advanced",
        is_incidental=True,
    ),
    Option(key="surface", look="switch", applies="view", default=False, place="page"),
)


def question(choices: Choices) -> Choice:
    """What all choices together ask; what is not among them is as the page opens.

    A baseline is looked at even where it is not used, so that a link is told of a wrong one.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    fields = {
        option.field.removeprefix("config."): choices[option.key]
        for option in OPTIONS
        if option.field.startswith("config.") and option.key in choices
    }
    baseline = EstimatorsConfig(baseline=choices.get("b")).baseline
    if choices.get("base") == "number":
        fields["baseline"] = baseline
    config = dataclasses.replace(OPENING, **fields)
    race = race_of(config, choices.get("rate", RaceConfig.learning_rate))
    return Choice(config=config, component=choices.get("comp", 1) - 1, race=race)


def _few(*estimators: str) -> dict[str, tuple[str, ...]]:
    return {"est": estimators}


ELBO = {
    "digit": 2,
    "n": 20,
    "rate": ELBO_RATE,
    "total": ELBO_TOTAL,
    **_few("pathwise", "naive", "leave_one_out"),
}
"""Estimators whose strips are about as wide: that of the score function is 90 times as wide."""

PRESETS = {
    "start": Preset(choices={"mu": 2.0, **_few("pathwise", "naive", "score_function")}),
    "boopy": Preset(choices={"n": 1, **_few("pathwise", "score_function", "optimal_baseline")}),
    "score": Preset(
        choices={"f": "cos", "k": 2.0, "n": 1, **_few("pathwise", "score_function")},
    ),
    "step": Preset(
        choices={
            "f": "step",
            "k": 0.5,
            **_few("pathwise", "naive", "score_function", "optimal_baseline", "measure_valued"),
        },
    ),
    "best": Preset(
        choices={
            "k": -4.0,
            "n": 1,
            **_few("score_function", "constant_baseline", "optimal_baseline"),
        },
    ),
    "worse": Preset(
        choices={
            "f": "cos",
            "k": 1.0,
            "n": 1,
            **_few("score_function", "constant_baseline", "optimal_baseline"),
        },
    ),
    "dimension": Preset(
        choices={"d": 20, **_few("pathwise", "naive", "score_function", "optimal_baseline")},
    ),
    "pairs": Preset(choices=_few("pathwise", "naive", "antithetic", "score_antithetic")),
    "elbo": Preset(choices={"f": "elbo", **ELBO}),
    "elbo_sampled": Preset(choices={"f": "elbo_sampled", **ELBO}),
}

PICTURES = (
    "board",
    *(f"board {place.name}" for place in places(LAYOUT)),
    *(f"board picture-{name}" for name in ("function", "arrows", *SWEEPS)),
    "race",
)
"""What a script can outline: the board whole, a place of it, one of its pictures; the race."""

LESSON = Lesson(
    name="estimators",
    package=PACKAGE,
    icon=":material/swords:",
    group="flows",
    minutes=20,
    options=OPTIONS,
    presets=PRESETS,
    pictures=PICTURES,
    question=question,
    check=check,
    warm_modules=("core.estimators.race",),
    roles=tuple(LINEUP),
    symbols=("f", "z", "phi", "eps", "s", "G", "n", "d", "k", "b", "rho"),
)
