"""What can be chosen about the estimators: torch-free, frozen, validated."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from core.estimators.functions import FUNCTIONS, MAX_DIM, TestFunction
from core.estimators.gaussian import Gaussian, correlated_factor
from core.estimators.lineup import LINEUP
from core.validation import require_choice, require_number

Factor = Literal["diagonal", "full"]
Block = Literal["mean", "factor"]
Reason = Literal["few_samples", "odd_samples", "full_factor"]

ELBO_DIM = 2
"""Latent dimensions of the trained VAE of the first lesson."""

MAX_SAMPLES = 1000
MAX_TOTAL_DRAWS = 1_000_000
LEAST_ESTIMATES = 20
"""Estimates needed for a variance worth showing."""

MAX_ROW = 9_999


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Why an estimator cannot take part.

    Attributes:
        key: "few_samples" (n below ``number``), "odd_samples" (n is ``number``) or "full_factor"
            (it is defined for a diagonal one).
        number: see above; 0 where there is none.
    """

    key: Reason
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class EstimatorsConfig:
    """Which gradient is estimated, and by whom.

    Attributes:
        function: f, a name in ``FUNCTIONS``.
        k: its parameter.
        dim: d.
        mu: every coordinate of μ.
        sigma: standard deviation of every coordinate of q_φ; where f is the ELBO, a factor on the
            encoder's.
        factor: Σ diagonal, or full with correlation ``ρ^|i−j|``.
        correlation: ρ of a full factor.
        block: with respect to what: μ, or the factor (log σ² where f is the ELBO).
        num_samples: n, draws per estimate.
        total_draws: draws in all; ``total_draws // n`` estimates are made.
        estimators: who competes, names in ``LINEUP``.
        baseline: the constant baseline b; ``None`` for ``b = E f``.
        row: held-out digit of the ELBO.
        seed: of all draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    function: str = "quadratic"
    k: float = 0.0
    dim: int = 1
    mu: float = 1.0
    sigma: float = 1.0
    factor: Factor = "diagonal"
    correlation: float = 0.5
    block: Block = "mean"
    num_samples: int = 10
    total_draws: int = 20_000
    estimators: tuple[str, ...] = tuple(LINEUP)
    baseline: float | None = None
    row: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("function", self.function, FUNCTIONS)
        require_number("k", self.k, at_least=self.test_function.least, at_most=10)
        require_number("dim", self.dim, at_least=1, at_most=MAX_DIM)
        require_number("mu", self.mu, at_least=-100, at_most=100)
        require_number("sigma", self.sigma, above=0, at_most=100)
        require_choice("factor", self.factor, get_args(Factor))
        require_number("correlation", self.correlation, above=-1, at_most=0.999)
        require_choice("block", self.block, get_args(Block))
        require_number("num_samples", self.num_samples, at_least=1, at_most=MAX_SAMPLES)
        least = LEAST_ESTIMATES * self.num_samples
        require_number("total_draws", self.total_draws, at_least=least, at_most=MAX_TOTAL_DRAWS)
        for name in self.estimators:
            require_choice("estimators", name, LINEUP)
        if self.baseline is not None:
            require_number("baseline", self.baseline, at_least=-1000, at_most=1000)
        require_number("row", self.row, at_least=0, at_most=MAX_ROW)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)

    @property
    def test_function(self) -> TestFunction:
        """The test function f."""
        return FUNCTIONS[self.function]

    @property
    def is_elbo(self) -> bool:
        """Whether q_φ is the encoder's, for one digit."""
        return self.test_function.is_elbo

    def at(self, axis: str, value: float) -> "EstimatorsConfig":
        """The same with another value of the field ``axis``, with many draws allowed."""
        typed: Any = type(getattr(self, axis))(value)
        changes: dict[str, Any] = {"total_draws": MAX_TOTAL_DRAWS, axis: typed}
        return dataclasses.replace(self, **changes)

    def with_estimates(self, count: int) -> "EstimatorsConfig":
        """The same with draws for ``count`` estimates, as far as the bounds allow."""
        draws = max(count, LEAST_ESTIMATES) * self.num_samples
        return dataclasses.replace(self, total_draws=min(draws, MAX_TOTAL_DRAWS))

    @property
    def size(self) -> int:
        """The dimension in use."""
        return ELBO_DIM if self.is_elbo else self.dim

    @property
    def is_full(self) -> bool:
        """Whether Σ is a full matrix."""
        return self.factor == "full" and self.size > 1 and not self.is_elbo

    @property
    def num_parameters(self) -> int:
        """P, the components of the gradient."""
        return self.size**2 if self.is_full and self.block == "factor" else self.size

    @property
    def num_estimates(self) -> int:
        """R, how many independent estimates are made."""
        return self.total_draws // self.num_samples

    def absentees(self) -> dict[str, Absence]:
        """Chosen estimators that cannot take part, and why."""
        reasons: dict[str, Absence] = {}
        for name in self.estimators:
            competitor = LINEUP[name]
            if self.num_samples < competitor.least_samples:
                reasons[name] = Absence(key="few_samples", number=competitor.least_samples)
            elif competitor.group == 2 and self.num_samples % 2:
                reasons[name] = Absence(key="odd_samples", number=self.num_samples)
            elif competitor.needs_diagonal and self.is_full:
                reasons[name] = Absence(key="full_factor")
        return reasons

    @property
    def competitors(self) -> tuple[str, ...]:
        """Chosen estimators that take part, in the order of ``LINEUP``."""
        absent = self.absentees()
        return tuple(name for name in LINEUP if name in self.estimators and name not in absent)

    def component_index(self, component: int) -> int:
        """Where ``∂/∂μ_j`` or ``∂/∂Σ_jj``, ``j = component + 1``, stands among P."""
        return component * (self.size + 1) if self.num_parameters > self.size else component

    def gaussian(self) -> Gaussian:
        """q_φ.

        Raises:
            ValueError: for the ELBO, whose q_φ is the encoder's.
        """
        if self.is_elbo:
            raise ValueError("`function` must not be the ELBO: its q_φ comes from the encoder")
        mean = np.full(self.dim, float(self.mu))
        if self.is_full:
            factor = correlated_factor(self.dim, self.sigma, self.correlation)
        else:
            factor = np.full(self.dim, float(self.sigma))
        return Gaussian(mean=mean, factor=factor)


@dataclass(frozen=True, kw_only=True)
class RaceConfig:
    """Gradient descent on ``E f`` over (μ, log σ) with every estimator.

    Attributes:
        start: where it begins, f and competitors; the factor is taken as diagonal.
        learning_rate: of plain gradient descent.
        train_steps: how far.

    Raises:
        ValueError: naming the field, its bound and the value; also for an f unbounded below.
    """

    start: EstimatorsConfig
    learning_rate: float = 0.05
    train_steps: int = 100

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("learning_rate", self.learning_rate, above=0, at_most=10)
        require_number("train_steps", self.train_steps, at_least=1, at_most=500)
        if not self.start.test_function.is_bounded_below:
            raise ValueError(
                "`function` must be bounded below for a race, got "
                f"'{self.start.function}': descent has nowhere to arrive"
            )
