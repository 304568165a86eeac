"""One stage of a step in slow motion. No streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.charts.panel import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """What is seen at one moment of a step.

    Attributes:
        key: of the stage among those of a step.
        title: what happens, in the words of the lesson.
        html: HTML with the actual numbers, by place; made by us, never by a visitor.
        panels: pictures by place.
    """

    key: str
    title: str
    html: Mapping[str, str] = field(default_factory=dict)
    panels: Mapping[str, Sequence[Panel]] = field(default_factory=dict)
