"""Two mixtures of Gaussians on a line, the data's and the model's: frozen, validated."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.mixtures import Mixture
from core.validation import require_number

Component = tuple[float, float, float]
"""Weight, centre and standard deviation."""

MOST_COMPONENTS = 4
LEAST_WEIGHT = 0.02
MOST_CENTRE = 6.0
LEAST_SD, MOST_SD = 0.1, 3.0


@dataclass(frozen=True)
class Sides:
    """Both densities without the bounds of the page: what the formulas are about.

    Attributes:
        data: components of p_d; weights of any positive sum.
        model: components of p_g.
    """

    data: tuple[Component, ...]
    model: tuple[Component, ...]

    @cached_property
    def mixtures(self) -> tuple[Mixture, Mixture]:
        """p_d and p_g, weights normalised, one dimension."""
        return _mixture(self.data), _mixture(self.model)

    def moved(self, theta: float) -> "Sides":
        """With p_g moved to the right by θ."""
        return replace(self, model=tuple((w, c + theta, s) for w, c, s in self.model))


@dataclass(frozen=True, kw_only=True)
class PairConfig:
    """Two mixtures as they can be chosen on the page.

    Attributes:
        data: components of p_d: weight (normalised by ``mixtures``), centre, deviation.
        model: components of p_g.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    data: tuple[Component, ...]
    model: tuple[Component, ...]

    def __post_init__(self) -> None:
        """Check every field."""
        for side, components in (("data", self.data), ("model", self.model)):
            count = len(components)
            require_number(f"components of {side}", count, at_least=1, at_most=MOST_COMPONENTS)
            for component in components:
                _require_component(side, component)

    @property
    def sides(self) -> Sides:
        """Both densities, for the formulas."""
        return Sides(self.data, self.model)

    def mixtures(self) -> tuple[Mixture, Mixture]:
        """p_d and p_g, weights normalised, one dimension."""
        return self.sides.mixtures


def _require_component(side: str, component: Component) -> None:
    weight, centre, sd = component
    require_number(f"weight of {side}", weight, at_least=LEAST_WEIGHT, at_most=1)
    require_number(f"centre of {side}", centre, at_least=-MOST_CENTRE, at_most=MOST_CENTRE)
    require_number(f"deviation of {side}", sd, at_least=LEAST_SD, at_most=MOST_SD)


def _mixture(components: tuple[Component, ...]) -> Mixture:
    weights, centres, deviations = np.array(components, dtype=np.float64).T
    return Mixture(
        weights=weights / weights.sum(),
        means=centres[:, None],
        covariances=np.square(deviations)[:, None, None],
    )


_TWO_MODES = ((0.5, -2.0, 0.5), (0.5, 2.0, 0.5))

PAIRS: dict[str, PairConfig] = {
    "A": PairConfig(data=_TWO_MODES, model=((1.0, 0.0, 1.0),)),
    "B": PairConfig(data=_TWO_MODES, model=((1.0, 2.0, 0.5),)),
    "C": PairConfig(
        data=((0.3, -1.5, 0.4), (0.7, 1.0, 0.8)), model=((0.6, 0.0, 1.0), (0.4, 2.5, 0.3))
    ),
    "equal": PairConfig(data=_TWO_MODES, model=_TWO_MODES),
    "far": PairConfig(data=((1.0, -4.0, 1.0),), model=((1.0, 4.0, 1.0),)),
}
"""Two modes against one wide; a mode dropped; two against two; equal; eight deviations apart."""
