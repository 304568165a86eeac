"""What the controls ask for beyond the present run, in words."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from core.flow.config import FlowConfig, LayerConfig
from core.flow.targets import TARGETS
from dashboard.kit.changes import differences

NAMES = {
    "conditioned_on": "conditioned on",
    "between": "between layers",
    "hidden_features": "hidden layers",
    "batch_size": "batch size",
    "start": "parameters",
    "log_scale": "log-scale",
}


def flow_differences(old: FlowConfig, new: FlowConfig) -> str:
    """The fields that differ, as ``target Two moons → Rings, batch size 512 → 64``."""
    parts = []
    if old.target.name != new.target.name:
        before, after = (TARGETS[config.target.name].title for config in (old, new))
        parts.append(f"target {before} → {after}")
    elif old.target != new.target:
        parts.append("the mixture's centres or spread")
    if old.layers != new.layers:
        parts.append(f"layers {in_words(old.layers)} → {in_words(new.layers)}")
    rest = differences(replace(old, target=new.target, layers=new.layers), new, NAMES)
    return ", ".join([*parts, rest] if rest else parts)


def in_words(layers: Sequence[LayerConfig]) -> str:
    """Layers in order, equal neighbours counted: ``2 × spline · made + affine · none``."""
    runs = [(layer, len(list(group))) for layer, group in itertools.groupby(layers)]
    return " + ".join(
        (f"{count} × " if count > 1 else "")
        + f"{layer.transformer} · {layer.conditioner.replace('_', ' ')}"
        for layer, count in runs
    )
