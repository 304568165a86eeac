"""One control of a lesson, one row. No streamlit."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Applies = Literal["reset", "live", "view"]
"""When a choice counts: after a reset, at once, or for what is shown only."""

Look = Literal["menu", "buttons", "pills", "rail", "ladder", "slider", "number", "switch", "text"]
"""How an option is drawn: a menu, a row of buttons, pills of which several may be chosen, a slider
over values, over a ladder of numbers with a field for any number, over numbers; a number field, a
switch, a line of text."""

Choices = Mapping[str, Any]
"""Values by option key."""

GUIDE_KEYS = ("script", "step")
"""What a link says of a script of questions."""

RESERVED = frozenset(
    {"run", "of", "shows", "projector", "lang", *GUIDE_KEYS, "embed", "embed_options", "theme"}
)
"""Keys of a link that every page understands."""

SWITCHES = {"true": True, "1": True, "false": False, "0": False}
"""How a link says that a switch is on or off."""

NAME = re.compile(r"[a-z][a-z0-9_]*")


def _always(_: Choices) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Option:
    """One control of a lesson, one row.

    Attributes:
        key: of the widget, and its letter in a link.
        look: how it is drawn.
        applies: when a choice counts.
        field: where its value stands in the configuration, dotted (``dataset.name``); the
            default is read there. Empty where ``read`` or ``default`` says more.
        read: the value from the configuration, where no single field holds it.
        default: of an option that no configuration has.
        values: what may be chosen, as keys (their words are in the lesson's words).
        rungs: of a ladder, or the ends of a slider and all between; any other number that the
            configuration accepts can be typed and linked.
        is_whole: whether a number is an integer.
        group: the fold it stands in; empty for the open part.
        is_enabled: whether a choice would change anything, from all choices.
        is_shown: whether it stands on the page at all, from all choices; hidden, it is kept.
        steers: whether other controls depend on it, so that a change redraws the whole page.
        is_incidental: whether an experiment still shows what it shows when this is moved.
        place: "sidebar"; "page" where the lesson draws it beside its pictures; "picture" where
            it has no widget: a picture in the browser holds it (``dashboard.kit.opening``).
        part: the fragment that shows it, of a choice that is for what is shown only.
        like: an option of the same values, which have their words there.
        old_values: words that links of earlier versions carry, by what they mean now.
        beside: ``module:function`` drawing what belongs below the control, from the scene.
        then: what all choices become when a visitor moves this one; a link is taken as it is.
        valid: of a text that no configuration reads: raises ``ValueError`` for what it cannot be.
    """

    key: str
    look: Look
    applies: Applies = "reset"
    field: str = ""
    read: Callable[[Any], Any] | None = None
    default: Any = None
    values: tuple[str, ...] = ()
    rungs: tuple[float, ...] = ()
    is_whole: bool = False
    group: str = ""
    is_enabled: Callable[[Choices], bool] = _always
    is_shown: Callable[[Choices], bool] = _always
    steers: bool = False
    is_incidental: bool = False
    place: Literal["sidebar", "page", "picture"] = "sidebar"
    part: str = "live"
    like: str = ""
    old_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    beside: str = ""
    then: Callable[[Choices], Choices] | None = None
    valid: Callable[[str], object] | None = None

    def __post_init__(self) -> None:
        """Refuse a row that cannot be drawn.

        Raises:
            ValueError: naming the option and what is missing.
        """
        if not NAME.fullmatch(self.key) or self.key in RESERVED:
            raise ValueError(f"`key` must be a free name of small letters, got '{self.key}'")
        if self.look in ("menu", "buttons", "pills", "rail") and not self.values:
            raise ValueError(f"option '{self.key}' must name its `values`")
        if self.look in ("ladder", "slider") and len(self.rungs) < 2:
            raise ValueError(f"option '{self.key}' must have at least 2 `rungs`")

    @property
    def is_many(self) -> bool:
        """Whether several values are chosen at once."""
        return self.look == "pills"

    @property
    def words_of(self) -> str:
        """The option under which the words of its values stand."""
        return self.like or self.key

    @property
    def has_ends(self) -> bool:
        """Whether the rungs are all there is: no configuration bounds it."""
        return self.look != "ladder" and bool(self.rungs)

    @property
    def is_number(self) -> bool:
        """Whether its value is a number."""
        return self.look in ("ladder", "slider", "number")
