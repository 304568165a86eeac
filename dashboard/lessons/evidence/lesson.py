"""The evidence lesson: what is log p(x), and where do the nats go? (SUT-DL4 Q1, IT5410)."""

import math
from typing import get_args

from core.evidence.answers import FAMILIES
from core.evidence.config import EvidenceConfig, Model, Named, Weight
from core.evidence.problem import MAX_SAMPLES
from core.evidence.proposals import MOST_CORRELATION
from dashboard.components.board_layout import places
from dashboard.kit.ladder import ladder
from dashboard.kit.lesson import Lesson, Preset
from dashboard.kit.option import Choices, Option
from dashboard.lessons.evidence.board_layout import LAYOUTS
from dashboard.lessons.evidence.choice import check, usual

PACKAGE = "dashboard.lessons.evidence"

TENTHS = tuple(round(0.1 * i, 1) for i in range(-40, 41))
TABS = ("convergence", "gaps", "raise", "prior")
MOST = ("1000", "10000", "100000")
"""Draws up to which convergence is looked at: more take a worker longer."""

ZOOMS = ("fit", "close", "all")
TAB = "tab"
"""The part that draws what stands below the map."""


def _is_digit(choices: Choices) -> bool:
    return bool(choices["model"] == "digit")


def _is_made(choices: Choices) -> bool:
    return not _is_digit(choices)


def _is_line(choices: Choices) -> bool:
    return bool(choices["model"] == "line")


def _is_plane(choices: Choices) -> bool:
    return bool(choices["model"] == "plane")


def _has_three(choices: Choices) -> bool:
    return _is_plane(choices) and bool(choices["weight"] == "three")


def _on_map(key: str, field: str, rungs: tuple[float, ...] = ()) -> Option:
    """A number of the visitor's own q, which the map holds."""
    return Option(
        key=key, look="number", applies="live", field=field, rungs=rungs, place="picture"
    )


OPTIONS = (
    Option(
        key="model",
        look="buttons",
        applies="live",
        field="model",
        values=get_args(Model),
        steers=True,
        then=usual,
        beside=f"{PACKAGE}.beside:model",
    ),
    Option(
        key="row",
        look="number",
        applies="live",
        field="row",
        is_whole=True,
        is_shown=_is_digit,
        steers=True,
        beside=f"{PACKAGE}.beside:digit",
    ),
    Option(
        key="learn",
        look="switch",
        applies="live",
        field="learned_prior",
        is_shown=_is_digit,
    ),
    Option(
        key="weight",
        look="menu",
        applies="live",
        field="weight",
        values=get_args(Weight),
        is_shown=_is_plane,
        steers=True,
    ),
    Option(key="x", look="ladder", applies="live", field="x", rungs=TENTHS, is_shown=_is_made),
    Option(key="x2", look="ladder", applies="live", field="x2", rungs=TENTHS, is_shown=_has_three),
    Option(key="x3", look="ladder", applies="live", field="x3", rungs=TENTHS, is_shown=_has_three),
    Option(
        key="k",
        look="ladder",
        applies="live",
        field="num_samples",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(1, MAX_SAMPLES)),
    ),
    Option(
        key="theta",
        look="ladder",
        applies="live",
        field="theta",
        rungs=TENTHS,
        group="advanced",
        is_shown=_is_line,
    ),
    Option(
        key="sigma2",
        look="ladder",
        applies="live",
        field="variance",
        rungs=ladder(0.001, 100),
        group="advanced",
        is_shown=_is_made,
    ),
    Option(
        key="draw_seed",
        look="number",
        applies="live",
        field="seed",
        is_whole=True,
        group="advanced",
        is_incidental=True,
    ),
    Option(
        key="q",
        look="buttons",
        applies="live",
        field="proposal",
        values=get_args(Named),
        place="picture",
    ),
    _on_map("m1", "m1"),
    _on_map("m2", "m2"),
    _on_map("s1", "s1"),
    _on_map("s2", "s2"),
    _on_map("rho", "rho", (-MOST_CORRELATION, MOST_CORRELATION)),
    Option(key="twin", look="switch", applies="live", field="twin", place="picture"),
    Option(
        key="zoom",
        look="buttons",
        applies="view",
        default=ZOOMS[0],
        values=ZOOMS,
        place="picture",
    ),
    Option(
        key="tab",
        look="buttons",
        applies="view",
        default=TABS[0],
        values=TABS,
        place="page",
        part=TAB,
    ),
    Option(
        key="most",
        look="buttons",
        applies="view",
        default=MOST[0],
        values=MOST,
        place="page",
        part=TAB,
    ),
    Option(
        key="family",
        look="buttons",
        applies="view",
        default=FAMILIES[1],
        values=FAMILIES[1:],
        place="page",
        part=TAB,
    ),
    Option(
        key="start",
        look="ladder",
        applies="view",
        default=1.7,
        rungs=TENTHS,
        place="page",
        part=TAB,
    ),
    Option(key="refit", look="switch", applies="view", default=False, place="page", part=TAB),
)

FIELDS = {option.key: option.field for option in OPTIONS if option.field}


def question(choices: Choices) -> EvidenceConfig:
    """What all choices together ask; what is not among them is as the page opens.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    known = {field: choices[key] for key, field in FIELDS.items() if key in choices}
    return EvidenceConfig(**known)


LINE = {"model": "line", "x": 2.0, "theta": 1.0, "sigma2": 0.25}
PLANE = {"model": "plane", "x": 1.0, "x2": 0.5, "x3": -0.4, "sigma2": 0.2}

PRESETS = {
    "perfect": Preset(choices=PLANE | {"q": "posterior", "k": 10}),
    "split": Preset(choices=PLANE | {"q": "mine", "m1": 0.0, "m2": 0.0, "s1": 0.3, "s2": 0.3}),
    "prior_misses": Preset(choices={"row": 2, "q": "prior", "k": 100, "zoom": "all"}),
    "encoder_wrong": Preset(choices={"row": 0, "q": "encoder", "k": 100}),
    "infinite": Preset(
        choices=LINE | {"q": "mine", "m1": 1.6, "s1": round(math.sqrt(0.1) - 5e-5, 4), "k": 100}
    ),
    "two_answers": Preset(choices={"model": "square", "x": 1.5, "sigma2": 0.0625, "q": "full"}),
    "log_mean": Preset(choices=LINE | {"q": "prior", "k": 10, "tab": "convergence"}),
    "bound_down": Preset(
        choices=LINE
        | {"sigma2": 1.0, "q": "mine", "m1": 1.0, "s1": 1.0, "tab": "raise", "start": 1.7}
    ),
    "learn_prior": Preset(choices={"learn": True, "q": "encoder", "tab": "prior"}),
    "gaps": Preset(choices={"row": 0, "q": "diagonal", "tab": "gaps"}),
    "wrong_encoder": Preset(
        choices={"row": 0, "q": "encoder", "k": 10_000, "tab": "convergence", "most": "10000"}
    ),
}

PICTURES = (
    "map",
    "map plane",
    "map column",
    "map weights",
    *(f"tab_{tab}" for tab in TABS),
    *(f"tab_{tab} {place.name}" for tab, layout in LAYOUTS.items() for place in places(layout)),
)
"""What a script can outline: the map whole, one of its pictures; a board below, a place of it."""

LESSON = Lesson(
    name="evidence",
    package=PACKAGE,
    icon=":material/balance:",
    group="latent",
    minutes=25,
    options=OPTIONS,
    presets=PRESETS,
    pictures=PICTURES,
    question=question,
    check=check,
    check_link=check,
    warm_modules=("core.evidence.work",),
    reads_runs_of=("vae",),
    roles=("elbo", "kl", "model"),
    symbols=("x", "z", "q", "w", "K", "ESS", "chi2", "theta", "s", "rho", "V", "gap"),
)
