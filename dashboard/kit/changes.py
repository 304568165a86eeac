"""What changed between two frozen configurations, in words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from dashboard.kit.words import Words, number

if TYPE_CHECKING:
    from core.history import ControlChange
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.option import Option
    from dashboard.kit.scene import Scene


def waiting(scene: Scene, old: Any, new: Any) -> str:
    """What waits for a reset: the options that differ, as ``data MNIST → Two moons``."""
    return differences(scene.lesson, scene.said, old, new)


def differences(lesson: Lesson, said: Words, old: Any, new: Any) -> str:
    """The options in which two configurations differ, as ``β 1 → 5, σ² 0.05 → 0.1``.

    Args:
        lesson: whose options.
        said: its words.
        old: a frozen configuration.
        new: another of the same class.
    """
    before, after = lesson.choices_of(old), lesson.choices_of(new)
    parts = [
        f"{name_of(lesson.by_key[key], said)} {_shown(said, lesson.by_key[key], before[key])} → "
        f"{_shown(said, lesson.by_key[key], after[key])}"
        for key in before
        if before[key] != after[key]
    ]
    return ", ".join(parts) or _fields(old, new)


def name_of(option: Option, said: Words) -> str:
    """An option's short name."""
    short = f"options.{option.key}.short"
    return said(short if short in said else f"options.{option.key}.label")


def _shown(said: Words, option: Option, value: Any) -> str:
    if isinstance(value, tuple):
        return "×".join(said.value(option.words_of, item) for item in value) or "–"
    if isinstance(value, bool):
        return said("switched.on" if value else "switched.off")
    return said.value(option.words_of, value)


def _fields(old: Any, new: Any) -> str:
    """What no option says: the fields by name."""
    return ", ".join(
        f"{field.name} {number(before)} → {number(after)}"
        for field in fields(old)
        if (before := getattr(old, field.name)) != (after := getattr(new, field.name))
    )


def change_marks(
    lesson: Lesson, said: Words, changes: Sequence[ControlChange]
) -> list[tuple[int, str]]:
    """Steps at which a control moved while training, and what moved."""
    return [
        (after.step, differences(lesson, said, before.controls, after.controls))
        for before, after in itertools.pairwise(changes)
    ]
