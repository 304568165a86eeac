"""What the proofs of the foundations lesson look at: what each of its four tabs finds and says."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from claims import Claim
from numpy.typing import NDArray

from core.flow.targets import TargetConfig, draws
from core.foundations import requests
from core.foundations.config import (
    MOST_ITERATIONS,
    DivergenceConfig,
    EMConfig,
    FoundationsConfig,
    LikelihoodConfig,
    LimitConfig,
)
from core.foundations.em import EMRun
from core.foundations.em_data import rows_of
from core.foundations.infinity import LADDER, Rung, fit_best, judge, pool_of
from core.foundations.kl_fits import Fit, forward_kl, forward_optimum, reverse_kl
from core.foundations.kl_landscape import DescentPath, descent_path
from core.foundations.kl_optima import Optimum, reverse_optima
from core.foundations.likelihood import Path, log_likelihood, maximum
from core.foundations.target import Target1D
from core.mixtures import Mixture
from dashboard.kit.words import words
from dashboard.lessons.foundations import em_told, kls_told, likelihood_tab
from dashboard.lessons.foundations.answers import sampled_of, target_of
from dashboard.lessons.foundations.em_stage import Stage, last_half
from dashboard.lessons.foundations.lesson import LESSON, question
from dashboard.lessons.foundations.likelihood_panels import path_of

Array = NDArray[np.float64]

SAID = words(LESSON.package)


class Found:
    """All that the page finds out about one choice, and only what the open tab does."""

    def __init__(self, choices: dict[str, Any]) -> None:
        self.choices = choices
        self.config: FoundationsConfig = question(choices)

    def other(self, **changes: Any) -> "Found":
        """The same with other choices."""
        return found_for(tuple(sorted((self.choices | changes).items())))

    def says(self, key: str, **values: object) -> bool:
        """Whether a sentence stands under the pictures."""
        return SAID(key, **values) in self.told

    @cached_property
    def told(self) -> str:
        """What stands under the pictures of a tab (Markdown)."""
        if self.config.tab == "likelihood":
            return likelihood_tab.told(self.likelihood, self.path, SAID)
        if self.config.tab == "kls":
            config = self.divergence
            return kls_told.told(self.target, config, sampled_of(config), SAID)
        return em_told.told(self.stage, SAID)

    # likelihood

    @property
    def likelihood(self) -> LikelihoodConfig:
        assert self.config.tab == "likelihood", "another tab is open"
        return self.config.likelihood

    @property
    def path(self) -> Path | None:
        return path_of(self.likelihood)

    @property
    def way(self) -> Path:
        """Where the ball goes."""
        assert self.path is not None, "the ball stays"
        return self.path

    @property
    def x(self) -> Array:
        return np.array(self.likelihood.numbers)

    @property
    def here(self) -> float:
        """ℓ at the ball."""
        return float(log_likelihood(self.x, self.likelihood.mean, self.likelihood.sd))

    @property
    def top(self) -> float:
        """ℓ at the maximum."""
        return float(log_likelihood(self.x, *maximum(self.x)))

    # two divergences

    @property
    def divergence(self) -> DivergenceConfig:
        assert self.config.tab == "kls", "another tab is open"
        return self.config.divergence

    @property
    def target(self) -> Target1D:
        return target_of(self.divergence)

    @property
    def forward(self) -> float:
        """KL(p‖q)."""
        return forward_kl(self.target, self.divergence.mean, self.divergence.sd)

    @property
    def reverse(self) -> float:
        """KL(q‖p)."""
        return reverse_kl(self.target, self.divergence.mean, self.divergence.sd)

    @property
    def fit(self) -> Fit:
        """The best by KL(p‖q)."""
        return forward_optimum(self.target)

    @property
    def minima(self) -> list[Optimum]:
        """Of KL(q‖p), the lowest first."""
        return [each for each in reverse_optima(self.target) if each.is_minimum]

    @property
    def descent(self) -> DescentPath:
        """Down KL(q‖p) from where q stands."""
        return descent_path(self.target, (self.divergence.mean, self.divergence.sd))

    # EM

    @property
    def em(self) -> EMConfig:
        assert self.config.tab == "em", "another tab is open"
        return self.config.em

    @property
    def run(self) -> EMRun:
        return _run(self.em)

    @cached_property
    def stage(self) -> Stage:
        """As far as half steps are counted."""
        half = min(self.config.half_steps, last_half(self.run))
        return Stage(config=self.em, rows=rows_of(self.em), run=self.run, half=half, axes=(0, 1))

    @property
    def curves(self) -> tuple[Array, Array, Array]:
        """Places, and ℓ/N and its bound there: what the touching bound is drawn from."""
        assert self.stage.half, "no step is shown"
        curves = self.stage.along
        assert curves is not None, "no step is left"
        return curves

    @property
    def rows(self) -> Array:
        """That are fitted."""
        return self.stage.rows.x_train

    # to infinity

    @property
    def limit(self) -> LimitConfig:
        assert self.config.tab == "infinity", "another tab is open"
        return self.config.limit

    def rung(self, count: int) -> Rung:
        """So many components."""
        return _rung(self.limit.target, count, self.limit.seed)

    @property
    def chosen(self) -> Rung:
        return self.rung(self.limit.num_components)

    @property
    def nearest(self) -> int:
        """K of the rung that is nearest by held-out rows."""
        return min(LADDER, key=lambda count: self.rung(count).kl_paired)

    def with_rows(self, count: int) -> Rung:
        """As many components as are chosen, fitted to more rows or fewer, from one start."""
        return _with_rows(self.limit.target, self.limit.num_components, count)


@lru_cache(maxsize=64)
def found_for(choices: tuple[tuple[str, Any], ...]) -> Found:
    return Found(dict(choices))


@lru_cache(maxsize=16)
def _run(config: EMConfig) -> EMRun:
    """In slices, as the page asks for it, to the end."""
    run = requests.em_slice(config, None)
    while run.stop == "steps" and run.num_steps < MOST_ITERATIONS:
        run = requests.em_slice(config, run)
    return run


@lru_cache(maxsize=16)
def _rung(target: str, count: int, seed: int) -> Rung:
    return requests.rung(target, count, seed)


@lru_cache(maxsize=4)
def _with_rows(target: str, count: int, num_rows: int) -> Rung:
    x = draws(TargetConfig(name=target)).x_train[:num_rows]
    assert len(x) == num_rows
    return judge(replace(pool_of(target), x_train=x), fit_best(x, count, (0,)))


def on_one_point(found: Found, sd: float) -> tuple[float, float]:
    """ℓ of the ten heights where a tenth of the mixture sits on one: of that one, and of nine."""
    x, mixture = found.rows, found.run.mixture
    assert found.run.is_singular.sum() == 1, "none has fallen"
    fallen = int(found.run.is_singular.argmax())
    covariances = mixture.covariances.copy()
    covariances[fallen] = sd**2
    log_probs = replace(mixture, covariances=covariances).log_prob(x)
    is_there = x[:, 0] == mixture.means[fallen, 0]
    assert is_there.sum() == 1
    return float(log_probs[is_there].sum()), float(log_probs[~is_there].sum())


def beside(mixture: Mixture, share: float) -> Mixture:
    """Every mean a little elsewhere, as a share of what the component is wide."""
    noise = np.random.default_rng(0).standard_normal(mixture.means.shape)
    widths = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    return replace(mixture, means=mixture.means + share * widths * noise)


def that(condition: Callable[[Found], Any]) -> Claim:
    """A claim that is one condition."""

    def claim(found: Found) -> None:
        assert condition(found)

    return claim


def near(value: Callable[[Found], float], said: float, digits: int) -> Claim:
    """A number as it is written."""

    def claim(found: Found) -> None:
        assert round(value(found), digits) == said

    return claim
