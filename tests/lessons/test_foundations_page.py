"""The foundations page without a browser: what it says is what the core says."""

from itertools import product

import numpy as np
import pytest
from foundations_page import (
    TABS,
    arrived,
    board,
    complaints,
    handles,
    note,
    number,
    page,
    panel,
    place,
    said,
)
from support import fine

from core.foundations.config import HEIGHTS
from core.foundations.likelihood import (
    descend,
    kl_from_best,
    log_likelihood,
    maximum,
    unbiased_variance,
)

pytestmark = pytest.mark.usefixtures("workers")


OPENINGS: dict[str, list[dict[str, str]]] = {
    "likelihood": [
        {"way": way, "sight": sight} | more
        for way, sight, more in product(
            ("none", "gradient", "natural"), ("flat", "surface"), ({}, {"x": "5"})
        )
    ],
    "kls": [
        *({"dir": way, "n": n} for way in ("reverse", "forward") for n in ("2", "100000")),
        {"what": "plane"},
        {"what": "line"},
        {"what": "line", "p": "1,8,0.05", "m": "-8", "s": "0.05"},
        {"p": "1,0,1", "m": "0", "s": "1"},
        {"p": "0.01,-8,0.05;1,8,4.4", "m": "8", "s": "0.05"},
        {"p": "0.25,-8,0.05;0.25,-7,0.05;0.25,7,0.05;0.25,8,0.05", "m": "-8", "s": "4.4"},
    ],
    "em": [
        *(
            {"data": data, "start": start, "t": t}
            for data in ("numbers", "penguins", "two_moons")
            for start, t in (("rows", "0"), ("spread", "5"), ("random", "40"), ("same", "4"))
        ),
        *({"data": "penguins", "axes": axes, "t": "3"} for axes in ("12", "13", "34")),
        {"data": "drawn"},
        {"data": "drawn", "pts": "0,0;1,1;2,0;3,1;1,3", "k": "2", "t": "6"},
        {"data": "two_moons", "k": "16", "t": "600"},
    ],
    "infinity": [{"to": "decoder", "row": "999", "draws": draws} for draws in ("1", "10000")],
}


@pytest.mark.parametrize(
    ("tab", "link"),
    [(tab, link) for tab in TABS for link in OPENINGS[tab]],
    ids=lambda value: value if isinstance(value, str) else ",".join(value.values()),
)
def test_every_tab_opens_for_its_options(tab: str, link: dict[str, str]) -> None:
    app = page(tab=tab, **link)
    assert not complaints(app)
    assert note(app)
    assert board(app)["slots"]


def test_a_visitor_goes_from_tab_to_tab_and_finds_what_was_left() -> None:
    app = page(tab="em", data="numbers", k=2, t=3)
    before = note(app)
    for tab in ("infinity", "kls", "likelihood", "em"):
        app.segmented_control(key="tab").set_value(tab).run()
        fine(app)
    assert note(arrived(app)) == before


BALLS = ((1.6, 0.1), (1.683, 0.0387298), (1.9, 0.3), (-3.0, 2.0))


@pytest.mark.parametrize(("mean", "sd"), BALLS)
def test_the_likelihood_that_is_said_is_that_of_the_core(mean: float, sd: float) -> None:
    text = note(page(mu=mean, sigma=sd))
    here, best = float(log_likelihood(HEIGHTS, mean, sd)), maximum(HEIGHTS)
    top = float(log_likelihood(HEIGHTS, best.mean, best.sd))
    kl = float(kl_from_best(HEIGHTS, mean, sd))
    assert f"ℓ = {number(here)} nats" in text
    assert number(top) in text
    assert number(kl) in text
    assert number(10 * kl) in text
    assert place(best.sd**2) == "0.002921"
    assert "0.002921" in text
    assert place(unbiased_variance(HEIGHTS)) in text
    assert "1.404" in text  # what the lecture's variance loses


def test_the_ball_arrives_in_as_many_steps_as_the_core_counts() -> None:
    assert "step 823" in note(page())
    assert "step 5" in note(page(way="natural", rate=1))
    lost = descend(HEIGHTS, (1.6, 0.1), kind="gradient", learning_rate=0.01)
    assert lost.num_steps is None
    assert "not there by step 10,000" in note(page(rate=0.01))
    assert "0.005842" in note(page(rate=0.01))


def test_numbers_of_ones_own_have_a_maximum_of_their_own() -> None:
    own = (3.0, 4.0, 8.0)
    text = note(page(x="3 4 8", mu=5, sigma=2))
    best = maximum(own)
    assert place(best.mean) in text
    assert place(best.sd**2) in text
    assert number(float(log_likelihood(own, best.mean, best.sd))) in text
    assert "1.404" not in text  # only the lecture's numbers are compared with its variance


@pytest.mark.parametrize("x", ["5", "5 5 5", "0", "1e6 1e6"])
def test_numbers_without_spread_are_one_sentence(x: str) -> None:
    app = page(x=x)
    assert note(app) == said("likelihood.no_spread", count=len(x.split()))
    assert handles(app, "ruler") == [f"x{i}" for i in range(len(x.split()))]


@pytest.mark.parametrize("x", ["1e-60 2e-60", "0 1e-200", "1e6 -1e6", "1e6 999999.999999"])
def test_very_small_and_very_large_spreads_are_right_or_a_sentence(x: str) -> None:
    """Two different numbers are never said to be the same, and no picture breaks."""
    app = page(x=x)
    assert note(app) != said("likelihood.no_spread", count=2)


@pytest.mark.parametrize("rate", [10, 0.0001])
@pytest.mark.parametrize(("mean", "sd"), [(1e6, 1e-6), (-1e6, 1e6), (1.683, 0.0540463)])
@pytest.mark.parametrize("way", ["gradient", "natural"])
def test_the_ball_far_away_is_drawn(way: str, mean: float, sd: float, rate: float) -> None:
    app = page(mu=mean, sigma=sd, way=way, rate=rate)
    assert number(float(log_likelihood(HEIGHTS, mean, sd))) in note(app)
    for axis in (panel(app, "surface")["x"], panel(app, "surface")["y"]):
        assert np.isfinite([axis["low"], axis["high"]]).all()
