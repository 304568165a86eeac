"""What the tabs of the line share of the trained D: its values, its files, its numbers."""

from collections.abc import Sequence

import numpy as np

from core.divergences import requests
from dashboard.kit.downloads import Download, run_downloads
from dashboard.kit.overlays import Compared
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.lessons.divergences.names import FARTHEST

PLACES = np.linspace(-FARTHEST, FARTHEST, 1201)
"""Where the trained D is asked for: wherever a pair can be."""


def ask(scene: Scene) -> Sequence[Question]:
    """The trained D on the line."""
    view = scene.view
    identity = (view.run_id, view.generation)
    args = (view.run.state.parameters, view.run.config, PLACES)
    request = Request(function=requests.critic_values, args=args)
    key = (identity, view.run.step)
    return [Question(name="critic", key=key, identity=identity, request=request)]


def downloads(scene: Scene) -> Sequence[Download]:
    """The curves and the run."""
    return run_downloads(scene.main.held.latest)


def compared(scene: Scene) -> Sequence[Compared]:
    """R(D) and what it is above the exact one."""
    return (
        Compared(name="R(D)", role="discriminator", metric="risk", digits=4),
        Compared(name=scene.said("facts.gap"), role="discriminator", metric="gap", digits=4),
    )
