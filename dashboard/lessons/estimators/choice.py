"""What the estimators lesson asks, and which choices fit together. Torch-free."""

import dataclasses
from dataclasses import dataclass

from core.dataset import load_dataset
from core.estimators.config import (
    ELBO_DIM,
    LEAST_ESTIMATES,
    MAX_ROW,
    EstimatorsConfig,
    RaceConfig,
)
from core.estimators.functions import FUNCTIONS, MAX_DIM, TestFunction
from core.vae.config import VAEConfig
from core.validation import require_number
from dashboard.kit.lesson import Mended
from dashboard.kit.option import Choices

ELBO_RATE = 0.0005
"""The ELBO of an image is steep: 784 pixels pull at two latent coordinates."""

ELBO_TOTAL = 2_000
"""A decoded image costs as much as some hundred draws of z²."""

RACE_STEPS = 100
ELBO_RACE_STEPS = (60, 150)
"""Fewest and most where f is the ELBO, whose steps cost more: the fewer racers, the more steps."""

ELBO_RACER_STEPS = 300
"""Steps of all racers together."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the visitor asks for.

    Attributes:
        config: the problem and who competes.
        component: which coordinate's parameter is shown, from 0.
        race: the same as a race; ``None`` where f is unbounded below, or nobody can run.

    Raises:
        ValueError: naming the component, its bound and the value.
    """

    config: EstimatorsConfig
    component: int
    race: RaceConfig | None

    def __post_init__(self) -> None:
        """Check the component; whether f has as many coordinates is for ``check``."""
        require_number("component", self.component + 1, at_least=1, at_most=MAX_DIM)

    @property
    def index(self) -> int:
        """Where the shown component stands in a gradient."""
        return self.config.component_index(self.component)


def race_of(config: EstimatorsConfig, rate: float) -> RaceConfig | None:
    """The race from where the problem stands, if there is one; its factor is diagonal.

    Raises:
        ValueError: naming the learning rate, its bound and the value.
    """
    racers = dataclasses.replace(config, factor="diagonal").competitors
    if not config.test_function.is_bounded_below or not racers:
        return None
    fewest, most = ELBO_RACE_STEPS
    affordable = min(max(ELBO_RACER_STEPS // len(racers), fewest), most)
    steps = affordable if config.is_elbo else RACE_STEPS
    return RaceConfig(start=config, learning_rate=rate, train_steps=steps)


def last_digit() -> int:
    """The number of the last held-out digit of the shipped VAE, which is the default one."""
    return len(load_dataset(VAEConfig().dataset).x_test) - 1


def check(choices: Choices) -> tuple[Choices, tuple[Mended, ...]]:
    """Choices that fit together, and each that had to give way; what no f accepts stays."""
    function = FUNCTIONS[choices["f"]]
    size = ELBO_DIM if function.is_elbo else choices["d"]
    least_total = LEAST_ESTIMATES * choices["n"]
    used: dict[str, float] = {}
    if TestFunction.least <= choices["k"] < function.least:
        used["k"] = function.least
    if size < choices["comp"] <= MAX_DIM:
        used["comp"] = size
    if LEAST_ESTIMATES <= choices["total"] < least_total:
        used["total"] = least_total
    if function.is_elbo and last_digit() < choices["digit"] <= MAX_ROW:
        used["digit"] = last_digit()
    mended = tuple(
        Mended(key=key, asked=choices[key], used=value, sentence=f"mended.{key}")
        for key, value in used.items()
    )
    return {**choices, **used}, mended


def usual(choices: Choices) -> Choices:
    """Another f opens with a k, a learning rate and as many draws as show something."""
    function = FUNCTIONS[choices["f"]]
    followed = dict(choices) | {"k": function.usual}
    if function.is_elbo:
        return followed | {
            "sigma": EstimatorsConfig.sigma,
            "rate": ELBO_RATE,
            "total": ELBO_TOTAL,
        }
    return followed | {
        "rate": RaceConfig.learning_rate,
        "total": EstimatorsConfig.total_draws,
    }
