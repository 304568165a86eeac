"""The flow lesson: watch an autoregressive flow carry a density, with its Jacobian."""

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from core.flow.config import (
    MAX_HIDDEN_LAYERS,
    MAX_LAYERS,
    Base,
    Between,
    FlowConfig,
    FlowControls,
    LayerConfig,
    Start,
)
from core.flow.targets import TARGETS
from dashboard.kit.ladder import ladder
from dashboard.kit.lesson import Lesson, Training
from dashboard.kit.option import Choices, Option
from dashboard.lessons.flow.composing import (
    FOLDING,
    PAIRS,
    SAME,
    centres_text,
    chooses_wave,
    configure,
    layer_of,
    needs_no_training,
    of_wave,
    own_pair,
    pair_key,
)
from dashboard.lessons.flow.experiments import PRESETS
from dashboard.lessons.flow.held import MAP

PACKAGE = "dashboard.lessons.flow"

PANELS = ("training", "samples", "density")
CLOSER = ("sum", "fold", "cost")
CLOSER_PART = "closer"

BY_HAND = tuple(round(-1.5 + 0.1 * n, 1) for n in range(31))
AMPLITUDES = tuple(round(0.1 * n, 1) for n in range(31))
LEVELS = tuple(round(-4 + 0.05 * n, 2) for n in range(161))
MAX_DIMS = 8
POINT = (0.5, -1.0, 0.8, 0.3, -0.6, 1.2, -0.2, 0.7)
"""The base point that the cumulative sum opens with."""


def _is_mixture(choices: Choices) -> bool:
    return bool(choices["target"] == "mixture")


def _is_by_hand(choices: Choices) -> bool:
    return bool(choices["start"] == "hand")


def _has(choices: Choices, *, without: tuple[str, ...], conditioner: str = "") -> bool:
    """Whether a parameter set by hand changes what the menu for each layer names."""
    layer: LayerConfig = layer_of(choices["layer"])
    if layer.conditioner == "cumulative_sum" or layer.transformer in ("wave", *without):
        return False
    return not conditioner or layer.conditioner == conditioner


def _is_at_least(key: str, count: int) -> Callable[[Choices], bool]:
    return lambda choices: bool(choices[key] >= count)


TARGET = (
    Option(
        key="target",
        look="menu",
        field="target.name",
        values=tuple(TARGETS),
        beside=f"{PACKAGE}.beside:description",
    ),
    Option(
        key="mix",
        look="text",
        read=lambda config: centres_text(config.target.centres),
        is_shown=_is_mixture,
        beside=f"{PACKAGE}.beside:more_or_fewer",
    ),
    Option(
        key="spread",
        look="ladder",
        field="target.spread",
        rungs=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0),
        is_shown=_is_mixture,
    ),
    Option(
        key="rate",
        look="ladder",
        applies="live",
        field="learning_rate",
        rungs=ladder(1e-5, 1000),
    ),
)

FLOW = (
    Option(
        key="k",
        look="slider",
        read=lambda config: len(config.layers),
        is_whole=True,
        rungs=tuple(range(1, MAX_LAYERS + 1)),
    ),
    Option(key="layer", look="menu", read=lambda config: pair_key(config.layers[0]), values=PAIRS),
    Option(key="on", look="menu", field="conditioned_on", values=("z", "x")),
    Option(key="start", look="menu", field="start", values=get_args(Start)),
    Option(
        key="scale",
        look="ladder",
        field="log_scale",
        rungs=BY_HAND,
        is_shown=_is_by_hand,
        is_enabled=partial(_has, without=("additive",)),
    ),
    Option(
        key="shift",
        look="ladder",
        field="shift",
        rungs=BY_HAND,
        is_shown=_is_by_hand,
        is_enabled=partial(_has, without=("spline",)),
    ),
    Option(
        key="coupling",
        look="ladder",
        field="coupling",
        rungs=BY_HAND,
        is_shown=_is_by_hand,
        is_enabled=partial(_has, without=(), conditioner="linear"),
    ),
    Option(
        key="fold_a",
        look="ladder",
        read=partial(of_wave, field="amplitude"),
        default=FOLDING.amplitude,
        rungs=AMPLITUDES,
        is_shown=chooses_wave,
    ),
    Option(
        key="fold_b",
        look="ladder",
        read=partial(of_wave, field="frequency"),
        default=FOLDING.frequency,
        rungs=(0.5, 1.0, 1.5, 2.0, 3.0, 4.0),
        is_shown=chooses_wave,
    ),
)

ADVANCED = (
    Option(key="base", look="menu", field="base", values=get_args(Base), group="flow"),
    Option(
        key="between",
        look="menu",
        field="between",
        values=get_args(Between),
        group="flow",
        is_enabled=_is_at_least("k", 2),
    ),
    *(
        Option(
            key=f"layer{n}",
            look="menu",
            read=partial(own_pair, number=n),
            values=(SAME, *PAIRS),
            like="layer",
            group="flow",
            is_shown=_is_at_least("k", n),
        )
        for n in range(1, MAX_LAYERS + 1)
    ),
    Option(
        key="depth",
        look="slider",
        read=lambda config: len(config.hidden_features),
        is_whole=True,
        rungs=tuple(range(MAX_HIDDEN_LAYERS + 1)),
        group="flow",
    ),
    Option(
        key="units",
        look="ladder",
        read=lambda config: (*config.hidden_features, 64)[0],
        is_whole=True,
        rungs=(8, 16, 32, 64, 128, 256),
        group="flow",
        is_enabled=_is_at_least("depth", 1),
    ),
    Option(
        key="bins",
        look="ladder",
        field="bins",
        is_whole=True,
        rungs=(2, 4, 6, 8, 12, 16, 24, 32),
        group="flow",
    ),
    Option(
        key="rows",
        look="ladder",
        field="batch_size",
        is_whole=True,
        rungs=(64, 128, 256, 512, 1024, 2048),
        group="flow",
    ),
    Option(key="flow_seed", look="number", field="seed", is_whole=True, group="flow"),
)


def _closer(key: str, **more: Any) -> Option:
    """What only a closer look shows."""
    return Option(key=key, applies="view", place="page", part=CLOSER_PART, **more)


VIEW = (
    Option(
        key="panel",
        look="buttons",
        applies="view",
        default=PANELS[0],
        values=PANELS,
        place="page",
    ),
    Option(key="surface", look="switch", applies="view", default=False, place="page"),
    _closer(
        "closer",
        look="buttons",
        default=CLOSER[0],
        values=CLOSER,
        old_values={"Break it": "fold"},
    ),
    _closer("dims", look="slider", default=4, is_whole=True, rungs=tuple(range(2, MAX_DIMS + 1))),
    *(
        _closer(f"z{i}", look="number", default=z, rungs=(-10.0, 10.0))
        for i, z in enumerate(POINT, start=1)
    ),
    _closer("fold_x", look="slider", default=1.0, rungs=LEVELS),
    _closer("fold_falls", look="switch", default=False),
)

LESSON = Lesson(
    name="flow",
    package=PACKAGE,
    icon=":material/waves:",
    group="flows",
    minutes=20,
    options=(*TARGET, *FLOW, *ADVANCED, *VIEW, *MAP),
    presets=PRESETS,
    pictures=("flow_map", "right_panel", "closer_look"),
    training=(
        Training(
            config=FlowConfig,
            controls=FlowControls,
            configure=configure,
            ready="core.flow.ready:ready_flow",
            opening_steps=1500,
            follows=needs_no_training,
        ),
    ),
    warm_modules=("core.flow.training", "core.flow.inspection"),
    roles=("model", "kl", "data"),
    symbols=("x", "z", "D", "K", "tau", "h", "c", "J", "a_b"),
)
