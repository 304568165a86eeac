"""EM on the foundations page where something goes wrong: a sentence, or a right answer."""

import re

import numpy as np
import pytest
from foundations_page import (
    arrived,
    board,
    complaints,
    em_button,
    handles,
    note,
    number,
    page,
    panel,
    press_em,
    said,
    whole,
)

from core.foundations.config import EMConfig
from dashboard.lessons.foundations.numbers import short

pytestmark = pytest.mark.usefixtures("workers")


SINGULAR = {"tab": "em", "data": "numbers", "start": "rows", "k": "4"}


def test_a_singularity_without_a_floor_is_said() -> None:
    run = whole(EMConfig(data="numbers", start="rows", num_components=4, floor=0.0))
    assert run.stop == "singular"
    app = press_em(page(**SINGULAR, floor=0), "end")
    which = ", ".join(str(k + 1) for k in np.flatnonzero(run.is_singular))
    assert said("em.singular", which=which, step=run.num_steps) in note(app)
    for name in ("e", "m", "end"):
        assert em_button(app, name).disabled


def test_a_floor_holds_a_component_up_and_says_since_when() -> None:
    run = whole(EMConfig(data="numbers", start="rows", num_components=4))
    floored = np.flatnonzero(run.floored_from >= 0)
    first = int(run.floored_from[floored].min())
    before = page(**SINGULAR, t=2 * (first - 1))
    assert said("em.floored", which="", floor="", step="")[:9] not in note(before)
    app = page(**SINGULAR, t=600)
    which = ", ".join(str(k + 1) for k in floored)
    assert said("em.floored", which=which, step=first, floor=short(run.floor)) in note(app)


def test_two_components_pulled_apart_become_singular_or_floored_as_the_floor_says() -> None:
    far = {"tab": "em", "data": "numbers", "k": "2", "c": "1;1.77", "t": "4"}
    means = ((1.0,), (1.77,))
    bare = whole(EMConfig(data="numbers", num_components=2, means=means, floor=0.0))
    text = said("em.singular", which=1, step=bare.num_steps)
    assert text in note(page(**far, floor=0))
    run = whole(EMConfig(data="numbers", num_components=2, means=means))
    text = said("em.floored", which=1, step=run.floored_from[0], floor=short(run.floor))
    assert text in note(page(**far))


def test_components_that_are_the_same_are_said() -> None:
    for t in (0, 4):
        app = page(tab="em", data="penguins", start="same", k=3, t=t)
        assert said("em.coincide") in note(app)
    other = page(tab="em", data="penguins", start="spread", k=3, t=4)
    assert said("em.coincide") not in note(other)


REFUSED = {
    "more components than numbers": (
        {"data": "numbers", "x": "1.6 1.7", "k": "5"},
        r"\b2\b.*\b5\b|\b5\b.*\b2\b",
    ),
    "more components than points": (
        {"data": "drawn", "pts": "0,0;1,1;2,0", "k": "4"},
        r"\b4\b",
    ),
    "one point": ({"data": "drawn", "pts": "0,0", "k": "1"}, r"\b2\b|two|another|more"),
    "equal points": ({"data": "drawn", "pts": "1,1;1,1;1,1", "k": "2"}, "equal|same|differ"),
    "equal numbers": ({"data": "numbers", "x": "5 5 5", "k": "1"}, "equal|same|differ"),
    "equal numbers without a floor": (
        {"data": "numbers", "x": "5 5 5", "k": "1", "floor": "0"},
        "equal|same|differ",
    ),
    "a constant column without a floor": (
        {"data": "drawn", "pts": "0,1;1,1;2,1;3,1", "k": "2", "floor": "0"},
        "floor.*(greater than|above|more than) 0|floor helps|raise the floor|with a floor",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_em_cannot_do_is_a_sentence_with_its_bound(name: str) -> None:
    """In a box above the board or on it: whole, and without the name of an exception."""
    link, pattern = REFUSED[name]
    app = page(tab="em", **link)
    text = " ".join([*complaints(app), note(app)])
    assert re.search(pattern, text), text
    assert "Error" not in text
    assert text.rstrip("` ").endswith(".")


@pytest.mark.parametrize(
    ("data", "c"), [("numbers", "1,2"), ("penguins", "1,2;2,3"), ("two_moons", "1;2")]
)
def test_means_of_another_dimension_than_the_data_are_set_aside(data: str, c: str) -> None:
    app = page(tab="em", data=data, c=c)
    assert panel(app, "points")
    text = " ".join([*complaints(app), note(app)])
    assert "Error" not in text
    assert number(float(whole(EMConfig(data=data)).log_likelihoods[0])) in text  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name in REFUSED if "point" in name or "column" in name])
def test_points_that_em_cannot_fit_can_still_be_drawn_and_taken_away(name: str) -> None:
    link, _ = REFUSED[name]
    app = page(tab="em", **link)
    count = link["pts"].count(";") + 1
    assert [h for h in handles(app, "points") if h.startswith("point")] == [
        f"point{i}" for i in range(count)
    ]
    assert panel(app, "points")["takes_points"]


def test_numbers_that_em_cannot_fit_leave_something_to_see() -> None:
    app = page(tab="em", data="numbers", x="1.6 1.7", k="5")
    assert board(app)["slots"]


def test_an_empty_plane_asks_for_points() -> None:
    app = page(tab="em", data="drawn")
    assert panel(app, "points")["takes_points"]
    assert panel(app, "points")["handles"] == []
    assert "200" in note(app)


def test_a_component_far_from_all_rows_has_none_and_says_so() -> None:
    app = page(tab="em", data="numbers", k=2, c="1000000;-1000000", t=4)
    assert "NaN" not in note(app)
    assert "nan" not in note(app)
    run = whole(EMConfig(data="numbers", num_components=2, means=((1e6,), (-1e6,))))
    assert number(float(run.log_likelihoods[2])) in note(app)


def test_other_data_after_a_component_was_pulled_are_fitted_and_not_refused() -> None:
    """What was pulled in the plane means nothing in four dimensions."""
    app = page(tab="em", data="two_moons", c="0,0;1,1")
    assert not complaints(app)
    app.selectbox(key="data").set_value("penguins").run()
    arrived(app)
    assert not complaints(app)
    assert panel(app, "points")


def test_k_counts_after_a_component_was_pulled() -> None:
    """A slider that stands there does something, or is greyed."""
    app = page(tab="em", data="numbers", c="1.6;1.7")
    slider = app.slider(key="k")
    if not slider.disabled:
        slider.set_value(3).run()
        arrived(app)
        assert len([h for h in handles(app, "points") if h.startswith("component")]) == 3


def test_a_lone_outlier_and_very_large_numbers_are_fitted() -> None:
    app = press_em(page(tab="em", data="numbers", x="0 0.1 0.2 0.3 1e6", k=2), "end")
    assert not complaints(app)
    run = whole(EMConfig(data="numbers", numbers=(0, 0.1, 0.2, 0.3, 1e6), num_components=2))
    assert number(float(run.log_likelihoods[-1])) in note(app)
