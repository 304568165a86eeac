"""EM on the foundations page: keys, half steps, and what they say."""

import pytest
from foundations_page import (
    arrived,
    choices,
    em_button,
    field,
    note,
    number,
    numbers_in,
    page,
    panel,
    press_em,
    said,
    whole,
)

from core.foundations.config import MOST_ITERATIONS, EMConfig
from dashboard.lessons.foundations.numbers import nats

pytestmark = pytest.mark.usefixtures("workers")


def test_the_keys_of_em_step_and_say_what_they_did() -> None:
    app = page(tab="em", data="numbers", k=2)
    run = whole(EMConfig(data="numbers", num_components=2))
    values = run.log_likelihoods
    assert em_button(app, "e").key == "em_e_0"
    assert em_button(app, "m").disabled
    assert number(float(values[0])) in note(app)
    for step in range(1, 4):
        press_em(app, "e")
        assert choices(app)["t"] == 2 * step - 1
        assert field(app, "t").value == 2 * step - 1
        assert em_button(app, "e").disabled
        assert number(float(values[step - 1])) in note(app)
        press_em(app, "m")
        assert em_button(app, "m").disabled
        assert number(float(values[step])) in note(app)
        gap = float(values[step] - run.elbos[step - 1])
        rise = float(values[step] - values[step - 1])
        expected = said(
            "em.after_m",
            step=step,
            gap=nats(gap),
            rise=nats(rise),
            value=nats(float(values[step])),
        )
        assert expected in note(app)
    press_em(app, "back")
    assert choices(app)["t"] == 0
    assert em_button(app, "back").disabled


def test_to_the_end_says_that_nothing_changes_any_more() -> None:
    app = press_em(page(tab="em", data="numbers", k=2), "end")
    run = whole(EMConfig(data="numbers", num_components=2))
    assert choices(app)["t"] == 2 * run.num_steps
    assert said("em.converged", steps=run.num_steps) in note(app)
    assert number(float(run.log_likelihoods[-1])) in note(app)
    assert 10 * run.log_likelihoods[-1] == pytest.approx(16.36932262, abs=1e-7)


def test_an_e_step_at_the_very_end_still_touches() -> None:
    app = press_em(page(tab="em", data="numbers", k=2), "end")
    press_em(app, "e")
    assert note(app)
    assert panel(app, "touch")
    assert em_button(app, "e").disabled
    assert em_button(app, "m").disabled


def test_after_the_last_step_allowed_the_page_stands() -> None:
    config = EMConfig(data="two_moons", start="random", num_components=4)
    assert whole(config).stop == "steps"
    app = page(tab="em", start="random", t=2 * MOST_ITERATIONS)
    if not em_button(app, "e").disabled:
        press_em(app, "e")
    assert number(float(whole(config).log_likelihoods[-1])) in note(app)


def test_play_ends_where_em_ends() -> None:
    """Also where the last step allowed changed something still: nobody is asked for ever."""
    for link in ({"data": "numbers", "k": 2, "t": 600}, {"start": "random", "t": 600}):
        app = page(tab="em", **link)
        app.session_state["foundations_state"].drawn["em_plays"] = True
        arrived(app.run())
        assert not app.session_state["foundations_state"].drawn["em_plays"]


@pytest.mark.parametrize("t", [1, 5, 24])
def test_half_steps_in_a_link(t: int) -> None:
    app = page(tab="em", data="penguins", k=3, t=t)
    run = whole(EMConfig(data="penguins", num_components=3))
    assert field(app, "t").value == t
    assert number(float(run.log_likelihoods[t // 2])) in note(app)
    assert em_button(app, "e").disabled is (t % 2 == 1)
    assert panel(app, "touch")


def test_more_half_steps_than_there_are_show_the_end() -> None:
    app = page(tab="em", data="numbers", k=2, t=600)
    run = whole(EMConfig(data="numbers", num_components=2))
    assert number(float(run.log_likelihoods[-1])) in note(app)


def test_the_log_likelihood_of_all_steps_never_falls_on_the_page() -> None:
    app = page(tab="em", data="two_moons", k=4)
    values = [numbers_in(note(app), r"= (-?[\d.]+) nats")[0]]
    for _ in range(5):
        press_em(press_em(app, "e"), "m")
        values.append(numbers_in(note(app), r"to (-?[\d.]+) nats")[0])
    assert values == sorted(values)
