"""Of which values that its widgets were given the browser has heard.

With whatever is clicked, and with every poll, a browser sends what all widgets show. It can be
behind: an experiment or an undo has given them other values, and what it sends is then no choice
of the visitor's. So the page counts how often widgets were given values, and has the browser say
the count that it knows: in a field that nobody sees, drawn last, when all others are there.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.kit.look import kit_words
from dashboard.kit.option import Choices

HEARD = "heard"
"""The key of the field; the style sheet hides it."""

MOST_PAST = 64
"""Two for every giving: no browser is that far behind."""


@dataclass(kw_only=True, eq=False)
class Given:
    """What the widgets of a page were given.

    Attributes:
        count: how often they all were given values.
        past: what they were given and what they showed in the end, each with the count then.
    """

    count: int = 0
    past: deque[tuple[int, Choices]] = field(default_factory=lambda: deque(maxlen=MOST_PAST))

    def note(self, shown: Choices, choices: Choices) -> None:
        """Widgets that show ``shown`` are being given ``choices``."""
        self.past.append((self.count, shown))
        self.count += 1
        self.past.append((self.count, choices))

    def is_behind(self) -> bool:
        """Whether the browser says that it has not heard of the last giving."""
        return self._heard() < self.count

    def is_past(self, key: str, value: Any) -> bool:
        """Whether a widget showed this between what the browser has heard of and the present."""
        heard = self._heard()
        return any(
            heard <= count < self.count and value == values[key]
            for count, values in self.past
            if key in values
        )

    def ask(self) -> None:
        """Draw the field in which the browser says what it has heard of."""
        if st.session_state.get(HEARD) != str(self.count):
            st.session_state[HEARD] = str(self.count)
        label = kit_words()("page.heard")
        st.text_input(label, key=HEARD, max_chars=9, label_visibility="collapsed")

    def _heard(self) -> int:
        said = str(st.session_state.get(HEARD, ""))
        return int(said) if said.isdecimal() else self.count
