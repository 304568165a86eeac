"""What a page may ask a worker about a digit. Torch-free: the work is imported where it runs.

Its answers are in ``core.evidence.answers`` and ``core.evidence.prior``. Every request takes a
``Source``, a variational VAE with L ≤ 2, and raises ``ValueError`` for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.evidence.answers import (
    FAMILIES,
    Convergence,
    DigitPosterior,
    Expected,
    Family,
    Fit,
    Gaps,
    PriorEffect,
    Split,
    WeighedDraws,
)
from core.evidence.prior import LearnedPrior
from core.evidence.problem import MAX_SAMPLES, Problem
from core.evidence.proposals import Proposal

if TYPE_CHECKING:
    from core.evidence.models import Line, Plane, Square
    from core.evidence.source import Source


def digit_posterior(source: Source, row: int) -> DigitPosterior:
    """See ``core.evidence.work.digit_posterior``."""
    from core.evidence import work

    return work.digit_posterior(source, row)


def digit_split(source: Source, row: int, posterior: DigitPosterior, q: Proposal) -> Split:
    """See ``core.evidence.work.digit_split``."""
    from core.evidence import work

    return work.digit_split(source, row, posterior, q)


def digit_draws(
    source: Source, row: int, q: Proposal, num_samples: int, seed: int, first: int, repeats: int
) -> WeighedDraws:
    """See ``core.evidence.work.digit_draws``."""
    from core.evidence import work

    return work.digit_draws(source, row, q, num_samples, seed, first, repeats)


def digit_convergence(
    source: Source,
    row: int,
    q: Proposal,
    seed: int,
    first: int,
    repeats: int,
    num_samples: int = MAX_SAMPLES,
) -> Convergence:
    """See ``core.evidence.work.digit_convergence``."""
    from core.evidence import work

    return work.digit_convergence(source, row, q, seed, first, repeats, num_samples)


def model_convergence(
    problem: Problem,
    q: Proposal,
    seed: int,
    first: int,
    repeats: int,
    num_samples: int,
) -> Convergence:
    """See ``core.evidence.convergence.find_convergence``."""
    from core.evidence.convergence import find_convergence

    return find_convergence(problem, q, seed, first, repeats, num_samples)


def model_expected(problem: Line | Plane | Square, q: Proposal, num_samples: int) -> Expected:
    """See ``core.evidence.convergence.find_expected``."""
    from core.evidence.convergence import find_expected

    return find_expected(problem, q, num_samples)


def digit_fits(source: Source, row: int, families: Sequence[Family] = FAMILIES) -> tuple[Fit, ...]:
    """See ``core.evidence.work.digit_fits``."""
    from core.evidence import work

    return work.digit_fits(source, row, families)


def digit_gaps(
    source: Source, rows: Sequence[int], families: Sequence[Family]
) -> tuple[Gaps, ...]:
    """See ``core.evidence.work.digit_gaps``."""
    from core.evidence import work

    return work.digit_gaps(source, rows, families)


def fit_source_prior(source: Source) -> LearnedPrior:
    """See ``core.evidence.work.fit_source_prior``."""
    from core.evidence import work

    return work.fit_source_prior(source)


def prior_effect(source: Source, rows: Sequence[int]) -> tuple[PriorEffect, ...]:
    """See ``core.evidence.work.prior_effect``."""
    from core.evidence import work

    return work.prior_effect(source, rows)
