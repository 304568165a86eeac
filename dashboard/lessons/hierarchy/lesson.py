"""The hierarchical VAE lesson: why z2 falls asleep, and what wakes it (SUT-DL4 Q2)."""

from typing import get_args

from core.dataset import DATASETS, DatasetConfig
from core.hierarchy.config import (
    HierarchyConfig,
    HierarchyControls,
    Inference,
    Link,
    LinkVariance,
    Network,
    Start,
    Warming,
)
from dashboard.components.board_layout import places
from dashboard.kit.ladder import ladder
from dashboard.kit.lesson import Lesson, Preset, Training
from dashboard.kit.option import Choices, Option
from dashboard.lessons.hierarchy.board_layout import LAYOUTS

PACKAGE = "dashboard.lessons.hierarchy"

PANELS = ("terms", "flow", "valley", "remedies")
FARTHEST = 4.0
"""Of z2 on the page."""

WIDTHS = (16, 32, 64, 128, 256, 512)


def _is_warmed(choices: Choices) -> bool:
    return bool(choices["warming"] != "none")


def _is_mlp(choices: Choices) -> bool:
    return bool(choices["net"] == "mlp")


OPTIONS = (
    Option(key="data", look="menu", field="dataset.name", values=tuple(DATASETS)),
    Option(
        key="price",
        look="ladder",
        applies="live",
        field="top_price",
        rungs=(0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0),
    ),
    Option(
        key="warming", look="buttons", applies="live", field="warming", values=get_args(Warming)
    ),
    Option(
        key="warm",
        look="ladder",
        applies="live",
        field="warmup_steps",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(50, 20_000)),
        is_enabled=_is_warmed,
    ),
    Option(
        key="fb2",
        look="ladder",
        applies="live",
        field="top_free_bits",
        rungs=ladder(0.01, 10, with_zero=True),
    ),
    Option(
        key="inference",
        look="buttons",
        field="inference",
        values=get_args(Inference),
        is_enabled=_is_mlp,
    ),
    Option(key="skip", look="switch", field="skip"),
    Option(
        key="beta",
        look="ladder",
        applies="live",
        field="kl_weight",
        rungs=ladder(0.01, 100, with_zero=True),
        group="objective",
    ),
    Option(
        key="fb",
        look="ladder",
        applies="live",
        field="free_bits",
        rungs=ladder(0.01, 10, with_zero=True),
        group="objective",
    ),
    Option(
        key="s2",
        look="ladder",
        applies="live",
        field="decoder_variance",
        rungs=ladder(0.001, 10),
        group="objective",
    ),
    Option(
        key="lr",
        look="ladder",
        applies="live",
        field="learning_rate",
        rungs=ladder(1e-5, 10),
        group="objective",
    ),
    Option(key="low", look="number", field="latent_dim", is_whole=True, group="model"),
    Option(key="top", look="number", field="top_dim", is_whole=True, group="model"),
    Option(
        key="link",
        look="menu",
        field="link",
        values=get_args(Link),
        group="model",
        is_enabled=_is_mlp,
    ),
    Option(
        key="var",
        look="menu",
        field="link_variance",
        values=get_args(LinkVariance),
        group="model",
    ),
    Option(key="net", look="menu", field="network", values=get_args(Network), group="model"),
    Option(key="start", look="menu", field="start", values=get_args(Start), group="model"),
    Option(
        key="width",
        look="ladder",
        field="width",
        is_whole=True,
        rungs=WIDTHS,
        group="model",
        is_enabled=_is_mlp,
    ),
    Option(
        key="batch",
        look="ladder",
        field="batch_size",
        is_whole=True,
        rungs=(16, 32, 64, 128, 256, 512),
        group="model",
    ),
    Option(key="seed", look="number", field="seed", is_whole=True, group="model"),
    Option(
        key="panel",
        look="buttons",
        applies="view",
        default=PANELS[0],
        values=PANELS,
        place="page",
    ),
    Option(key="z", look="number", applies="view", default=1.0, place="picture"),
    Option(key="zz", look="number", applies="view", default=0.0, place="picture"),
    Option(key="c", look="number", applies="view", default=1.0, place="picture"),
)


def configure(choices: Choices) -> tuple[HierarchyConfig, HierarchyControls]:
    """Configuration and controls: where everything is linear the link is, too.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    is_linear = choices["net"] == "linear"
    config = HierarchyConfig(
        dataset=DatasetConfig(name=choices["data"]),
        network=choices["net"],
        latent_dim=choices["low"],
        top_dim=choices["top"],
        width=choices["width"],
        link="linear" if is_linear else choices["link"],
        link_variance=choices["var"],
        inference="bottom-up" if is_linear else choices["inference"],
        skip=choices["skip"],
        start=choices["start"],
        batch_size=choices["batch"],
        seed=choices["seed"],
    )
    controls = HierarchyControls(
        kl_weight=choices["beta"],
        top_price=choices["price"],
        warming=choices["warming"],
        warmup_steps=choices["warm"],
        free_bits=choices["fb"],
        top_free_bits=choices["fb2"],
        decoder_variance=choices["s2"],
        learning_rate=choices["lr"],
    )
    return config, controls


WIDE = {"low": 8, "top": 2}

SMALL = {"top": 2, "start": "small"}
LINEAR = {"net": "linear", "top": 2, "batch": 128, "lr": 0.005}

PRESETS = {
    "wakes": Preset(choices={"start": "small", "z": 1.5}, train_steps=4000),
    "priced": Preset(choices=WIDE | {"price": 1.5}, train_steps=2500),
    "straight": Preset(choices=WIDE | {"link": "linear"}, train_steps=2500),
    "free": Preset(choices=WIDE | {"link": "linear", "fb2": 1.5}, train_steps=2500),
    "costly": Preset(choices=WIDE | {"fb2": 5.0, "panel": "flow"}, train_steps=2500),
    "blind": Preset(choices=LINEAR | {"skip": True}, train_steps=4000),
    "ladder": Preset(
        choices=SMALL | {"inference": "top-down", "skip": True, "panel": "flow"}, train_steps=2500
    ),
    "minted": Preset(choices=LINEAR | {"top": 1, "price": 0.5, "lr": 0.02}, train_steps=3000),
    "warmed": Preset(choices=WIDE | {"warming": "both", "warm": 1000}, train_steps=2500),
}

LESSON = Lesson(
    name="hierarchy",
    package=PACKAGE,
    icon=":material/account_tree:",
    group="latent",
    minutes=30,
    options=OPTIONS,
    presets=PRESETS,
    pictures=(
        "left_panel",
        "terms",
        *(
            name
            for board, layout in LAYOUTS.items()
            for name in (board, *(f"{board} {place.name}" for place in places(layout)))
        ),
    ),
    training=(
        Training(
            config=HierarchyConfig,
            controls=HierarchyControls,
            configure=configure,
            opening_steps=1500,
        ),
    ),
    warm_modules=("core.hierarchy.training", "core.hierarchy.inference"),
    roles=("elbo", "log_likelihood", "kl", "price", "objective", "data"),
    symbols=("x", "z1", "z2", "L1", "L2", "beta", "beta2", "s2", "M", "S"),
)
