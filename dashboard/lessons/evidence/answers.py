"""What is known at this moment about the datum, its posterior and every q with a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.evidence.answers import Convergence, DigitPosterior, Expected, Fit, Split, WeighedDraws
from core.evidence.chi_squared import find_chi_squared
from core.evidence.config import EvidenceConfig, Named
from core.evidence.convergence import weigh_draws
from core.evidence.prior import LearnedPrior
from core.evidence.problem import Exact
from core.evidence.proposals import Gaussian, Proposal
from core.evidence.quantities import find_elbo, find_kl
from core.evidence.variational import find_best
from dashboard.lessons.evidence import questions
from dashboard.lessons.evidence.trained import Trained, trained_of

if TYPE_CHECKING:
    from core.evidence.source import Source
    from dashboard.kit.questions import Question
    from dashboard.kit.scene import Scene

NAMED_FAMILIES: tuple[Literal["diagonal", "full"], ...] = ("diagonal", "full")


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known; ``None`` and absent where it has not come yet.

    Attributes:
        config: what was asked.
        trained: the VAE, where the model is one.
        source: what workers are asked with.
        learned: its best isotropic prior, where that is asked for.
        posterior: of the row that is shown.
        exact: of the other models.
        named: every q with a name that is known.
        fits: how each best q was found.
        split: of the q at rest.
        draws: of the q at rest, where there are more than a browser makes.
    """

    config: EvidenceConfig
    trained: Trained | None = None
    source: Source | None = None
    learned: LearnedPrior | None = None
    posterior: DigitPosterior | None = None
    exact: Exact[Any] | None = None
    named: Mapping[Named, Gaussian] = field(default_factory=dict)
    fits: tuple[Fit, ...] = ()
    split: Split | None = None
    draws: WeighedDraws | None = None

    @property
    def latent_dim(self) -> int:
        """L."""
        if self.trained is not None:
            return self.trained.latent_dim
        problem = self.config.problem
        assert problem is not None
        return problem.latent_dim

    @property
    def log_p(self) -> float | None:
        """The exact ``log p(x)``, nats."""
        if self.exact is not None:
            return self.exact.log_p
        return None if self.posterior is None else self.posterior.log_evidence

    @property
    def error(self) -> float:
        """Of ``log_p``, as achieved; NaN where that is not known."""
        if self.exact is not None:
            return self.exact.error
        return float("nan") if self.posterior is None else self.posterior.error

    @property
    def q(self) -> Proposal | None:
        """The q that is chosen; ``None`` while it is still being found."""
        if self.config.proposal == "mine":
            return self.config.own(self.latent_dim)
        found = self.named.get(self.config.proposal)
        return None if found is None else self.config.mirrored(found)


def known_now(scene: Scene) -> Known:
    """All that this scene needs, as far as it is known; nothing of anything older."""
    config: EvidenceConfig = scene.question
    if config.problem is not None:
        return of_problem(config)
    trained = trained_of(scene)
    if trained is None:
        return Known(config=config)
    source, learned = source_of(scene, trained)
    if source is None:
        return Known(config=config, trained=trained)
    posterior = _value(scene, questions.posterior_question(trained, source))
    fits = _value(scene, questions.fits_question(trained, source)) or ()
    known = Known(
        config=config,
        trained=trained,
        source=source,
        learned=learned,
        posterior=posterior,
        named=_named(trained, learned, posterior, fits),
        fits=fits,
    )
    return replace(
        known,
        split=_first_value(scene, questions.split_questions(known)),
        draws=_first_value(scene, questions.draws_questions(known)),
    )


def source_of(scene: Scene, trained: Trained) -> tuple[Source | None, LearnedPrior | None]:
    """What workers are asked with, and the learned prior in it; ``None`` while that is found."""
    if not scene.question.learned_prior:
        return trained.source(), None
    learned: LearnedPrior | None = _value(scene, questions.prior_question(trained))
    return (None, None) if learned is None else (trained.source(learned.after), learned)


def compared(known: Known) -> dict[Named, Proposal]:
    """The proposals that are compared: prior, encoder, and the one that is chosen."""
    found: dict[Named, Proposal] = {
        name: known.named[name] for name in ("prior", "encoder") if name in known.named
    }
    chosen = known.config.proposal
    if known.q is not None and (chosen not in found or known.config.twin):
        found["mine"] = known.q
    return found


def repeats_of(
    scene: Scene, known: Known
) -> dict[Named, tuple[Convergence | None, Expected | None]]:
    """What has come, by proposal."""
    most = int(scene.choices["most"])
    found: dict[Named, tuple[Convergence | None, Expected | None]] = {}
    for name, q in compared(known).items():
        wanted = questions.convergence_question(known, name, q, most)
        expected = questions.expected_question(known, name, q, most)
        found[name] = (
            _value(scene, wanted),
            None if expected is None else _value(scene, expected),
        )
    return found


def _value(scene: Scene, question: Question) -> Any:
    """The answer to this very question; ``None`` if it has not come."""
    answer = scene.answer(question.name)
    return answer.value if answer.key == question.key else None


def _first_value(scene: Scene, asked: Sequence[Question]) -> Any:
    return _value(scene, asked[0]) if asked else None


def _named(
    trained: Trained,
    learned: LearnedPrior | None,
    posterior: DigitPosterior | None,
    fits: tuple[Fit, ...],
) -> dict[Named, Gaussian]:
    found: dict[Named, Gaussian] = {"prior": trained.prior(learned)}
    if posterior is not None:
        found["encoder"] = Gaussian(
            mean=posterior.encoder_mean, covariance=posterior.encoder_covariance
        )
        found["posterior"] = Gaussian(mean=posterior.mean, covariance=posterior.covariance)
    for family in NAMED_FAMILIES:
        ends = [fit for fit in fits if fit.family == family]
        if ends:
            best = max(ends, key=lambda fit: fit.elbo)
            found[family] = Gaussian(mean=best.mean, covariance=best.covariance)
    return found


@lru_cache(maxsize=64)
def of_problem(config: EvidenceConfig) -> Known:
    """A model whose every number is a matter of milliseconds."""
    problem = config.problem
    assert problem is not None
    exact = problem.exact()
    L = problem.latent_dim
    named: dict[Named, Gaussian] = {
        "prior": Gaussian(mean=np.zeros(L), covariance=np.eye(L)),
        "posterior": Gaussian(mean=exact.posterior.mean, covariance=exact.posterior.covariance),
    }
    named |= {family: find_best(problem, family).q for family in NAMED_FAMILIES}
    known = Known(config=config, exact=exact, named=named)
    q = known.q
    if q is None:
        return known
    split = Split(
        elbo=find_elbo(problem, q),
        kl=find_kl(q, exact.posterior),
        has_finite_variance=find_chi_squared(q, exact.posterior).is_finite,
    )
    if config.num_samples <= questions.IN_BROWSER:
        return replace(known, split=split)
    draws = weigh_draws(problem, q, config.num_samples, config.seed)
    return replace(known, split=split, draws=draws)
