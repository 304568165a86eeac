"""What proves the sentences of experiments and script steps: every claim is one assertion.

A lesson's proofs stand in ``tests/lessons/claims_<lesson>.py``: ``PROOFS``, and ``evidence``,
which makes what the assertions look at (a run trained as the page trains it, an exact answer)
from choices and a number of steps. ``test_claims.py`` then holds, for every lesson:

* every experiment and every step has a proof, and its claims cover its English words: what is left
  over is in ``asides``, which claim nothing (invitations, questions, names);
* every claim holds;
* with the decisive control set back to its default, at least one claim no longer holds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import Step, script_of
from dashboard.kit.words import words

Claim = Callable[[Any], None]
"""Looks at the evidence, and raises an ``AssertionError`` when it does not hold."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What proves the words of one experiment or step.

    Attributes:
        of: ``presets.<name>`` or ``script.<number>``.
        decisive: the option that makes the difference; a tuple where several are set together.
        claims: by the words of the sentence that say it, letter by letter.
        asides: words that claim nothing.
    """

    of: str
    decisive: str | tuple[str, ...]
    claims: Mapping[str, Claim]
    asides: tuple[str, ...] = ()

    @property
    def controls(self) -> tuple[str, ...]:
        """The decisive options."""
        return (self.decisive,) if isinstance(self.decisive, str) else self.decisive


def proofs_of(lesson: Lesson) -> tuple[Proof, ...]:
    """Every proof of a lesson."""
    found: tuple[Proof, ...] = import_module(f"claims_{lesson.name}").PROOFS
    return found


def evidence_of(lesson: Lesson, proof: Proof, *, without: bool = False) -> Any:
    """What the claims of ``proof`` look at; ``without`` its decisive control."""
    choices, train_steps = setting_of(lesson, proof.of)
    if without:
        choices = choices | {key: lesson.defaults[key] for key in proof.controls}
    return import_module(f"claims_{lesson.name}").evidence(choices, train_steps)


def setting_of(lesson: Lesson, of: str) -> tuple[dict[str, Any], int]:
    """All choices of an experiment or of the step that it reveals, and how far it trains."""
    kind, name = of.split(".")
    if kind == "script":
        step = step_of(lesson, int(name))
        preset = lesson.presets[step.preset] if step.preset else None
        chosen = dict(preset.choices) if preset is not None else {}
        steps = preset.train_steps if preset is not None else 0
        return dict(lesson.defaults) | chosen | dict(step.choices), step.train_steps or steps
    preset = lesson.presets[name]
    return dict(lesson.defaults) | dict(preset.choices), preset.train_steps


def step_of(lesson: Lesson, number: int) -> Step:
    """A step of the lesson's own script, counted from 1."""
    return script_of(lesson).steps[number - 1]


def text_of(lesson: Lesson, of: str) -> str:
    """The English words that a proof has to cover."""
    kind, name = of.split(".")
    if kind == "script":
        step = step_of(lesson, int(name))
        return " ".join([step.explain, *filter(None, step.overlooked)])
    return words(lesson.package)(f"presets.{name}.shows")


def uncovered(text: str, proof: Proof) -> str:
    """What of ``text`` neither claims nor asides say; letters and digits only."""
    for said in sorted((*proof.claims, *proof.asides), key=len, reverse=True):
        assert said in text, f"{proof.of}: the text does not say {said!r}"
        text = text.replace(said, " ")
    return " ".join(re.findall(r"\w+", text))
