"""The foundations page without a browser: what it says is what the core says, or one sentence."""

import re
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from foundations_page import (
    SAID,
    TABS,
    arrived,
    board,
    choices,
    complaints,
    em_button,
    field,
    handles,
    note,
    numbers_in,
    page,
    panel,
    plain,
    press_em,
    said,
    table,
    typed,
)
from support import fine

from core.foundations.config import HEIGHTS, MOST_ITERATIONS, EMConfig, LimitConfig
from core.foundations.decoded import decode
from core.foundations.em import EMRun
from core.foundations.em_data import rows_of
from core.foundations.infinity import pool_of
from core.foundations.kl_estimates import sampled_kl
from core.foundations.kl_fits import forward_kl, forward_optimum, reverse_kl
from core.foundations.kl_optima import reverse_optima
from core.foundations.likelihood import (
    descend,
    kl_from_best,
    log_likelihood,
    maximum,
    unbiased_variance,
)
from core.foundations.requests import em_slice, rung
from core.foundations.target import Target1D
from core.gaussian import kl_gaussians
from dashboard.components.board import Drag
from dashboard.kit.own_data import numbers_of
from dashboard.kit.words import KIT, words
from dashboard.lessons.foundations import em_tab, infinity_tab, kls_tab, likelihood_tab
from dashboard.lessons.foundations.lesson import LESSON
from dashboard.lessons.foundations.numbers import nats, short

pytestmark = pytest.mark.usefixtures("workers")


def number(value: float) -> str:
    """Nats as the page writes them, with a plain minus."""
    return nats(value).replace("−", "-")


def place(value: float) -> str:
    return short(value).replace("−", "-")


@lru_cache(maxsize=32)
def whole(config: EMConfig) -> EMRun:
    """EM to its end, as the worker makes it."""
    run = em_slice(config, None)
    while run.stop == "steps" and run.num_steps < MOST_ITERATIONS:
        run = em_slice(config, run)
    return run


# ---- every tab opens

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


# ---- likelihood

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
    assert "823 steps" in note(page())
    assert "5 steps" in note(page(way="natural", rate=1))
    lost = descend(HEIGHTS, (1.6, 0.1), kind="gradient", learning_rate=0.01)
    assert lost.num_steps is None
    assert "not there after 10,000 steps" in note(page(rate=0.01))
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


# ---- fields beside handles


def test_a_typed_number_holds_and_its_field_counts_up() -> None:
    app = page()
    assert field(app, "mu").key == "mu_held_0"
    typed(app, "mu", 1.7)
    typed(app, "sigma", 0.05)
    assert choices(app)["mu"] == 1.7
    assert field(app, "mu").value == 1.7
    assert field(app, "mu").key == "mu_held_1"
    assert field(app, "sigma").key == "sigma_held_1"
    assert number(float(log_likelihood(HEIGHTS, 1.7, 0.05))) in note(app)
    typed(app, "mu", 1.7)
    assert field(app, "mu").key == "mu_held_1"


def test_a_pasted_column_holds() -> None:
    app = typed(page(), "x", "3\n4\n\n8\n")
    assert numbers_of("x", choices(app)["x"]) == (3, 4, 8)
    assert handles(app, "ruler") == ["x0", "x1", "x2"]
    assert field(app, "x").key == "x_held_1"
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
    (sentence,) = complaints(app)
    assert sentence.startswith("`x`")
    assert sentence.endswith(".")
    for part in parts:
        assert part in sentence
    assert "<b>" not in re.sub(r"`[^`]*`", "", sentence)  # what was typed is code, if it is said
    assert choices(app) == before
    assert note(app) == here
    assert field(app, "x").value.split() == [place(height) for height in HEIGHTS]
    typed(app, "x", "1 2 3")
    assert not complaints(app)


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


# ---- links

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


# ---- two divergences

TARGETS = {
    "A": ("0.7,-1.5,0.6;0.3,2,0.4", Target1D()),
    "B": (
        "0.5,-2,0.5;0.5,2,0.5",
        Target1D(weights=(0.5, 0.5), means=(-2.0, 2.0), sds=(0.5, 0.5)),
    ),
    "before the crossover": (
        "0.5,-2.7,1;0.5,2.7,1",
        Target1D(weights=(0.5, 0.5), means=(-2.7, 2.7), sds=(1.0, 1.0)),
    ),
    "beyond the crossover": (
        "0.5,-2.9,1;0.5,2.9,1",
        Target1D(weights=(0.5, 0.5), means=(-2.9, 2.9), sds=(1.0, 1.0)),
    ),
    "one bump": ("1,1,0.5", Target1D(weights=(1.0,), means=(1.0,), sds=(0.5,))),
    "three bumps": (
        "0.2,-4,0.5;0.5,0,1;0.3,3,0.3",
        Target1D(weights=(0.2, 0.5, 0.3), means=(-4.0, 0.0, 3.0), sds=(0.5, 1.0, 0.3)),
    ),
}


@pytest.mark.parametrize("name", TARGETS)
def test_the_divergences_that_are_said_are_those_of_the_core(name: str) -> None:
    text, target = TARGETS[name]
    app = page(tab="kls", p=text, m=0.5, s=1.5)
    shown = note(app)
    assert f"KL(p‖q) = {number(forward_kl(target, 0.5, 1.5))}" in shown
    assert f"KL(q‖p) = {number(reverse_kl(target, 0.5, 1.5))}" in shown
    rows = table(app)
    optima = reverse_optima(target)
    for row, optimum in zip(rows, optima, strict=False):
        values = [float(cell) for cell in row[1:]]
        assert values == pytest.approx([optimum.mean, optimum.sd, optimum.kl], abs=6e-6)
        is_starred = "★" in row[0]
        assert is_starred is optimum.is_global
        assert ("saddle" in row[0]) is not optimum.is_minimum
    fit = forward_optimum(target)
    forward = [float(cell) for cell in rows[len(optima)][1:]]
    assert forward == pytest.approx([fit.mean, fit.sd, fit.kl], abs=6e-4)


def test_the_global_row_switches_where_the_core_says() -> None:
    near, far = (table(page(tab="kls", p=f"0.5,-{a},1;0.5,{a},1")) for a in (2.79, 2.81))
    starred = [[row for row in rows if "★" in row[0]] for rows in (near, far)]
    assert [len(rows) for rows in starred] == [1, 2]
    assert float(starred[0][0][1]) == pytest.approx(0, abs=1e-6)
    assert sorted(float(row[1]) for row in starred[1]) == pytest.approx([-2.78, 2.78], abs=0.02)


def test_where_a_descent_ends_is_said() -> None:
    stuck = note(page(tab="kls", p="0.5,-2,0.5;0.5,2,0.5", m=0, s=1.736362))
    assert "1.87" in stuck
    assert "stays there" in stuck
    assert "0.693" in stuck
    free = note(page(tab="kls", p="0.5,-2,0.5;0.5,2,0.5", m=1, s=0.5))
    assert "stays there" not in free


@pytest.mark.parametrize("way", ["reverse", "forward"])
@pytest.mark.parametrize("count", [2, 10, 1000])
def test_draws_say_what_the_core_draws(way: Any, count: int) -> None:
    found = sampled_kl(Target1D(), 0.0, 1.0, direction=way, num_samples=count, seed=3)
    text = note(page(tab="kls", dir=way, n=count, seed=3))
    (value, error), (positive, its_error) = found.log_ratio.last, found.positive.last
    assert f"{number(value)} ± {number(error)}" in text
    assert f"{number(positive)} ± {number(its_error)}" in text
    assert number(found.exact) in text
    assert (said("kls.negative") in text) is (value < 0)
    assert (said("kls.no_error") in text) is not found.is_error_finite


def test_two_gaussians_of_the_plane_have_their_divergence_term_by_term() -> None:
    app = page(tab="kls", what="plane", pair="0,0,1,2,0.5;1,-1,0.7,1.4,-0.3")
    p = np.zeros(2), np.array([[1.0, 1.0], [1.0, 4.0]])
    q = np.array([1.0, -1.0]), np.array([[0.49, -0.294], [-0.294, 1.96]])
    assert f"KL(p‖q) = {number(kl_gaussians(*p, *q))}" in note(app)
    assert f"KL(q‖p) = {number(kl_gaussians(*q, *p))}" in note(app)
    columns = np.array([[float(cell) for cell in row[1:]] for row in table(app)])
    assert columns[:4].sum(0) / 2 == pytest.approx(columns[4], abs=0.01)
    assert columns[4] == pytest.approx([kl_gaussians(*p, *q), kl_gaussians(*q, *p)], abs=6e-3)


# ---- EM


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
    for link in ({"data": "numbers", "k": 2, "t": 80}, {"start": "random", "t": 596}):
        app = page(tab="em", **link)
        em_button(app, "play").click().run()
        arrived(app)
        assert not app.session_state["foundations_state"].drawn.get("em_plays")


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


# what goes wrong

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
    key = said("em.floored", which=0, floor=0, step=0)[:9]
    before = page(**SINGULAR, t=2 * (first - 1))
    assert key not in note(before)
    app = page(**SINGULAR, t=600)
    which = ", ".join(str(k + 1) for k in floored)
    assert said("em.floored", which=which, step=first, floor=short(run.floor)) in note(app)


def test_two_components_pulled_apart_become_singular_or_floored_as_the_floor_says() -> None:
    far = {"tab": "em", "data": "numbers", "c": "1;1.77", "t": "4"}
    assert "Component 1 has fallen into a point" in note(page(**far, floor=0))
    assert "holds component 1 up" in note(page(**far))


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
    app = page(tab="em", data="numbers", c="1000000;-1000000", t=4)
    assert "NaN" not in note(app)
    assert "nan" not in note(app)
    run = whole(EMConfig(data="numbers", means=((1e6,), (-1e6,))))
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


# ---- handles


def drag(panel: str, handle: str, x: float, y: float, act: Any = "move") -> Drag:
    return Drag(act=act, panel=panel, handle=handle, x=x, y=y, width=None, is_final=True, turn=1)


def test_a_moved_number_leaves_the_others_as_they_were() -> None:
    now = LESSON.defaults | {"x": "123456.78 123456.79 5"}
    found = likelihood_tab.taken(now, drag("ruler", "x2", 6.0, 0.0))
    assert numbers_of("x", found["x"]) == (123456.78, 123456.79, 6.0)


def test_numbers_are_added_and_taken_away_but_for_the_last() -> None:
    now = LESSON.defaults | {"x": "1 2"}
    added = likelihood_tab.taken(now, drag("ruler", "", 3.0, 0.1, "add"))
    assert numbers_of("x", added["x"]) == (1, 2, 3)
    fewer = likelihood_tab.taken(now, drag("ruler", "x0", 1.0, 0.0, "remove"))
    assert numbers_of("x", fewer["x"]) == (2,)
    assert (
        likelihood_tab.taken(LESSON.defaults | {"x": "1"}, drag("ruler", "x0", 1, 0, "remove"))
        == {}
    )
    for handle in ("x2", "x-1", "y0", "x", "", "x1.5", "x²"):
        assert likelihood_tab.taken(now, drag("ruler", handle, 1.0, 0.0)) == {}


SENT = list(
    product(
        ("ruler", "densities", "landscape", "surface", "points", "nowhere"),
        ("ball", "bump0", "bump9", "x0", "p_mean", "q_first", "component0", "point0", "²", ""),
        ((0.0, 0.0), (1e300, -1e300), (-9.0, 1e-300)),
    )
)


@pytest.mark.parametrize("act", ["move", "add", "remove"])
@pytest.mark.parametrize("what", ["mixture", "plane"])
def test_whatever_a_browser_sends_is_accepted_refused_or_nothing(what: str, act: Any) -> None:
    now = LESSON.defaults | {"what": what}
    for name, handle, (x, y) in SENT:
        sent = drag(name, handle, x, y, act)
        for found in (
            likelihood_tab.taken(now, sent),
            kls_tab.taken(now, sent),
            em_tab.taken(now, sent, axes=(0, 1), stage=None),
            infinity_tab.taken(now, sent),
        ):
            for key, value in found.items():
                assert isinstance(LESSON.refusal(key, value), str)


def test_a_bump_added_beyond_the_bounds_is_put_within_them() -> None:
    """The picture shows more of the line than a mean may have: a click there is not lost."""
    found = kls_tab.taken(LESSON.defaults, drag("densities", "", 8.5, 0.1, "add"))
    assert not LESSON.refusal("p", found["p"])


# ---- to infinity


def test_a_rung_is_what_the_core_fits() -> None:
    app = page(tab="infinity", kk=4)
    found, text = rung("two_moons", 4, 0), note(app)
    assert "4 components" in text
    assert number(found.kl_train) in text
    assert number(found.kl_paired) in text or number(found.kl_test) in text
    assert f"{pool_of('two_moons').entropy:.6f}" in plain(
        board(app)["html"]["infinity_provenance"]
    )
    assert len(panel(app, "entropy")["handles"]) == 1


def test_more_is_not_always_better_is_said_of_64() -> None:
    app = page(tab="infinity", kk=64)
    assert said("infinity.better", best=16, value="0")[:30] in note(app)
    assert said("infinity.best") not in note(app)


def test_another_k_keeps_the_rungs_that_are_there() -> None:
    app = page(tab="infinity", kk=2)
    app.select_slider(key="kk").set_value(4).run()
    fine(app)
    marks = [mark for mark in panel(app, "entropy")["marks"] if mark["kind"] == "points"]
    assert marks[0]["x"][1] - marks[0]["x"][0] == 7


@pytest.mark.parametrize(("row", "log_p"), [(1, 73.3388), (0, -47.051), (2, 158.309)])
def test_the_decoder_says_log_p_of_the_digit(row: int, log_p: float) -> None:
    app = page(tab="infinity", to="decoder", row=row, draws=50)
    text = note(app)
    assert numbers_in(text, r"log p\(x\) = (-?\d+\.\d+)")[0] == pytest.approx(log_p, abs=6e-3)
    found = decode(LimitConfig(target="decoder", row=row))
    assert number(float(found.log_probs[49])) in text
    assert "50 " in text


def test_every_sentence_of_the_lesson_is_shown_in_words_not_in_keys() -> None:
    for tab in TABS[:3]:
        text = note(page(tab=tab))
        assert "{" not in text
        assert not re.search(rf"\b{tab}\.\w+", text)
    assert words(KIT)("page.broken") not in SAID
    assert rows_of(EMConfig(data="numbers")).x_train.shape == (10, 1)
