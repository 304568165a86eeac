"""Where the critic's run stands, for the strip."""

import math

from dashboard.kit.scene import Scene
from dashboard.lessons.divergences.numbers import nats
from dashboard.theme import ROLE_COLORS, ink


def critic_facts(scene: Scene) -> str:
    """Step, speed, R(D), R* and the gap (HTML)."""
    view, said = scene.view, scene.said
    parts = [f"{said('facts.step')} <b>{view.run.step:,}</b>"]
    if view.training and view.steps_per_second:
        parts.append(f"<b>{view.steps_per_second:,.0f}</b> {said('facts.speed')}")
    if len(view.run.history):
        latest = view.run.history.latest()
        color = ink(ROLE_COLORS["discriminator"])
        exact = latest["risk_exact"]  # NaN where nothing holds D
        floor = nats(exact) if math.isfinite(exact) else "−∞"
        parts += [
            f'<span style="color:{color}">R(D) <b>{nats(latest["risk"])}</b></span>',
            f"{said('facts.exact')} <b>{floor}</b>",
        ]
        if math.isfinite(exact):
            parts.append(f"{said('facts.gap')} <b>{nats(latest['gap'])}</b>")
    return " ".join(f"<span>{part}</span>" for part in parts)
