"""What changed between two frozen configurations, in words."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from core.history import ControlChange


def differences(
    old: Any, new: Any, names: Mapping[str, str], words: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The fields that differ, as ``β 1 → 5, σ² 0.05 → 0.1``; empty if none does.

    Args:
        old: a frozen dataclass.
        new: another of the same class.
        names: field names as the page shows them.
        words: values as the page shows them, where they are words.
    """
    parts = [
        f"{names.get(field.name, field.name)} {_text(before, words)} → {_text(after, words)}"
        for field in fields(old)
        if (before := getattr(old, field.name)) != (after := getattr(new, field.name))
    ]
    return ", ".join(parts)


def change_marks(
    changes: Sequence[ControlChange], names: Mapping[str, str]
) -> list[tuple[int, str]]:
    """Steps at which a control moved while training, and what moved."""
    return [
        (after.step, differences(before.controls, after.controls, names))
        for before, after in itertools.pairwise(changes)
    ]


def _text(value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return "×".join(str(item) for item in value) or "none"
    text = str(getattr(value, "name", value))
    return words.get(text, text)
