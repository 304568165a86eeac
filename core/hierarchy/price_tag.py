"""What a learned prior of z1 can buy: numpy, torch-free, nats.

For given q(z1|x) and p(x|z1) the best prior is the aggregated posterior ``q̄(z1)``: z2 is worth at
most ``KL(q̄ ‖ N(0, I))``, and a linear link, whose p(z1) is Gaussian, cannot buy all of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.gaussian import kl_gaussians
from core.hierarchy.marginal import log_prob_on_grid
from core.mixtures import LOG_2PI, Mixture
from core.validation import require_number

Array = NDArray[np.float64]

WIDTHS = 8.0
"""How many of its deviations every component is followed."""

FINENESS = 0.5
"""Distance of the nodes, in the smallest deviation of a component."""

MOST_NODES = {1: 20_001, 2: 1601}
"""Nodes per dimension that are never exceeded."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PriceTag:
    """``KL(q̄ ‖ N(0, I)) = KL(q̄ ‖ N(μ, Σ)) + KL(N(μ, Σ) ‖ N(0, I))``, with q̄'s moments.

    Attributes:
        total: nats; what the best p(z1) buys.
        gaussian: the last term: what a Gaussian p(z1) buys.
        non_gaussian: the middle one: what only a link that bends can.
        error: how far the rule with every second node is from ``total``, nats.
    """

    total: float
    gaussian: float
    non_gaussian: float
    error: float


def price_tag(posterior: Mixture) -> PriceTag:
    """What z2 is worth to an aggregated posterior of z1, L1 ≤ 2, by the trapezoidal rule.

    Args:
        posterior: q̄, as ``aggregated_posterior`` makes it.

    Raises:
        ValueError: naming the bound and the value, for L1 > 2.
    """
    require_number("latent_dim", posterior.dim, at_most=2)
    mean, covariance = posterior.moments()
    entropy, error = entropy_of(posterior)
    widest = 0.5 * (posterior.dim * (1 + LOG_2PI) + np.linalg.slogdet(covariance)[1])
    zero, one = np.zeros(posterior.dim), np.eye(posterior.dim)
    gaussian = kl_gaussians(mean, covariance, zero, one)
    non_gaussian = float(widest - entropy)
    return PriceTag(
        total=gaussian + non_gaussian, gaussian=gaussian, non_gaussian=non_gaussian, error=error
    )


def entropy_of(mixture: Mixture) -> tuple[float, float]:
    """Differential entropy of a mixture of one or two dimensions, and its achieved error, nats.

    By the trapezoidal rule; the error is how far the rule with every second node is from it.

    Args:
        mixture: with diagonal covariances.

    Raises:
        ValueError: naming the bound and the value, for more dimensions.
    """
    require_number("dim", mixture.dim, at_most=2)
    axes = _axes(mixture)
    log_p = log_prob_on_grid(mixture, axes)
    surprise = -np.exp(log_p) * log_p
    step = np.prod([axis[1] - axis[0] for axis in axes])
    entropy = float(surprise.sum() * step)
    every_second = (slice(None, None, 2),) * mixture.dim
    rough = float(surprise[every_second].sum() * step * 2**mixture.dim)
    return entropy, abs(rough - entropy)


def _axes(posterior: Mixture) -> tuple[Array, ...]:
    """An axis per dimension that holds all components and resolves the narrowest."""
    deviation = np.sqrt(np.diagonal(posterior.covariances, axis1=1, axis2=2))
    low = (posterior.means - WIDTHS * deviation).min(0)
    high = (posterior.means + WIDTHS * deviation).max(0)
    wanted = np.ceil((high - low) / (2 * FINENESS * deviation.min(0))).astype(int)
    counts = np.minimum(2 * wanted + 1, MOST_NODES[posterior.dim])
    return tuple(np.linspace(*ends) for ends in zip(low, high, counts, strict=True))
