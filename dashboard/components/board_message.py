"""Pictures as the browser takes them: what they are in words, their numbers in one array."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.charts.panel import Axis, Mark, Panel
from dashboard.charts.panel_fields import Contours, Image, Texts
from dashboard.charts.panel_handle import Handle
from dashboard.components.payload import floats


class Numbers:
    """The numbers of all marks, one after the other; a mark names its share of them."""

    def __init__(self) -> None:
        """Without any."""
        self._floats: list[NDArray[np.float32]] = []
        self._levels: list[NDArray[np.uint8]] = []

    def share(self, values: ArrayLike) -> tuple[int, int]:
        """Add numbers; from where to where they are."""
        return _added(self._floats, floats(values))

    def share_levels(self, values: NDArray[np.uint8]) -> tuple[int, int]:
        """Add levels of an image; from where to where they are."""
        return _added(self._levels, np.ascontiguousarray(values).ravel())

    def sections(self) -> dict[str, NDArray[Any]]:
        """All of them, as a message carries them."""
        return {
            "numbers": np.concatenate([np.zeros(0, np.float32), *self._floats]),
            "levels": np.concatenate([np.zeros(0, np.uint8), *self._levels]),
        }


def _added(parts: list[Any], values: NDArray[Any]) -> tuple[int, int]:
    start = sum(len(part) for part in parts)
    parts.append(values)
    return start, start + len(values)


def panel_message(panel: Panel, numbers: Numbers) -> dict[str, Any]:
    """One picture; its numbers are added to ``numbers``."""
    return {
        "name": panel.name,
        "x": _axis(panel.x),
        "y": _axis(panel.y),
        "marks": [_mark(mark, numbers) for mark in panel.marks],
        "handles": [_handle(handle, panel) for handle in panel.handles],
        "alt": panel.alt,
        "rows": panel.rows,
        "margin": panel.margin,
        "takes_points": panel.takes_points,
        "follower": panel.follower,
        "is_equal": panel.is_equal,
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "title": axis.title,
        "low": axis.low,
        "high": axis.high,
        "is_log": axis.is_log,
        "names": axis.names,
        "colors": axis.colors,
    }


def _handle(handle: Handle, panel: Panel) -> dict[str, Any]:
    return {
        "name": handle.name,
        "title": handle.title,
        "x": handle.x,
        "y": handle.y,
        "moves": handle.moves,
        "color": handle.color,
        "width": handle.width,
        "x_bounds": handle.x_bounds or sorted((panel.x.low, panel.x.high)),
        "y_bounds": handle.y_bounds or sorted((panel.y.low, panel.y.high)),
        "width_bounds": handle.width_bounds,
        "is_removable": handle.is_removable,
        "is_small": handle.is_small,
        "has_ring": handle.has_ring,
    }


def _mark(mark: Mark | Image | Contours | Texts, numbers: Numbers) -> dict[str, Any]:
    if isinstance(mark, Image):
        return _image(mark, numbers)
    if isinstance(mark, Contours):
        return {
            "kind": "contours",
            "color": mark.color,
            "is_dashed": mark.is_dashed,
            "is_thin": mark.is_thin,
            "opacity": mark.opacity,
            "extent": mark.extent,
            "shape": np.shape(mark.values),
            "values": numbers.share(mark.values),
            "at": numbers.share(mark.at),
        }
    if isinstance(mark, Texts):
        return {
            "kind": "texts",
            "color": mark.color,
            "opacity": mark.opacity,
            "align": mark.align,
            "texts": list(mark.texts),
            "key": mark.key,
            "x": numbers.share(mark.x),
            "y": numbers.share(mark.y),
        }
    found: dict[str, Any] = {
        "kind": mark.kind,
        "color": mark.color,
        "is_dashed": mark.is_dashed,
        "is_thin": mark.is_thin,
        "size": mark.size,
        "opacity": mark.opacity,
        "tip": mark.tip,
        "text": mark.text,
        "key": mark.key,
    }
    arrays = {name: getattr(mark, name) for name in ("x", "y", "x2", "y2", "value")}
    return found | {k: numbers.share(values) for k, values in arrays.items() if values is not None}


def _image(image: Image, numbers: Numbers) -> dict[str, Any]:
    return {
        "kind": "image",
        "color": "exact",
        "opacity": image.opacity,
        "tip": image.tip,
        "colors": list(image.colors),
        "range": image.range,
        "extent": image.extent,
        "is_smooth": image.is_smooth,
        "shape": image.levels.shape,
        "levels": numbers.share_levels(image.levels),
    }
