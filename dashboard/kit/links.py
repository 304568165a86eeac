"""What a link says about the controls, by key: read, checked, written. No streamlit.

Streamlit can bind a widget to the words that it shows, and drops without a word what it does not
know. Here a link carries keys, so that it means the same in every language; a label of an earlier
version is still understood; and whatever is not, is named in one sentence. Nothing that a link
carries is ever rendered as markup (``dashboard.kit.words.code``).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.kit.lesson import Lesson
from dashboard.kit.option import GUIDE_KEYS, SWITCHES, Choices, Option
from dashboard.kit.words import Words, code, languages

Asked = Mapping[str, Sequence[str]]
"""What an address carries: every value of every key."""


@dataclass(frozen=True, kw_only=True)
class LinkRead:
    """What a link means.

    Attributes:
        choices: what it says of the options.
        shows: the experiment that it names; empty: none.
        complaints: a sentence for each thing that it gets wrong (Markdown).
    """

    choices: dict[str, Any] = field(default_factory=dict)
    shows: str = ""
    complaints: tuple[str, ...] = ()


def read_link(lesson: Lesson, asked: Asked, english: Words, said: Words) -> LinkRead:
    """The options that a link sets, and what it gets wrong.

    Args:
        lesson: whose options.
        asked: the address's query, every value of every key.
        english: the lesson's English words: links of earlier versions carry them.
        said: the kit's words, for the sentences.
    """
    choices: dict[str, Any] = {}
    complaints = []
    known: dict[str, Collection[str]] = {
        "projector": SWITCHES,
        "lang": languages(),
        "shows": lesson.presets,
    }
    for key, texts in asked.items():
        option = lesson.by_key.get(key)
        if key in known:
            complaints += _about_known(key, texts, known[key], said)
        elif key in lesson.run_keys or key in GUIDE_KEYS:
            continue  # whether there is such a run, the store knows; such a step, the guide
        elif option is None:
            complaints.append(said("link.unknown", key=code(key)))
        elif len(texts) > 1 and not option.is_many:
            complaints.append(said("link.repeated", key=code(key), values=_listed(texts)))
        else:
            value, wrong = _value(lesson, option, texts, english, said)
            complaints += wrong
            if value is not None:
                choices[key] = value
    shows = next((text for text in asked.get("shows", ()) if text in lesson.presets), "")
    return LinkRead(choices=choices, shows=shows, complaints=tuple(complaints))


def _about_known(
    key: str, texts: Sequence[str], values: Collection[str], said: Words
) -> list[str]:
    """What is wrong with a key that all pages share: projector, language, the experiment."""
    if len(texts) == 1 and texts[0] in values:
        return []
    must = said("link.switch") if key == "projector" else _listed_values(values, said)
    return [said("link.refused", key=code(key), value=_listed(texts), must=must)]


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(code(text) for text in texts[:4])


def _value(
    lesson: Lesson, option: Option, texts: Sequence[str], english: Words, said: Words
) -> tuple[Any, list[str]]:
    """What the texts of one key mean; None where nothing."""
    if option.is_many:
        return _several(option, texts, english, said)
    text = texts[0]
    refused = partial_refusal(option, text, said)
    if option.look == "text":
        why = lesson.refusal(option.key, text)
        return (None, [refused(why, is_reason=True)]) if why else (text, [])
    if option.look == "switch":
        return (SWITCHES[text], []) if text in SWITCHES else (None, [refused(said("link.switch"))])
    if option.is_number:
        number = parsed(text, is_whole=option.is_whole)
        if number is None:
            kind = "link.whole" if option.is_whole else "link.number"
            return None, [refused(said(kind))]
        why = lesson.refusal(option.key, number)
        return (None, [refused(why, is_reason=True)]) if why else (number, [])
    named = named_value(option, text, english)
    return (named, []) if named is not None else (None, [refused(_one_of(option, said))])


def partial_refusal(option: Option, text: str, said: Words) -> Any:
    """What says why ``text`` cannot be the value of ``option``."""

    def refused(must: str, *, is_reason: bool = False) -> str:
        key = "link.reason" if is_reason else "link.refused"
        return said(key, key=code(option.key), value=code(text), must=must)

    return refused


def _several(
    option: Option, texts: Sequence[str], english: Words, said: Words
) -> tuple[Any, list[str]]:
    pieces = [piece for text in texts for piece in _split(text)]
    found = {piece: named_value(option, piece, english) for piece in pieces}
    wrong = [
        partial_refusal(option, piece, said)(_one_of(option, said))
        for piece, value in found.items()
        if value is None
    ]
    known = {value for value in found.values() if value is not None}
    chosen = tuple(value for value in option.values if value in known)
    return (chosen if chosen or not pieces else None), wrong


def _split(text: str) -> list[str]:
    """Keys are joined by commas, earlier links joined words by semicolons."""
    pieces = text.split(";") if ";" in text else text.split(",")
    return [piece.strip() for piece in pieces if piece.strip()]


def _one_of(option: Option, said: Words) -> str:
    return _listed_values(option.values, said)


def _listed_values(values: Collection[str], said: Words) -> str:
    return said("link.one_of", values=", ".join(f"`{value}`" for value in values))


def named_value(option: Option, text: str, english: Words) -> str | None:
    """The value that ``text`` names by key, by its English words, or by those of old links."""
    if text in option.values:
        return text
    if text in option.old_values:
        return option.old_values[text]
    for value in option.values:
        if english.value(option.words_of, value) == text:
            return value
    return None


def parsed(text: str, *, is_whole: bool = False) -> float | int | None:
    """A finite number in any spelling; None if it is none, or not whole where it must be."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if not is_whole:
        return number
    return int(number) if number.is_integer() and abs(number) < 2**53 else None


def written(lesson: Lesson, choices: Choices) -> dict[str, str]:
    """What of ``choices`` a link has to carry: all that is not the default."""
    return {
        option.key: _text(choices[option.key])
        for option in lesson.options
        if choices[option.key] != lesson.defaults[option.key]
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)
