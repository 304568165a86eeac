"""What can be chosen about the evidence of one datum: torch-free, frozen, validated."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from core.evidence.models import Line, Plane, Square
from core.evidence.problem import MAX_SAMPLES
from core.evidence.proposals import Gaussian, Mixture, Proposal, gaussian
from core.validation import require_choice, require_number

Model = Literal["line", "plane", "square", "digit"]
Weight = Literal["three", "sum"]
Named = Literal["prior", "encoder", "diagonal", "full", "posterior", "mine"]

MOST_MEAN = 100.0
"""No proposal can be chosen farther from the origin along any axis."""

MOST_SCALE = 100.0
MAX_ROW = 9_999

BIAS = (0.1, -0.2, 0.3)
WEIGHTS: dict[Weight, tuple[tuple[float, float], ...]] = {
    "three": ((1.0, 0.5), (0.3, 1.2), (0.0, -0.7)),
    "sum": ((1.0, 1.0),),
}
"""W of the plane: three numbers that depend on two causes, or one number that is their sum."""


@dataclass(frozen=True, kw_only=True)
class EvidenceConfig:
    """Which datum of which model, and which q.

    Attributes:
        model: a line, a plane, z², or a VAE and one of its held-out rows.
        row: of the held-out data, where the model is a VAE.
        x: the datum, or its first number.
        x2: its second number, of the plane.
        x3: its third.
        theta: θ of the line.
        variance: σ² of every model but the VAE.
        weight: W of the plane.
        learned_prior: whether the VAE's prior is the isotropic one that fits its encoder best.
        proposal: which q: one of the named ones, or the visitor's own.
        m1: mean of the visitor's own q.
        m2: its second coordinate, where z has two.
        s1: standard deviation of the visitor's own q.
        s2: of the second coordinate.
        rho: correlation of both.
        twin: whether q is the mixture of ``N(m, C)`` and its mirror image ``N(−m, C)``.
        num_samples: K, draws of q.
        seed: of all draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    model: Model = "digit"
    row: int = 1
    x: float = 2.0
    x2: float = 0.5
    x3: float = -0.4
    theta: float = 1.0
    variance: float = 0.25
    weight: Weight = "three"
    learned_prior: bool = False
    proposal: Named = "encoder"
    m1: float = 0.0
    m2: float = 0.0
    s1: float = 1.0
    s2: float = 1.0
    rho: float = 0.0
    twin: bool = False
    num_samples: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("model", self.model, get_args(Model))
        require_choice("weight", self.weight, get_args(Weight))
        require_choice("proposal", self.proposal, get_args(Named))
        require_number("row", self.row, at_least=0, at_most=MAX_ROW)
        require_number("num_samples", self.num_samples, at_least=1, at_most=MAX_SAMPLES)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)
        for name in ("m1", "m2"):
            require_number(name, getattr(self, name), at_least=-MOST_MEAN, at_most=MOST_MEAN)
        for name in ("s1", "s2"):
            require_number(name, getattr(self, name), at_most=MOST_SCALE)
        Line(x=self.x, theta=self.theta, variance=self.variance)
        self._plane("three")
        self.own(2)

    @cached_property
    def problem(self) -> Line | Plane | Square | None:
        """The model and its datum; ``None``: a VAE, which workers know."""
        if self.model == "line":
            return Line(x=self.x, theta=self.theta, variance=self.variance)
        if self.model == "plane":
            return self._plane(self.weight)
        if self.model == "square":
            return Square(x=self.x, scale=self.variance**0.5)
        return None

    def _plane(self, weight: Weight) -> Plane:
        rows = WEIGHTS[weight]
        is_sum = weight == "sum"
        return Plane(
            x=(self.x, self.x2, self.x3)[: len(rows)],
            weight=rows,
            bias=(0.0,) if is_sum else BIAS,
            variance=self.variance,
        )

    def own(self, latent_dim: int) -> Proposal:
        """The visitor's own q, in so many dimensions."""
        mean, scales = (self.m1, self.m2)[:latent_dim], (self.s1, self.s2)[:latent_dim]
        return self.mirrored(gaussian(mean, scales, self.rho if latent_dim == 2 else 0.0))

    def mirrored(self, q: Gaussian) -> Proposal:
        """The same, or half of it and half of its mirror image where that is wanted."""
        if not self.twin:
            return q
        return Mixture(first=q, second=Gaussian(mean=-q.mean, covariance=q.covariance))
