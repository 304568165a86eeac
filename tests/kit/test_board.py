"""The message of the board, what it refuses, and what it reads of a dragged handle."""

import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from dashboard.charts.panel import Axis, Mark, Panel
from dashboard.charts.panel_fields import Contours, Image, Texts, levels
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import Drag, Preview, board_payload, dragged
from dashboard.components.board_layout import Column, Html, Pictures, Row
from dashboard.components.payload import unpack
from dashboard.kit.words import KIT, words
from dashboard.theme import TRUTH_DASH, Look

LAYOUT = Column(
    parts=(
        Row(parts=(Pictures(name="left"), Pictures(name="right", columns=3)), weights=(2, 1)),
        Html(name="note", look="sentence"),
    )
)
GRID = np.arange(12.0).reshape(3, 4)
EXTENT = (0.0, 4.0, 0.0, 3.0)


def axis(**changes: Any) -> Axis:
    return Axis(**{"title": "x", "low": 0.0, "high": 4.0, **changes})


def panel(name: str = "one", **changes: Any) -> Panel:
    fields = {"x": axis(), "y": axis(title="y", high=3.0), "marks": [], "alt": "a", "rows": 8}
    return Panel(name=name, **(fields | changes))


def payload(**changes: Any) -> bytes:
    fields = {"layout": LAYOUT, "panels": {"left": [panel()]}, "html": {}, "look": Look()}
    return board_payload(**(fields | changes))


def message(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return unpack(payload(**changes))


def test_the_layout_is_what_was_given() -> None:
    meta, _ = message(html={"note": "<b>so</b>"}, stale=["note"], turn=7)
    row, note = meta["layout"]["parts"]
    assert [part["name"] for part in row["parts"]] == ["left", "right"]
    assert row["weights"] == [2, 1]
    assert row["parts"][1]["columns"] == 3
    assert note == {"kind": "html", "name": "note", "look": "sentence"}
    assert meta["html"] == {"note": "<b>so</b>"}
    assert meta["stale"] == ["note"]
    assert meta["turn"] == 7
    assert tuple(meta["dash"]) == TRUTH_DASH


def test_every_mark_finds_its_numbers() -> None:
    x = np.array([1.0, 2.0, math.nan])
    marks = [
        Mark(kind="points", color="exact", x=x, y=2 * x),
        Mark(kind="arrows", color="muted", x=x, y=x, x2=x + 1, y2=x - 1, value=3 * x),
        Contours(values=GRID, extent=EXTENT, at=[2.5, 7.5], color="exact"),
        Image(levels=levels(GRID, 0, 11), extent=EXTENT, colors=("ground", "#123456")),
        Texts(x=[0.5], y=[1.5], texts=["here"], color="exact"),
    ]
    meta, sections = message(panels={"left": [panel(marks=marks)]})
    points, arrows, contours, image, texts = meta["slots"]["left"][0]["marks"]
    numbers = sections["numbers"]
    for mark, name, expected in (
        (points, "y", 2 * x),
        (arrows, "x2", x + 1),
        (arrows, "y2", x - 1),
        (arrows, "value", 3 * x),
        (contours, "values", GRID.ravel()),
        (contours, "at", [2.5, 7.5]),
        (texts, "y", [1.5]),
    ):
        np.testing.assert_allclose(numbers[slice(*mark[name])], expected)
    assert contours["shape"] == image["shape"] == [3, 4]
    found = sections["levels"][slice(*image["levels"])]
    np.testing.assert_array_equal(found, np.round(GRID.ravel() / 11 * 255))
    assert "y2" not in points


def test_a_preview_travels_with_what_it_needs_and_its_marks_have_names() -> None:
    line = Mark(kind="line", color="exact", x=np.arange(2.0), y=np.arange(2.0), key="f")
    preview = Preview(module="pair_preview", given={"loss": "hinge"})
    meta, _ = message(panels={"left": [panel(marks=[line])]}, preview=preview)
    assert meta["preview"] == {"module": "pair_preview", "given": {"loss": "hinge"}}
    assert meta["slots"]["left"][0]["marks"][0]["key"] == "f"
    assert message()[0]["preview"] is None


def test_levels_hold_their_range_and_nan_is_lowest() -> None:
    found = levels(np.array([-9.0, 0.0, 0.5, 1.0, 9.0, math.nan]), 0.0, 1.0)
    np.testing.assert_array_equal(found, [0, 0, 128, 255, 255, 0])


def test_a_handle_goes_as_far_as_its_axis_unless_it_is_told_otherwise() -> None:
    free = Handle(name="a", title="a", x=1.0, y=1.0)
    bound = Handle(
        name="b",
        title="b",
        x=1.0,
        y=1.0,
        moves="x",
        x_bounds=(0.5, 2.0),
        width=0.3,
        width_bounds=(0.1, 1.0),
    )
    meta, _ = message(panels={"right": [panel(handles=[free, bound])]})
    one, two = meta["slots"]["right"][0]["handles"]
    assert (one["x_bounds"], one["y_bounds"], one["width"]) == ([0.0, 4.0], [0.0, 3.0], None)
    assert (two["x_bounds"], two["moves"], two["width_bounds"]) == ([0.5, 2.0], "x", [0.1, 1.0])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"panels": {"middle": []}}, "`panels` must be among left, right, got ['middle']"),
        ({"html": {"left": ""}}, "`html` must be among note, got ['left']"),
        ({"stale": ["nowhere"]}, "`stale` must be among left, right, note, got ['nowhere']"),
        ({"panels": {"left": [panel()], "right": [panel()]}}, "`panels` must have names of"),
        (
            {"layout": Column(parts=(Html(name="a"), Pictures(name="a"))), "panels": {}},
            "`layout` must have names of their own, got twice: ['a']",
        ),
        ({"words": {"faled": ""}}, "`words` must be among"),
    ],
    ids=lambda value: value[:8] if isinstance(value, str) else "",
)
def test_places_that_are_not_there_are_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        payload(**changes)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: axis(high=0.0), "`low` and `high` must be two finite numbers"),
        (lambda: axis(high=math.nan), "`low` and `high` must be two finite numbers"),
        (lambda: axis(is_log=True), "`low` must be positive"),
        (lambda: axis(names=("a", "b"), colors=("red",)), "`colors` must be 2"),
        (lambda: Mark(kind="line", color="exact", x=np.zeros(3), y=np.zeros(2)), "`y` must"),
        (lambda: Mark(kind="area", color="exact", x=np.zeros(3), y=np.zeros(3)), "`y2` must"),
        (lambda: Image(levels=GRID, extent=EXTENT, colors=("a", "b")), "`levels` must be uint8"),
        (lambda: Image(levels=levels(GRID, 0, 1), extent=EXTENT, colors=("a",)), "`colors` must"),
        (
            lambda: Image(levels=levels(GRID, 0, 1), extent=(1, 0, 0, 1), colors=("a", "b")),
            "`extent` must be left < right",
        ),
        (lambda: Contours(values=GRID[0], extent=EXTENT, at=[1], color=""), "`values` must have"),
        (lambda: Texts(x=[1], y=[1], texts=[], color=""), "`texts` must have length 1, got 0"),
        (lambda: Handle(name="a", title="", x=math.inf, y=0), "`x` must be finite"),
        (lambda: Handle(name="a", title="", x=0, y=0, y_bounds=(2, 1)), "`y_bounds` must be"),
        (lambda: Handle(name="a", title="", x=0, y=0, width=1), "`width` must be positive and"),
        (lambda: panel(handles=[Handle(name="a", title="", x=0, y=0)] * 2), "`handles` must have"),
        (lambda: panel(alt=""), "`alt` of 'one' must say"),
        (lambda: Row(parts=(Html(name="a"),), weights=(1, 2)), "`weights` must be 1 positive"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_by_name(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        make()


def test_words_that_are_missing_are_english() -> None:
    meta, _ = message(words={"wide": "breit"})
    english = words(KIT).part("components.board")
    assert meta["words"] == {**english, "wide": "breit"}


SENT = {
    "act": "move",
    "panel": "one",
    "handle": "a",
    "x": 0.25,
    "y": -1,
    "width": None,
    "turn": 3,
    "is_final": True,
}


def read(monkeypatch: pytest.MonkeyPatch, sent: Any) -> Drag | None:
    monkeypatch.setattr(st, "session_state", {"board": SimpleNamespace(handles=sent)})
    return dragged("board")


def test_a_dragged_handle_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Drag(
        act="move", panel="one", handle="a", x=0.25, y=-1.0, width=None, is_final=True, turn=3
    )
    assert read(monkeypatch, json.dumps(SENT)) == expected
    gone = read(monkeypatch, json.dumps(SENT | {"act": "remove"}))
    assert gone == replace(expected, act="remove")
    assert dragged("another board") is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "{",
        "3",
        "[]",
        "{}",
        json.dumps(SENT | {"act": "explode"}),
        json.dumps(SENT | {"act": ["move"]}),
        json.dumps(SENT | {"x": "here"}),
        json.dumps(SENT | {"x": math.nan}),
        json.dumps(SENT | {"turn": math.inf}),
        json.dumps(SENT | {"width": [1]}),
    ],
)
def test_what_is_not_a_place_is_no_drag(monkeypatch: pytest.MonkeyPatch, sent: Any) -> None:
    assert read(monkeypatch, sent) is None
