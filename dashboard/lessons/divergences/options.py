"""The controls of the divergences lesson: those of the line, those of the plane."""

from collections.abc import Callable
from typing import Any, get_args

from core.divergences.config import (
    BETA1S,
    MAX_FOURIER,
    CriticConfig,
    CriticControls,
    GanConfig,
    GanControls,
    GanLoss,
    GeneratorLoss,
    JudgeConfig,
    JudgeControls,
    Leash,
    Source,
)
from core.divergences.losses import LOSSES
from core.divergences.pair import PAIRS
from core.divergences.targets import TARGETS
from core.network_shape import Activation
from dashboard.kit.ladder import ladder
from dashboard.kit.option import Choices, Option
from dashboard.lessons.divergences.names import ALPHAS
from dashboard.lessons.divergences.reading import read
from dashboard.lessons.divergences.texts import (
    OWN,
    data_text,
    data_valid,
    model_text,
    model_valid,
    name_of,
    of_pair,
    widths_text,
)

PANELS = ("pair", "slope", "losses", "gan")
"""The tabs."""

HIDDEN = ("16", "64", "64-64", "128-128", "64-64-64")
BATCHES = (32, 64, 128, 256, 512, 1024)
POINTS = (10, 20, 50, 100, 200, 500, 1000, 2000)
RATES = ladder(1e-4, 0.1)


def _on_line(choices: Choices) -> bool:
    """Whether the chosen pair and its D are to be seen: not where every θ has its own."""
    return choices["panel"] in ("pair", "losses")


def _in_game(choices: Choices) -> bool:
    return bool(choices["panel"] == "gan" and not choices["judge"])


def _before_judge(choices: Choices) -> bool:
    return bool(choices["panel"] == "gan" and choices["judge"])


def _row(
    kind: type,
    is_shown: Callable[[Choices], bool],
    key: str,
    look: Any,
    field: str,
    as_value: Callable[[Any], Any] | None = None,
    **more: Any,
) -> Option:
    """An option that stands where its run is steered."""
    return Option(key=key, look=look, read=read(kind, field, as_value), is_shown=is_shown, **more)


def _line(key: str, look: Any, field: str, as_value: Any = None, **more: Any) -> Option:
    return _row(CriticConfig, _on_line, key, look, field, as_value, **more)


def _game(key: str, look: Any, field: str, as_value: Any = None, **more: Any) -> Option:
    return _row(GanConfig, _in_game, key, look, field, as_value, **more)


def _judge(key: str, look: Any, field: str, as_value: Any = None, **more: Any) -> Option:
    return _row(JudgeConfig, _before_judge, key, look, field, as_value, **more)


def _frequencies() -> dict[str, Any]:
    return {"is_whole": True, "rungs": tuple(range(MAX_FOURIER + 1))}


VIEW = (
    Option(
        key="panel",
        look="buttons",
        applies="view",
        default=PANELS[0],
        values=PANELS,
        place="page",
        steers=True,
    ),
    Option(key="x", look="number", applies="view", default=1.0, place="picture"),
    Option(key="a", look="number", applies="view", default=ALPHAS[1], place="picture"),
    Option(
        key="theta",
        look="number",
        applies="view",
        default=4.0,
        rungs=(0.1, 10.0),
        place="picture",
    ),
    Option(
        key="judge",
        look="switch",
        applies="view",
        default=False,
        place="page",
        steers=True,
        is_shown=lambda choices: choices["panel"] == "gan",
    ),
    *(
        Option(
            key=key,
            look="switch" if default is False else "buttons",
            applies="view",
            default=default,
            values=values,
            place="page",
            is_shown=lambda choices: bool(choices["panel"] == "gan"),
        )
        for key, default, values in (
            ("dots", False, ()),
            ("closer", "none", ("none", "surface", "slow")),
            ("which", "both", ("both", "trained", "exact")),
        )
    ),
)

LINE = (
    _line("loss", "buttons", "loss", values=tuple(LOSSES)),
    _line("pair", "menu", "pair", name_of, values=(*PAIRS, OWN), then=of_pair),
    _line("p", "text", "pair", data_text, place="picture", valid=data_valid),
    _line("q", "text", "pair", model_text, place="picture", valid=model_valid),
    Option(
        key="leash",
        look="buttons",
        read=read(CriticConfig, "leash"),
        values=get_args(Leash),
        is_shown=lambda choices: _on_line(choices) and choices["loss"] == "wasserstein",
    ),
    _line("source", "buttons", "source", values=get_args(Source)),
    Option(
        key="points",
        look="ladder",
        read=read(CriticConfig, "points"),
        is_whole=True,
        rungs=POINTS,
        is_shown=lambda choices: _on_line(choices) and choices["source"] == "fixed",
    ),
    _row(
        CriticControls,
        _on_line,
        "lr",
        "ladder",
        "learning_rate",
        applies="live",
        rungs=RATES,
    ),
    _line("hidden", "menu", "hidden", widths_text, values=HIDDEN, group="critic"),
    _line("fourier", "slider", "fourier", group="critic", **_frequencies()),
    _line("batch", "ladder", "batch_size", is_whole=True, rungs=BATCHES, group="critic"),
    _line("seed", "number", "seed", is_whole=True, group="critic"),
)

GAME = (
    _game("target", "menu", "target", values=tuple(TARGETS)),
    _game("game", "buttons", "loss", values=get_args(GanLoss)),
    _game("pull", "buttons", "generator_loss", values=get_args(GeneratorLoss)),
    *(
        _row(GanControls, _in_game, key, "ladder", field, applies="live", rungs=RATES)
        for key, field in (("lrd", "critic_rate"), ("lrg", "generator_rate"))
    ),
    _row(
        GanControls,
        _in_game,
        "k",
        "slider",
        "critic_steps",
        applies="live",
        is_whole=True,
        rungs=(1, 2, 3, 4, 5),
    ),
    _row(
        GanControls,
        _in_game,
        "beta1",
        "ladder",
        "beta1",
        applies="live",
        rungs=BETA1S,
        group="networks",
    ),
    _game("h", "ladder", "noise", rungs=(0.05, 0.1, 0.2, 0.3), group="networks"),
    _game("ghidden", "menu", "hidden", widths_text, values=HIDDEN, group="networks"),
    _game("gfourier", "slider", "fourier", group="networks", **_frequencies()),
    _game("act", "buttons", "activation", values=get_args(Activation), group="networks"),
    _game("gbatch", "ladder", "batch_size", is_whole=True, rungs=BATCHES, group="networks"),
    _game("gseed", "number", "seed", is_whole=True, group="networks"),
)

JUDGING = (
    _judge("jloss", "buttons", "loss", values=get_args(GanLoss)),
    _judge("jhidden", "menu", "hidden", widths_text, values=HIDDEN),
    _judge("jfourier", "slider", "fourier", **_frequencies()),
    _row(
        JudgeControls,
        _before_judge,
        "jlr",
        "ladder",
        "learning_rate",
        applies="live",
        rungs=RATES,
    ),
    _judge("jbatch", "ladder", "batch_size", is_whole=True, rungs=BATCHES, group="judging"),
    _judge("jseed", "number", "seed", is_whole=True, group="judging"),
)

OPTIONS = (*VIEW, *LINE, *GAME, *JUDGING)
