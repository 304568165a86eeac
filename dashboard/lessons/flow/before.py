"""What a flow is compared with: the run before it, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.flow.layout import parameter_count
from dashboard.kit.overlays import Compared

if TYPE_CHECKING:
    from core.flow.config import FlowConfig
    from dashboard.kit.scene import Scene


def comparable(before: FlowConfig, now: FlowConfig) -> bool:
    """Nats can be compared in the same coordinates, and where there is something to train."""
    is_alike = (before.target, before.base) == (now.target, now.base)
    return is_alike and not now.why_not_trained() and parameter_count(now) > 0


def compared(scene: Scene) -> tuple[Compared, ...]:
    """NLL and, where the density of the target is known, KL, on the same held-out points."""
    said = scene.said
    return (
        Compared(name=said("facts.nll"), role="model", metric="nll/held_out", digits=3),
        Compared(name=said("facts.kl"), role="kl", metric="kl", error="kl_error", digits=3),
    )
