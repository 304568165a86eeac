"""What is known now: draws of a divergence, rungs of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.foundations.config import DivergenceConfig
from core.foundations.kl_estimates import SampledKL, sampled_kl
from core.foundations.target import Target1D

if TYPE_CHECKING:
    from core.foundations.infinity import Rung
    from dashboard.kit.scene import Scene

LADDER_OF, RUNG_OF = "ladder", "rung"
"""Questions: all K of the ladder, and the one that is chosen."""


def target_of(config: DivergenceConfig) -> Target1D:
    """P."""
    bumps = config.target[:1] if config.pair == "line" else config.target
    weights, means, sds = zip(*bumps, strict=True)
    return Target1D(weights=weights, means=means, sds=sds)


def sampled_of(config: DivergenceConfig) -> SampledKL:
    """The divergence of the landscape by draws."""
    return sampled_kl(
        target_of(config),
        config.mean,
        config.sd,
        direction=config.direction,
        num_samples=config.num_samples,
        seed=config.seed,
    )


def all_of(so_far: Any) -> tuple[Rung, ...]:
    """The rungs of an answer that may still be its first part."""
    return so_far if isinstance(so_far, tuple) else (so_far,)


def rungs_of(scene: Scene) -> tuple[Rung, ...]:
    """What has been fitted so far, by K."""
    answers = (scene.answer(name) for name in (LADDER_OF, RUNG_OF))
    known = [answer.value for answer in answers if answer.value is not None and answer.is_current]
    found = {rung.num_components: rung for value in known for rung in all_of(value)}
    return tuple(found[count] for count in sorted(found))
