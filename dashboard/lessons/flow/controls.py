"""The controls of the flow lesson: each group returns a frozen configuration.

Every widget is bound to the link under its key, so that a link opens the same experiment.
"""

import math
import re
from collections.abc import Sequence
from typing import Any, get_args

import streamlit as st

from core.flow.config import (
    MAX_HIDDEN_LAYERS,
    MAX_LAYERS,
    VALID_PAIRS,
    Base,
    Between,
    FlowConfig,
    FlowControls,
    LayerConfig,
    Start,
)
from core.flow.targets import CENTRES, MAX_CENTRES, TARGETS, Centres, TargetConfig
from dashboard.kit.ladder import ladder

LEARNING_RATES = ladder(1e-5, 1000)
BATCH_SIZES = (64, 128, 256, 512, 1024, 2048)
WIDTHS = (8, 16, 32, 64, 128, 256)
BINS = (2, 4, 6, 8, 12, 16, 24, 32)
SPREADS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0)
BY_HAND = tuple(round(-1.5 + 0.1 * n, 1) for n in range(31))
AMPLITUDES = tuple(round(0.1 * n, 1) for n in range(31))
FREQUENCIES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
DIRECTIONS = ("z", "x")
SAME = "as above"
PAIRS = tuple(f"{t} · {c.replace('_', ' ')}" for t, cs in VALID_PAIRS.items() for c in cs)
"""Every valid pair of transformer and conditioner, as one word of a menu."""

DEFAULT_PAIR = "spline · made"

BOUND: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}

_CONFIG, _CONTROLS = FlowConfig(), FlowControls()


def centres_text(centres: Centres) -> str:
    """Centres as they stand in a link: ``x,y x,y``."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in centres)


DEFAULTS: dict[str, Any] = {
    "target": _CONFIG.target.name,
    "spread": _CONFIG.target.spread,
    "base": _CONFIG.base,
    "layer": DEFAULT_PAIR,
    "k": len(_CONFIG.layers),
    **{f"layer{n}": SAME for n in range(1, MAX_LAYERS + 1)},
    "on": _CONFIG.conditioned_on,
    "between": _CONFIG.between,
    "depth": len(_CONFIG.hidden_features),
    "units": _CONFIG.hidden_features[0],
    "bins": _CONFIG.bins,
    "start": _CONFIG.start,
    "scale": _CONFIG.log_scale,
    "shift": _CONFIG.shift,
    "coupling": _CONFIG.coupling,
    "fold_a": 1.6,
    "fold_b": 2.0,
    "rows": _CONFIG.batch_size,
    "flow_seed": _CONFIG.seed,
    "rate": _CONTROLS.learning_rate,
    "dims": 4,
}
"""Widget keys, as they stand in a link, and what they mean when absent."""

LABELS: dict[str, str] = {
    "normal": "normal",
    "uniform": "uniform",
    "z": "z: fast samples",
    "x": "x: fast density",
    "random": "random weights",
    "hand": "by hand",
}

OPTIONS: dict[str, Sequence[Any]] = {
    "target": tuple(TARGETS),
    "spread": SPREADS,
    "base": get_args(Base),
    "layer": PAIRS,
    "k": range(1, MAX_LAYERS + 1),
    **{f"layer{n}": (SAME, *PAIRS) for n in range(1, MAX_LAYERS + 1)},
    "on": DIRECTIONS,
    "between": get_args(Between),
    "depth": range(MAX_HIDDEN_LAYERS + 1),
    "units": WIDTHS,
    "bins": BINS,
    "start": get_args(Start),
    "scale": BY_HAND,
    "shift": BY_HAND,
    "coupling": BY_HAND,
    "fold_a": AMPLITUDES,
    "fold_b": FREQUENCIES,
    "rows": BATCH_SIZES,
    "flow_seed": range(2**31),
    "rate": LEARNING_RATES,
    "dims": range(2, 9),
}
"""What every widget offers, by its key."""


def label(key: str, value: Any) -> str:
    """How the widget called ``key`` shows ``value``; a link carries the same words."""
    if key == "target":
        return TARGETS[value].title
    if isinstance(value, str):
        return LABELS.get(value, value)
    return str(value) if isinstance(value, int) else f"{value:g}"


def choice(text: str, key: str, **more: Any) -> Any:
    """A menu of the options of ``key``."""
    options = tuple(OPTIONS[key])
    return st.selectbox(
        text,
        options,
        index=options.index(DEFAULTS[key]),
        key=key,
        format_func=lambda option: label(key, option),
        **BOUND,
        **more,
    )


def rungs(text: str, key: str, **more: Any) -> Any:
    """A slider over the options of ``key``."""
    return st.select_slider(
        text,
        tuple(OPTIONS[key]),
        DEFAULTS[key],
        key=key,
        format_func=lambda option: label(key, option),
        **BOUND,
        **more,
    )


def target_controls() -> TargetConfig:
    """What is learned; a new choice needs a reset."""
    name = choice("Target", "target", help="Needs ⟲ Reset: the present run keeps its own.")
    st.caption(TARGETS[name].description)
    if name != "mixture":
        return TargetConfig(name=name)
    text = st.text_input(
        "Centres: x,y x,y …",
        centres_text(CENTRES),
        key="mix",
        help="Or drag them in the right picture.",
        **BOUND,
    )
    _more_or_fewer(text)
    spread = rungs("Spread of each", "spread")
    try:
        centres = read_centres(text)
        config = TargetConfig(name=name, centres=centres, spread=spread)
    except ValueError as error:
        st.warning(
            f"The three default centres are used instead: {error}.", icon=":material/edit_off:"
        )
        return TargetConfig(name=name, spread=spread)
    return config


def _more_or_fewer(text: str) -> None:
    """Buttons that add a centre, and take the last one away."""
    pieces = text.split()
    turn = 2.4 * len(pieces)  # the golden angle: never on top of another

    def become(chosen: list[str]) -> None:
        st.session_state["mix"] = " ".join(chosen)

    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add",
            icon=":material/add:",
            key="mix_add",
            on_click=become,
            args=([*pieces, centres_text(((1.6 * math.cos(turn), 1.6 * math.sin(turn)),))],),
            disabled=len(pieces) >= MAX_CENTRES,
            help=f"One more; at most {MAX_CENTRES}.",
        )
        st.button(
            "Remove",
            icon=":material/remove:",
            key="mix_remove",
            on_click=become,
            args=(pieces[:-1],),
            disabled=len(pieces) <= 1,
            help="The last one.",
        )


def read_centres(text: str) -> Centres:
    """Centres from ``x,y x,y …``.

    Raises:
        ValueError: naming the piece that is no pair of numbers.
    """
    found = []
    for piece in text.split():
        if not re.fullmatch(r"-?\d*\.?\d+,-?\d*\.?\d+", piece):
            raise ValueError(f"`centres` must be pairs of numbers 'x,y', got '{piece[:20]}'")
        x, y = piece.split(",")
        found.append((float(x), float(y)))
    return tuple(found)


def _layer_of(pair: str) -> LayerConfig:
    transformer, conditioner = pair.split(" · ")
    return LayerConfig(
        transformer=transformer,  # type: ignore[arg-type]
        conditioner=conditioner.replace(" ", "_"),  # type: ignore[arg-type]
    )


def flow_controls(target: TargetConfig) -> FlowConfig:
    """The flow, layer by layer; a change needs a reset unless it is set by hand."""
    count = int(st.slider("Layers", 1, MAX_LAYERS, DEFAULTS["k"], key="k", **BOUND))
    pair = choice("Each layer: transformer · conditioner", "layer")
    direction = choice(
        "Conditioned on",
        "on",
        help="z: a sample takes one pass of each layer, a density D. x (MAF): the reverse.",
    )
    start = choice("Parameters", "start", help="By hand: every slider redraws the map at once.")
    scale, shift, coupling = _by_hand(_layer_of(pair)) if start == "hand" else (0.0, 0.0, 0.0)
    with st.expander("Flow (advanced)"):
        base = choice("Base", "base", help="Normal on R², or uniform on the square [0, 1]².")
        between = choice("Between layers", "between", disabled=count == 1)
        pairs = [choice(f"Layer {n}", f"layer{n}") for n in range(1, count + 1)]
        depth = st.slider("Hidden layers of MADE", 0, 3, DEFAULTS["depth"], key="depth", **BOUND)
        width = rungs("Width of each", "units", disabled=depth == 0)
        bins = rungs("Bins of a spline", "bins")
        rows = rungs("Batch size", "rows")
        seed = st.number_input(
            "Seed", 0, 2**31 - 1, DEFAULTS["flow_seed"], key="flow_seed", **BOUND
        )
    layers = tuple(_layer_of(pair if own == SAME else own) for own in pairs)
    return FlowConfig(
        target=target,
        base=base,
        layers=layers,
        conditioned_on=direction,
        between=between,
        hidden_features=(int(width),) * int(depth),
        bins=int(bins),
        start=start,
        log_scale=scale,
        shift=shift,
        coupling=coupling,
        **_wave(layers),
        batch_size=int(rows),
        seed=int(seed),
    )


def _by_hand(layer: LayerConfig) -> tuple[float, float, float]:
    """Log-scale, shift and coupling: those that the layer has."""
    transformer, conditioner = layer.transformer, layer.conditioner
    fixed = transformer == "wave" or conditioner == "cumulative_sum"
    scale = rungs(
        "Bend" if transformer == "spline" else "Log-scale",
        "scale",
        disabled=fixed or transformer == "additive",
    )
    shift = rungs("Shift", "shift", disabled=fixed or transformer == "spline")
    coupling = rungs(
        "Coupling of dimension 1 into 2",
        "coupling",
        disabled=fixed or conditioner != "linear",
        help="Of a linear conditioner: how strongly the first dimension moves the second.",
    )
    return scale, shift, coupling


def _wave(layers: tuple[LayerConfig, ...]) -> dict[str, Any]:
    """A and b of the fold's sliders, where a layer uses them."""
    if all(layer.transformer != "wave" for layer in layers):
        return {}
    return {
        "amplitude": st.session_state.get("fold_a", DEFAULTS["fold_a"]),
        "frequency": st.session_state.get("fold_b", DEFAULTS["fold_b"]),
    }


def live_controls() -> FlowControls:
    """What may change while training."""
    return FlowControls(learning_rate=rungs("Learning rate", "rate"))
