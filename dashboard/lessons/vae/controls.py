"""The controls of the VAE lesson: each group returns a frozen configuration.

Every widget is bound to the link under its key, so that a link opens the same experiment.
"""

from collections.abc import Sequence
from typing import Any, get_args

import streamlit as st

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

KL_WEIGHTS = ladder(0.001, 1000, with_zero=True)
DECODER_VARIANCES = ladder(0.001, 100)
LEARNING_RATES = ladder(1e-5, 10)
WARMUP_STEPS = tuple(int(rung) for rung in ladder(50, 20_000))
FREE_BITS = ladder(0.01, 5, with_zero=True)
WIDTHS = (16, 32, 64, 128, 256, 400, 512)
BATCH_SIZES = (16, 32, 64, 128, 256, 512)
SAMPLES = (1, 2, 4, 8, 16)

BOUND: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}

_CONFIG, _CONTROLS = VAEConfig(), VAEControls()

DEFAULTS: dict[str, Any] = {
    "data": _CONFIG.dataset.name,
    "net": _CONFIG.network,
    "mode": _CONFIG.mode,
    "latent": _CONFIG.latent_dim,
    "layers": len(_CONFIG.hidden_features),
    "width": _CONFIG.hidden_features[0],
    "act": _CONFIG.activation,
    "var": _CONFIG.variance,
    "prior": _CONFIG.prior,
    "opt": _CONFIG.optimizer,
    "batch": _CONFIG.batch_size,
    "seed": _CONFIG.seed,
    "beta": _CONTROLS.kl_weight,
    "s2": _CONTROLS.decoder_variance,
    "lr": _CONTROLS.learning_rate,
    "m": _CONTROLS.num_samples,
    "sched": _CONTROLS.schedule,
    "warm": _CONTROLS.warmup_steps,
    "fb": _CONTROLS.free_bits,
}
"""Widget keys, as they stand in a link, and what they mean when absent."""

LABELS: dict[str, str] = {
    "mlp": "nonlinear (MLP)",
    "linear": "linear (pPCA)",
    "vae": "VAE",
    "autoencoder": "plain autoencoder",
    "fixed": "fixed by you",
    "optimal": "optimal (σ-VAE)",
    "learned": "learned",
    "heteroscedastic": "per feature (heteroscedastic)",
    "standard": "N(0, I)",
    "adam": "Adam",
    "sgd": "SGD",
    "constant": "at once",
    "cyclical": "cycles",
}


OPTIONS: dict[str, Sequence[Any]] = {
    "data": tuple(DATASETS),
    "net": get_args(Network),
    "mode": get_args(Mode),
    "latent": range(1, MAX_LATENT_DIM + 1),
    "layers": range(MAX_HIDDEN_LAYERS + 1),
    "width": WIDTHS,
    "act": get_args(Activation),
    "var": get_args(VarianceMode),
    "prior": get_args(Prior),
    "opt": get_args(Optimizer),
    "batch": BATCH_SIZES,
    "seed": range(2**31),
    "beta": KL_WEIGHTS,
    "s2": DECODER_VARIANCES,
    "lr": LEARNING_RATES,
    "m": SAMPLES,
    "sched": get_args(Schedule),
    "warm": WARMUP_STEPS,
    "fb": FREE_BITS,
}
"""What every widget offers, by its key."""


def label(key: str, value: Any) -> str:
    """How the widget called ``key`` shows ``value``; a link carries the same words."""
    if key == "data":
        return DATASETS[value].title
    return LABELS.get(value, value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _choice(label: str, key: str, options: tuple[str, ...], **more: Any) -> Any:
    return st.selectbox(
        label,
        options,
        index=options.index(DEFAULTS[key]),
        format_func=lambda option: LABELS.get(option, option),
        key=key,
        **BOUND,
        **more,
    )


def _rungs(label: str, key: str, options: tuple[Any, ...], **more: Any) -> Any:
    return st.select_slider(
        label, options, DEFAULTS[key], format_func=_number, key=key, **BOUND, **more
    )


def dataset_controls() -> DatasetConfig:
    """Which data; a new choice needs a reset."""
    names = tuple(DATASETS)
    name = st.selectbox(
        "Dataset",
        names,
        index=names.index(DEFAULTS["data"]),
        format_func=lambda key: DATASETS[key].title,
        key="data",
        help="Needs ⟲ Reset: the present run keeps its own data until then.",
        **BOUND,
    )
    return DatasetConfig(name=name)


def model_controls(dataset: DatasetConfig, is_image: bool) -> VAEConfig:
    """The model, folded away; any change needs a reset."""
    with st.expander("Model (advanced)"):
        st.caption("A change here starts a new run: it waits for ⟲ Reset.")
        network = _choice("Networks", "net", get_args(Network))
        mode = _choice(
            "Mode",
            "mode",
            get_args(Mode),
            help="A plain autoencoder neither samples nor pays a KL.",
        )
        latent = st.number_input(
            "Latent dimension L", 1, MAX_LATENT_DIM, DEFAULTS["latent"], key="latent", **BOUND
        )
        linear = network == "linear"
        layers = st.slider(
            "Hidden layers", 0, 3, DEFAULTS["layers"], key="layers", disabled=linear, **BOUND
        )
        width = _rungs("Width of each", "width", WIDTHS, disabled=linear or layers == 0)
        activation = _choice(
            "Activation", "act", get_args(Activation), disabled=linear or layers == 0
        )
        variance = _choice("Decoder variance σ²", "var", get_args(VarianceMode))
        prior = _choice("Prior p(z)", "prior", get_args(Prior))
        optimizer = _choice("Optimiser", "opt", get_args(Optimizer))
        batch = _rungs("Batch size", "batch", BATCH_SIZES)
        seed = st.number_input("Seed", 0, 2**31 - 1, DEFAULTS["seed"], key="seed", **BOUND)
    return VAEConfig(
        dataset=dataset,
        network=network,
        mode=mode,
        latent_dim=int(latent),
        hidden_features=(int(width),) * layers,
        activation=activation,
        output="sigmoid" if is_image and not linear else "identity",
        variance=variance,
        prior=prior,
        optimizer=optimizer,
        batch_size=int(batch),
        seed=int(seed),
    )


def live_controls(config: VAEConfig) -> VAEControls:
    """What may change while training, and the one knob that β and σ² are together."""
    beta = _rungs(
        "KL weight β", "beta", KL_WEIGHTS,
        disabled=not config.is_variational,
        help="Weighs the KL term in the objective. β = 1 trains the ELBO itself.",
    )  # fmt: skip
    variance = _rungs(
        "Decoder variance σ²", "s2", DECODER_VARIANCES,
        disabled=config.variance != "fixed",
        help="Small σ²: pixels count more. Free only where σ² is fixed by you.",
    )  # fmt: skip
    knob = st.empty()
    rate = _rungs("Learning rate", "lr", LEARNING_RATES)
    with st.expander("Schedule, samples, free bits"):
        schedule = _choice("KL warm-up", "sched", get_args(Schedule))
        warmup = _rungs("Length (steps)", "warm", WARMUP_STEPS, disabled=schedule == "constant")
        samples = _rungs("Monte Carlo samples M", "m", SAMPLES)
        free_bits = _rungs("Free bits per dimension (nats)", "fb", FREE_BITS)
    controls = VAEControls(
        kl_weight=beta,
        decoder_variance=variance,
        learning_rate=rate,
        num_samples=int(samples),
        schedule=schedule,
        warmup_steps=int(warmup),
        free_bits=free_bits,
    )
    knob.caption(_knob_text(config, controls))
    return controls


def _knob_text(config: VAEConfig, controls: VAEControls) -> str:
    if not config.is_variational:
        return "No sampling and no KL here: β and σ² change nothing but the scale of the loss."
    if config.variance == "heteroscedastic":
        return "βσ² has no meaning here: every feature has a variance of its own."
    if config.variance != "fixed":
        return "σ² is found by the model; see its value above the curves."
    weight = controls.effective_weight
    return f"Effective weight βσ² = **{weight:g}**: the optimum depends on this only."
