"""What the choices say beyond their rows: layers by their keys, centres as text. No streamlit."""

from dataclasses import replace
from typing import Any, cast

from core.flow.config import (
    MAX_HIDDEN_LAYERS,
    MAX_LAYERS,
    VALID_PAIRS,
    Conditioner,
    FlowConfig,
    FlowControls,
    LayerConfig,
    Transformer,
)
from core.flow.folding import Wave
from core.flow.targets import Centres, TargetConfig
from core.validation import require_number
from dashboard.kit.option import Choices

PAIRS = tuple(f"{t}-{c}" for t, conditioners in VALID_PAIRS.items() for c in conditioners)
"""Every valid pair of transformer and conditioner, by its key."""

SAME = "same"
"""Of a single layer: as the menu for each layer says."""

FOLDING = Wave(amplitude=1.6, frequency=2.0)
"""The wave that the fold opens with."""


def centres_text(centres: Centres) -> str:
    """Centres as they stand in a link: ``x,y x,y``."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in centres)


def read_centres(text: str) -> Centres:
    """Centres from ``x,y x,y …``.

    Raises:
        ValueError: saying what is read; the text itself comes from outside and is not repeated.
    """
    try:
        pairs = [[float(number) for number in piece.split(",")] for piece in text.split()]
    except ValueError:
        pairs = [[]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("`centres` must be pairs of numbers 'x,y' with spaces in between")
    return tuple((x, y) for x, y in pairs)


def pair_key(layer: LayerConfig) -> str:
    """The key of a layer's transformer and conditioner."""
    return f"{layer.transformer}-{layer.conditioner}"


def layer_of(pair: str) -> LayerConfig:
    """The layer that a key stands for."""
    transformer, _, conditioner = pair.partition("-")
    return LayerConfig(
        transformer=cast(Transformer, transformer), conditioner=cast(Conditioner, conditioner)
    )


def own_pair(config: FlowConfig, number: int) -> str:
    """What the menu of one layer says, counted from 1: its own pair where it differs."""
    keys = [pair_key(layer) for layer in config.layers]
    return SAME if number > len(keys) or keys[number - 1] == keys[0] else keys[number - 1]


def chooses_wave(choices: Choices) -> bool:
    """Whether a layer is chosen to be the wave: a and b then stand among the flow's controls."""
    pairs = [choices[f"layer{n}"] for n in range(1, int(choices["k"]) + 1)]
    return "wave-none" in [choices["layer"] if pair == SAME else pair for pair in pairs]


def has_wave(config: FlowConfig) -> bool:
    """Whether a layer is the wave, which is set by the fold's own sliders."""
    return any(layer.transformer == "wave" for layer in config.layers)


def of_wave(config: Any, field: str) -> float:
    """Amplitude or frequency of the wave.

    Raises:
        AttributeError: no layer is one, as a configuration of another kind has no such field.
    """
    if not has_wave(config):
        raise AttributeError(field)
    return float(getattr(config, field))


def target_of(choices: Choices) -> TargetConfig:
    """The target; centres and spread are checked for every one, and belong to the mixture.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    mixture = TargetConfig(
        name="mixture", centres=read_centres(choices["mix"]), spread=choices["spread"]
    )
    name = choices["target"]
    return mixture if name == "mixture" else TargetConfig(name=name)


def configure(choices: Choices) -> tuple[FlowConfig, FlowControls]:
    """Configuration and controls; what changes nothing stands at its default.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    count, depth = choices["k"], choices["depth"]
    require_number("number of layers", count, at_least=1, at_most=MAX_LAYERS)
    require_number("hidden layers", depth, at_least=0, at_most=MAX_HIDDEN_LAYERS)
    pairs = [choices[f"layer{n}"] for n in range(1, count + 1)]
    wave = Wave(amplitude=choices["fold_a"], frequency=choices["fold_b"])
    config = FlowConfig(
        target=target_of(choices),
        base=choices["base"],
        layers=tuple(layer_of(choices["layer"] if pair == SAME else pair) for pair in pairs),
        conditioned_on=choices["on"],
        between=choices["between"],
        hidden_features=(choices["units"],) * depth,
        bins=choices["bins"],
        start=choices["start"],
        log_scale=choices["scale"],
        shift=choices["shift"],
        coupling=choices["coupling"],
        amplitude=wave.amplitude,
        frequency=wave.frequency,
        batch_size=choices["rows"],
        seed=choices["flow_seed"],
    )
    return _at_rest(config), FlowControls(learning_rate=choices["rate"])


def _at_rest(config: FlowConfig) -> FlowConfig:
    """Without what no layer uses: two choices that mean one flow are one configuration."""
    usual = FlowConfig()
    if config.start != "hand":
        config = replace(
            config, log_scale=usual.log_scale, shift=usual.shift, coupling=usual.coupling
        )
    if not has_wave(config):
        config = replace(config, amplitude=usual.amplitude, frequency=usual.frequency)
    return config


def needs_no_training(config: FlowConfig) -> bool:
    """Whether the map follows every choice at once: set by hand, or not trainable."""
    return config.start == "hand" or bool(config.why_not_trained())
