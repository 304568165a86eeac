"""The glossary: every letter, colour, term and abbreviation of the lessons, and the field."""

import re

import pytest
from streamlit.testing.v1 import AppTest
from support import fine, opened

from dashboard.exercises.page import PACKAGE as EXERCISES
from dashboard.glossary.entries import FAMILIES, TERMS
from dashboard.glossary.page import PACKAGE, families, folded, sections, using
from dashboard.kit.leaf import table
from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import script_of
from dashboard.kit.words import KIT, words
from dashboard.lessons import LESSONS

SAID = words(PACKAGE)

ABBREVIATION = re.compile(r"\b[a-z]?[A-Z]{2,}\b")
NO_ABBREVIATIONS = {"TODO"}

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def texts(app: AppTest) -> str:
    fine(app)
    assert not app.warning
    return "\n".join(element.value for element in app.markdown)


def looked_up(text: str) -> AppTest:
    app = opened("glossary")
    app.text_input(key="glossary_find").input(text).run()
    fine(app)
    return app


def spoken(lesson: Lesson) -> str:
    """Every English text of a lesson, its script's too."""
    own, script = words(lesson.package), script_of(lesson)
    steps = [(s.question, s.explain, *s.options, *s.overlooked) for s in script.steps]
    return "\n".join([*(own.raw(key) for key in own), *(text for step in steps for text in step)])


@each_lesson
def test_every_symbol_of_every_lesson_appears(lesson: Lesson) -> None:
    shown = texts(opened("glossary"))
    own = words(lesson.package)
    for symbol in lesson.symbols:
        text = own(f"symbols.{symbol}")
        assert f"{text} · " in shown, symbol
        cell = next(c for line in shown.splitlines() for c in line.split(" | ") if text in c)
        assert f"[{own('title')}]({lesson.name})" in cell


def test_meanings_of_one_letter_stand_side_by_side() -> None:
    rows = sections(SAID)["shared"]
    for members in (
        ("vae:K", "flow:K"),
        ("vae:s2", "estimators:phi"),
        ("flow:a_b", "estimators:b"),
    ):
        found = [
            words(lesson.package)(f"symbols.{symbol}")
            for lesson in LESSONS
            for symbol in lesson.symbols
            if f"{lesson.name}:{symbol}" in members
        ]
        assert len(found) == 2
        assert any(all(any(text in cell for cell in row) for text in found) for row in rows)


def test_the_letters_are_those_of_the_lessons_and_none_twice() -> None:
    shown = [(lesson.name, symbol) for family in families() for lesson, symbol in family]
    declared = [(lesson.name, symbol) for lesson in LESSONS for symbol in lesson.symbols]
    assert sorted(shown) == sorted(declared)
    known = {symbol for _, symbol in declared}
    assert {symbol for family in FAMILIES for symbol in family} <= known


@each_lesson
def test_every_colour_of_every_lesson_appears_by_the_name_it_has_there(lesson: Lesson) -> None:
    html = "".join(part.proto.body for part in opened("glossary").get("html"))
    own = words(lesson.package)
    for role in lesson.roles:
        line = re.search(rf"■ {re.escape(own(f'roles.{role}'))}</span> \(([^)]*)\)", html)
        assert line, role
        assert own("title") in line[1]


def test_every_term_has_its_words_and_a_lesson_that_uses_it() -> None:
    assert set(SAID.part("terms")) == {f"{key}.{p}" for key in TERMS for p in ("name", "says")}
    for key, pattern in TERMS.items():
        assert using(pattern), key
        sentences = re.split(r"\. (?=[A-Z$])", SAID(f"terms.{key}.says"))
        assert len(sentences) <= 2, key


@pytest.mark.parametrize(
    "of", [*LESSONS, EXERCISES], ids=[*(lesson.name for lesson in LESSONS), "exercises"]
)
def test_every_abbreviation_that_is_used_is_explained(of: Lesson | str) -> None:
    own = words(of) if isinstance(of, str) else None
    text = "\n".join(own.raw(key) for key in own) if own else spoken(of)  # type: ignore[arg-type]
    text = re.sub(r"©[^.]*|by way of[^.]*|CC.BY\S*|CC0|UCI|MIT licence", "", text)
    used = set(ABBREVIATION.findall(text)) - NO_ABBREVIATIONS
    assert used
    assert used <= set(SAID.part("abbreviations"))


def test_an_abbreviation_is_one_line_that_begins_with_it() -> None:
    for key, text in SAID.part("abbreviations").items():
        assert text.startswith(f"**{key}**: ")
        assert "\n" not in text


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("pPCA", "terms.ppca.says", "terms.flip.says"),
        ("  FLIP ", "terms.flip.says", "terms.ppca.says"),
        ("f·s", "terms.value_times_score.says", "terms.flip.says"),
        ("own gradient", "terms.own_gradient.says", "terms.flip.says"),
    ],
)
def test_the_list_follows_what_is_typed(asked: str, there: str, gone: str) -> None:
    shown = texts(looked_up(asked))
    assert SAID(there).partition("|")[0] in shown
    assert SAID(gone) not in shown


@pytest.mark.parametrize("asked", ["β", "beta", r"\beta"])
def test_a_greek_letter_is_found_however_it_is_written(asked: str) -> None:
    assert words("dashboard.lessons.vae")("symbols.beta") in texts(looked_up(asked))


def test_letters_fold() -> None:
    assert folded(r" $\lambda_j$") == folded("λ_j") == "lambda_j"
    assert folded("Σ") == "sigma"


@pytest.mark.parametrize("asked", ["![i](http://127.0.0.1/x.png)", "<b>`x`", ":red[x]"])
def test_what_is_not_found_is_said_and_never_rendered(asked: str) -> None:
    app = looked_up(asked)
    assert len(app.info) == 1
    outside = re.sub(r"(`+).*?\1", "", app.info[0].value)
    assert outside == SAID("nothing", text="")


def test_a_link_can_name_what_to_look_for() -> None:
    app = opened("glossary", find="MADE" + "x" * 100)
    assert app.text_input(key="glossary_find").value == ("MADE" + "x" * 100)[:60]
    assert SAID("terms.made.says") in texts(opened("glossary", find="MADE"))


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    made = table(["a", "b"], [[r"$p(x|z)$ or x|y", r"$\|x\|$"], ["short"]])
    first, _, row, short = made.splitlines()
    assert first == "| a | b |"
    assert row == r"| $p(x\vert z)$ or x\|y | $\Vert x\Vert $ |"
    assert short == "| short |  |"


def test_the_kits_words_need_no_other_abbreviation() -> None:
    own = words(KIT)
    text = "\n".join(own.raw(key) for key in own if not key.startswith("data."))
    used = set(ABBREVIATION.findall(text)) - NO_ABBREVIATIONS
    assert used <= {*SAID.part("abbreviations"), "TOML", "UTF", "PDF"}  # kinds of files
