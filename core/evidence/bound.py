"""Raising the ELBO is not raising log p(x) (SUT-DL4 Q1 step 3c). Torch-free, nats.

The line's θ is learned from one datum: ``z ~ N(0, 1)``, ``x|z ~ N(θz, σ²)``. With q held fixed the
bound and the evidence have different maxima; with q refitted to the posterior before every step,
which is expectation maximisation, the evidence never falls (Dempster, Laird and Rubin 1977).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.evidence.models import LEAST_VARIANCE, MOST, MOST_VARIANCE, Line
from core.evidence.proposals import LEAST_SCALE, LOG_2PI
from core.validation import require_number

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The evidence of one datum as a function of θ, and its bound by one q.

    Attributes:
        x: the datum.
        variance: σ².
        q_mean: m of ``q = N(m, v)``.
        q_variance: v.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    x: float = 2.0
    variance: float = 1.0
    q_mean: float = 1.0
    q_variance: float = 1.0

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("x", self.x, at_least=-MOST, at_most=MOST)
        require_number("variance", self.variance, at_least=LEAST_VARIANCE, at_most=MOST_VARIANCE)
        require_number("q_mean", self.q_mean)
        require_number("q_variance", self.q_variance, at_least=LEAST_SCALE**2)

    def elbo(self, theta: ArrayLike) -> Array:
        """``E_q log N(x; θz, σ²) − KL(q ‖ N(0, 1))``, nats, with the shape of θ."""
        t, m, v = np.asarray(theta, dtype=np.float64), self.q_mean, self.q_variance
        squared_error = (self.x - t * m) ** 2 + t**2 * v
        log_likelihood = -0.5 * (squared_error / self.variance + np.log(self.variance) + LOG_2PI)
        return np.asarray(log_likelihood - 0.5 * (m**2 + v - 1 - np.log(v)))

    def log_p(self, theta: ArrayLike) -> Array:
        """``log N(x; 0, θ² + σ²)``, nats, with the shape of θ."""
        total = np.asarray(theta, dtype=np.float64) ** 2 + self.variance
        return np.asarray(-0.5 * (self.x**2 / total + np.log(total) + LOG_2PI))

    @property
    def best_for_elbo(self) -> float:
        """``argmax_θ ELBO = x m / (m² + v)``."""
        return self.x * self.q_mean / (self.q_mean**2 + self.q_variance)

    @property
    def best_for_log_p(self) -> float:
        """``argmax_θ log p(x) = √max(x² − σ², 0)``, or the negative of it."""
        return float(np.sqrt(max(self.x**2 - self.variance, 0.0)))

    def refitted(self, theta: float) -> "Bound":
        """The bound by the posterior at θ: there it touches the evidence."""
        posterior = Line(x=self.x, theta=theta, variance=self.variance).exact().posterior
        return replace(
            self,
            q_mean=float(posterior.mean[0]),
            q_variance=float(posterior.covariance[0, 0]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Climb:
    """Where θ went, from the start on.

    Attributes:
        theta: ``[T + 1]``.
        elbo: of the q in use: the given one, or after a refit the posterior, ``[T + 1]``, nats.
        log_p: ``[T + 1]``, nats.
    """

    theta: Array
    elbo: Array
    log_p: Array


def ascend(bound: Bound, theta: float, learning_rate: float, num_steps: int) -> Climb:
    """Gradient ascent on the ELBO, q held fixed: ``∂ELBO/∂θ = (x m − θ(m² + v))/σ²``.

    Args:
        bound: x, σ² and q.
        theta: where it starts.
        learning_rate: share of the way to the maximum that one step goes, between 0 and 1; the
            step is this over the curvature ``(m² + v)/σ²``.
        num_steps: T.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("learning_rate", learning_rate, above=0, at_most=1)
    require_number("num_steps", num_steps, at_least=0)
    share: Array = np.power(1 - learning_rate, np.arange(num_steps + 1, dtype=np.float64))
    path = bound.best_for_elbo + (theta - bound.best_for_elbo) * share
    return Climb(theta=path, elbo=bound.elbo(path), log_p=bound.log_p(path))


def expectation_maximisation(bound: Bound, theta: float, num_steps: int) -> Climb:
    """``q := p(z|x)`` at θ, then ``θ := argmax ELBO``, again and again; neither curve falls.

    Raises:
        ValueError: naming the input, its bound and the value.
    """
    require_number("num_steps", num_steps, at_least=0)
    path = [theta]
    for _ in range(num_steps):
        path.append(bound.refitted(path[-1]).best_for_elbo)
    elbo = [float(bound.refitted(place).elbo(place)) for place in path]
    return Climb(theta=np.array(path), elbo=np.array(elbo), log_p=bound.log_p(path))
