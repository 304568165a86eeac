"""What the proofs of the evidence lesson look at: exact answers, splits, weights, repeats."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from claims import Claim

from core.dataset import load_dataset
from core.evidence import requests, work
from core.evidence.answers import Convergence, DigitPosterior, Fit, Gaps, PriorEffect, Split
from core.evidence.bias import find_log_bias
from core.evidence.bound import Bound, Climb
from core.evidence.chi_squared import ChiSquared, find_chi_squared
from core.evidence.config import EvidenceConfig
from core.evidence.models import Line, Square
from core.evidence.prior import LearnedPrior
from core.evidence.proposals import Gaussian, Proposal, gaussian
from core.evidence.quantities import Weights, find_elbo, find_kl, weigh
from core.evidence.source import Source
from core.vae.ready import ready_vae
from dashboard.lessons.evidence.answers import NAMED_FAMILIES, of_problem
from dashboard.lessons.evidence.lesson import LESSON
from dashboard.lessons.evidence.map import noise_of
from dashboard.lessons.evidence.raising import climbed

STRIP = 100


def source(prior: Any = None) -> Source:
    """The shipped VAE."""
    run = ready_vae()
    assert run is not None
    return Source(
        parameters=run.state.parameters, config=run.config, controls=run.controls, prior=prior
    )


@lru_cache(maxsize=1)
def learned() -> LearnedPrior:
    return requests.fit_source_prior(source())


@lru_cache(maxsize=1)
def strip() -> tuple[Gaps, ...]:
    """The gaps of a hundred rows."""
    return work.digit_gaps(source(), tuple(range(STRIP)), NAMED_FAMILIES)


@lru_cache(maxsize=1)
def effects() -> tuple[PriorEffect, ...]:
    return work.prior_effect(source(learned().after), tuple(range(STRIP)))


class Found:
    """All that the page finds out about one choice, each when it is asked for."""

    def __init__(self, choices: dict[str, Any]) -> None:
        assert LESSON.question is not None
        self.choices = choices
        self.config: EvidenceConfig = LESSON.question(choices)

    @property
    def source(self) -> Source:
        return source(learned().after if self.config.learned_prior else None)

    @cached_property
    def posterior(self) -> DigitPosterior:
        assert self.config.problem is None, "no VAE"
        return work.digit_posterior(self.source, self.config.row)

    @cached_property
    def fits(self) -> tuple[Fit, ...]:
        return work.digit_fits(self.source, self.config.row)

    @property
    def log_p(self) -> float:
        if self.config.problem is not None:
            return self.config.problem.exact().log_p
        return self.posterior.log_evidence

    @cached_property
    def q(self) -> Proposal:
        """The one that is chosen."""
        config = self.config
        if config.problem is not None:
            q = of_problem(config).q
            assert q is not None, "there is no such q"
            return q
        if config.proposal == "mine":
            return config.own(2)
        return config.mirrored(self.named(config.proposal))

    def named(self, name: str) -> Gaussian:
        """A q of the VAE."""
        if name == "prior":
            return Gaussian(mean=np.zeros(2), covariance=np.eye(2))
        if name == "encoder":
            found = self.posterior
            return Gaussian(mean=found.encoder_mean, covariance=found.encoder_covariance)
        if name == "posterior":
            found = self.posterior
            return Gaussian(mean=found.mean, covariance=found.covariance)
        best = max((f for f in self.fits if f.family == name), key=lambda fit: fit.elbo)
        return Gaussian(mean=best.mean, covariance=best.covariance)

    @cached_property
    def split(self) -> Split:
        if self.config.problem is None:
            return work.digit_split(self.source, self.config.row, self.posterior, self.q)
        problem = self.config.problem
        posterior = problem.exact().posterior
        return Split(
            elbo=find_elbo(problem, self.q),
            kl=find_kl(self.q, posterior),
            has_finite_variance=find_chi_squared(self.q, posterior).is_finite,
        )

    @property
    def kl(self) -> float:
        return self.split.kl.value

    @property
    def elbo(self) -> float:
        return self.split.elbo.value

    @property
    def chi_squared(self) -> ChiSquared:
        assert self.config.problem is not None, "no closed form"
        return find_chi_squared(self.q, self.config.problem.exact().posterior)

    @cached_property
    def weights(self) -> Weights:
        """Of the draws that the map shows."""
        problem = self.config.problem
        if problem is None:
            problem = work.digit_of(self.source, self.config.row)
        noise = noise_of(self.config, self.q.dim)[:, : self.q.noise_dim].astype(np.float64)
        return weigh(problem, self.q, noise)[1]

    def bias(self, *sizes: int) -> np.ndarray:
        """``E log p̂_K − log p(x)``, exactly."""
        assert self.config.problem is not None, "no closed form"
        return find_log_bias(self.q, self.config.problem.exact().posterior, sizes).value

    @cached_property
    def climb(self) -> tuple[Bound, Climb]:
        """Where θ goes in the tab *Raise the bound*."""
        assert isinstance(self.config.problem, Line), "no line"
        part = self.q.components[0][1]
        return climbed(self.config.problem, part, self.choices["start"], self.choices["refit"])

    def repeats(self, name: str, most: int) -> Convergence:
        """What the tab *Convergence* shows of a q of the VAE."""
        return _repeats(self.config.row, self.config.seed, name, most)

    @property
    def square(self) -> Square:
        assert isinstance(self.config.problem, Square), "no square"
        return self.config.problem

    @property
    def label(self) -> int:
        """The class of the row."""
        return int(load_dataset(source().config.dataset).y_test[self.config.row])

    def repeats_of_line(self) -> Weights:
        """Repeats of the estimate of p(x), each of K draws; nats."""
        problem = self.config.problem
        assert problem is not None, "no closed form"
        noise = np.random.default_rng(0).standard_normal(
            (20_000, self.config.num_samples, self.q.noise_dim)
        )
        estimates = weigh(problem, self.q, noise)[1].log_p.value
        return Weights(log_w=estimates)

    def highest(self, name: str, most: int) -> float:
        """The highest of the repeats of log p̂ with so many draws."""
        return float(self._at(name, most).max())

    def lowest(self, name: str, most: int) -> float:
        """The lowest."""
        return float(self._at(name, most).min())

    def mean_of(self, name: str, most: int) -> float:
        """Their mean."""
        return float(self._at(name, most).mean())

    def _at(self, name: str, most: int) -> np.ndarray:
        found = self.repeats(name, 10_000)
        place = found.sizes.tolist().index(most)
        return found.estimates[:, place]

    def other(self, **changes: Any) -> "Found":
        """The same with other choices."""
        return Found(self.choices | changes)


@lru_cache(maxsize=8)
def _repeats(row: int, seed: int, name: str, most: int) -> Convergence:
    assert ready_vae() is not None
    found = Found(dict(LESSON.defaults) | {"model": "digit", "row": row})
    return work.digit_convergence(source(), row, found.named(name), seed, 0, 20, most)


@lru_cache(maxsize=32)
def found_for(choices: tuple[tuple[str, Any], ...]) -> Found:
    assert LESSON.check is not None
    fitted, _ = LESSON.check(dict(choices))
    return Found(dict(fitted))


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


def median_gap(family: str, kind: str) -> float:
    """Over the hundred rows, in nats."""
    return float(np.median([getattr(gaps, kind)(family) for gaps in strip()]))


def best_gaussian(variance: float) -> Gaussian:
    """A q of one dimension at the posterior's mean of the line."""
    return gaussian([1.6], [variance**0.5])
