"""What can be undone: changes, not the values that a dragged slider passes."""

from typing import Any

from dashboard.kit.trail import MOST, ONE_CHANGE_SECONDS, Replaced, Trail

STILL = 2 * ONE_CHANGE_SECONDS
"""Seconds after which another value is another change."""


def noted(*stands: tuple[dict[str, Any], str | None, float]) -> Trail:
    trail = Trail()
    for choices, shown, time in stands:
        trail.note(choices, shown, time)
    return trail


def test_nothing_is_undone_before_something_was_changed() -> None:
    trail = noted(({"a": 1}, None, 0.0), ({"a": 1}, None, 9.0))
    assert trail.back() is None


def test_changes_are_undone_one_after_the_other() -> None:
    trail = noted(
        ({"a": 1, "b": 1}, None, 0.0), ({"a": 2, "b": 1}, None, 1.0), ({"a": 2, "b": 2}, "x", 9.0)
    )
    for choices in ({"a": 2, "b": 1}, {"a": 1, "b": 1}):
        stand = trail.back()
        assert stand is not None
        assert (dict(stand.choices), stand.shown) == (choices, None)
        trail.note(stand.choices, stand.shown, 10.0)  # the page that is drawn then
    assert trail.back() is None


def test_a_dragged_slider_is_one_change_and_a_later_move_another() -> None:
    trail = noted(*(({"a": n}, None, 0.1 * n) for n in range(8)))
    trail.note({"a": 50}, None, STILL)
    stand = trail.back()
    assert stand is not None
    assert stand.choices == {"a": 7}
    stand = trail.back()
    assert stand is not None
    assert stand.choices == {"a": 0}


def test_an_experiment_is_a_change_of_its_own_however_quickly_it_is_chosen() -> None:
    trail = noted(({"a": 0}, None, 0.0), ({"a": 1}, None, 0.1), ({"a": 2}, "x", 0.2))
    assert len(trail.before) == 2


def test_a_new_run_of_the_same_choices_is_a_change_and_only_the_last_run_is_kept() -> None:
    trail = noted(({"a": 0}, None, 0.0))
    for time in (STILL, 2 * STILL):
        trail.replaced = Replaced()
        trail.note({"a": 0}, None, time)
    assert [stand.replaced is not None for stand in trail.before] == [False, True]
    stand = trail.back()
    assert stand is not None
    assert stand.replaced is not None
    stand = trail.back()
    assert stand is not None
    assert stand.replaced is None


def test_what_a_link_chooses_is_no_change() -> None:
    trail = noted(({"a": 0}, None, 0.0))
    trail.arrive()
    trail.note({"a": 5}, None, 1.0)
    assert trail.back() is None


def test_only_the_last_changes_are_kept() -> None:
    trail = noted(*(({"a": n}, None, STILL * n) for n in range(3 * MOST)))
    assert len(trail.before) == MOST
