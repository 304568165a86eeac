"""Where a visitor stands in a script: the step, the guesses, what was revealed. No streamlit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dashboard.kit.script_file import Script, Step

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
