"""How ``log p̂`` of more and more draws tends to ``log p(x)``: measured, and exactly. Torch-free.

``log p̂_K = log (1/K) Σ p(x, z_k)/q(z_k)``, ``z_k ~ q`` (Burda, Grosse and Salakhutdinov 2016), is
read at K = 1, 2, 5, 10, … of the same draws, in independent repeats; a page asks for a few of them
at a time. In nats.
"""

import numpy as np
from numpy.typing import NDArray

from core.evidence.answers import Convergence, Expected, WeighedDraws
from core.evidence.bias import find_log_bias
from core.evidence.chi_squared import find_chi_squared
from core.evidence.models import Line, Plane, Square
from core.evidence.problem import MAX_SAMPLES, REPEATS, Problem
from core.evidence.proposals import Proposal
from core.evidence.quantities import Weights, weigh
from core.progress import note_progress
from core.validation import require_number

Array = NDArray[np.float64]

SHOWN_DRAWS = 256

AGREEMENT = 0.1
"""Share of the exact bias by which ``−χ²/(2K)`` may differ from it and still be called valid."""


def ladder(last: int) -> NDArray[np.int64]:
    """1, 2, 5, 10, … up to ``last``, and ``last`` itself, shape ``[m]``."""
    steps = {base * 10**power for power in range(6) for base in (1, 2, 5)}
    return np.array(sorted({step for step in steps if step < last} | {last}), dtype=np.int64)


def weigh_draws(
    problem: Problem, q: Proposal, num_samples: int, seed: int, first: int = 0, repeats: int = 1
) -> WeighedDraws:
    """Draw from q and weigh: ``log p̂ = log (1/K) Σ p(x, z_k)/q(z_k)``, in nats.

    Args:
        problem: the model and its datum.
        q: the proposal, of the problem's dimension.
        num_samples: K of each repeat.
        seed: of all repeats together.
        first: number of the first repeat: they can be asked for in slices.
        repeats: how many.

    Raises:
        ValueError: when K in all is out of bounds, or q has another dimension than z.
    """
    require_number("num_samples", num_samples, at_least=1, at_most=MAX_SAMPLES)
    require_number("repeats", repeats, at_least=1, at_most=MAX_SAMPLES // num_samples)
    noise = np.stack(
        [
            np.random.default_rng([seed, index]).standard_normal((num_samples, q.noise_dim))
            for index in range(first, first + repeats)
        ]
    )
    z, weights = weigh(problem, q, noise)
    sizes = ladder(num_samples)
    so_far = [Weights(log_w=weights.log_w[:, :size]) for size in sizes]
    return WeighedDraws(
        z=z[0, :SHOWN_DRAWS],
        log_weights=weights.log_w[0],
        sizes=sizes,
        estimates=np.stack([part.log_p.value for part in so_far], axis=-1),
        effective=np.stack([part.ess for part in so_far], axis=-1),
    )


def find_convergence(
    problem: Problem,
    q: Proposal,
    seed: int,
    first: int,
    repeats: int,
    num_samples: int = MAX_SAMPLES,
) -> Convergence:
    """Repeats ``first``, …, ``first + repeats − 1``, one after the other in bounded memory.

    Raises:
        ValueError: when a number is out of bounds, or q has another dimension than z.
    """
    require_number("first", first, at_least=0)
    require_number("repeats", repeats, at_least=1, at_most=REPEATS)
    parts = []
    for index in range(first, first + repeats):
        draws = weigh_draws(problem, q, num_samples, seed, index)
        parts.append((draws.estimates, draws.effective))
        note_progress()
    estimates, effective = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Convergence(sizes=ladder(num_samples), estimates=estimates, effective=effective)


def find_expected(
    problem: Line | Plane | Square, q: Proposal, num_samples: int = MAX_SAMPLES
) -> Expected:
    """The curve that ``log p̂`` follows on average, and ``−χ²/(2K)`` where that is its bias.

    That is so only once K is much larger than χ²: from the first K on from which the two differ
    by less than ``AGREEMENT``, never where χ² is infinite
    (``test_the_asymptote_is_drawn_only_where_it_holds``).

    Raises:
        ValueError: when ``num_samples`` is out of bounds, or q has another dimension than z.
    """
    require_number("num_samples", num_samples, at_least=1, at_most=MAX_SAMPLES)
    exact = problem.exact()
    sizes = ladder(num_samples)
    chi_squared = find_chi_squared(q, exact.posterior).value
    bias = find_log_bias(q, exact.posterior, sizes.tolist())
    first_order = -chi_squared / (2 * sizes)
    differs = np.abs(first_order - bias.value) > AGREEMENT * np.abs(bias.value) + bias.error
    is_valid = ~np.logical_or.accumulate(differs[::-1])[::-1]
    return Expected(
        sizes=sizes,
        log_p=exact.log_p,
        value=exact.log_p + bias.value,
        error=exact.error + bias.error,
        asymptote=np.where(is_valid, exact.log_p + first_order, np.nan),
    )
