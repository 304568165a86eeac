"""What a link says about the controls: checked before the widgets read it.

Streamlit binds a widget to the label of its option and drops, without a word, what it does not
know. Here a link may name an option by its key or its label, a number in any spelling, and what
is out of bounds is named in one sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st


def named_option(raw: str, options: Sequence[Any], label: Callable[[Any], str]) -> Any | None:
    """The option that ``raw`` names by label, key or number; ``None`` if there is none."""
    if isinstance(options[0], str):
        return next((option for option in options if raw in (label(option), option)), None)
    try:
        number = float(raw)
    except ValueError:
        return None
    if isinstance(options, range):  # not to be walked through: there are 2³¹ seeds
        return int(number) if number.is_integer() and int(number) in options else None
    return next((option for option in options if option == number), None)


def bounds(options: Sequence[Any], label: Callable[[Any], str]) -> str:
    """What may be chosen, in words."""
    if isinstance(options[0], str) or len(options) <= 4:
        return "one of " + ", ".join(label(option) for option in options)
    return f"from {label(options[0])} to {label(options[-1])}"


def read_link(
    options: Mapping[str, Sequence[Any]], label: Callable[[str, Any], str], slot: str
) -> None:
    """Bring the link of a new session into the form that widgets read; name what it gets wrong.

    Args:
        options: by widget key, the values that may be chosen.
        label: how the widget called by the first argument shows a value.
        slot: session state under which it is kept that the link was read.
    """
    if slot not in st.session_state:
        before = st.query_params.to_dict()
        st.session_state[slot] = _corrected(options, label)
        if st.query_params.to_dict() != before:
            st.rerun()  # widgets read the link as it was when the script run began
    for sentence in st.session_state[slot]:
        st.warning(sentence, icon=":material/link_off:")


def _corrected(
    options: Mapping[str, Sequence[Any]], label: Callable[[str, Any], str]
) -> list[str]:
    sentences = []
    for key, values in options.items():
        raw = st.query_params.get(key)
        if raw is None:
            continue
        own_label = partial(label, key)
        value = named_option(raw, values, own_label)
        if value is None:
            allowed = bounds(values, own_label)
            sentences.append(f"The link asks for `{key}` = {raw[:40]}, but it must be {allowed}.")
            del st.query_params[key]
        else:
            st.query_params[key] = own_label(value)
    return sentences
