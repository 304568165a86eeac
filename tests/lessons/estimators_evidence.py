"""What the proofs of the estimators lesson look at: trials, exact answers, races; and claims."""

import dataclasses
import math
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from claims import Claim

from core.estimators.answers import ExactGradient, Race, Witness
from core.estimators.classmates import witness
from core.estimators.exact import worked_out
from core.estimators.moments import best_baseline, exact_variance
from core.estimators.race import run_race
from core.estimators.reference import expected_term
from core.estimators.tally import Trial
from core.estimators.trial import run_trial
from core.estimators.work import blocks_in_all
from dashboard.kit.words import words
from dashboard.lessons.estimators.choice import Choice
from dashboard.lessons.estimators.lesson import LESSON
from dashboard.lessons.estimators.panels import strips
from dashboard.lessons.estimators.questions import NUM_WITNESSES
from dashboard.lessons.estimators.table import Row, rows, winners
from dashboard.lessons.estimators.verdict import verdict


class Found:
    """All that the page finds out about one choice, each when it is asked for."""

    def __init__(self, choice: Choice) -> None:
        self.choice, self.config = choice, choice.config

    @cached_property
    def exact(self) -> ExactGradient:
        return worked_out(self.config)

    @cached_property
    def trial(self) -> Trial:
        return run_trial(self.config, 0, blocks_in_all(self.config), timed=False)

    @cached_property
    def table(self) -> dict[str, Row]:
        found = rows(self.config, self.choice.index, self.exact, self.trial)
        return {row.name: row for row in found}

    @cached_property
    def witness(self) -> Witness:
        return witness(self.config, NUM_WITNESSES, self.choice.component)

    @cached_property
    def race(self) -> Race:
        assert self.choice.race is not None, "there is no race"
        return run_race(self.choice.race)

    @property
    def gradient(self) -> float:
        return float(self.exact.value[self.choice.index])

    def other(self, **changes: Any) -> "Found":
        """The same with other fields."""
        config = dataclasses.replace(self.config, **changes)
        return Found(dataclasses.replace(self.choice, config=config))

    def row(self, name: str) -> Row:
        assert name in self.table, f"{name} does not compete"
        return self.table[name]

    def is_right(self, name: str) -> bool:
        """Its mean is the gradient, within four standard errors."""
        row = self.row(name)
        return abs(row.mean - self.gradient) <= 4 * row.standard_error + 1e-12

    def shown(self, name: str) -> np.ndarray:
        """Its estimates."""
        assert name in self.trial.tallies, f"{name} does not compete"
        return self.trial.tallies[name].shown[:, self.choice.index]

    def arrows(self, name: str) -> np.ndarray:
        """What each of a few draws says alone."""
        assert name in self.witness.arrows, f"{name} does not compete"
        return self.witness.arrows[name]

    def variance(self, name: str, **changes: Any) -> float:
        """The exact variance, here or with other fields."""
        found = exact_variance(dataclasses.replace(self.config, **changes), name)
        assert found is not None, "no exact variance"
        return found.value


@lru_cache(maxsize=32)
def found_for(choices: tuple[tuple[str, Any], ...]) -> Found:
    assert LESSON.check is not None
    fitted, _ = LESSON.check(dict(choices))
    assert LESSON.question is not None
    return Found(LESSON.question(fitted))


def says(name: str, value: float, digits: int = 3) -> Claim:
    """The variance of one estimator, as it is written: exact, and as the draws have it."""

    def claim(found: Found) -> None:
        row = found.row(name)
        assert row.exact is not None, "no exact variance"
        assert round(row.exact.value, digits) == value
        assert abs(row.sampled[0] - row.exact.value) <= 4 * row.sampled[1] + 1e-12

    return claim


def that(condition: Callable[[Found], Any]) -> Claim:
    """A claim that is one condition."""

    def claim(found: Found) -> None:
        assert condition(found)

    return claim


def both(*claims: Claim) -> Claim:
    """Two claims that one phrase makes."""

    def claim(found: Found) -> None:
        for one in claims:
            one(found)

    return claim


def is_at(**fields: Any) -> Claim:
    """The configuration is as the sentence says."""
    return that(lambda found: all(getattr(found.config, k) == v for k, v in fields.items()))


def gradient_is(value: float, digits: int = 3) -> Claim:
    return that(lambda found: round(found.gradient, digits) == value)


def is_refused(number: int, **changes: Any) -> Claim:
    """Autograd refused a submission, here or with other fields: 0 is Boopy's, 1 Naot's."""

    def claim(found: Found) -> None:
        seen = found.other(**changes).witness if changes else found.witness
        assert "does not require grad" in (seen.submissions[number].refusal or "")

    return claim


def is_always_zero(name: str) -> Claim:
    return that(lambda found: not found.shown(name).any())


def is_right(*names: str) -> Claim:
    return that(lambda found: all(found.is_right(name) for name in names))


def slopes(found: Found) -> np.ndarray:
    """The slope of f along the picture."""
    return np.gradient(found.witness.curve, found.witness.grid)


def is_slope_of_a_square(found: Found) -> bool:
    """Boopy's own gradients of z² are 2z."""
    return bool(np.allclose(found.arrows("pathwise"), 2 * found.witness.z))


def is_whole_sum_times_score(found: Found) -> bool:
    """What the score function makes of a draw is all of f there times ``∂ log q/∂μ``."""
    score = (found.witness.z - found.config.mu) / found.config.sigma**2
    return bool(np.allclose(found.arrows("score_function"), found.witness.value * score))


def is_smooth(found: Found) -> bool:
    """``E f`` has the slope that is called its gradient, from both sides."""
    config = found.config
    ends = [
        expected_term(config.function, config.k, config.mu + h, config.sigma).value
        for h in (-1e-4, 0.0, 1e-4)
    ]
    return all(abs(rise / 1e-4 - found.gradient) < 1e-4 for rise in np.diff(ends))


def weighted_mean(found: Found) -> float:
    """``E[f s²]/E[s²]``, by a rule of its own (Gauss and Hermite)."""
    config = found.config
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    values = config.test_function.value(np, (config.mu + config.sigma * nodes)[:, None], config.k)
    return float((weights * values * nodes**2).sum() / (weights * nodes**2).sum())


def helps_between_zero_and_twice_the_best(found: Found) -> bool:
    best = best_baseline(found.config)
    without = found.variance("score_function")
    for b in np.linspace(-1, 1, 21):
        is_lower = found.variance("constant_baseline", baseline=float(b)) < without - 1e-9
        if is_lower != (min(0, 2 * best) + 1e-9 < b < max(0, 2 * best) - 1e-9):
            return False
    return True


def every_baseline_is_worse(found: Found) -> bool:
    without = found.variance("score_function")
    tried = [found.variance("constant_baseline", baseline=b) for b in (-1.0, -0.1, 0.1, 0.328)]
    return min(tried) > without + 1e-3


def is_negative_far_away(found: Found) -> bool:
    """Where s² is above its mean, 1, the values on both sides of μ average below 0."""
    grid, curve, mu = found.witness.grid, found.witness.curve, found.config.mu
    far = np.abs(grid - mu) > np.pi / 2
    weight = np.exp(-0.5 * (grid - mu) ** 2) * (grid - mu) ** 2
    return bool((weight * curve)[far].sum() < 0 < (weight * curve)[~far].sum())


def leads(column: str, name: str) -> Claim:
    """Alone it has the star of a column."""
    return that(lambda found: winners(list(found.table.values()))[column] == {name})


def n_divides_both(found: Found) -> bool:
    names = ("score_function", "constant_baseline")
    return all(
        math.isclose(found.variance(name, num_samples=n) * n, found.variance(name, num_samples=1))
        for name in names
        for n in (4, 100)
    )


def grows_like(name: str, axis: str, power: float, low: float, high: float) -> Claim:
    """Between two places the variance grows like that power of an axis, within a tenth of it."""

    def claim(found: Found) -> None:
        ends = [found.variance(name, **{axis: type(low)(v)}) for v in (low, high)]
        slope = math.log(ends[1] / ends[0]) / math.log(high / low)
        assert abs(slope - power) < 0.1 * power

    return claim


def ratio(one: str, other: str, value: float, digits: int) -> Claim:
    """How many times the draws one needs, by the exact variances that the table shows."""

    def claim(found: Found) -> None:
        rows_ = found.row(one), found.row(other)
        assert all(row.exact is not None for row in rows_)
        assert round(rows_[0].variance / rows_[1].variance, digits) == value

    return claim


def says_in_the_verdict(text: str) -> Claim:
    """The sentence beside the pictures says so, too."""

    def claim(found: Found) -> None:
        table = list(found.table.values())
        said = words(LESSON.package)
        assert text in verdict(found.config, table, found.exact, found.choice.index, said)

    return claim


def lies_inside_of_the_strips(name: str) -> Claim:
    """Its estimates and the exact value can be told apart in the picture."""

    def claim(found: Found) -> None:
        said = words(LESSON.package)
        panel = strips(found.choice, found.trial, found.exact, found.witness, said)
        shown, width = found.shown(name), panel.x.high - panel.x.low
        assert panel.x.low <= np.median(shown) <= panel.x.high
        assert abs(np.median(shown) - found.gradient) > 0.2 * width

    return claim
