"""What a visitor chose before: the last changes of a lesson, each to be undone. No streamlit."""

from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.kit.option import Choices

MOST = 20
"""How many changes are remembered."""

ONE_CHANGE_SECONDS = 1.5
"""A slider that is dragged, or a probe, passes many values: within this it is one change."""


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """A run that another took the place of.

    Attributes:
        name: which of its lesson's.
        config: of the experiment that it was.
    """

    name: str = ""
    config: Any = None


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where a lesson stood.

    Attributes:
        choices: every option's value.
        shown: the experiment that was chosen.
        replaced: the run of here in whose place the change away from here put another, if so.
    """

    choices: Choices
    shown: str | None = None
    replaced: Replaced | None = None

    def moved_to(self, other: "Stand") -> frozenset[str]:
        """The options that differ."""
        return frozenset(k for k, v in self.choices.items() if other.choices.get(k) != v)


@dataclass(kw_only=True, eq=False)
class Trail:
    """The last changes, newest last.

    Attributes:
        before: where the lesson stood before each.
        now: where it stands; None until it is first noted.
        replaced: the run that was replaced since then, if one was.
        moved: what the newest change moved.
        noted: when.
        turn: counts what was undone.
    """

    before: list[Stand] = field(default_factory=list)
    now: Stand | None = None
    replaced: Replaced | None = None
    moved: frozenset[str] = frozenset()
    noted: float = 0.0
    turn: int = 0

    def note(self, choices: Choices, shown: str | None, time: float) -> None:
        """Take down where the lesson stands; what differs from the last time was a change.

        Args:
            choices: every option's value.
            shown: the chosen experiment.
            time: in seconds; values of one option in quick succession are one change.
        """
        now, last = Stand(choices=dict(choices), shown=shown), self.now
        self.now = now
        if last is None:
            return
        moved, replaced = last.moved_to(now), self.replaced
        if not moved and replaced is None and last.shown == shown:
            return
        is_same = moved == self.moved and len(moved) == 1 and last.shown == shown
        if not (is_same and time - self.noted < ONE_CHANGE_SECONDS and self.before):
            self._push(replace(last, replaced=replaced))
        self.replaced, self.moved, self.noted = None, moved, time

    def _push(self, stand: Stand) -> None:
        if stand.replaced is not None:  # of each run only the one that was replaced last is kept
            self.before = [_without(earlier, stand.replaced.name) for earlier in self.before]
        self.before = [*self.before, stand][-MOST:]

    def arrive(self) -> None:
        """What is noted next was chosen elsewhere, by a link: it is no change."""
        self.now, self.replaced = None, None

    def back(self) -> Stand | None:
        """Where the lesson stood before the newest change, which is forgotten; None if none is."""
        if not self.before:
            return None
        *self.before, stand = self.before
        self.turn += 1
        self.now, self.replaced = replace(stand, replaced=None), None
        self.moved = frozenset()
        return stand


def _without(stand: Stand, name: str) -> Stand:
    """The same where no run of this name was replaced."""
    is_of = stand.replaced is not None and stand.replaced.name == name
    return replace(stand, replaced=None) if is_of else stand
