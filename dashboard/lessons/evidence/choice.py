"""Which choices of the evidence lesson fit together, and what another model opens with."""

from typing import Any

from dashboard.kit.lesson import Mended
from dashboard.kit.option import Choices

USUAL: dict[str, dict[str, Any]] = {
    "line": {"x": 2.0, "sigma2": 0.25, "theta": 1.0, "q": "prior", "m1": 1.0, "s1": 1.0},
    "plane": {"x": 1.0, "sigma2": 0.2, "q": "prior", "m1": 0.0, "m2": 0.0, "s1": 1.0, "s2": 1.0},
    "square": {"x": 1.5, "sigma2": 0.0625, "q": "full", "m1": 1.2, "s1": 0.2},
    "digit": {"q": "encoder"},
}
"""Values of the options that show something of a model."""

MISSING: dict[str, dict[str, str]] = {
    "line": {"encoder": "prior"},
    "plane": {"encoder": "prior"},
    "square": {"encoder": "prior", "posterior": "full"},
}
"""Which q a model does not have, and what stands for it."""


def usual(choices: Choices) -> Choices:
    """Another model opens with a datum and a q that show something."""
    return dict(choices) | USUAL[choices["model"]] | {"twin": False, "rho": 0.0}


def check(choices: Choices) -> tuple[Choices, tuple[Mended, ...]]:
    """Choices that fit together, and each that had to give way."""
    used: dict[str, object] = {}
    instead = MISSING.get(choices["model"], {}).get(choices["q"])
    if instead is not None:
        used["q"] = instead
    mended = tuple(
        Mended(key=key, asked=choices[key], used=value, sentence=f"mended.{key}")
        for key, value in used.items()
    )
    return {**choices, **used}, mended
