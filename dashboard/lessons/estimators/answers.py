"""What is known at this moment of all that the lesson asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.estimators.answers import ExactGradient, Race, Witness
from core.estimators.tally import Trial
from dashboard.kit.scene import Scene
from dashboard.lessons.estimators.questions import known, questions, race_question
from dashboard.lessons.estimators.sweeps import Sweep, sweeps_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known; ``None`` where it has not come yet.

    Attributes:
        exact: the gradient.
        trial: the estimates.
        witness: a few draws.
        race: where descent went.
        sweeps: every axis with its variances, ``[places, estimators]``.
    """

    exact: ExactGradient | None
    trial: Trial | None
    witness: Witness | None
    race: Race | None
    sweeps: tuple[tuple[Sweep, NDArray[np.float64] | None], ...]


def known_now(scene: Scene) -> Known:
    """All answers to what this scene asks, none to anything older."""
    choice, race = scene.question, race_question(scene.question)
    asked = [*questions(choice), *([race] if race else [])]
    found = {
        question.name: answer.value
        for question in asked
        if (answer := scene.answer(question.name)).key == question.key
    }
    return Known(
        exact=known(choice.config) or found.get("exact"),
        trial=found.get("trial"),
        witness=found.get("witness"),
        race=found.get("race"),
        sweeps=tuple(
            (sweep, found.get(f"sweep_{sweep.axis}")) for sweep in sweeps_of(choice.config)
        ),
    )
