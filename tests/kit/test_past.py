"""Runs before in pictures: faded on the same axes, at the same steps, and never in the way."""

from typing import Any

import numpy as np
import pytest
from test_components import arguments, message

from dashboard.charts.curves import Term, curves_chart
from dashboard.charts.frame import Chart
from dashboard.charts.past import MAX_POINTS_BEYOND, ROOM, Past, reach, table_steps
from dashboard.components.latent_plane import latent_plane_payload
from dashboard.kit.words import KIT, words
from dashboard.theme import Look

SAID = words(KIT).part("curves")
BEFORE = "ELBO, held-out, before"


def chart(now: np.ndarray, before: np.ndarray, every: int = 10) -> Chart:
    """One panel: the present run has a value every 10 steps, the one before every ``every``."""
    steps = 10 * np.arange(len(now))
    past = Past(
        name="held-out, before",
        what="β 1 → 5",
        steps=every * np.arange(len(before)),
        values={"elbo/held_out": before},
    )
    term = Term(title="ELBO", role="elbo", train=now, held_out=now, metric="elbo/held_out")
    return curves_chart(steps=steps, terms=[term], marks=[], look=Look(), said=SAID, past=[past])


def rising(count: int) -> np.ndarray:
    return -5.0 + np.linspace(0.0, 1.0, count)


def test_a_run_before_is_drawn_at_the_steps_of_the_present_one_and_beyond_its_end() -> None:
    data = chart(rising(11), rising(31)).data
    np.testing.assert_array_equal(data["step"], 10 * np.arange(31))
    np.testing.assert_allclose(data[BEFORE], rising(31), rtol=1e-6)
    assert data["ELBO, held-out"].notna().sum() == 11
    assert data["ELBO, held-out"][:11].notna().all()


def test_every_value_of_a_run_before_is_one_that_it_recorded() -> None:
    data = chart(rising(31), rising(11), every=40).data
    drawn = data[data[BEFORE].notna()]
    np.testing.assert_array_equal(drawn["step"], 40 * np.arange(11))
    np.testing.assert_allclose(drawn[BEFORE], rising(11), rtol=1e-6)


def test_what_is_drawn_beyond_the_end_does_not_depend_on_where_the_end_is() -> None:
    own = Past(name="", what="", steps=np.arange(5000), values={})
    early, late = (table_steps(np.arange(n), [own]) for n in (10, 2000))
    assert len(early) <= 10 + MAX_POINTS_BEYOND
    np.testing.assert_array_equal(early[early > 2000], late[late > 2000])


def test_a_run_before_cannot_squeeze_the_present_one() -> None:
    far = chart(rising(20), rising(20) + 100.0)
    assert far.data[BEFORE].isna().all()
    note = far.spec["title"][0]
    assert note["text"] == "before: 96.00 ↑"
    assert "before (β 1 → 5): ELBO at last 96.00" in far.alt
    near = chart(rising(20), rising(20) + 3.0)
    assert near.data[BEFORE].notna().all()
    assert not near.spec["title"]
    low, high = reach(rising(20))
    assert high - low == pytest.approx(2 * ROOM - 1)


def test_a_chart_with_nothing_to_compare_with_is_what_it_was() -> None:
    now = rising(20)
    term = Term(title="ELBO", role="elbo", train=now, held_out=now, metric="elbo/held_out")
    alone = curves_chart(steps=10 * np.arange(20), terms=[term], marks=[], look=Look(), said=SAID)
    assert list(alone.data) == ["step", "ELBO, training", "ELBO, held-out"]
    assert "title" not in alone.spec
    assert "before" not in alone.alt


def test_the_lines_of_a_run_before_are_dotted_and_thinner() -> None:
    series = {
        one["name"]: one["lineStyle"] for one in chart(rising(20), rising(20)).spec["series"]
    }
    before, now = series["held-out, before"], series["held-out"]
    assert before["color"] == now["color"]
    assert before["width"] < now["width"]
    assert "type" in before
    assert "type" not in now


def test_the_codes_of_a_run_before_are_a_section_of_their_own() -> None:
    codes = arguments()["means"] + 1.0
    _, without = message()
    _, sections = message(past_means=codes)
    np.testing.assert_array_equal(sections["past_means"], codes.astype(np.float32).ravel())
    assert set(sections) - set(without) == {"past_means"}
    for name, values in without.items():
        np.testing.assert_array_equal(sections[name], values)


def test_codes_of_other_data_than_those_shown_are_refused() -> None:
    plane: dict[str, Any] = arguments(past_means=np.zeros((3, 2)))
    with pytest.raises(ValueError, match="`past_means` must have shape"):
        latent_plane_payload(key="plane", **plane)


def test_what_is_always_drawn_does_not_leave_the_picture() -> None:
    """A KL that slept and then woke: without that the sleep is outside of the axis."""
    asleep_then_awake = np.concatenate([np.full(10, 0.001), np.linspace(0.18, 0.2, 30)])

    def drawn(always: tuple[float, float] | None) -> float:
        term = Term(
            title="KL",
            role="kl",
            train=asleep_then_awake,
            held_out=asleep_then_awake,
            always=always,
        )
        steps = 100 * np.arange(40)
        data = curves_chart(steps=steps, terms=[term], marks=[], look=Look(), said=SAID).data
        return float(data["KL, held-out"].min())

    assert drawn(None) > 0.1
    assert drawn((0.0, 30.0)) == pytest.approx(0.001)
