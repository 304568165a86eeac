"""What the claims of the divergences lesson look at: densities, slopes, and runs as trained there.

A run is trained once for each configuration. What a GAN does differs from processor to processor:
claims about one look at several seeds and leave room.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.divergences.config import CriticConfig, GanConfig, JudgeConfig, JudgeControls
from core.divergences.exact import Divergences, divergences_of, exact_risk
from core.divergences.line import Line, line_of
from core.divergences.losses import LOSSES, Loss
from core.divergences.pair import PairConfig
from core.divergences.slopes import slopes
from core.run import Budget, Run, TrainingDiverged
from core.training import advance, new_run
from dashboard.kit.option import Choices
from dashboard.lessons.divergences import choice

SEEDS = (0, 1)

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What the page shows with some choices.

    Attributes:
        choices: every option, view included.
        steps: that the steered run is trained.
    """

    choices: Choices
    steps: int

    @property
    def pair(self) -> PairConfig:
        """The two densities."""
        return choice.pair_of(self.choices)

    @property
    def loss(self) -> Loss:
        """Of the critic."""
        return LOSSES[self.choices["loss"]]

    @property
    def line(self) -> Line:
        """Nodes of the pair."""
        return line_of(self.pair)

    @property
    def between(self) -> Divergences:
        """How far apart the pair is."""
        return divergences_of(self.pair)

    def least(self, loss: str = "") -> float:
        """R*, of another loss where one is named."""
        return exact_risk(LOSSES[loss] if loss else self.loss, self.pair)

    @property
    def best(self) -> Array:
        """D* at the nodes."""
        return self.loss.optimum(self.line.log_t)

    def slope(self, row: str, theta: float) -> float:
        """Of the generator, from N(0, 1) to N(θ, 1)."""
        return float(slopes([theta])[row][0])

    @property
    def run(self) -> Run:
        """The critic where its training ends."""
        return trained(*choice.critic(self.choices), self.steps)

    def other(self, **choices: Any) -> "Found":
        """The same with other options."""
        return replace(self, choices=dict(self.choices) | choices)

    @property
    def critics(self) -> Iterator[Run]:
        """The critic, one seed after the other."""
        return (self.other(seed=seed).run for seed in SEEDS)

    @property
    def games(self) -> Iterator[Run]:
        """The GAN, one seed after the other."""
        for seed in SEEDS:
            yield trained(*choice.gan(dict(self.choices) | {"gseed": seed}), self.steps)


@lru_cache(maxsize=64)
def trained(config: CriticConfig | GanConfig | JudgeConfig, controls: Any, steps: int) -> Run:
    """The run that a page trains."""
    run = new_run(config, controls)
    return advance(run, controls, Budget(steps=steps)) if steps else run


@lru_cache(maxsize=8)
def stops_at(config: CriticConfig, controls: Any, steps: int) -> tuple[int, float]:
    """The step at which a run diverges, −1 if it does not, and R(D) at its last record."""
    run = new_run(config, controls)
    try:
        run = advance(run, controls, Budget(steps=steps))
    except TrainingDiverged as error:
        reached = error.reached or run
        return error.step, reached.history.latest()["risk"]
    return -1, run.history.latest()["risk"]


@lru_cache(maxsize=8)
def judged(config: GanConfig, controls: Any, frozen_at: int, steps: int) -> dict[str, float]:
    """The last record of a judge as the lesson opens it, trained alone on a frozen generator."""
    game = trained(config, controls, frozen_at)
    count = config.generator_shape.num_parameters
    frozen = game.state.parameters[:count].tobytes()
    asked = JudgeConfig(gan=config, generator=frozen, step=frozen_at)
    judge = trained(asked, JudgeControls(), steps)
    return judge.history.latest()


def evidence(choices: Choices, train_steps: int) -> Found:
    """What a page shows with these choices after so many steps."""
    return Found(choices=choices, steps=train_steps)
