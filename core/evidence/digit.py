"""One held-out row under the VAE: its evidence, and what a proposal says of it. For workers.

``log p(x) = ELBO(q) + KL(q ‖ posterior)`` for every q (IT5410, VAE-note). All three are computed,
each by a quadrature of its own: the bound by Gauss-Hermite, the KL by a trapezoidal rule against a
posterior that a third rule normalised. All in nats.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.decoded_lattice import CoarseGrid, find_evidence, log_normaliser
from core.decoder import Decoder
from core.evidence.answers import DigitPosterior, Split
from core.evidence.chi_squared import find_chi_squared
from core.evidence.integrals import hermite_nodes
from core.evidence.problem import Exact, Integral
from core.evidence.proposals import Gaussian, Proposal
from core.evidence.quantities import find_entropy
from core.two_level import Peak

Array = NDArray[np.float64]

REACH = 6.5
"""Standard deviations of q that the trapezoidal rules span."""


class Rules(NamedTuple):
    """Nodes per dimension, of each rule and of the coarser one that it is compared with.

    Attributes:
        widest: the largest standard deviation of q that they are meant for.
        is_hermite: whether the bound goes by Gauss-Hermite; a q over many bends needs a
            trapezoidal rule, which minds kinks less.
        bound: of the ELBO.
        gap: of the KL.
    """

    widest: float
    is_hermite: bool
    bound: tuple[int, int]
    gap: tuple[int, int]


RULES = (
    Rules(0.07, True, (16, 10), (33, 17)),
    Rules(0.4, False, (64, 32), (65, 33)),
    Rules(math.inf, False, (100, 50), (131, 65)),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class GridPosterior:
    """``p(z|x)``, normalised by a rule that ``log p(x)`` does not use.

    Attributes:
        log_joint: ``log p(x, z)``, from z ``[..., L]``.
        log_normaliser: its integral's logarithm, in nats.
        peak: nodes and masses, for the moments.
    """

    log_joint: Callable[[Array], Array]
    log_normaliser: float
    peak: Peak

    @property
    def mean(self) -> Array:
        """``E[z|x]``, shape ``[L]``."""
        return self.peak.mean

    @property
    def covariance(self) -> Array:
        """``Cov[z|x]``, shape ``[L, L]``."""
        return self.peak.covariance

    def log_density(self, z: Array) -> Array:
        """``log p(z|x)`` in nats, shape ``[...]``, from z ``[..., L]``."""
        return self.log_joint(z) - self.log_normaliser


@dataclass(frozen=True, kw_only=True, eq=False)
class Digit:
    """A problem: the VAE and one of its held-out rows.

    Attributes:
        decoder: the model.
        grid: its coarse lattice, decoded.
        x: the row, shape ``[D]``.
    """

    decoder: Decoder
    grid: CoarseGrid
    x: NDArray[Any]

    @property
    def latent_dim(self) -> int:
        """L."""
        return self.decoder.latent_dim

    def log_joint(self, z: Array) -> Array:
        """``log p(x, z)`` in nats, shape ``[...]``, from z ``[..., L]``."""
        flat = self.decoder.log_joint_at(self.x, z.reshape(-1, z.shape[-1]))
        return flat.reshape(z.shape[:-1])

    def find_peak(self) -> Peak:
        """``log p(x)`` by the two-level rule, and what it found on its way."""
        return find_evidence(self.decoder, self.grid, self.x)

    def exact(self) -> Exact[GridPosterior]:
        """``log p(x)`` and ``p(z|x)`` by the two-level rule."""
        peak = self.find_peak()
        posterior = GridPosterior(
            log_joint=self.log_joint,
            log_normaliser=log_normaliser(self.decoder, self.grid, self.x),
            peak=peak,
        )
        return Exact(
            log_p=peak.log_integral, posterior=posterior, error=peak.error, how="quadrature"
        )

    @property
    def encoder(self) -> Gaussian:
        """The encoder's q(z|x)."""
        mean, variance = self.decoder.encode(self.x[None])
        return Gaussian(mean=mean[0], covariance=np.diag(variance[0]))

    @property
    def prior(self) -> Gaussian:
        """p(z)."""
        return prior_of(self.decoder)


def prior_of(decoder: Decoder) -> Gaussian:
    """p(z) of a VAE."""
    covariance = decoder.prior_variance * np.eye(decoder.latent_dim)
    return Gaussian(mean=decoder.prior_mean, covariance=covariance)


@lru_cache(maxsize=8)
def trapezoid_nodes(dim: int, count: int) -> tuple[Array, Array]:
    """Of ``E g(ε)``, ``ε ~ N(0, I)``: nodes ``[N, L]`` within ±``REACH``, weights ``[N]``.

    The weights sum to 1.
    """
    axis = np.linspace(-REACH, REACH, count)
    nodes = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    weights = np.exp(-0.5 * np.square(nodes).sum(-1))
    return nodes, weights / weights.sum()


def find_elbo(digit: Digit, q: Proposal) -> Integral:
    """``E_q log p(x, z) + H(q)`` in nats, not by sampling, with its achieved error.

    Checked with twice as many nodes by ``test_the_bound_needs_no_more_nodes``.
    """
    energy, entropy = Integral(0.0, 0.0), find_entropy(q)
    for share, part in q.components:
        rules = _rules_for(part)
        rule = hermite_nodes if rules.is_hermite else trapezoid_nodes
        fine, coarse = (_mean(digit.log_joint, part, *rule(q.dim, count)) for count in rules.bound)
        energy = Integral(energy.value + share * fine, energy.error + share * abs(fine - coarse))
    return Integral(energy.value + entropy.value, energy.error + entropy.error)


def find_kl(q: Proposal, log_posterior: Callable[[Array], Array]) -> Integral:
    """``∫ q (log q − log p(z|x)) dz`` in nats, on its own: neither ELBO nor log p enters.

    Args:
        q: the proposal.
        log_posterior: a density that integrates to 1, from z ``[n, L]`` to ``[n]``.
    """

    def excess(z: Array) -> Array:
        return q.log_density(z) - log_posterior(z)

    value = error = 0.0
    for share, part in q.components:
        fine, coarse = (
            _mean(excess, part, *trapezoid_nodes(q.dim, count)) for count in _rules_for(part).gap
        )
        value, error = value + share * fine, error + share * abs(fine - coarse)
    return Integral(value, error)


def _mean(function: Callable[[Array], Array], q: Gaussian, noise: Array, weights: Array) -> float:
    return float(weights @ function(q.sample(noise)))


def _rules_for(q: Gaussian) -> Rules:
    widest = math.sqrt(float(np.linalg.eigvalsh(q.covariance)[-1]))
    return next(rules for rules in RULES if widest <= rules.widest)


def has_finite_variance(decoder: Decoder, q: Proposal) -> bool | None:
    """Whether weights ``p(x, z)/q(z)``, ``z ~ q``, have a variance; ``None``: not known.

    A decoder whose mean is bounded keeps the likelihood from falling as a Gaussian does, so the
    posterior has the tails of the prior ``N(μ, τI)`` and ``∫ p(x, z)²/q(z) dz`` is finite where
    ``C ≻ ½τI``, and only there: it then is where the prior's own χ² is. No truncated grid can
    tell, for on any it is finite. A likelihood is never large, so that a q which is wide enough
    always has a variance.
    """
    if find_chi_squared(q, prior_of(decoder)).is_finite:
        return True
    return False if decoder.is_bounded else None


def split_evidence(digit: Digit, posterior: DigitPosterior, q: Proposal) -> Split:
    """Bound and gap of one q, each computed for itself."""
    return Split(
        elbo=find_elbo(digit, q),
        kl=find_kl(q, lambda z: digit.log_joint(z) - posterior.log_normaliser),
        has_finite_variance=has_finite_variance(digit.decoder, q),
    )
