"""What the estimators lesson asks for: one frozen value from all choices."""

import re

import pytest

from core.estimators.config import MAX_SAMPLES, MAX_TOTAL_DRAWS, EstimatorsConfig
from core.estimators.functions import FUNCTIONS
from dashboard.lessons.estimators.choice import Choice, race_of
from dashboard.lessons.estimators.lesson import LESSON, OPENING, question
from dashboard.lessons.estimators.questions import questions


def test_the_page_opens_on_the_defaults_of_the_configuration() -> None:
    assert question({}) == question(LESSON.defaults)
    assert question({}).config == OPENING
    assert LESSON.defaults["total"] == EstimatorsConfig().total_draws
    assert LESSON.defaults["rate"] == race_of(OPENING, 0.05).learning_rate


def test_a_choice_says_where_its_component_stands() -> None:
    full = EstimatorsConfig(dim=3, factor="full", block="factor")
    assert Choice(config=full, component=1, race=None).index == 4
    assert Choice(config=EstimatorsConfig(dim=3), component=1, race=None).index == 1
    with pytest.raises(ValueError, match="`component` must be at least 1, got 0"):
        Choice(config=full, component=-1, race=None)


ACCEPTED = {
    "n": (7, MAX_SAMPLES),
    "k": (0.37, -10.0, 10.0),
    "mu": (-100.0, 99.9),
    "sigma": (0.001, 100.0),
    "total": (777, MAX_TOTAL_DRAWS),
    "rate": (1e-7, 10.0),
    "rho": (-0.99, 0.999),
    "b": (-1000.0, 1000.0),
    "d": (1, 50),
}
REFUSED = {
    "n": (0, MAX_SAMPLES + 1),
    "k": (-10.1, 10.1),
    "mu": (-100.1, 1e9),
    "sigma": (0.0, 100.1),
    "total": (19, MAX_TOTAL_DRAWS + 1),
    "rate": (0.0, 10.1),
    "rho": (-1.0, 1.0),
    "b": (1000.1,),
    "d": (0, 51),
    "comp": (0, 51),
    "digit": (-1, 10_000),
    "draw_seed": (-1, 2**31),
}


@pytest.mark.parametrize("key", ACCEPTED)
def test_any_number_that_the_configuration_accepts_can_be_chosen(key: str) -> None:
    for value in ACCEPTED[key]:
        assert LESSON.refusal(key, value) == "", (key, value)


@pytest.mark.parametrize("key", REFUSED)
def test_any_other_number_is_refused_with_its_bound(key: str) -> None:
    bound = r"must be (at (least|most)|greater than|from -?[\d.]+ to) -?[\d.]+, got "
    for value in REFUSED[key]:
        assert re.search(bound + re.escape(str(value)), LESSON.refusal(key, value)), (key, value)


def test_few_draws_in_all_are_enough_for_few_draws_per_estimate() -> None:
    used, mended = LESSON.check(LESSON.defaults | {"n": 1, "total": 20})
    assert not mended
    assert question(used).config.num_estimates == 20
    used, mended = LESSON.check(LESSON.defaults | {"n": 2, "total": 20})
    assert [(one.key, one.used) for one in mended] == [("total", 40)]
    assert question(used).config.num_estimates == 20


@pytest.mark.parametrize("name", FUNCTIONS)
def test_another_function_takes_along_what_shows_something(name: str) -> None:
    option = LESSON.by_key["f"]
    assert option.then is not None
    followed = option.then(LESSON.defaults | {"f": name, "k": -3.0, "total": 50_000})
    used, mended = LESSON.check(followed)
    assert not mended
    assert question(used).config.k == FUNCTIONS[name].usual
    assert question(used).config.total_draws == (2_000 if FUNCTIONS[name].is_elbo else 20_000)


def test_there_is_no_race_downhill_for_ever_or_without_racers() -> None:
    assert question({"f": "linear"}).race is None
    assert question({"est": ()}).race is None
    assert question({"n": 1, "est": ("leave_one_out",)}).race is None
    assert question({"est": ("measure_valued",), "cov": "full", "d": 3}).race is not None


def test_nobody_is_asked_for_estimates_that_nobody_makes() -> None:
    asked = {question.name for question in questions(question({"est": ()}))}
    assert asked == {"witness"}
    asked = {question.name for question in questions(question({"n": 1, "est": ("antithetic",)}))}
    assert "trial" not in asked
    assert {question.name for question in questions(question({"f": "elbo"}))} > {"exact"}
