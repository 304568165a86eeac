"""What can be chosen on the foundations page: torch-free, frozen, validated."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.validation import require_choice, require_number

Tab = Literal["likelihood", "kls", "em", "infinity"]
Way = Literal["none", "gradient", "natural"]
Pair = Literal["line", "mixture", "plane"]
Direction = Literal["reverse", "forward"]
Data = Literal["numbers", "penguins", "two_moons", "drawn"]
Start = Literal["rows", "spread", "random", "same"]
Limit = Literal["two_moons", "checkerboard", "decoder"]

HEIGHTS = (1.6, 1.7, 1.65, 1.63, 1.75, 1.71, 1.68, 1.72, 1.77, 1.62)
"""Heights of ten people in metres (IT5410)."""

MOST_NUMBERS = 500
MOST_NUMBER = 1e6
MOST_COMPONENTS = 16
MOST_ITERATIONS = 300
MOST_POINTS = 200
MOST_LIMIT = 64
MOST_DRAWS = 10_000
MOST_PLACE = 8.0
"""No mean on the page of the two divergences is farther from the origin."""

LEAST_SD, MOST_SD = 0.05, 4.4
"""Of the components of a target and of the Gaussian that is fitted: log s is at most 1.5."""

MOST_BUMPS = 4

Bump = tuple[float, float, float]
"""Share, mean and standard deviation of a component of the target."""

Plane2 = tuple[float, float, float, float, float]
"""Two means, two standard deviations and the correlation of a Gaussian in the plane."""


def _require_plane(gaussian: Plane2) -> None:
    one, two, first, second, correlation = gaussian
    for value in (one, two):
        require_number("mean", value, at_least=-MOST_PLACE, at_most=MOST_PLACE)
    for value in (first, second):
        require_number("sd", value, at_least=LEAST_SD, at_most=MOST_SD)
    require_number("correlation", correlation, at_least=-0.95, at_most=0.95)


@dataclass(frozen=True, kw_only=True)
class LikelihoodConfig:
    """Data on a ruler, and a Gaussian.

    Attributes:
        numbers: x, in the visitor's units.
        mean: μ.
        sd: σ.
        way: how the ball goes to the maximum, if it goes.
        learning_rate: of the mean gradient, or share of the natural step.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    numbers: tuple[float, ...] = HEIGHTS
    mean: float = 1.6
    sd: float = 0.1
    way: Way = "gradient"
    learning_rate: float = 0.005

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("count of numbers", len(self.numbers), at_least=1, at_most=MOST_NUMBERS)
        for value in self.numbers:
            require_number("x", value, at_least=-MOST_NUMBER, at_most=MOST_NUMBER)
        require_number("mean", self.mean, at_least=-MOST_NUMBER, at_most=MOST_NUMBER)
        require_number("sd", self.sd, at_least=1e-6, at_most=MOST_NUMBER)
        require_choice("way", self.way, get_args(Way))
        require_number("learning_rate", self.learning_rate, above=0, at_most=10)


@dataclass(frozen=True, kw_only=True)
class DivergenceConfig:
    """A target, the Gaussian that is to be like it, and draws.

    Attributes:
        pair: two Gaussians on a line (the first component of the target, and N(m, s²)), a mixture
            and N(m, s²), or two Gaussians in the plane.
        target: the components of the mixture; shares of any sum.
        mean: m.
        sd: s.
        direction: which divergence the landscape shows.
        p: the first Gaussian of the plane.
        q: the second.
        num_samples: draws of a sampled divergence.
        seed: of the draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    pair: Pair = "mixture"
    target: tuple[Bump, ...] = ((0.7, -1.5, 0.6), (0.3, 2.0, 0.4))
    mean: float = 0.0
    sd: float = 1.0
    direction: Direction = "reverse"
    p: Plane2 = (0.0, 0.0, 1.0, 1.0, 0.0)
    q: Plane2 = (1.0, 0.5, 0.7, 1.4, 0.5)
    num_samples: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("pair", self.pair, get_args(Pair))
        require_number("number of components", len(self.target), at_least=1, at_most=MOST_BUMPS)
        for weight, mean, sd in self.target:
            require_number("share of a component", weight, at_least=0.01, at_most=1)
            require_number("mean of a component", mean, at_least=-MOST_PLACE, at_most=MOST_PLACE)
            require_number("sd of a component", sd, at_least=LEAST_SD, at_most=MOST_SD)
        require_number("m", self.mean, at_least=-MOST_PLACE, at_most=MOST_PLACE)
        require_number("s", self.sd, at_least=LEAST_SD, at_most=MOST_SD)
        require_choice("direction", self.direction, get_args(Direction))
        for gaussian in (self.p, self.q):
            _require_plane(gaussian)
        require_number("num_samples", self.num_samples, at_least=2, at_most=100_000)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class EMConfig:
    """Data, a mixture to be fitted, and where it starts.

    Attributes:
        data: the numbers of the ruler, penguins, two moons, or points that the visitor drew.
        numbers: of the ruler.
        points: drawn in the plane.
        means: where the visitor put the components; they win over ``start``, if they are K.
        num_components: K.
        start: how the first mixture is found.
        floor: least variance in any direction, as a share of the data's variance; 0: none.
        seed: of data and start.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    data: Data = "two_moons"
    numbers: tuple[float, ...] = HEIGHTS
    points: tuple[tuple[float, float], ...] = ()
    means: tuple[tuple[float, ...], ...] = ()
    num_components: int = 4
    start: Start = "spread"
    floor: float = 1e-6
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("data", self.data, get_args(Data))
        LikelihoodConfig(numbers=self.numbers)
        require_number("number of points", len(self.points), at_most=MOST_POINTS)
        for point in self.points:
            for value in point:
                require_number("point", value, at_least=-MOST_NUMBER, at_most=MOST_NUMBER)
        require_number("number of means", len(self.means), at_most=MOST_COMPONENTS)
        for value in (number for mean in self.means for number in mean):
            require_number("mean", value, at_least=-MOST_NUMBER, at_most=MOST_NUMBER)
        require_number("K", self.num_components, at_least=1, at_most=MOST_COMPONENTS)
        require_choice("start", self.start, get_args(Start))
        require_number("floor", self.floor, at_least=0, at_most=0.1)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class LimitConfig:
    """More and more components.

    Attributes:
        target: what they approximate: a density in the plane, or one held-out digit by the
            decoder of the shipped VAE.
        num_components: K of the plane.
        num_draws: K of the decoder.
        row: of the held-out digits.
        seed: of data, starts and draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    target: Limit = "two_moons"
    num_components: int = 16
    num_draws: int = 1000
    row: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("target", self.target, get_args(Limit))
        require_number("K", self.num_components, at_least=1, at_most=MOST_LIMIT)
        require_number("draws", self.num_draws, at_least=1, at_most=MOST_DRAWS)
        require_number("row", self.row, at_least=0, at_most=999)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class FoundationsConfig:
    """What the page asks.

    Attributes:
        tab: which of its four frames is open.
        likelihood: of the first.
        divergence: of the second.
        em: of the third.
        half_steps: half steps of EM that are shown, E and M in turn.
        limit: of the fourth.
    """

    tab: Tab = "likelihood"
    likelihood: LikelihoodConfig = LikelihoodConfig()
    divergence: DivergenceConfig = DivergenceConfig()
    em: EMConfig = EMConfig()
    half_steps: int = 0
    limit: LimitConfig = LimitConfig()

    def __post_init__(self) -> None:
        """Check every field of its own."""
        require_choice("tab", self.tab, get_args(Tab))
        require_number("half steps", self.half_steps, at_least=0, at_most=2 * MOST_ITERATIONS)
