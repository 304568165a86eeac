"""What the controls ask for beyond the present run, in words."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from core.flow.config import FlowConfig, LayerConfig
from dashboard.kit.changes import differences
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words
from dashboard.lessons.flow.composing import pair_key


def flow_differences(scene: Scene, old: FlowConfig, new: FlowConfig) -> str:
    """The fields that differ, as ``target Two moons → Rings, batch size 512 → 64``."""
    parts, said = [], scene.said
    if old.target.name != new.target.name:
        before, after = (said.value("target", config.target.name) for config in (old, new))
        parts.append(f"{said('options.target.short')} {before} → {after}")
    elif old.target != new.target:
        parts.append(said("waiting.mixture"))
    if old.layers != new.layers:
        before, after = (in_words(config.layers, said) for config in (old, new))
        parts.append(f"{said('waiting.layers')} {before} → {after}")
        old = replace(old, amplitude=new.amplitude, frequency=new.frequency)  # of other layers
    rest = replace(old, target=new.target, layers=new.layers)
    if rest != new:
        parts.append(differences(scene.lesson, said, rest, new))
    return ", ".join(parts)


def in_words(layers: Sequence[LayerConfig], said: Words) -> str:
    """Layers in order, equal neighbours counted: ``2 × spline · made + affine · none``."""
    runs = [(layer, len(list(group))) for layer, group in itertools.groupby(layers)]
    return " + ".join(
        (f"{count} × " if count > 1 else "") + said.value("layer", pair_key(layer))
        for layer, count in runs
    )
