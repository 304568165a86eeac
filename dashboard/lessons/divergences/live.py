"""The pictures of the divergences lesson: the board of the open tab."""

from collections.abc import Sequence
from typing import Any

from core.divergences.config import CriticConfig
from dashboard.kit.controls import control
from dashboard.kit.downloads import Download
from dashboard.kit.overlays import Compared
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.lessons.divergences import gan_tab, losses_tab, pair_tab, slope_tab
from dashboard.lessons.divergences.tab import Tab
from dashboard.lessons.divergences.waiting import differences

TABS: dict[str, Tab] = {
    "gan": gan_tab.TAB,
    "pair": pair_tab.TAB,
    "slope": slope_tab.TAB,
    "losses": losses_tab.TAB,
}
"""Tabs by the value of the option ``panel``."""


def choose_tab(scene: Scene) -> None:
    """Which frame is open."""
    control(scene, "panel", label_visibility="collapsed")


def tab_of(scene: Scene) -> Tab:
    """The open tab."""
    return TABS[scene.choices["panel"]]


def ask(scene: Scene) -> Sequence[Question]:
    """What the open tab wants to know; nobody wants to know the rest any more."""
    asked = tuple(tab_of(scene).ask(scene))
    scene.desk.keep_only({question.name for question in asked})
    return asked


def draw(scene: Scene) -> None:
    """The open tab."""
    tab_of(scene).draw(scene)


def facts(scene: Scene) -> str:
    """Where the run of the open tab stands (HTML)."""
    return tab_of(scene).facts(scene)


def downloads(scene: Scene) -> Sequence[Download]:
    """What can be taken home of the open tab."""
    return tab_of(scene).downloads(scene)


def compared(scene: Scene) -> Sequence[Compared]:
    """Numbers of the steered run that are compared with those of the run before."""
    return tab_of(scene).compared(scene)


def comparable(before: Any, now: Any) -> bool:
    """Whether two runs are of one kind, and critics of one loss: other losses, other units."""
    if isinstance(now, CriticConfig):
        return isinstance(before, CriticConfig) and before.loss == now.loss
    return type(before) is type(now)


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=facts,
    above=choose_tab,
    downloads=downloads,
    compared=compared,
    differences=differences,
    comparable=comparable,
)
