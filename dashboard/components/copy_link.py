"""Copies the address of the page; and Ctrl+Z, outside of text fields, presses its Undo.

Streamlit's shortcut of a button would take Ctrl+Z from text fields, where it is the field's own.
"""

from collections.abc import Mapping

from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import pack

_component = component("copy_link")


def copy_link(*, key: str, words: Mapping[str, str] | None = None) -> None:
    """Draw the button.

    Where the browser refuses the clipboard, the address is shown in a field, selected.

    Args:
        key: stable identity on its page.
        words: what the button says, the kit's ``components.copy_link``.

    Raises:
        ValueError: naming unknown words.
    """
    payload = pack({"words": chosen_words("copy_link", words)}, {})
    _component(key=key, data=payload, width="content")
