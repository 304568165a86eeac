"""What a visitor chose before: the last changes of a lesson, each to be undone. No streamlit."""

from dataclasses import dataclass, field, replace

from dashboard.kit.option import Choices

MOST = 20
"""How many changes are remembered."""

ONE_CHANGE_SECONDS = 1.5
"""A slider that is dragged, or a probe, passes many values: within this it is one change."""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where a lesson stood.

    Attributes:
        choices: every option's value.
        shown: the experiment that was chosen.
        is_replaced: whether the change away from here put another run in place of that of here.
    """

    choices: Choices
    shown: str | None = None
    is_replaced: bool = False

    def moved_to(self, other: "Stand") -> frozenset[str]:
        """The options that differ."""
        return frozenset(k for k, v in self.choices.items() if other.choices.get(k) != v)


@dataclass(kw_only=True, eq=False)
class Trail:
    """The last changes, newest last.

    Attributes:
        before: where the lesson stood before each.
        now: where it stands; None until it is first noted.
        is_replaced: whether a run was replaced since then.
        moved: what the newest change moved.
        noted: when.
        turn: counts what was undone.
    """

    before: list[Stand] = field(default_factory=list)
    now: Stand | None = None
    is_replaced: bool = False
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
        moved, is_replaced = last.moved_to(now), self.is_replaced
        if not moved and not is_replaced and last.shown == shown:
            return
        is_same = moved == self.moved and len(moved) == 1 and last.shown == shown
        if not (is_same and time - self.noted < ONE_CHANGE_SECONDS and self.before):
            self._push(replace(last, is_replaced=is_replaced))
        self.is_replaced, self.moved, self.noted = False, moved, time

    def _push(self, stand: Stand) -> None:
        if stand.is_replaced:  # only the run that was replaced last is kept
            self.before = [replace(earlier, is_replaced=False) for earlier in self.before]
        self.before = [*self.before, stand][-MOST:]

    def arrive(self) -> None:
        """What is noted next was chosen elsewhere, by a link: it is no change."""
        self.now, self.is_replaced = None, False

    def back(self) -> Stand | None:
        """Where the lesson stood before the newest change, which is forgotten; None if none is."""
        if not self.before:
            return None
        *self.before, stand = self.before
        self.turn += 1
        self.now, self.is_replaced = replace(stand, is_replaced=False), False
        self.moved = frozenset()
        return stand
