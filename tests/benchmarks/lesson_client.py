"""A tab on the VAE lesson that draws nothing: which step its pictures belong to, what moved."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from page_client import PageClient

from dashboard.components.payload import unpack

MARK = re.compile(r"(.*) at (?:step )?([\d,]+)")
STEP = re.compile(r"step <b>([\d,]+)</b>")


@dataclass(frozen=True, kw_only=True)
class Plane:
    """A latent plane that came: when, of which training step, with which grid."""

    at: float
    step: int
    grid_size: int
    spacing: str


class LessonClient(PageClient):
    """One open tab on the lesson.

    Attributes:
        planes: every latent plane that came.
        steps: every training step that the strip has named, and when.
        moved: what the caption below the curves says: what moved, and at which step.
    """

    def __init__(self, url: str) -> None:
        """Open the lesson of the server at ``url``."""
        self.planes: list[Plane] = []
        self.steps: list[tuple[float, int]] = []
        self.moved: list[tuple[str, int]] = []
        super().__init__(url, "vae")

    def plane_since(self, since: float, fits: Callable[[Plane], bool]) -> Plane | None:
        """The first plane that came after ``since`` and fits."""
        later = itertools.takewhile(lambda plane: plane.at > since, reversed(self.planes))
        return min(filter(fits, later), key=lambda plane: plane.at, default=None)

    def wait_for_plane(self, since: float, fits: Callable[[Plane], bool]) -> float:
        """Seconds from ``since`` until a plane that fits had come."""
        return self.wait("a plane", lambda: self.plane_since(since, fits)).at - since

    def take_content(self, kind: str, content: Any, now: float) -> None:
        """Note planes, steps, and what moved."""
        if kind == "bidi_component" and content.component_name.endswith("latent_plane"):
            meta, _ = unpack(content.bytes)
            fields = {name: meta[name] for name in ("step", "grid_size", "spacing")}
            self.planes.append(Plane(at=now, **fields))
        elif kind == "html" and "run-facts" in content.body:
            step = STEP.search(content.body)
            self.steps += [(now, _integer(step[1]))] if step else []
        elif kind == "markdown" and content.body.startswith("Moved: "):
            marks = map(MARK.fullmatch, content.body.removeprefix("Moved: ").split(" · "))
            self.moved = [(mark[1], _integer(mark[2])) for mark in marks if mark]


def _integer(text: str) -> int:
    return int(text.replace(",", ""))
