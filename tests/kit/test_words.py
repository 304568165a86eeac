"""Words by language: complete in English, filled, safe; a second language is two files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from course import PACKAGES
from pseudo import OPEN, write_languages
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine

import dashboard.lessons as course
from dashboard.kit.words import (
    ENGLISH,
    EXTRA_VARIABLE,
    KIT,
    PLACEHOLDER,
    code,
    filled,
    languages,
    number,
    words,
)


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write_languages(tmp_path, PACKAGES)
    monkeypatch.setenv(EXTRA_VARIABLE, str(tmp_path))
    words.cache_clear()
    languages.cache_clear()
    yield
    words.cache_clear()
    languages.cache_clear()


def test_a_text_is_filled_and_a_missing_value_is_named() -> None:
    assert filled("a {{x}} b {{y}}", x=1, y="z") == "a 1 b z"
    with pytest.raises(KeyError, match="y"):
        filled("{{x}} {{y}}", x=1)


def test_braces_of_formulas_stay() -> None:
    assert filled(r"\textcolor{{{c}}}{\text{ELBO}}", c="#fff") == r"\textcolor{#fff}{\text{ELBO}}"


HALF_FILLED = re.compile(r"(?<![\w{\\}^_])\{(?!(?:x|y|v)\})[a-z_]+\}(?!\})")
"""What would stand on the page with its braces; {x}, {y} and {v} the browser fills in tips."""


@pytest.mark.parametrize("package", [KIT, *PACKAGES])
def test_no_placeholder_has_lost_half_of_its_braces(package: str) -> None:
    assert HALF_FILLED.search("at step {step}")
    english = words(package, ENGLISH)
    assert [key for key in english if HALF_FILLED.search(english.raw(key))] == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.05, "0.05"), (-1.5, "−1.5"), (1e-5, "1e−05"), (3, "3"), (1.0, "1"), ("x", "x")],
)
def test_numbers_have_a_true_minus_sign(value: object, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    "text", ["![i](http://a/x)", "``[x](y)`", "<b>", "`", "", "a\nb", "x" * 300, ":red[x]", "$x$"]
)
def test_a_text_from_outside_is_one_span_of_code(text: str) -> None:
    span = code(text)
    fence = re.match(r"`+", span)
    assert fence
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall(r"`+", inner)
    assert span.endswith(fence[0])
    assert "\n" not in span
    assert len(span) < 200


def other_placeholders(package: str, spoken: str) -> list[str]:
    """The texts of a language that ask for other values than the English ones."""
    english, other = words(package, ENGLISH), words(package, spoken)
    asked = (
        (key, *(PLACEHOLDER.findall(w.raw(key)) for w in (english, other))) for key in english
    )
    return [key for key, here, there in asked if set(here) != set(there)]


@pytest.mark.parametrize("package", [KIT, *PACKAGES])
def test_every_language_has_the_same_placeholders(package: str, pseudo: None) -> None:
    assert {"xx", "xr"} <= set(languages())
    for spoken in languages():
        assert other_placeholders(package, spoken) == [], spoken


def test_another_placeholder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/xx.toml").write_text('home.minutes = "{{minuten}} min"')
    monkeypatch.setenv(EXTRA_VARIABLE, str(tmp_path))
    words.cache_clear()
    try:
        assert other_placeholders(KIT, "xx") == ["home.minutes"]
    finally:
        words.cache_clear()


def test_what_a_language_lacks_is_said_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/xx.toml").write_text(
        'strip.train = "Tren"\nlanguage = { name = "X", direction = "ltr" }'
    )
    monkeypatch.setenv(EXTRA_VARIABLE, str(tmp_path))
    words.cache_clear()
    try:
        assert words(KIT, "xx")("strip.train") == "Tren"
        assert words(KIT, "xx")("strip.pause") == words(KIT)("strip.pause")
    finally:
        words.cache_clear()


LETTERS = re.compile(r"[A-Za-z]{4,}")
"""A word: what is shorter is a symbol."""


def spoken_texts(app: AppTest) -> list[str]:
    """What a visitor reads on a page: words of all elements, without formulas and code."""
    found = []
    for kind in ("markdown", "caption", "info", "warning", "error", "subheader", "header"):
        found += [element.value for element in app.get(kind)]
    for kind in (
        "button",
        "selectbox",
        "slider",
        "select_slider",
        "toggle",
        "number_input",
        "expander",
        "text_input",
        "button_group",
    ):
        found += [str(getattr(element, "label", "")) for element in app.get(kind)]
    found += [element.proto.body for element in app.get("html")]
    return [bare(text) for text in found]


def outside(text: str) -> str:
    """What of a text is in no brackets."""
    found = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return found if found == text else outside(found)


def bare(text: str) -> str:
    text = re.sub(r"<style>.*?</style>|<[^>]*>|\$[^$]*\$|`[^`]*`|&\w+;", " ", text, flags=re.S)
    return re.sub(r":material/\w+:", " ", text)


PAGES = [*((lesson.name, 30) for lesson in course.LESSONS), ("exercises", 15), ("glossary", 8)]


@pytest.mark.usefixtures("workers", "pseudo")
@pytest.mark.parametrize(("page", "least"), PAGES, ids=[page for page, _ in PAGES])
def test_every_word_of_a_page_is_in_its_words(page: str, least: int) -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    app.query_params["lang"] = "xx"
    app.switch_page(str(course.page_of(page))).run()
    fine(app)
    texts = spoken_texts(app)
    assert sum(OPEN in text for text in texts) > least
    unsaid = [text for text in texts if LETTERS.search(outside(text))]
    assert not unsaid, unsaid
