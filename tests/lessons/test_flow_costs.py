"""Exponents with their errors, warnings on a busy machine, and the charts of the flow's costs."""

import numpy as np
import pytest

from core.flow.answers import Calm
from core.flow.timing import Stopwatch
from dashboard.kit.words import words
from dashboard.lessons.flow.cost_chart import Way, times_chart
from dashboard.lessons.flow.growth import growth
from dashboard.lessons.flow.lesson import LESSON
from dashboard.theme import ROLE_COLORS, Look

SAID = words(LESSON.package).part("cost.chart")
DIMS = np.array([2.0, 4, 8, 16, 32, 64, 128, 256])


def test_an_exponent_is_that_of_the_largest_dimensions() -> None:
    """What calling costs hides the growth at first, and must not bend the fit."""
    found = growth(DIMS, 2e-5 + 1e-9 * DIMS**3)
    assert found is not None
    assert found.first == 64, "the smaller ones have not grown by a factor of 4"
    assert found.exponent == pytest.approx(2.95, abs=0.04)
    exact = growth(DIMS, 1e-6 * DIMS**3)
    assert exact is not None
    assert exact.exponent == pytest.approx(3.0)
    assert exact.error == pytest.approx(0.0, abs=1e-9)


def test_the_error_of_an_exponent_is_its_standard_deviation() -> None:
    generator = np.random.default_rng(0)
    found = [
        growth(DIMS, DIMS**2 * np.exp(0.1 * generator.standard_normal(8))) for _ in range(2000)
    ]
    exponents = np.array([one.exponent for one in found if one is not None])
    errors = np.array([one.error for one in found if one is not None])
    assert np.sqrt(np.square(errors).mean()) == pytest.approx(exponents.std(), rel=0.06)
    assert exponents.mean() == pytest.approx(2.0, abs=4 * exponents.std() / len(found) ** 0.5)


def test_what_does_not_grow_has_no_exponent() -> None:
    assert growth(DIMS, np.full(8, 1e-5)) is None
    assert growth(DIMS, 1e-5 + 1e-8 * DIMS) is None
    late = np.array([1.0, 1, 1, 1, 1, 1, 5, 25])
    assert growth(DIMS, late) is None, "two points are a line, not a fit"


def test_every_line_is_named_with_its_growth_its_error_and_where_it_was_fitted() -> None:
    chart = times_chart(
        dims=DIMS,
        ways=[
            Way(name="quick", seconds=np.full(8, 1e-5), is_quick=True),
            Way(name="slow", seconds=1e-6 * DIMS**3, is_quick=False, shape="square"),
        ],
        look=Look(),
        said=SAID,
    )
    assert set(chart.data["way"]) == {
        "quick: too little growth to fit",
        "slow: D^(3.00 ± 0.00) from D = 32",
    }
    assert "slow: D^(3.00 ± 0.00)" in chart.alt
    assert ROLE_COLORS["kl"] not in str(chart.spec), "a cost is no divergence"


@pytest.mark.parametrize(
    ("calm", "is_busy"),
    [
        (Calm(spread=0.05, processor_share=0.99), False),
        (Calm(spread=0.05, processor_share=0.6), True),
        (Calm(spread=1.5, processor_share=0.99), True),
    ],
)
def test_a_busy_machine_is_told(calm: Calm, is_busy: bool) -> None:
    assert calm.is_busy == is_busy


def test_a_thread_that_sleeps_has_not_had_the_processor() -> None:
    import time

    watch = Stopwatch()
    assert watch.seconds(lambda: time.sleep(0.001)) >= 0.001
    assert watch.calm().processor_share < 0.5
    assert watch.calm().is_busy


def test_a_call_counts_once_at_least_however_long_others_held_the_machine() -> None:
    called: list[int] = []
    assert Stopwatch().in_turns([lambda: called.append(1)], rounds=2, least=-1.0)[0] > 0
    assert len(called) == 3, "once ahead, and once in each round"


def test_calls_take_turns_and_the_best_of_each_counts() -> None:
    watch = Stopwatch()
    work = [float(n) for n in range(2000)]
    watch.in_turns([lambda: sum(work), lambda: sorted(work)], rounds=3, least=0.01)
    assert watch.calm().processor_share > 0.0
    assert watch.calm().spread >= 0.0
