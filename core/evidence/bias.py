"""How low the logarithm of an unbiased estimate is: exactly, for every K. Torch-free.

``E log p̂_K = log p(x) + bias(K)`` is the importance-weighted bound with K draws (Burda, Grosse and
Salakhutdinov 2016). ``−χ²/(2K)`` is its bias only once K is much larger than χ².
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.evidence.integrals import Nodes, proposal_nodes
from core.evidence.problem import ROUNDING, Posterior
from core.evidence.proposals import Proposal
from core.validation import require_number

Array = NDArray[np.float64]

STEP = 0.25
"""Between two values of log s: the trapezoidal rule then errs by exp(−π²/0.25) at most."""

START = -40.0
"""``log (K s)`` of the first value."""

BEFORE, AFTER = -46.0, 4.0
"""``1 − exp(−eˣ)`` is 0 below the first and 1 beyond the second, to rounding."""

LONGEST_GAP = 60.0
"""Between two values of ``log r``; a longer one, within which nothing changes, is cut short."""

TOGETHER = 16

TOLERANCE = 1e-7
MOST_HALVINGS = {1: 5, 2: 1}
"""By dimension: how often the step between nodes is halved until the rules agree."""

MOST_SAMPLES = 10**7


class LogBias(NamedTuple):
    """``E log p̂_K − log p(x)``.

    Attributes:
        value: nats, shape ``[n]``, of every K asked for.
        error: how far the finer and the coarser rules differ, nats, ``[n]``.
    """

    value: Array
    error: Array


def find_log_bias(q: Proposal, posterior: Posterior, num_samples: Sequence[int]) -> LogBias:
    """``E log p̂_K − log p(x)`` for every K in ``num_samples``, by quadrature.

    With ``r = p(z|x)/q(z)`` and ``φ(s) = E_q exp(−s r)``, Frullani's integral gives::

        E log (1/K) Σ r_k = ∫₀^∞ (exp(−t) − φ(t/K)^K) / t dt

    Nodes are added until the rules differ by 10⁻⁷ nats, or by that share of the largest bias; in
    two dimensions only so many that a posterior much narrower than q leaves an error to look at.
    At K = 1 it is ``−KL(q ‖ p(z|x))``, and it rises to 0
    (``test_the_bias_of_one_draw_is_minus_the_kl``). Also right where χ² is infinite.

    Raises:
        ValueError: where a K is below 1 or above 10⁷.
    """
    for K in num_samples:
        require_number("num_samples", K, at_least=1, at_most=MOST_SAMPLES)
    for halvings in range(MOST_HALVINGS[q.dim] + 1):
        found = _log_bias(proposal_nodes(q, halvings), q, posterior, num_samples)
        if (found.error <= TOLERANCE * np.maximum(1.0, np.abs(found.value).max())).all():
            break
    return found


def _log_bias(
    nodes: Nodes, q: Proposal, posterior: Posterior, num_samples: Sequence[int]
) -> LogBias:
    log_r = posterior.log_density(nodes.z) - q.log_density(nodes.z)
    order = np.argsort(-log_r)
    log_r, weights = log_r[order], nodes.weights[:, order]
    gaps = -np.diff(log_r)
    excess = np.maximum(gaps - LONGEST_GAP, 0.0)
    log_r[1:] = log_r[0] - np.cumsum(gaps - excess)
    first = START - math.log(max(num_samples))
    log_phi = _log_transform(first, log_r, weights)
    left = np.maximum(1 - np.cumsum(weights, axis=1)[:, :-1], 0.0)  # φ within each gap
    values = np.empty((len(weights), len(num_samples)))
    for index, K in enumerate(num_samples):
        # ∫ exp(−K s) d log s from the first value on is −γ − log (K s₀); then that of φ^K.
        powers = np.exp(K * log_phi)
        total = STEP * (powers.sum(1) - 0.5) + (excess * left**K).sum(1)
        values[:, index] = -np.euler_gamma - math.log(K) - first - total
    error = np.abs(values[1:] - values[0]).max(0)
    return LogBias(values[0], error + ROUNDING * np.maximum(1.0, np.abs(values[0])))


def _log_transform(first: float, log_r: Array, weights: Array) -> Array:
    """``log φ(s)`` by every rule at ``log s = first, first + STEP, …``, ``[R, S]``.

    Args:
        first: where φ is still 1.
        log_r: ``[N]``, falling.
        weights: ``[R, N]``.
    """
    log_s = np.arange(first, AFTER - log_r[-1] + 2 * STEP, STEP)
    missing = np.zeros((len(weights), len(log_s)))  # 1 − φ
    gone = np.zeros((len(weights), len(log_s)))
    for start in range(0, len(log_r), TOGETHER):
        part = slice(start, start + TOGETHER)
        here, w = log_r[part], weights[:, part]
        low, high = np.searchsorted(log_s, (BEFORE - here[0], AFTER - here[-1]))
        x = np.minimum(log_s[low:high] + here[:, None], AFTER)
        missing[:, low:high] -= w @ np.expm1(-np.exp(x))
        gone[:, high] += w.sum(1)
    missing += np.cumsum(gone, axis=1)
    with np.errstate(divide="ignore"):
        log_phi: Array = np.log1p(-np.minimum(missing, 1.0))
    return log_phi
