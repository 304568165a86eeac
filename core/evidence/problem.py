"""What is asked of every model here, and what is exactly known of it. Torch-free, in nats."""

from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
How = Literal["closed form", "quadrature"]

ROUNDING = 1e-12
"""What rounding leaves of a sum of logarithms, as a share of its size (at least 1 nat)."""


MAX_SAMPLES = 100_000
"""K, draws of a proposal, at most."""

REPEATS = 20
"""Of an estimate, where its spread is to be seen."""


class Integral(NamedTuple):
    """A number that is not sampled, and how far it may be off.

    Attributes:
        value: the number, in nats where it is a logarithm or a divergence.
        error: the difference of a finer and a coarser rule, or what rounding leaves; same unit.
    """

    value: float
    error: float


def rounding_of(value: float) -> float:
    """What rounding leaves of this number, in its unit."""
    return ROUNDING * max(1.0, abs(value))


class Posterior(Protocol):
    """p(z|x), normalised."""

    @property
    def mean(self) -> Array:
        """``E[z|x]``, shape ``[L]``."""
        ...

    @property
    def covariance(self) -> Array:
        """``Cov[z|x]``, shape ``[L, L]``."""
        ...

    def log_density(self, z: Array) -> Array:
        """``log p(z|x)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., L]``."""
        ...


PosteriorT = TypeVar("PosteriorT", bound=Posterior, covariant=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class Exact(Generic[PosteriorT]):
    """The exact answer to one problem.

    Attributes:
        log_p: ``log p(x)``, nats.
        posterior: ``p(z|x)``.
        error: achieved error of ``log_p``, nats.
        how: where it comes from.
    """

    log_p: float
    posterior: PosteriorT
    error: float
    how: How


class Problem(Protocol):
    """A latent variable model and one datum x."""

    @property
    def latent_dim(self) -> int:
        """L."""
        ...

    def log_joint(self, z: Array) -> Array:
        """``log p(x, z)`` in nats, shape ``[...]``, from ``z`` with shape ``[..., L]``."""
        ...

    def exact(self) -> Exact[Posterior]:
        """``log p(x)`` and ``p(z|x)``."""
        ...
