"""The VAE lesson: steer a variational autoencoder while it learns."""

from typing import Any, get_args

from core.dataset import DATASETS, DatasetConfig
from core.vae.config import (
    MAX_HIDDEN_LAYERS,
    MAX_LATENT_DIM,
    Activation,
    Mode,
    Network,
    Optimizer,
    Prior,
    Schedule,
    VAEConfig,
    VAEControls,
    VarianceMode,
)
from dashboard.kit.ladder import ladder
from dashboard.kit.lesson import Lesson, Preset, Training
from dashboard.kit.option import Choices, Option
from dashboard.lessons.vae.fitting import ACTIVE, ALL_CLASSES, fitting
from dashboard.lessons.vae.held import PLANE

PACKAGE = "dashboard.lessons.vae"

PANELS = ("curves", "rate", "units", "variance", "bound")
SPACINGS = ("quantile", "linear")
GRID_SIZES = ("8", "10", "12", "15", "20", "25")
DIMENSIONS = tuple(str(j + 1) for j in range(MAX_LATENT_DIM))


def _is_variational(choices: Choices) -> bool:
    return bool(choices["mode"] == "vae")


def _has_hidden(choices: Choices) -> bool:
    return bool(choices["net"] == "mlp" and choices["layers"])


def _widths(config: Any) -> int:
    return int(config.hidden_features[0]) if config.hidden_features else 256


OPTIONS = (
    Option(
        key="data",
        look="menu",
        field="dataset.name",
        values=tuple(DATASETS),
        beside=f"{PACKAGE}.beside:description",
    ),
    Option(
        key="beta",
        look="ladder",
        applies="live",
        field="kl_weight",
        rungs=ladder(0.001, 1000, with_zero=True),
        is_enabled=_is_variational,
    ),
    Option(
        key="s2",
        look="ladder",
        applies="live",
        field="decoder_variance",
        rungs=ladder(0.001, 100),
        is_enabled=lambda c: c["var"] == "fixed",
        beside=f"{PACKAGE}.beside:knob",
    ),
    Option(key="lr", look="ladder", applies="live", field="learning_rate", rungs=ladder(1e-5, 10)),
    Option(
        key="sched",
        look="menu",
        applies="live",
        field="schedule",
        values=get_args(Schedule),
        group="schedule",
    ),
    Option(
        key="warm",
        look="ladder",
        applies="live",
        field="warmup_steps",
        is_whole=True,
        rungs=tuple(int(rung) for rung in ladder(50, 20_000)),
        group="schedule",
        is_enabled=lambda c: c["sched"] != "constant",
    ),
    Option(
        key="m",
        look="ladder",
        applies="live",
        field="num_samples",
        is_whole=True,
        rungs=(1, 2, 4, 8, 16),
        group="schedule",
    ),
    Option(
        key="fb",
        look="ladder",
        applies="live",
        field="free_bits",
        rungs=ladder(0.01, 5, with_zero=True),
        group="schedule",
    ),
    Option(key="net", look="menu", field="network", values=get_args(Network), group="model"),
    Option(key="mode", look="menu", field="mode", values=get_args(Mode), group="model"),
    Option(key="latent", look="number", field="latent_dim", is_whole=True, group="model"),
    Option(
        key="layers",
        look="slider",
        read=lambda c: len(c.hidden_features),
        is_whole=True,
        rungs=tuple(range(MAX_HIDDEN_LAYERS + 1)),
        group="model",
        is_enabled=lambda c: c["net"] == "mlp",
    ),
    Option(
        key="width",
        look="ladder",
        read=_widths,
        is_whole=True,
        group="model",
        rungs=(16, 32, 64, 128, 256, 400, 512),
        is_enabled=_has_hidden,
    ),
    Option(
        key="act",
        look="menu",
        field="activation",
        values=get_args(Activation),
        group="model",
        is_enabled=_has_hidden,
    ),
    Option(key="var", look="menu", field="variance", values=get_args(VarianceMode), group="model"),
    Option(key="prior", look="menu", field="prior", values=get_args(Prior), group="model"),
    Option(key="opt", look="menu", field="optimizer", values=get_args(Optimizer), group="model"),
    Option(
        key="batch",
        look="ladder",
        field="batch_size",
        is_whole=True,
        rungs=(16, 32, 64, 128, 256, 512),
        group="model",
    ),
    Option(
        key="seed",
        look="number",
        field="seed",
        is_whole=True,
        group="model",
    ),
    Option(
        key="panel",
        look="buttons",
        applies="view",
        default=PANELS[0],
        values=PANELS,
        place="page",
    ),
    Option(key="grid", look="rail", applies="view", default="15", values=GRID_SIZES, place="page"),
    Option(
        key="spacing",
        look="buttons",
        applies="view",
        default="quantile",
        values=SPACINGS,
        place="page",
    ),
    Option(key="ellipses", look="switch", applies="view", default=False, place="page"),
    Option(
        key="dim_x",
        look="menu",
        applies="view",
        default=ACTIVE,
        values=(ACTIVE, *DIMENSIONS),
        place="page",
        steers=True,
    ),
    Option(key="dim_y", look="menu", applies="view", default="2", values=DIMENSIONS, place="page"),
    Option(key="class", look="text", applies="view", default=ALL_CLASSES, place="page"),
    Option(
        key="offset",
        look="number",
        applies="view",
        default=0,
        rungs=(0, 10_000),
        is_whole=True,
        place="page",
    ),
)


def configure(choices: Choices) -> tuple[VAEConfig, VAEControls]:
    """Configuration and controls; the width is that of every hidden layer.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    is_image = DATASETS[choices["data"]].kind == "image"
    config = VAEConfig(
        dataset=DatasetConfig(name=choices["data"]),
        network=choices["net"],
        mode=choices["mode"],
        latent_dim=choices["latent"],
        hidden_features=(choices["width"],) * choices["layers"],
        activation=choices["act"],
        output="sigmoid" if is_image and choices["net"] == "mlp" else "identity",
        variance=choices["var"],
        prior=choices["prior"],
        optimizer=choices["opt"],
        batch_size=choices["batch"],
        seed=choices["seed"],
    )
    controls = VAEControls(
        kl_weight=choices["beta"],
        decoder_variance=choices["s2"],
        learning_rate=choices["lr"],
        num_samples=choices["m"],
        schedule=choices["sched"],
        warmup_steps=choices["warm"],
        free_bits=choices["fb"],
    )
    return config, controls


PRESETS = {
    "start": Preset(choices={"ellipses": True}, train_steps=3000),
    "collapse": Preset(
        choices={"beta": 500.0, "panel": "units", "ellipses": True}, train_steps=1500
    ),
    "holes": Preset(choices={"mode": "autoencoder"}, train_steps=3000),
    "ppca": Preset(
        choices={"data": "digits", "net": "linear", "lr": 0.005, "batch": 128}, train_steps=8000
    ),
    "threshold": Preset(
        choices={
            "data": "digits",
            "net": "linear",
            "latent": 10,
            "s2": 0.1,
            "beta": 5.0,
            "lr": 0.002,
            "batch": 128,
            "panel": "units",
        },
        train_steps=6000,
    ),
    "one_knob": Preset(choices={"beta": 10.0, "s2": 0.005}, train_steps=3000),
    "sigma": Preset(choices={"var": "optimal"}, train_steps=3000),
    "wide": Preset(choices={"latent": 20, "width": 400, "panel": "units"}, train_steps=3000),
    "moons": Preset(
        choices={"data": "two_moons", "layers": 2, "width": 64, "s2": 0.01, "batch": 128},
        train_steps=6000,
    ),
    "diverge": Preset(
        choices={"data": "digits", "net": "linear", "opt": "sgd", "lr": 0.005, "s2": 0.2},
        train_steps=3000,
    ),
}

LESSON = Lesson(
    name="vae",
    package=PACKAGE,
    icon=":material/tune:",
    group="latent",
    minutes=25,
    options=(*OPTIONS, *PLANE),
    presets=PRESETS,
    pictures=(
        "left_panel",
        "curves",
        "rate_distortion",
        "kl_per_dim",
        "spectrum",
        "log_likelihood_of_variance",
        "plane",
        "rows_panel",
    ),
    training=(
        Training(
            config=VAEConfig,
            controls=VAEControls,
            configure=configure,
            ready="core.vae.ready:ready_vae",
            opening_steps=1000,
        ),
    ),
    check_link=fitting,
    warm_modules=("core.vae.training", "core.vae.inference"),
    roles=("elbo", "log_likelihood", "kl", "objective", "data"),
    symbols=("x", "z", "L", "beta", "s2", "M", "D", "SE", "C", "lambda", "K"),
)
