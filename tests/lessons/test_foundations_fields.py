"""The foundations page: what is typed, pasted or linked holds, or is one sentence."""

import re

import pytest
from foundations_page import (
    choices,
    complaints,
    field,
    handles,
    note,
    number,
    page,
    place,
    typed,
)

from core.foundations.config import HEIGHTS
from core.foundations.likelihood import (
    log_likelihood,
    maximum,
)
from dashboard.kit.own_data import numbers_of
from dashboard.lessons.foundations.lesson import LESSON

pytestmark = pytest.mark.usefixtures("workers")


def test_a_typed_number_holds_and_its_field_stays() -> None:
    app = page()
    assert field(app, "mu").key == "mu_held_0"
    typed(app, "mu", 1.7)
    typed(app, "sigma", 0.05)
    assert choices(app)["mu"] == 1.7
    assert field(app, "mu").value == 1.7
    assert field(app, "mu").key == "mu_held_0"
    assert field(app, "sigma").key == "sigma_held_0"
    assert number(float(log_likelihood(HEIGHTS, 1.7, 0.05))) in note(app)
    typed(app, "mu", 1.7)
    assert field(app, "mu").key == "mu_held_0"


def test_a_pasted_column_holds() -> None:
    app = typed(page(), "x", "3\n4\n\n8\n")
    assert numbers_of("x", choices(app)["x"]) == (3, 4, 8)
    assert handles(app, "ruler") == ["x0", "x1", "x2"]
    assert field(app, "x").key == "x_held_0"
    assert place(maximum((3, 4, 8)).mean) in note(app)


PASTED = {
    "a word": ("1.6\nabc\n1.7", ("numbers", "place 2")),
    "a heading": ("height\n1.6", ("numbers", "place 1")),
    "not a number": ("1.6 nan", ("1,000,000", "nan", "place 2")),
    "infinity": ("inf 1.6", ("1,000,000", "inf", "place 1")),
    "too many": (" ".join(["1"] * 501), ("500", "501")),
    "nothing": ("", ("1 to 500", "0")),
    "only commas": (",,;\n,", ("1 to 500", "0")),
    "too large": ("1 2 1e7", ("1,000,000", "1e+07", "place 3")),
    "a link": ("![i](http://127.0.0.1/x.png)", ("numbers", "place 1")),
    "a tag": ("<b>1</b> 2", ("numbers", "place 1")),
}


@pytest.mark.parametrize("name", PASTED)
def test_a_column_that_cannot_be_is_refused_in_one_sentence(name: str) -> None:
    text, parts = PASTED[name]
    app = page()
    before, here = choices(app), note(app)
    typed(app, "x", text)
    (sentence,) = (box.value for box in app.error)
    assert sentence.startswith("`x`")
    assert sentence.endswith(".")
    for part in parts:
        assert part in sentence
    assert "<b>" not in re.sub(r"`[^`]*`", "", sentence)  # what was typed is code, if it is said
    assert choices(app) == before
    assert note(app) == here
    assert field(app, "x").value == text  # to be mended
    typed(app, "x", "1 2 3")
    assert not app.error


FIELDS = {
    ("likelihood", "mu"): (1e7, "1000000"),
    ("likelihood", "sigma"): (0.0, "1e-06"),
    ("kls", "m"): (8.5, "8"),
    ("kls", "s"): (0.01, "0.05"),
    ("em", "t"): (601, "600"),
}


@pytest.mark.parametrize(("tab", "key"), FIELDS)
def test_a_number_out_of_bounds_is_refused_in_one_sentence(tab: str, key: str) -> None:
    value, bound = FIELDS[tab, key]
    app = page(tab=tab)
    before = choices(app)
    typed(app, key, value)
    (sentence,) = complaints(app)
    assert sentence.startswith(f"`{key}`")
    assert bound in sentence
    assert choices(app) == before
    assert field(app, key).value == before[key]


@pytest.mark.parametrize(
    ("what", "key", "text", "part"),
    [
        ("mixture", "p", "0.5,1", "rows of 3"),
        ("mixture", "p", "", "at least 1"),
        ("mixture", "p", "0,1,1", "0.01"),
        ("mixture", "p", "0.5,9,1", "8"),
        ("mixture", "p", "0.5,nan,1", "finite"),
        ("plane", "pair", "0,0,1,1,0", "2 Gaussians"),
        ("plane", "pair", "0,0,1,1,1;0,0,1,1,0", "0.95"),
        ("plane", "pair", "0,0,0,1,0;0,0,1,1,0", "0.05"),
    ],
)
def test_a_text_that_cannot_be_is_refused_in_one_sentence(
    what: str, key: str, text: str, part: str
) -> None:
    app = page(tab="kls", what=what)
    before = choices(app)
    typed(app, key, text)
    (sentence,) = complaints(app)
    assert sentence.startswith(f"`{key}`")
    assert part in sentence
    assert choices(app) == before


HOSTILE: dict[str, dict[str, str]] = {
    "a word for numbers": {"x": "1.6 abc"},
    "no number": {"x": ""},
    "501 numbers": {"x": " ".join(["1"] * 501)},
    "a tag for numbers": {"x": "<img src=x onerror=alert(1)>"},
    "a NaN among numbers": {"x": "1 nan"},
    "five bumps": {"tab": "kls", "p": ";".join(["0.2,0,1"] * 5)},
    "a NaN in a bump": {"tab": "kls", "p": "0.5,nan,1"},
    "a Markdown image for bumps": {"tab": "kls", "p": "![i](http://127.0.0.1/x.png)"},
    "one Gaussian": {"tab": "kls", "what": "plane", "pair": "0,0,1,1,0"},
    "no volume": {"tab": "kls", "what": "plane", "pair": "0,0,1,1,1;0,0,1,1,0"},
    "an infinite point": {"tab": "em", "data": "drawn", "pts": "inf,1"},
    "half a point": {"tab": "em", "data": "drawn", "pts": "1"},
    "201 points": {"tab": "em", "data": "drawn", "pts": ";".join(["1,2"] * 201)},
    "a NaN for a mean": {"tab": "em", "c": "nan,1"},
    "17 means": {"tab": "em", "c": ";".join(["1,2"] * 17)},
    "means of two dimensions": {"tab": "em", "c": "1,2;3"},
    "means of five dimensions": {"tab": "em", "c": "1,2,3,4,5"},
    "steps below 0": {"tab": "em", "t": "-1"},
    "half of a half step": {"tab": "em", "t": "1.5"},
    "too many steps": {"tab": "em", "t": "601"},
    "a word for steps": {"tab": "em", "t": "many"},
    "a floor below 0": {"tab": "em", "floor": "-1"},
    "one draw": {"tab": "kls", "n": "1"},
    "no such row": {"tab": "infinity", "to": "decoder", "row": "1000"},
    "no such tab": {"tab": "cube"},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_link_cannot_have_is_one_sentence_and_the_page_stands(name: str) -> None:
    link = HOSTILE[name]
    app = page(**link)
    (sentence,) = complaints(app)
    key = list(link)[-1]
    assert f"`{key}`" in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 400
    assert note(app)
    assert choices(app)[key] == LESSON.defaults[key]


def test_a_link_carries_what_pictures_hold() -> None:
    link = {
        "tab": "em",
        "x": "3 4 8",
        "mu": "5",
        "p": "0.5,-2.7,1;0.5,2.7,1",
        "pair": "0,0,1,1,0;1,1,1,1,0.5",
        "data": "drawn",
        "pts": "0,0;1,1;2,0;3,1",
        "c": "0,0;2,1",
        "t": "5",
    }
    app = page(**link)
    assert not complaints(app)
    asked = app.query_params
    written = {key: v if isinstance(v := asked[key], str) else v[0] for key in asked}
    assert written == link
    assert note(page(**written)) == note(app)
