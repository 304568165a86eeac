"""A script is a file: questions, guesses, what each guess overlooked. No streamlit.

A lesson's own script lies with its words, ``words/script.<language>.toml``; a teacher's is the
same file, uploaded, or in the folder that ``LATENT_FLOW_SCRIPTS`` names (``script=<file>`` in a
link).
README, "A script of your own", shows one. Every fault of a file is one sentence.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.kit.lesson import Lesson
from dashboard.kit.links import read_link
from dashboard.kit.option import NAME, Choices
from dashboard.kit.words import ENGLISH, KIT, Words, code, folders, words

FOLDER_VARIABLE = "LATENT_FLOW_SCRIPTS"
MAX_BYTES = 200_000
MAX_STEPS = 60
MAX_TEXT = 2_000
MOST_CHOICES = 4

TEXTS = ("question", "explain")
LISTS = ("choices", "overlooked", "outline", "hide")
TABLES = ("set", "ask")
KEYS = frozenset({*TEXTS, *LISTS, *TABLES, "answer", "preset", "train_steps"})


class ScriptError(ValueError):
    """A file that is no script; its text is one sentence (Markdown) that names the fault."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Predict, reveal, explain.

    Attributes:
        question: what is asked before anything is shown.
        options: two to four guesses.
        answer: which of them is right, counted from 1.
        overlooked: for each guess what it overlooks; empty for the right one.
        explain: why the answer is what it is.
        preset: the experiment that reveals it; empty: ``choices`` alone do.
        choices: options that differ from those of the experiment.
        train_steps: how far it trains instead; 0: as the experiment says.
        outline: the pictures that show the answer.
        over: options that the question is asked over, all others as the page opens; ``None``:
            over whatever stands there.
        hidden: what would give the answer away: blurred until it is revealed.
    """

    question: str
    options: tuple[str, ...]
    answer: int
    overlooked: tuple[str, ...]
    explain: str
    preset: str = ""
    choices: Choices = field(default_factory=dict)
    train_steps: int = 0
    outline: tuple[str, ...] = ()
    over: Choices | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a class is led through.

    Attributes:
        name: of the file; empty for the lesson's own.
        title: of the script.
        steps: in order.
    """

    name: str = ""
    title: str = ""
    steps: tuple[Step, ...] = ()


def _own(package: str, language: str) -> str:
    """The text of a lesson's own script in a language, or in English; empty where it has none."""
    for spoken in dict.fromkeys((language, ENGLISH)):
        for folder in reversed(folders(package)):
            path = folder / f"script.{spoken}.toml"
            if path.exists():
                return path.read_text(encoding="utf-8")
    return ""


def script_of(lesson: Lesson, language: str = ENGLISH) -> Script:
    """The lesson's own script.

    Raises:
        ScriptError: naming the fault; a test holds that the shipped ones have none.
    """
    text = _own(lesson.package, language)
    return read_script(lesson, text, words(KIT, language)) if text else Script()


def named_script(lesson: Lesson, name: str, said: Words) -> Script:
    """The script that a link names, from the folder that ``LATENT_FLOW_SCRIPTS`` names.

    Raises:
        ScriptError: naming what is missing or wrong.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        raise ScriptError(said("script.no_folder", name=code(name), variable=FOLDER_VARIABLE))
    path = Path(folder) / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise ScriptError(said("script.not_found", name=code(name)))
    if path.stat().st_size > MAX_BYTES:
        raise ScriptError(said("script.too_large", most=f"{MAX_BYTES // 1000}"))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ScriptError(said("script.no_text", name=code(name))) from None
    return read_script(lesson, text, said, name=name)


def read_script(lesson: Lesson, text: str, said: Words, *, name: str = "") -> Script:
    """A script from the text of its file.

    Args:
        lesson: whose experiments, options and pictures it may name.
        text: TOML.
        said: the kit's words, for the sentences.
        name: of the file.

    Raises:
        ScriptError: one sentence naming the step, the key and what it must be.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(said("script.no_toml", reason=code(str(error)))) from None
    wanted = table.get("lesson", lesson.name)
    if wanted != lesson.name:
        raise ScriptError(said("script.other_lesson", lesson=code(str(wanted)), here=lesson.name))
    unknown = sorted(set(table) - {"lesson", "title", "step"})
    if unknown:
        raise ScriptError(said("script.unknown_top", key=code(unknown[0])))
    rows = table.get("step")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_STEPS:
        raise ScriptError(said("script.no_steps", most=MAX_STEPS))
    steps = tuple(_Row(lesson, row, n, said).step() for n, row in enumerate(rows, start=1))
    return Script(name=name, title=str(table.get("title", ""))[:MAX_TEXT], steps=steps)


class _Row:
    """One ``[[step]]`` on its way to become a step."""

    def __init__(self, lesson: Lesson, row: Any, number: int, said: Words) -> None:
        self.lesson, self.number, self.said = lesson, number, said
        if not isinstance(row, Mapping):
            raise self._wrong("step", said("script.a_table"))
        self.row = row
        unknown = sorted(set(row) - KEYS)
        if unknown:
            raise self._wrong(unknown[0], said("script.known", keys=", ".join(sorted(KEYS))))

    def step(self) -> Step:
        texts = {key: self._text(key) for key in TEXTS}
        guesses = self._list("choices")
        if not 2 <= len(guesses) <= MOST_CHOICES:
            raise self._wrong("choices", self.said("script.how_many", most=MOST_CHOICES))
        answer = self._whole("answer", 1, len(guesses))
        overlooked = self._list("overlooked")
        if len(overlooked) != len(guesses) or any(
            bool(text) == (n == answer) for n, text in enumerate(overlooked, start=1)
        ):
            raise self._wrong("overlooked", self.said("script.each_wrong_one"))
        return Step(
            **texts,
            options=guesses,
            answer=answer,
            overlooked=overlooked,
            preset=self._preset(),
            choices=self._choices("set"),
            train_steps=self._whole("train_steps", 0, 1_000_000)
            if "train_steps" in self.row
            else 0,
            outline=self._pictures("outline"),
            over=self._choices("ask") if "ask" in self.row else None,
            hidden=self._pictures("hide"),
        )

    def _wrong(self, key: str, must: str) -> ScriptError:
        return ScriptError(self.said("script.wrong", step=self.number, key=code(key), must=must))

    def _text(self, key: str) -> str:
        value = self.row.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
            raise self._wrong(key, self.said("script.a_text", most=MAX_TEXT))
        return value.strip()

    def _list(self, key: str) -> tuple[str, ...]:
        value = self.row.get(key, [])
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not is_list or any(len(item) > MAX_TEXT for item in value):
            raise self._wrong(key, self.said("script.texts", most=MAX_TEXT))
        return tuple(item.strip() for item in value)

    def _whole(self, key: str, low: int, high: int) -> int:
        value = self.row.get(key)
        if type(value) is not int or not low <= value <= high:
            raise self._wrong(key, self.said("script.whole", low=low, high=f"{high:,}"))
        return value

    def _preset(self) -> str:
        value = self.row.get("preset", "")
        if value and value not in self.lesson.presets:
            names = ", ".join(self.lesson.presets)
            raise self._wrong("preset", self.said("script.one_of", names=names))
        if not value and "set" not in self.row:
            raise self._wrong("preset", self.said("script.nothing_shown"))
        return str(value)

    def _choices(self, key: str) -> dict[str, Any]:
        """Options as a link would set them; a link's sentence says what is wrong."""
        table = self.row.get(key, {})
        if not isinstance(table, Mapping):
            raise self._wrong(key, self.said("script.a_table"))
        asked = {option: [_as_linked(value)] for option, value in table.items()}
        unknown = sorted(set(asked) - set(self.lesson.by_key))
        if unknown:
            raise self._wrong(unknown[0], self.said("script.an_option"))
        found = read_link(self.lesson, asked, words(self.lesson.package), self.said)
        if found.complaints:
            raise self._wrong(key, found.complaints[0])
        return found.choices

    def _pictures(self, key: str) -> tuple[str, ...]:
        names = self._list(key)
        unknown = [name for name in names if name not in self.lesson.pictures]
        if unknown:
            known = ", ".join(self.lesson.pictures)
            raise self._wrong(key, self.said("script.one_of", names=known))
        return names


def _as_linked(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value)
