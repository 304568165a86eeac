"""The menu of a lesson's experiments, which closes when one is chosen."""

from collections.abc import Callable, Mapping
from typing import Protocol

import streamlit as st

OPEN = "experiments"
"""Where the session keeps whether the menu is open."""


class Experiment(Protocol):
    """What the menu shows of a preset."""

    @property
    def title(self) -> str:
        """On its button."""

    @property
    def shows(self) -> str:
        """One sentence: what to look at."""


def experiments(
    presets: Mapping[str, Experiment],
    choose: Callable[[str], None],
    *,
    caption: str,
    prefix: str = "preset_",
) -> None:
    """A button that opens the menu; each experiment is one click.

    Args:
        presets: by name.
        choose: a callback that takes a name and sets every control.
        caption: what a click does.
        prefix: of the buttons' keys.
    """
    with st.popover(
        "Experiments", icon=":material/science:", help="Each shows one thing in one click.",
        key=OPEN, on_change="rerun",
    ):  # fmt: skip
        st.caption(caption)
        for name, preset in presets.items():
            st.button(
                preset.title, key=f"{prefix}{name}", on_click=_choose, args=(choose, name),
                help=preset.shows, width="stretch",
            )  # fmt: skip


def _choose(choose: Callable[[str], None], name: str) -> None:
    st.session_state[OPEN] = False
    choose(name)
