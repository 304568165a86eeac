"""Texts that pictures hold, and what a browser reports of them."""

import json
from typing import Any

import pytest

from dashboard.kit.opening import reported
from dashboard.kit.places import labels_of, places_of
from dashboard.lessons.flow.lesson import LESSON as FLOW
from dashboard.lessons.vae.lesson import LESSON as VAE


@pytest.mark.parametrize("text", ["", "0.5", "0.5,-1", "0.5,-1;2,0.3", "1e-3,-1000"])
def test_places_of_a_plane_are_accepted(text: str) -> None:
    places_of("pins", 2)(text)


@pytest.mark.parametrize(
    "text",
    ["1,2,3", "1;2;3", "a,b", "nan,1", "inf", "1001", ";", "1,", "<b>", "0x1", "1,2;", "²"],
)
def test_what_is_no_place_is_refused_by_the_name_of_its_option(text: str) -> None:
    with pytest.raises(ValueError, match="`pins` must be at most 2 places"):
        places_of("pins", 2)(text)


def test_labels_are_numbers_of_classes() -> None:
    for text in ("", "0", "3,7,12"):
        labels_of("hide")(text)
    for text in (",", "1,", "-1", "a", "1 2", "1000", ",".join(["1"] * 200)):
        with pytest.raises(ValueError, match="`hide` must be numbers of classes"):
            labels_of("hide")(text)


def test_a_report_sets_the_options_that_the_picture_holds() -> None:
    view = {"mode": "logdet", "grid": False, "data": True, "t": 0.25, "probe": "1,-0.5"}
    sent = json.dumps({**view, "nonce": 3, "turn": 12345})
    assert reported(FLOW, sent, 3) == view


def test_a_report_of_an_older_telling_is_dropped() -> None:
    assert not reported(FLOW, json.dumps({"t": 0.25, "nonce": 2}), 3)


@pytest.mark.parametrize(
    "fields",
    [
        {"t": 1.5},
        {"t": True},
        {"t": "0.5"},
        {"t": None},
        {"grid": 1},
        {"mode": "<b>"},
        {"mode": 1},
        {"probe": "1,2;3,4"},
        {"probe": 3},
        {"k": 2},
        {"wat": 1},
    ],
    ids=str,
)
def test_what_cannot_be_is_not_taken_from_a_browser(fields: dict[str, Any]) -> None:
    assert not reported(FLOW, json.dumps({**fields, "nonce": 0}), 0)


@pytest.mark.parametrize("sent", [None, "", "[]", "3", "{", b"x", {"a": 1}], ids=str)
def test_a_report_that_is_none_is_dropped(sent: Any) -> None:
    assert not reported(VAE, sent, 0)


def test_what_an_experiment_opens_with_is_among_its_choices() -> None:
    for name, preset in FLOW.presets.items():
        chosen = FLOW.choices_by(name)
        for key in ("mode", "data"):
            assert chosen[key] == preset.opening[key]
    said = FLOW.opened(FLOW.defaults | {"mode": "logdet"}, {"mode": "density", "data": False})
    assert (said["mode"], said["data"]) == ("logdet", False)  # a step of a script says it itself
