"""Where a visitor stands in a script: the step, the guesses, what was revealed. No streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import Script, ScriptError, Step, named_script, script_of
from dashboard.kit.words import Words, code

Sheet = Literal["", "answers", "solutions"]
"""What stands in place of the page, to be printed."""


@dataclass(kw_only=True, eq=False)
class Guide:
    """A visitor's way through a script of one lesson.

    Attributes:
        other: a teacher's script in place of the lesson's own.
        step: the one that stands open, counted from 1; 0: the drawer is closed.
        guesses: by step, the guess, counted from 1.
        revealed: the steps whose answer was shown.
        sheet: what is to be printed.
        moves: counts what brings a picture into view.
        own: the lesson's scripts by language, read once.
    """

    other: Script | None = None
    step: int = 0
    guesses: dict[int, int] = field(default_factory=dict)
    revealed: set[int] = field(default_factory=set)
    sheet: Sheet = ""
    moves: int = 0
    own: dict[str, Script] = field(default_factory=dict)

    def script(self, lesson: Lesson, language: str) -> Script:
        """The script that is followed."""
        if self.other is not None:
            return self.other
        if language not in self.own:
            self.own[language] = script_of(lesson, language)
        return self.own[language]

    def follow(self, other: Script | None) -> None:
        """Begin another script, or the lesson's own again."""
        self.other, self.step = other, 1
        self.guesses, self.revealed = {}, set()

    def go(self, step: int, count: int) -> None:
        """Open a step; below the first the drawer stays at the first, beyond the last likewise."""
        self.step = min(max(step, 1), count)
        self.moves += 1

    def guess(self, number: int) -> None:
        """Commit a guess for the open step; what was revealed cannot be guessed any more."""
        if self.step not in self.revealed:
            self.guesses[self.step] = number

    @property
    def may_reveal(self) -> bool:
        """Whether a guess was made for the open step, and its answer not yet shown."""
        return self.step in self.guesses and self.step not in self.revealed

    @property
    def is_revealed(self) -> bool:
        """Whether the answer of the open step was shown."""
        return self.step in self.revealed

    def link(self) -> dict[str, str]:
        """What a link has to carry."""
        found = {}
        if self.other is not None and self.other.name:
            found["script"] = self.other.name
        if self.step:
            found["step"] = str(self.step)
        return found


def enter_guide(
    lesson: Lesson, guide: Guide, asked: Mapping[str, Sequence[str]], language: str, said: Words
) -> tuple[str, ...]:
    """Open what a link names; a sentence for each thing that it gets wrong.

    Args:
        lesson: of the page.
        guide: is changed.
        asked: the address's query, every value of every key.
        language: of the page.
        said: the kit's words.
    """
    complaints = []
    for name in asked.get("script", ())[:1]:
        try:
            guide.follow(named_script(lesson, name, said))
        except ScriptError as error:
            complaints.append(str(error))
    for text in asked.get("step", ())[:1]:
        count = len(guide.script(lesson, language).steps)
        if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= count:
            guide.go(int(text), count)
        else:
            must = said("script.whole", low=1, high=count) if count else said("script.none_here")
            complaints.append(said("link.refused", key=code("step"), value=code(text), must=must))
    return tuple(complaints)


def answers(script: Script, guide: Guide) -> list[dict[str, str | int]]:
    """A visitor's answers, one row per step; empty texts where there is no guess yet."""
    rows: list[dict[str, str | int]] = []
    for number, step in enumerate(script.steps, start=1):
        guess = guide.guesses.get(number)
        shown = number in guide.revealed
        rows.append(
            {
                "step": number,
                "question": step.question,
                "guess": "" if guess is None else step.options[guess - 1],
                "answer": step.options[step.answer - 1] if shown else "",
                "right": "" if guess is None or not shown else int(guess == step.answer),
            }
        )
    return rows


def said_of(guide: Guide, step: Step, number: int) -> str:
    """What the guess of a step overlooked; empty where it was right, or where there is none."""
    guess = guide.guesses.get(number)
    return "" if guess is None else step.overlooked[guess - 1]
