"""What is shown of a flow: trained, set by hand, or not trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.kit.badges import badge

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene


def flow_badge(scene: Scene, detail: str = "") -> str:
    """What is shown of the run: a trained model, an untrained one, a map set by hand (HTML)."""
    run, said = scene.view.run, scene.said
    if run.step:
        return badge(scene.kit, "trained", detail or said("map.step", step=f"{run.step:,}"))
    if run.config.start == "hand":
        return badge(scene.kit, "exact", detail or said("map.by_hand"))
    return badge(scene.kit, "untrained", detail)
