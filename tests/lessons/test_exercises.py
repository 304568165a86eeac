"""The page of exercises: every row of the sheets, and links to states that are there."""

import dataclasses
import re
from urllib.parse import parse_qs

import pytest
from course import TINY
from support import opened

import dashboard.lessons as course
from dashboard.exercises.page import PACKAGE, lesson_of, link, on_the_way, rows
from dashboard.exercises.rows import EXERCISES, SOURCES, Exercise, Place
from dashboard.kit.lesson import Lesson
from dashboard.kit.links import read_link
from dashboard.kit.words import KIT, SHARED, words

pytestmark = pytest.mark.usefixtures("workers")

SHEETS = (
    *("PIMA-6 1a", "PIMA-6 1b", "PIMA-6 1c", "PIMA-6 2"),
    *("PIMA-7 1.1", "PIMA-7 1.2", "PIMA-7 1.3", "PIMA-7 2a", "PIMA-7 2b", "PIMA-7 2c"),
    *("Q1 1a", "Q1 1b", "Q1 1c", "Q1 2a", "Q1 2b", "Q1 3a", "Q1 3b", "Q1 3c", "Q1 3d"),
    *("Q1 4a", "Q1 4b", "Q1 4c", "Q1 5a", "Q1 5b", "Q1 6a", "Q1 6b", "Q1 assumptions"),
    *("Q2 a", "Q2 b", "Q2 c"),
    *("Q3 part 1", "Q3 part 2 a", "Q3 part 2 b", "Q3 part 2 c"),
    *("Q4 a", "Q4 b"),
    *("Q5 a", "Q5 observation", "Q5 b", "Q5 closing"),
    *("IT5410 heights", "IT5410 KL, MLE", "IT5410 GMM", "IT5410 VI, amortisation"),
    *("IT5410 properties", "VAE-note"),
)
"""Every exercise of the courses, as the sheets number them."""

ANSWERED_BY = {
    "PIMA-6": {"flow"},
    "PIMA-7": {"estimators", "foundations", "vae"},
    "Q1": {"evidence", "vae", "estimators"},
    "Q2": {"hierarchy"},
    "Q3": {"divergences"},
    "Q4": {"score"},
    "Q5": {"ddim"},
    "IT5410": {"foundations", "evidence", "vae"},
    "VAE-note": {"vae"},
}
"""Which lessons the course answers the exercises of a sheet in, by how their numbers begin."""

MISPRINTS = {
    "pima7_2a": "the sum over $j$ is missing",
    "pima7_2c": r"$-s+e^{s}+\mu^2-1$",
    "q2_b": "may be negative",
    "q3_2a": r"it is $\operatorname{sign}(p_d-p_g)$",
    "q3_2b": r"$R=-\tfrac12I_f$",
    "q3_2c": r"$\log p_d/p_g$",
    "q4_a": "Jacobian",
    "q4_b": r"$q_\sigma=q*\mathcal N(0,\sigma^2I)$",
    "q5_a": r"$0\le\sigma_t^2\le1-\bar\alpha_{t-1}$",
    "q5_b": r"$1-\bar\alpha_t$ is missing",
    "it_heights": "0.002921",
    "note_ae": "$z\\sim p(z)$",
}
"""Exercises whose sheet misprints a formula, and what has to be said."""

SAID = words(PACKAGE)

PLACES = [(exercise.key, place) for exercise in EXERCISES for place in exercise.places]
THERE = [(key, place) for key, place in PLACES if lesson_of(place) is not None]

each_place_there = pytest.mark.parametrize(
    ("key", "place"), THERE, ids=[f"{key}-{place.part}" for key, place in THERE]
)


def found(place: Place) -> tuple[Lesson, dict[str, str]]:
    """The lesson of a place, and the query of its link."""
    lesson = lesson_of(place)
    assert lesson is not None
    return lesson, link(place, lesson)


def test_every_exercise_of_the_sheets_is_there_in_their_order() -> None:
    assert tuple(SAID(f"{one.key}.number") for one in EXERCISES) == SHEETS


def test_an_exercise_is_answered_where_the_course_answers_it() -> None:
    for exercise in EXERCISES:
        number = SAID(f"{exercise.key}.number")
        sheet = next(start for start in ANSWERED_BY if number.startswith(start))
        assert {place.lesson for place in exercise.places} <= ANSWERED_BY[sheet], number
        assert exercise.places, number


def test_every_word_is_there_and_none_is_left_over() -> None:
    wanted = {f"sources.{source}.{part}" for source in SOURCES for part in ("title", "about")}
    wanted |= {f"{e.key}.{part}" for e in EXERCISES for part in ("number", "asks")}
    wanted |= {f"{key}.at.{place.part}" for key, place in PLACES}
    wanted |= {f"lessons.{place.lesson}" for _, place in PLACES if lesson_of(place) is None}
    own = {key for key in SAID if not key.startswith(SHARED)}
    keys = {key for key in own if key.partition(".")[0] not in ("head", "cell", "path")}
    assert wanted <= keys
    more = keys - wanted - {"title", "about", "opening", *(f"{k}.erratum" for k in MISPRINTS)}
    assert all(re.fullmatch(r"\w+\.note|lessons\.\w+", key) for key in more), more


@pytest.mark.parametrize("key", MISPRINTS)
def test_a_misprint_of_a_sheet_is_named_beside_the_right_formula(key: str) -> None:
    assert MISPRINTS[key] in SAID(f"{key}.erratum")
    row = next(line for line in page_text().splitlines() if f"| {SAID(f'{key}.number')} |" in line)
    assert SAID("cell.erratum", text="") in row


@each_place_there
def test_a_link_is_understood_without_a_complaint(key: str, place: Place) -> None:
    assert place.is_decided, "the lesson is there: say what its link has to show"
    lesson, asked = found(place)
    assert set(place.choices or {}) <= set(lesson.by_key)
    texts = {name: [text] for name, text in asked.items()}
    read = read_link(lesson, texts, words(lesson.package), words(KIT))
    assert not read.complaints
    preset = lesson.choices_by(place.preset) if place.preset else lesson.defaults
    wanted = preset | dict(place.choices or {})
    assert lesson.defaults | read.choices == wanted


LINKS = sorted({(place.lesson, tuple(found(place)[1].items())) for _, place in THERE})


@pytest.mark.parametrize(
    ("name", "asked"), LINKS, ids=[f"{n}-{i}" for i, (n, _) in enumerate(LINKS)]
)
def test_a_link_opens_the_state_that_it_names(
    name: str, asked: tuple[tuple[str, str], ...]
) -> None:
    app = opened(name, **dict(asked))
    assert not app.warning
    assert not app.error
    assert not any("Waiting for" in box.value for box in app.info)
    lesson = next(lesson for lesson in course.LESSONS if lesson.name == name)
    texts = {key: [text] for key, text in asked}
    read = read_link(lesson, texts, words(lesson.package), words(KIT))
    assert app.session_state[f"{name}_state"].choices == lesson.defaults | read.choices


def page_text(**asked: str) -> str:
    app = opened("exercises", **asked)
    assert not app.warning
    return "\n".join(element.value for element in app.markdown)


def test_the_page_links_every_place_that_is_there_and_announces_the_others() -> None:
    text = page_text()
    assert all(f"| {number} |" in text for number in SHEETS)
    linked = [
        (name, {key: values[0] for key, values in parse_qs(query).items()})
        for name, _, query in re.findall(r"\]\((\w+)(\?([^)]*))?\)", text)
    ]
    assert linked == [(place.lesson, found(place)[1]) for _, place in THERE]
    for key, place in PLACES:
        if lesson_of(place) is None:
            part, lesson = SAID(f"{key}.at.{place.part}"), SAID(f"lessons.{place.lesson}")
            assert SAID("cell.to_come", part=part, lesson=lesson) in text


def test_a_link_keeps_look_and_language() -> None:
    assert "](estimators?f=elbo" in page_text()
    assert re.search(r"\]\(estimators\?f=elbo[^)]*projector=true\)", page_text(projector="true"))


def test_a_lesson_that_lands_is_linked_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    score = dataclasses.replace(TINY, name="score")
    before = rows([one for one in EXERCISES if one.key == "q4_a"], SAID)
    assert "comes with the Score lesson" in before
    monkeypatch.setattr(course, "LESSONS", (*course.LESSONS, score))
    after = rows([one for one in EXERCISES if one.key == "q4_a"], SAID)
    assert f"[Tiny: {SAID('q4_a.at.score')}](score)" in after
    assert "comes with" not in after


def test_what_is_still_missing_in_a_lesson_that_is_there_is_said() -> None:
    for key in ("q1_4b", "q1_6b"):
        assert "still to come" in SAID(f"{key}.note")
        assert SAID(f"{key}.note") in page_text()


def test_a_lesson_ends_with_the_exercises_that_lead_through_it() -> None:
    sheet = {one.key for one in EXERCISES if one.source == "sut_q1"}
    here = {one.key for one in on_the_way("evidence")}
    assert sheet < here  # mostly its own: the whole sheet, the other lessons' answers, too
    assert {one.key for one in on_the_way("vae")} & sheet == {
        one.key for one in EXERCISES if one.source == "sut_q1" and answers(one, "vae")
    }
    assert on_the_way("tiny") == []
    app = opened("evidence", model="line", q="prior")
    assert SAID("path.title") in [fold.label for fold in app.expander]
    links = " ".join(element.value for element in app.markdown)
    assert f"[VAE: {SAID('q1_4b.at.step')}](vae?" in links


def answers(exercise: Exercise, lesson: str) -> bool:
    return any(place.lesson == lesson for place in exercise.places)
