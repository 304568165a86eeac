"""What the evidence lesson asks the workers about a trained VAE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.evidence import requests
from core.evidence.answers import Convergence, Family, Gaps, PriorEffect
from core.evidence.prior import LearnedPrior
from core.evidence.problem import REPEATS
from core.evidence.proposals import Proposal
from dashboard.kit.questions import Question, Request

if TYPE_CHECKING:
    from core.evidence.source import Source
    from dashboard.lessons.evidence.answers import Known
    from dashboard.lessons.evidence.trained import Trained

ROWS_OF_STRIP = 100
ROWS_AT_ONCE = 10
FIRST_ROWS = 1
"""Of the hundred, so that the first bar is there within a second."""

FITTED: tuple[Family, ...] = ("diagonal", "full")
"""The families whose best q is shown."""

DRAWS_AT_ONCE = 40_000
"""Of a question for convergence: about half a second of a worker, of the largest decoder."""

IN_BROWSER = 256
"""Draws that the browser makes itself."""


def prior_question(trained: Trained) -> Question:
    """The isotropic prior that fits the encoder best."""
    request = Request(function=requests.fit_source_prior, args=(trained.source(),))
    return Question(name="prior", key=trained.key, request=request)


def posterior_question(trained: Trained, source: Source) -> Question:
    """The exact posterior of the row that is shown."""
    request = Request(function=requests.digit_posterior, args=(source, trained.row))
    return Question(name="posterior", key=(*_key(trained, source), trained.row), request=request)


def fits_question(trained: Trained, source: Source) -> Question:
    """The best q of every family from two starts."""
    asked = (source, trained.row, FITTED)
    request = Request(function=requests.digit_fits, args=asked, worker="training")
    return Question(name="fits", key=(*_key(trained, source), trained.row), request=request)


def split_questions(known: Known) -> list[Question]:
    """ELBO and KL of the q that is chosen, each with its achieved error."""
    trained, source, posterior, q = known.trained, known.source, known.posterior, known.q
    if trained is None or source is None or posterior is None or q is None:
        return []
    request = Request(function=requests.digit_split, args=(source, trained.row, posterior, q))
    return [Question(name="split", key=_key_of_q(known), request=request)]


def draws_questions(known: Known) -> list[Question]:
    """Importance weights of more draws than a browser makes."""
    trained, source, q, config = known.trained, known.source, known.q, known.config
    if trained is None or source is None or q is None or config.num_samples <= IN_BROWSER:
        return []
    asked = (source, trained.row, q, config.num_samples, config.seed, 0, 1)
    request = Request(function=requests.digit_draws, args=asked, worker="training")
    key = (_key_of_q(known), config.num_samples, config.seed)
    return [Question(name="draws", key=key, request=request)]


def gaps_question(trained: Trained) -> Question:
    """Where the nats of a hundred rows go, ten at a time."""
    last = min(ROWS_OF_STRIP, len(trained.data.x_test))
    source = trained.source()

    def part(first: int) -> Request:
        count = ROWS_AT_ONCE if first else FIRST_ROWS
        rows = tuple(range(first, min(first + count, last)))
        asked = (source, rows, FITTED)
        return Request(function=requests.digit_gaps, args=asked, worker="training")

    def following(so_far: tuple[Gaps, ...]) -> Request | None:
        return part(len(so_far)) if len(so_far) < last else None

    return Question(
        name="gaps",
        key=_key(trained, source),
        request=part(0),
        following=following,
        merge=lambda so_far, more: (*so_far, *more),
    )


def convergence_question(
    known: Known, name: str, q: Proposal, most: int, repeats: int = REPEATS
) -> Question:
    """Repeats of log p̂ of more and more draws of one q, a few at a time."""
    config, problem = known.config, known.config.problem
    at_once = max(1, min(repeats, DRAWS_AT_ONCE // most))

    def part(first: int) -> Request:
        count = min(at_once, repeats - first)
        asked: tuple[Any, ...] = (q, config.seed, first, count, most)
        if problem is not None:
            return Request(
                function=requests.model_convergence, args=(problem, *asked), worker="training"
            )
        assert known.trained is not None
        asked = (known.source, known.trained.row, *asked)
        return Request(function=requests.digit_convergence, args=asked, worker="training")

    def following(so_far: Convergence) -> Request | None:
        return part(so_far.repeats) if so_far.repeats < repeats else None

    of = problem if problem is not None else _key_of_row(known)
    return Question(
        name=f"convergence {name}",
        key=(of, parts_of(q), config.seed, most),
        request=part(0),
        following=following,
        merge=lambda so_far, more: so_far.merged(more),
    )


def expected_question(known: Known, name: str, q: Proposal, most: int) -> Question | None:
    """The exact mean of log p̂, where the model is one of closed forms."""
    problem = known.config.problem
    if problem is None:
        return None
    request = Request(function=requests.model_expected, args=(problem, q, most), worker="training")
    return Question(name=f"expected {name}", key=(problem, parts_of(q), most), request=request)


def effect_question(trained: Trained, learned: LearnedPrior) -> Question:
    """Both priors on a hundred held-out rows, ten at a time."""
    last = min(ROWS_OF_STRIP, len(trained.data.x_test))
    source = trained.source(learned.after)

    def part(first: int) -> Request:
        rows = tuple(range(first, min(first + ROWS_AT_ONCE, last)))
        return Request(function=requests.prior_effect, args=(source, rows), worker="training")

    def following(so_far: tuple[PriorEffect, ...]) -> Request | None:
        return part(len(so_far)) if len(so_far) < last else None

    return Question(
        name="effect",
        key=_key(trained, source),
        request=part(0),
        following=following,
        merge=lambda so_far, more: (*so_far, *more),
    )


def parts_of(q: Proposal) -> tuple[Any, ...]:
    """All that a q is made of, to compare."""
    return tuple((w, one.mean.tobytes(), one.covariance.tobytes()) for w, one in q.components)


def _key(trained: Trained, source: Source) -> tuple[Any, ...]:
    return (*trained.key, source.prior)


def _key_of_row(known: Known) -> tuple[Any, ...]:
    trained, source = known.trained, known.source
    assert trained is not None
    assert source is not None
    return (*_key(trained, source), trained.row)


def _key_of_q(known: Known) -> tuple[Any, ...]:
    """All that a q and the row are made of."""
    assert known.q is not None
    return (*_key_of_row(known), parts_of(known.q))
