"""What is marked on the curves of a run: where a control moved, and what lies outside."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts.window import Outlier
from dashboard.kit.words import filled, with_minus
from dashboard.theme import Look


def mark_line(marks: Sequence[tuple[int, str]], look: Look) -> dict[str, Any]:
    """A vertical line wherever a control moved; what moved shows when the pointer is on it."""
    return {
        "symbol": "none",
        "data": [{"xAxis": step, "name": text} for step, text in marks],
        "lineStyle": {"color": look.muted, "type": "solid", "width": 0.7 * look.line_width},
        "label": {"show": False},
        "emphasis": {"lineStyle": {"width": 1.5 * look.line_width}},
        "tooltip": {"trigger": "item", "formatter": "{b}"},
    }


def mark_far(
    far: Sequence[Outlier], steps: NDArray[np.int64], said: Mapping[str, str], look: Look
) -> dict[str, Any]:
    """A triangle at the edge for what lies outside, and in words where and how far."""
    middle = 0.5 * (steps[0] + steps[-1]) if len(steps) else 0.0
    points = []
    for one in far:
        text = filled(
            said[one.side], what=said[one.curve], value=_far(one.value), step=f"{one.step:,}"
        )
        points.append(
            {
                "coord": [one.step, one.edge],
                "symbolRotate": 180 if one.side == "below" else 0,
                "label": {
                    "show": True,
                    "formatter": text,
                    "position": "right" if one.step <= middle else "left",
                },
            }
        )
    return {
        "symbol": "triangle",
        "symbolSize": 0.7 * look.font_size,
        "itemStyle": {"color": look.muted},
        "label": {"color": look.muted, "fontSize": 0.9 * look.font_size},
        "data": points,
        "tooltip": {"show": False},
    }


def _far(value: float) -> str:
    return with_minus(f"{value:,.1f}" if abs(value) < 1e6 else f"{value:.1e}")
