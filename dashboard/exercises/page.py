"""The page of exercises: what each asks, and links to the states that answer it."""

import streamlit as st

from dashboard import lessons as course
from dashboard.exercises.rows import EXERCISES, SOURCES, Exercise, Place
from dashboard.kit.guard import guarded
from dashboard.kit.leaf import leaf_top, relative, table
from dashboard.kit.lesson import Lesson
from dashboard.kit.links import written
from dashboard.kit.look import chosen_language
from dashboard.kit.words import Words, words

PACKAGE = "dashboard.exercises"


def show() -> None:
    """Every exercise by its sheet; a mistake of ours is said in a sentence."""
    with guarded("the page of exercises"):
        _show()


def _show() -> None:
    said = words(PACKAGE, chosen_language())
    leaf_top(said)
    with st.container(key="exercises", gap="medium"):
        for source in SOURCES:
            st.subheader(said(f"sources.{source}.title"))
            st.caption(said(f"sources.{source}.about"))
            st.markdown(rows([one for one in EXERCISES if one.source == source], said))


def path_through(name: str) -> None:
    """At the end of a lesson, folded: the exercises it answers, step by step, each with its link.

    Of a sheet that is mostly this lesson's, all are there, with links to the other lessons.

    Args:
        name: of the lesson.
    """
    said, shown = words(PACKAGE, chosen_language()), on_the_way(name)
    if not shown:
        return
    with st.expander(said("path.title")), st.container(key="exercises_here"):
        for source in SOURCES:
            own = [one for one in shown if one.source == source]
            if own:
                st.caption(said(f"sources.{source}.title"))
                st.markdown(rows(own, said))


def on_the_way(name: str) -> list[Exercise]:
    """The exercises of ``path_through``, in the order of the sheets."""
    found = []
    for source in SOURCES:
        sheet = [one for one in EXERCISES if one.source == source]
        own = [one for one in sheet if any(place.lesson == name for place in one.places)]
        found += sheet if 2 * len(own) > len(sheet) else own
    return found


def rows(exercises: list[Exercise], said: Words) -> str:
    """One row each: number, what it asks, where it is answered (Markdown)."""
    head = [said(f"head.{part}") for part in ("number", "asks", "answered")]
    return table(head, (_row(one, said) for one in exercises))


def _row(exercise: Exercise, said: Words) -> list[str]:
    key = exercise.key
    asks, places = [said(f"{key}.asks")], [_place(key, place, said) for place in exercise.places]
    if f"{key}.erratum" in said:
        asks.append(said("cell.erratum", text=said(f"{key}.erratum")))
    if f"{key}.note" in said:
        places.append(said("cell.note", text=said(f"{key}.note")))
    return [said(f"{key}.number"), " ".join(asks), " · ".join(places)]


def _place(key: str, place: Place, said: Words) -> str:
    """A link to what answers it, or that it comes with its lesson."""
    part, lesson = said(f"{key}.at.{place.part}"), lesson_of(place)
    if lesson is None:
        return said("cell.to_come", part=part, lesson=said(f"lessons.{place.lesson}"))
    title = words(lesson.package, chosen_language())("title")
    address = relative(lesson.name, **link(place, lesson))
    return said("cell.link", lesson=title, part=part, address=address)


def lesson_of(place: Place) -> Lesson | None:
    """The lesson of a place, if it is there."""
    return next((lesson for lesson in course.LESSONS if lesson.name == place.lesson), None)


def link(place: Place, lesson: Lesson) -> dict[str, str]:
    """The query that opens ``lesson`` in the state which answers."""
    preset = lesson.choices_by(place.preset) if place.preset else lesson.defaults
    query = written(lesson, {**preset, **(place.choices or {})})
    is_whole = place.preset and not place.choices  # its sentence is shown, too
    return query | ({"shows": place.preset} if is_whole else {})
