"""Gradient descent on ``(x − goal)²`` in two runs of different classes, and one question."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.run import Run, TrainState
from core.validation import require_number


@dataclass(frozen=True, kw_only=True)
class Hill:
    lesson: ClassVar[str] = "tiny"
    first_run: ClassVar[str] = "tiny_lesson.model:new_run"
    trainer: ClassVar[str] = "tiny_lesson.model:Descent"
    goal: float = 1.0

    def __post_init__(self) -> None:
        require_number("goal", self.goal, at_least=-10, at_most=10)


class Valley(Hill): ...


@dataclass(frozen=True, kw_only=True)
class Rate:
    rate: float = 0.1

    def __post_init__(self) -> None:
        require_number("rate", self.rate, above=0, at_most=1)


def new_run(config: Hill, controls: Rate) -> Run:
    state = TrainState(parameters=np.zeros(1), moments=np.zeros((0, 1)), generator=b"")
    return Run(config=config, controls=controls, state=state)


class Descent:
    record_interval = 1

    def __init__(self, config: Hill, dtype: str) -> None:
        self.goal = config.goal

    def load(self, state: TrainState) -> None:
        self.x = state.parameters.copy()

    def state(self) -> TrainState:
        return TrainState(parameters=self.x.copy(), moments=np.zeros((0, 1)), generator=b"")

    def train_step(self, step: int, controls: Rate) -> None:
        self.x = self.x - 2 * controls.rate * (self.x - self.goal)

    def check(self, step: int) -> None: ...

    def metrics(self, step: int, controls: Rate) -> dict[str, float]:
        return {"loss": float((self.x - self.goal) @ (self.x - self.goal))}


def doubled(x: float) -> float:
    return 2 * x
