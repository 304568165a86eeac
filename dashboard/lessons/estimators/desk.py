"""What the arena has asked the workers, and what has come back so far.

Nothing here waits for a worker except ``settle``, a moment, in the thread of the one session that
looks: what takes longer is drawn when the browser asks again.
"""

import dataclasses
import itertools
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import Any

from core.estimators import requests
from core.estimators.answers import ExactGradient, Race, Witness
from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.lineup import LINEUP
from core.estimators.reference import exact_gradient
from core.estimators.tally import Trial
from core.estimators.work import (
    FIRST_WORK,
    SLICE_WORK,
    blocks_in_all,
    blocks_per_task,
    fits_between,
)
from dashboard.charts.panel import Panel
from dashboard.kit.sessions import engine
from dashboard.lessons.estimators.controls import Choice
from dashboard.lessons.estimators.sweeps import Sweep, sweeps_of

NUM_WITNESSES = 24
PATIENCE = 0.3
"""Seconds in which all but the race is usually there: each picture is then drawn once."""

ATTEMPTS = 3
"""A task whose worker dies is asked for again, but not for ever."""

Submit = Callable[[], Future[Any]]


def _on_training_worker(function: Callable[..., Any], *args: Any) -> Submit:
    return lambda: engine().submit_slice(None, function, *args)[1]


def _on_interactive_worker(function: Callable[..., Any], *args: Any) -> Submit:
    return lambda: engine().request(function, *args)


class Question:
    """One question, asked until it is answered or refused.

    Attributes:
        key: what is asked.
        answer: what came, if it has.
        error: why none will come.
        is_old: a page has already waited for it once.
    """

    def __init__(self, key: Any, submit: Submit) -> None:
        """Ask at once."""
        self.key = key
        self.answer: Any = None
        self.error: str | None = None
        self.is_old = False
        self._submit, self._attempts = submit, 0
        self.future: Future[Any] | None = None
        self._ask()

    def _ask(self) -> None:
        self._attempts += 1
        try:
            self.future = self._submit()
        except RuntimeError as error:
            self.error = str(error)

    def collect(self) -> bool:
        """Take in the answer if it is there; whether something new came."""
        if self.future is None or not self.future.done():
            return False
        future, self.future = self.future, None
        try:
            self.answer = future.result()
        except BrokenExecutor:
            if self._attempts < ATTEMPTS:
                self._ask()
                return False
            self.error = "its worker was lost again and again"
        except Exception as error:
            self.error = str(error)
        return True

    def drop(self) -> None:
        """Nobody wants to know any more."""
        if self.future is not None:
            self.future.cancel()


class TrialQuestion(Question):
    """The trial: a first part at once, then slice after slice, one in flight at a time."""

    def __init__(self, config: EstimatorsConfig) -> None:
        """Ask for the first part."""
        self.config = config
        self.whole: Trial | None = None
        self._next = blocks_per_task(config, FIRST_WORK)
        ask = _on_interactive_worker if fits_between(config) else _on_training_worker
        super().__init__(config, ask(requests.trial, config, 0, self._next))

    def collect(self) -> bool:
        """Merge the slice that came, and ask for the next."""
        if not super().collect():
            return False
        if self.answer is not None:
            self.whole = self.answer if self.whole is None else self.whole.merged(self.answer)
            self.answer = None
            left = blocks_in_all(self.config) - self._next
            if left > 0:
                count = min(left, blocks_per_task(self.config, SLICE_WORK))
                self._submit = _on_training_worker(requests.trial, self.config, self._next, count)
                self._next += count
                self._attempts = 0
                self._ask()
        return True


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What is known at this moment; ``None`` where it has not come yet."""

    exact: ExactGradient | None
    trial: Trial | None
    witness: Witness | None
    race: Race | None
    sweeps: tuple[tuple[Sweep, Any], ...]
    errors: tuple[str, ...]


class ArenaDesk:
    """The questions of one session; an unchanged question is not asked again."""

    def __init__(self) -> None:
        """Nothing asked yet."""
        self._questions: dict[str, Question] = {}
        self._known: ExactGradient | None = None
        self._sweeps: tuple[Sweep, ...] = ()
        self.choice: Choice | None = None
        self.turns = itertools.count(1)
        self.last_strips: list[Panel] = []
        self.last_words: dict[str, str] = {}
        self.last_race: tuple[RaceConfig, Race] | None = None

    def ask(self, choice: Choice) -> None:
        """Ask all that the page shows of ``choice``, but for its race."""
        arena, self.choice = choice.arena, choice
        self._known = exact_gradient(arena)
        wanted: dict[str, tuple[Any, Callable[[Any], Question]]] = {}
        if self._known is None:
            bare = dataclasses.replace(
                arena, num_samples=10, total_draws=20_000, estimators=("pathwise",), baseline=None
            )
            wanted["exact"] = (bare, _asks(_on_training_worker(requests.worked_out, bare)))
        wanted["trial"] = (arena, lambda key: TrialQuestion(key))
        seen = dataclasses.replace(arena, num_samples=10, total_draws=20_000)
        witness = (seen, NUM_WITNESSES, choice.component)
        wanted["witness"] = (witness, _asks(_on_interactive_worker(requests.witness, *witness)))
        self._sweeps = sweeps_of(arena)
        for sweep in self._sweeps:
            asked = sweep.request(arena, choice.component)
            wanted[f"sweep_{sweep.axis}"] = (
                asked,
                _asks(_on_training_worker(requests.measured_variances, *asked)),
            )
        self._replace(wanted, choice.race)

    def has_asked_race(self, choice: Choice) -> bool:
        """Whether the race of ``choice`` is being run, or has been."""
        return "race" in self._questions and self._questions["race"].key == choice.race

    def ask_race(self, choice: Choice) -> None:
        """Ask for the race of ``choice``, if it has one: after all that is above it."""
        if choice.race is not None and not self.has_asked_race(choice):
            self._questions["race"] = Question(
                choice.race, _on_training_worker(requests.race, choice.race)
            )

    def _replace(
        self, wanted: dict[str, tuple[Any, Callable[[Any], Question]]], race: RaceConfig | None
    ) -> None:
        keys = {name: key for name, (key, _) in wanted.items()} | {"race": race}
        for name in list(self._questions):
            if self._questions[name].key != keys.get(name):
                self._questions.pop(name).drop()
        for name, (key, make) in wanted.items():
            if name not in self._questions:
                self._questions[name] = make(key)

    def is_waiting(self, *names: str) -> bool:
        """Whether one of these is still to come; of all but the race, if none is named."""
        return any(self._questions[name].future is not None for name in self._named(names))

    def _named(self, names: tuple[str, ...]) -> list[str]:
        chosen = names or tuple(name for name in self._questions if name != "race")
        return [name for name in chosen if name in self._questions]

    def settle(self) -> None:
        """Take in what has come, and what comes within a moment to a question just asked."""
        deadline = time.monotonic() + PATIENCE
        for name in self._named(()):
            question = self._questions[name]
            if question.future is not None and not question.is_old:
                wait([question.future], timeout=max(0.0, deadline - time.monotonic()))
        for question in self._questions.values():
            question.collect()
            question.is_old = True

    def answers(self) -> Answers:
        """What is known now."""
        found = {name: question.answer for name, question in self._questions.items()}
        trial = self._questions["trial"]
        assert isinstance(trial, TrialQuestion)
        return Answers(
            exact=self._known or found.get("exact"),
            trial=trial.whole,
            witness=found["witness"],
            race=found.get("race"),
            sweeps=tuple((sweep, found[f"sweep_{sweep.axis}"]) for sweep in self._sweeps),
            errors=tuple(
                sorted({q.error for q in self._questions.values() if q.error is not None})
            ),
        )


def _asks(submit: Submit) -> Callable[[Any], Question]:
    return lambda key: Question(key, submit)


def absent_sentence(arena: EstimatorsConfig) -> str:
    """Who cannot take part, and why, in words; empty if everybody can."""
    words = {
        "few_samples": "needs n of at least {}",
        "odd_samples": "needs an even n",
        "full_factor": "is defined for a diagonal factor",
    }
    return " ".join(
        f"**{LINEUP[name].title}** {words[why.key].format(why.number)}."
        for name, why in arena.absentees().items()
    )
