"""T2 + T3 taken apart exactly, for any networks with L1 and L2 ≤ 2: numpy, torch-free, nats.

::

    T2 + T3 = E KL(q(z1|x) ‖ p(z1)) + E_q(z1) KL(q(z2|z1) ‖ p(z2|z1)) ≥ 0

So the ELBO is that of a flat VAE with the prior p(z1), less a penalty: z2 is only a learned prior.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.hierarchy.marginal import (
    REACH,
    STEP,
    Conditional,
    LinkMarginal,
    link_marginal,
    powers,
)
from core.mixtures import LOG_2PI
from core.progress import note_progress
from core.quadrature import trapezoidal_grid
from core.validation import require_number

Array = NDArray[np.float64]

NODES, NODES_REACH = 33, 7.0
"""Of ε in ``z1 = mean + deviation ε``, per dimension."""

BLOCK = 2**21
"""Numbers of a table that is held at once."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposition:
    """Of every row x, nats, ``[N]`` each.

    Attributes:
        t2: ``E [log q(z1|x) − log p(z1|z2)]``: may be below 0.
        t3: ``E KL(q(z2|z1) ‖ p(z2))``.
        prior_kl: ``KL(q(z1|x) ‖ p(z1))``.
        penalty: ``E_q(z1|x) KL(q(z2|z1) ‖ p(z2|z1))``.
        error: of the worst of them: how far off rules with every second node are.
        is_resolved: whether the nodes of z2 resolve the link and q(z2|z1).
    """

    t2: Array
    t3: Array
    prior_kl: Array
    penalty: Array
    error: Array
    is_resolved: bool


class _Places(NamedTuple):
    """What is known at places z1, ``[n]`` each."""

    link: Array  # E_q(z2|z1) log p(z1|z2)
    t3: Array  # KL(q(z2|z1) ‖ p(z2)), closed form
    t3_by_nodes: Array  # the same by the nodes of z2
    log_p: Array  # log p(z1)
    error: Array  # of log p(z1)


def decompose(
    mean: ArrayLike,
    variance: ArrayLike,
    infer_top: Conditional,
    link: Conditional,
    top_dim: int,
    *,
    nodes: int = NODES,
) -> Decomposition:
    """Both sides of the equation, by quadrature over z1 and z2.

    They share the nodes but for T3, which is in closed form on the left and summed over the nodes
    on the right: the equation checks those (``test_the_two_sides_are_equal``). A page may ask for
    some rows at a time: the others only have a say in where the nodes of z2 lie.

    Args:
        mean: of q(z1|x), ``[N, L1]``, L1 ≤ 2.
        variance: of q(z1|x), ``[N, L1]``.
        infer_top: q(z2|z1): from z1 ``[n, L1]`` to mean and variance, ``[n, L2]`` each.
        link: p(z1|z2): from z2 ``[n, L2]`` to mean and variance, ``[n, L1]`` each.
        top_dim: L2, 1 or 2.
        nodes: of z1, per dimension, odd.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    m, v = (np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (mean, variance))
    require_number("latent_dim", m.shape[1], at_least=1, at_most=2)
    epsilon, weights, coarse = trapezoidal_grid(m.shape[1], nodes, NODES_REACH)
    z1 = (m[:, None] + np.sqrt(v)[:, None] * epsilon).reshape(-1, m.shape[1])
    top_mean, top_variance = infer_top(z1)
    marginal = _marginal(link, top_dim, top_mean, top_variance)
    size = max(64, BLOCK // len(marginal.nodes))
    blocks = (slice(start, start + size) for start in range(0, len(z1), size))
    parts = [_at_places(z1[b], top_mean[b], top_variance[b], marginal) for b in blocks]
    at = _Places(*(np.concatenate(p).reshape(len(m), -1) for p in zip(*parts, strict=True)))
    own = -0.5 * (m.shape[1] * (1 + LOG_2PI) + np.log(v).sum(1))  # E log q(z1|x)
    integrands = np.stack([-at.link, at.t3, -at.log_p, at.t3_by_nodes - at.link + at.log_p])
    found = integrands @ weights
    rough = np.abs(integrands @ coarse.T - found[..., None]).max((0, 2))
    t2, t3, prior_kl, penalty = found
    return Decomposition(
        t2=own + t2,
        t3=t3,
        prior_kl=own + prior_kl,
        penalty=penalty,
        error=rough + at.error @ weights,
        is_resolved=marginal.is_resolved and bool(marginal.step**2 <= top_variance.min()),
    )


def _marginal(
    link: Conditional, top_dim: int, top_mean: Array, top_variance: Array
) -> LinkMarginal:
    """Nodes of z2 that hold and resolve every q(z2|z1), and the link."""
    deviation = np.sqrt(top_variance)
    reach = max(REACH, float((np.abs(top_mean) + REACH * deviation).max()))
    finest = min(STEP, float(deviation.min()))
    return link_marginal(link, top_dim, reach=reach, finest=finest)


def _at_places(z1: Array, mean: Array, variance: Array, marginal: LinkMarginal) -> _Places:
    """Expectations over q(z2|z1) and ``log p(z1)`` at places z1 ``[n, L1]``.

    ``log p(z1|z2)`` is a polynomial of z1 with coefficients that depend on the node: one product.
    """
    note_progress()
    L2 = marginal.nodes.shape[1]
    count = round(len(marginal.nodes) ** (1 / L2))
    axis = marginal.nodes[:count, -1]
    places = np.stack([np.ones(count), axis, axis**2])
    height = np.log(marginal.step) - 0.5 * (np.log(variance) + LOG_2PI + mean**2 / variance)
    log_q = np.stack([height, mean / variance, -0.5 / variance], axis=-1) @ places
    shares = np.exp(log_q, out=log_q)  # q(z2_k|z1) times the step, [n, L2, count]
    mass, first, second = np.moveaxis(shares @ places.T, -1, 0)
    white = (second - 2 * mean * first + mean**2 * mass) / variance
    kls = 0.5 * (second - white - np.log(variance) * mass)  # E log q(z2|z1)/p(z2)
    q = shares[:, 0] if L2 == 1 else np.einsum("ni,nj->nij", shares[:, 0], shares[:, 1])
    expected = q.reshape(len(z1), -1) @ marginal.polynomials.T
    log_p, error = marginal.log_prob(z1)
    return _Places(
        link=(expected * powers(z1)).sum(1),
        t3=0.5 * (variance + mean**2 - 1 - np.log(variance)).sum(1),
        t3_by_nodes=kls[:, 0] if L2 == 1 else kls[:, 0] * mass[:, 1] + kls[:, 1] * mass[:, 0],
        log_p=log_p,
        error=error,
    )
