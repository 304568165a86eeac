"""What the estimators lesson asks the workers: everything that its pictures show."""

import dataclasses
from functools import lru_cache

from core.estimators import requests
from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.reference import exact_gradient
from core.estimators.tally import Trial
from core.estimators.work import (
    FIRST_WORK,
    SLICE_WORK,
    blocks_per_task,
    fits_between,
)
from dashboard.kit.questions import Question, Request
from dashboard.lessons.estimators.choice import Choice
from dashboard.lessons.estimators.sweeps import Sweep, sweeps_of

NUM_WITNESSES = 24


@lru_cache(maxsize=64)
def known(config: EstimatorsConfig) -> ExactGradient | None:
    """The exact gradient where the server itself can tell it; ``None`` where a worker has to."""
    return exact_gradient(config)


def questions(choice: Choice) -> list[Question]:
    """All but the race: exact gradient, trial, a few draws, variances along the axes."""
    config = choice.config
    asked = [] if known(config) is not None else [_exact(config)]
    if config.competitors:
        asked.append(_trial(config))
    asked.append(_witness(config, choice.component))
    return asked + [_sweep(sweep, choice) for sweep in sweeps_of(config)]


def race_question(choice: Choice) -> Question | None:
    """The race, if there is one."""
    if choice.race is None:
        return None
    request = Request(function=requests.race, args=(choice.race,), worker="training")
    return Question(name="race", key=choice.race, request=request)


def _bare(config: EstimatorsConfig) -> EstimatorsConfig:
    """The same for everybody who asks about f and q_φ alone."""
    return dataclasses.replace(config, num_samples=10, total_draws=20_000)


def _exact(config: EstimatorsConfig) -> Question:
    bare = dataclasses.replace(_bare(config), estimators=("pathwise",), baseline=None)
    request = Request(function=requests.worked_out, args=(bare,), worker="training")
    return Question(name="exact", key=bare, request=request)


def _trial(config: EstimatorsConfig) -> Question:
    """A first part at once, then slice after slice."""
    first = Request(
        function=requests.trial,
        args=(config, 0, blocks_per_task(config, FIRST_WORK)),
        worker="interactive" if fits_between(config) else "training",
    )

    def following(so_far: Trial) -> Request | None:
        left = so_far.blocks_in_all - so_far.blocks_done
        if left <= 0:
            return None
        count = min(left, blocks_per_task(config, SLICE_WORK))
        asked = (config, so_far.blocks_done, count)
        return Request(function=requests.trial, args=asked, worker="training")

    return Question(
        name="trial",
        key=config,
        request=first,
        following=following,
        merge=lambda so_far, part: so_far.merged(part),
    )


def _witness(config: EstimatorsConfig, component: int) -> Question:
    asked = (_bare(config), NUM_WITNESSES, component)
    return Question(
        name="witness", key=asked, request=Request(function=requests.witness, args=asked)
    )


def _sweep(sweep: Sweep, choice: Choice) -> Question:
    asked = sweep.request(choice.config, choice.component)
    request = Request(function=requests.measured_variances, args=asked, worker="training")
    return Question(name=f"sweep_{sweep.axis}", key=asked, request=request)
