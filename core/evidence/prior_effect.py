"""What a learned prior does to single rows, and the prior itself: for workers.

SUT-DL4 Q1, learnable prior ``N(μ_z, σ_z² I)``: it is fitted so that the mean ELBO of the training
rows rises, decoder and encoder held fixed. Nothing says that log p(x) of every row rises, too.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.decoded_lattice import CoarseGrid, find_evidence
from core.decoder import Decoder
from core.evidence.answers import PriorEffect, UnderPrior
from core.evidence.digit import Digit, find_elbo
from core.evidence.prior import IsotropicPrior, LearnedPrior, fit_prior
from core.evidence.problem import Integral

Array = NDArray[np.float64]


def fit_prior_to(decoder: Decoder, x: NDArray[Any]) -> LearnedPrior:
    """The isotropic prior that fits the codes of rows x ``[N, D]`` best; see ``fit_prior``."""
    means, variances = decoder.encode(x)
    own = IsotropicPrior(mean=tuple(decoder.prior_mean.tolist()), variance=decoder.prior_variance)
    return fit_prior(means, np.sqrt(variances), own)


def find_prior_effects(
    before: tuple[Decoder, CoarseGrid],
    after: tuple[Decoder, CoarseGrid],
    rows: Sequence[int],
    x: NDArray[Any],
) -> tuple[PriorEffect, ...]:
    """Evidence and bound of some rows under two priors; a page asks for ten of them at a time.

    Args:
        before: the model with its own prior, and its lattice.
        after: the same decoder and encoder under another one.
        rows: what they are called, n numbers.
        x: the rows themselves, shape ``[n, D]``.
    """
    tables = [grid.log_joint(x) for _, grid in (before, after)]
    return tuple(
        PriorEffect(
            row=row,
            before=_under(*before, datum, old_values),
            after=_under(*after, datum, new_values),
        )
        for row, datum, old_values, new_values in zip(rows, x, *tables, strict=True)
    )


def _under(decoder: Decoder, grid: CoarseGrid, x: NDArray[Any], values: Array) -> UnderPrior:
    digit = Digit(decoder=decoder, grid=grid, x=x)
    peak = find_evidence(decoder, grid, x, values)
    return UnderPrior(
        log_evidence=Integral(peak.log_integral, peak.error),
        is_cut=peak.is_cut,
        elbo=find_elbo(digit, digit.encoder),
    )
