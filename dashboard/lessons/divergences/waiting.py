"""What waits for a reset, in words: two densities by their name, not by their numbers."""

from dataclasses import replace
from typing import Any

from core.divergences.config import CriticConfig
from dashboard.kit.changes import name_of, waiting
from dashboard.kit.scene import Scene
from dashboard.lessons.divergences.texts import name_of as pair_name


def differences(scene: Scene, old: Any, new: Any) -> str:
    """The options in which two configurations differ, the pair as one of them."""
    if not isinstance(new, CriticConfig) or old.pair == new.pair:
        return waiting(scene, old, new)
    said, option = scene.said, scene.option("pair")
    before, after = (said.value("pair", pair_name(config.pair)) for config in (old, new))
    parts = [f"{name_of(option, said)} {before} → {after}"]
    others = replace(new, pair=old.pair)
    if others != old:
        parts.append(waiting(scene, old, others))
    return ", ".join(parts)
