"""What the arena has asked the workers, and what has come back so far.

Nothing here waits for a worker except ``arrivals``, in the thread of the one session that looks:
its page is redrawn as answers come, and a moved control ends the waiting at once.
"""

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.estimators import requests
from core.estimators.config import ArenaConfig
from core.estimators.lineup import LINEUP
from core.estimators.reference import ExactGradient, exact_gradient
from core.estimators.requests import Race, Witness
from core.estimators.tally import Trial
from core.estimators.work import (
    FIRST_WORK,
    SLICE_WORK,
    blocks_in_all,
    blocks_per_task,
    fits_between,
)
from dashboard.arena_controls import Choice
from dashboard.arena_sweeps import Sweep, sweeps_of
from dashboard.sessions import engine

NUM_WITNESSES = 24
FIRST_PATIENCE = 0.3
"""Seconds in which all but the race is usually there: each picture is then drawn once."""

LOOK_SECONDS = 0.1
REDRAW_SECONDS = 0.25
ATTEMPTS = 3
"""A task whose worker dies is asked for again, but not for ever."""

Submit = Callable[[], Future[Any]]


def _on_training_worker(function: Callable[..., Any], *args: Any) -> Submit:
    return lambda: engine().submit_slice(None, function, *args)[1]


def _on_interactive_worker(function: Callable[..., Any], *args: Any) -> Submit:
    return lambda: engine().request(function, *args)


class Question:
    """One question, asked until it is answered or refused."""

    def __init__(self, key: Any, submit: Submit) -> None:
        """Ask at once."""
        self.key = key
        self.answer: Any = None
        self.error: str | None = None
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

    def __init__(self, config: ArenaConfig) -> None:
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
    """What is known at this moment; ``None`` where it has not come yet.

    While ``is_early``, what takes a little longer is on its way and not worth a picture yet.
    ``versions`` changes with the answer of the same name, so that only what is new is redrawn.
    """

    exact: ExactGradient | None
    trial: Trial | None
    witness: Witness | None
    race: Race | None
    sweeps: tuple[tuple[Sweep, Any], ...]
    is_early: bool
    errors: tuple[str, ...]
    versions: dict[str, Any]


class ArenaDesk:
    """The questions of one session; an unchanged question is not asked again."""

    def __init__(self) -> None:
        """Nothing asked yet."""
        self._questions: dict[str, Question] = {}
        self._known: ExactGradient | None = None
        self._sweeps: tuple[Sweep, ...] = ()

    def ask(self, choice: Choice) -> None:
        """Ask all that the page shows of ``choice``."""
        arena = choice.arena
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
        wanted["witness"] = (
            witness, _asks(_on_interactive_worker(requests.witness, *witness))
        )  # fmt: skip
        self._sweeps = sweeps_of(arena)
        for sweep in self._sweeps:
            asked = sweep.request(arena, choice.component)
            wanted[f"sweep_{sweep.axis}"] = (
                asked, _asks(_on_training_worker(requests.measured_variances, *asked))
            )  # fmt: skip
        if choice.race is not None:
            wanted["race"] = (choice.race, _asks(_on_training_worker(requests.race, choice.race)))
        self._replace(wanted)

    def _replace(self, wanted: dict[str, tuple[Any, Callable[[Any], Question]]]) -> None:
        for name in list(self._questions):
            if name not in wanted or self._questions[name].key != wanted[name][0]:
                self._questions.pop(name).drop()
        for name, (key, make) in wanted.items():
            if name not in self._questions:
                self._questions[name] = make(key)

    def _collect(self) -> bool:
        news = [question.collect() for question in self._questions.values()]
        return any(news)

    def _pending(self) -> list[Future[Any]]:
        return [q.future for q in self._questions.values() if q.future is not None]

    def arrivals(self) -> Iterator[Answers]:
        """The answers: soon, then again whenever more have come, until all are there."""
        self._wait_for("trial", "witness")
        yield self.answers(is_early=True)
        self._wait_for(*(name for name in self._questions if name != "race"))
        yield self.answers()
        while self._pending():
            wait(self._pending(), timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            _ = "f" in st.session_state  # here Streamlit ends this run if a control was moved
            if self._collect():
                wait(self._pending(), timeout=REDRAW_SECONDS)  # what comes soon is drawn together
                self._collect()
                yield self.answers()

    def _wait_for(self, *names: str) -> None:
        """Until these are answered, but not long."""
        futures = [self._questions[name].future for name in names]
        wait([future for future in futures if future is not None], timeout=FIRST_PATIENCE)
        self._collect()

    def answers(self, *, is_early: bool = False) -> Answers:
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
            is_early=is_early,
            errors=tuple(
                sorted({q.error for q in self._questions.values() if q.error is not None})
            ),
            versions={name: id(answer) for name, answer in found.items() if answer is not None}
            | {"trial": None if trial.whole is None else trial.whole.blocks_done},
        )


def _asks(submit: Submit) -> Callable[[Any], Question]:
    return lambda key: Question(key, submit)


def absent_sentence(arena: ArenaConfig) -> str:
    """Who cannot take part, and why, in words; empty if everybody can."""
    return " ".join(f"**{LINEUP[name].title}** {why}." for name, why in arena.absentees().items())
