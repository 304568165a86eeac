"""The page of letters, colours, terms and abbreviations, with a field that filters them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import streamlit as st

from dashboard import lessons as course
from dashboard.glossary.entries import FAMILIES, TERMS
from dashboard.kit.guard import guarded
from dashboard.kit.leaf import leaf_top, relative, table
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language
from dashboard.kit.words import SHARED, Words, code, words
from dashboard.theme import ink, role_colors

PACKAGE = "dashboard.glossary"
LONGEST = 60
"""Letters of what can be looked for."""

Row = tuple[str, ...]
"""Cells, Markdown or HTML."""


def show() -> None:
    """Everything that has a name; a mistake of ours is said in a sentence."""
    with guarded("the glossary"):
        leaf_top(words(PACKAGE, chosen_language()))
        st.fragment(_list)()


def _list() -> None:
    """The field, and what of every section speaks of what stands in it."""
    with guarded("the list of the glossary"), st.container(key="glossary"):
        said = words(PACKAGE, chosen_language())
        text = st.text_input(
            said("find"),
            value=st.query_params.get("find", "")[:LONGEST],
            max_chars=LONGEST,
            key="glossary_find",
            help=said("find_help"),
            icon=":material/search:",
            live="200ms",
            width=360,
        )
        found = [_section(name, rows, text, said) for name, rows in sections(said).items()]
        if not any(found):
            st.info(said("nothing", text=code(text)))


def sections(said: Words) -> dict[str, list[Row]]:
    """The rows of every section, in the order of the page."""
    letters = [_side_by_side(family) for family in families()]
    return {
        "shared": [row for row in letters if len(row) > 1],
        "letters": [row for row in letters if len(row) == 1],
        "roles": role_rows(),
        "terms": term_rows(said),
        "abbreviations": abbreviation_rows(said),
    }


def _section(name: str, rows: Iterable[Row], text: str, said: Words) -> bool:
    """Draw what speaks of ``text``; whether anything does."""
    found = [row for row in rows if folded(text) in folded(" ".join(row))]
    if found:
        st.subheader(said(f"sections.{name}"))
        with st.container(key=f"glossary_{name}"):
            if name == "roles":
                st.html("".join(f'<span class="role">{row[0]}</span>' for row in found))
            elif name == "letters":
                st.markdown("\n".join(f"- {row[0]}" for row in found))
            else:
                st.markdown(_table(name, found, said))
    return bool(found)


def _table(name: str, rows: Sequence[Row], said: Words) -> str:
    """The rows of a section under its head (Markdown)."""
    if name == "shared":
        count = max(len(row) for row in rows)
        return table([said("head.meaning", number=i + 1) for i in range(count)], rows)
    heads = {
        "terms": ("term", "says", "used"),
        "abbreviations": ("abbreviation", "used"),
    }
    return table([said(f"head.{key}") for key in heads[name]], rows)


def families() -> list[list[tuple[Lesson, str]]]:
    """Every symbol that a lesson declares, those of one letter together."""
    joined = {key: family for family in FAMILIES for key in family}
    found: dict[tuple[str, ...], list[tuple[Lesson, str]]] = {}
    for lesson in course.in_order():
        for symbol in lesson.symbols:
            found.setdefault(joined.get(symbol, (symbol,)), []).append((lesson, symbol))
    return list(found.values())


def _side_by_side(family: Sequence[tuple[Lesson, str]]) -> Row:
    """What a letter means, one cell for every meaning, with the lessons that mean it."""
    meant: dict[str, list[Lesson]] = {}
    for lesson, symbol in family:
        text = words(lesson.package, chosen_language())(f"symbols.{symbol}")
        meant.setdefault(text, []).append(lesson)
    said = words(PACKAGE, chosen_language())
    return tuple(
        said("cell.with_lessons", text=text, lessons=links(lessons))
        for text, lessons in meant.items()
    )


def role_rows() -> list[Row]:
    """Every colour that a lesson uses: what it calls it, and which lessons do (HTML)."""
    named: dict[tuple[str, str], list[str]] = {}
    for lesson in course.in_order():
        own = words(lesson.package, chosen_language())
        for role in lesson.roles:
            color = ink(role_colors()[role])
            named.setdefault((color, own(f"roles.{role}")), []).append(_title(lesson))
    return [
        (f'<span class="term" style="color:{color}">■ {text}</span> ({", ".join(titles)})',)
        for (color, text), titles in named.items()
    ]


def term_rows(said: Words) -> list[Row]:
    """Name, sentences and lessons of every term."""
    return [
        (f"**{said(f'terms.{key}.name')}**", said(f"terms.{key}.says"), links(using(pattern)))
        for key, pattern in TERMS.items()
    ]


def abbreviation_rows(said: Words) -> list[Row]:
    """What every abbreviation stands for, and the lessons that use it."""
    return [
        (text, links(using(rf"\b{key}\b"))) for key, text in said.part("abbreviations").items()
    ]


def using(pattern: str) -> list[Lesson]:
    """The lessons whose English words contain ``pattern``."""
    return [one for one in course.in_order() if re.search(pattern, _spoken(one.package))]


@lru_cache(maxsize=32)
def _spoken(package: str) -> str:
    own = words(package)
    return "\n".join(own.raw(key) for key in own if not key.startswith(SHARED))


def links(lessons: Iterable[Lesson]) -> str:
    """Links to lessons by their titles, one behind the other (Markdown)."""
    said = words(PACKAGE, chosen_language())
    return " ".join(
        said("cell.lesson", title=_title(one), address=relative(one.name)) for one in lessons
    )


def _title(lesson: Lesson) -> str:
    return words(lesson.package, chosen_language())("title")


def folded(text: str) -> str:
    """A text as it is compared: no case, no TeX signs, Greek letters by their names."""
    plain = re.sub(r"[\\$*]", "", text.strip())
    return "".join(_latin(letter) for letter in plain).casefold()


def _latin(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if not name.startswith("GREEK"):
        return letter
    return name.rpartition(" ")[2].replace("LAMDA", "LAMBDA")  # as Unicode spells it
