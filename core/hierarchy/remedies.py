"""What is said to wake z2, tried side by side: the same model, steps and seeds (SUT-DL4 Q2).

A remedy is a change of the model or of its objective. What comes of it is told by the reported
ELBO, with β = 1 and without free bits, so that all can be compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.run import Budget
from core.training import advance, new_run
from core.validation import require_choice

Remedy = Literal["none", "warm_up", "free_bits", "skip", "top_down", "price"]
"""Nothing; both levels warmed up; half a nat free for each unit of z2; the decoder sees z2; the
same with z2 inferred from x; a nat of z2 costs half as much again."""

REMEDIES: tuple[Remedy, ...] = get_args(Remedy)
SEEDS = 3
AWAKE = 0.1
"""Nats of T3 on held-out rows from which z2 is awake: to stay."""

CHANGES: Mapping[Remedy, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "none": ({}, {}),
    "warm_up": ({}, {"warming": "both"}),
    "free_bits": ({}, {"top_free_bits": 0.5}),
    "skip": ({"skip": True, "inference": "bottom-up"}, {}),
    "top_down": ({"skip": True, "inference": "top-down"}, {}),
    "price": ({}, {"top_price": 1.5}),
}
"""Of configuration and controls; a remedy changes nothing else."""

PLAIN_CONFIG: Mapping[str, Any] = {"skip": False, "inference": "bottom-up"}
PLAIN_CONTROLS: Mapping[str, Any] = {
    "top_price": 1.0,
    "warming": "none",
    "free_bits": 0.0,
    "top_free_bits": 0.0,
    "kl_weight": 1.0,
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one remedy with one seed.

    Attributes:
        remedy: which.
        seed: of weights, batches and noise.
        steps: trained.
        elbo: held out, nats.
        top_kl: T3, held out, nats.
        active: units of z2.
        woke_at: the first recorded step from which T3 stayed above ``AWAKE``; NaN: it sleeps.
    """

    remedy: Remedy
    seed: int
    steps: int
    elbo: float
    top_kl: float
    active: float
    woke_at: float


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Mean and standard deviation over seeds; NaN where there are fewer than two."""

    mean: float
    deviation: float


def treated(
    config: HierarchyConfig, controls: HierarchyControls, remedy: Remedy
) -> tuple[HierarchyConfig, HierarchyControls]:
    """Model and objective with this remedy and no other.

    Raises:
        ValueError: of a remedy that is none, or of one that the model cannot have.
    """
    require_choice("remedy", remedy, REMEDIES)
    of_config, of_controls = CHANGES[remedy]
    return (
        replace(config, **{**PLAIN_CONFIG, **of_config}),
        replace(controls, **{**PLAIN_CONTROLS, **of_controls}),
    )


def remedies_for(config: HierarchyConfig) -> tuple[Remedy, ...]:
    """Those that the model can have: a linear one is not inferred top-down."""
    return tuple(r for r in REMEDIES if not (config.is_linear and r == "top_down"))


def outcome(
    config: HierarchyConfig, controls: HierarchyControls, remedy: Remedy, seed: int, steps: int
) -> Outcome:
    """Train with one remedy and one seed.

    Args:
        config: the model; its own remedies and seed are set aside.
        controls: σ² and learning rate hold; the warm-up ends at half of the steps.
        remedy: which.
        seed: of weights, batches and noise.
        steps: how many.
    """
    used, held = treated(replace(config, seed=seed), controls, remedy)
    held = replace(held, warmup_steps=max(1, steps // 2))
    history = advance(new_run(used, held), held, Budget(steps=steps)).history
    latest, kl = history.latest(), history["t3/held_out"]
    sleeps = np.flatnonzero(kl <= AWAKE)
    first = int(sleeps[-1]) + 1 if len(sleeps) else 0
    return Outcome(
        remedy=remedy,
        seed=seed,
        steps=steps,
        elbo=latest["elbo/held_out"],
        top_kl=latest["t3/held_out"],
        active=latest["active_top_units"],
        woke_at=float(history.steps[first]) if first < len(kl) else float("nan"),
    )


def spread(values: Sequence[float]) -> Spread:
    """Of a number over seeds; the deviation is that of a sample."""
    known = np.array([value for value in values if np.isfinite(value)])
    return Spread(
        mean=float(known.mean()) if len(known) else float("nan"),
        deviation=float(known.std(ddof=1)) if len(known) > 1 else float("nan"),
    )
