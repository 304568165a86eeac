"""Targets in the plane: what a flow learns, with their log-density where it is known. Torch-free.

Every target but the visitor's mixture is standardised by the mean and deviation of its
*population* (of the zip codes: of the table), so that the density of what is drawn is known
exactly. Adding a target is one function that makes it and one line in ``TARGETS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.equal_mixtures import EqualMixture, arcs, circle_of
from core.flow import pinwheel, rings
from core.toy import checkerboard, eight_gaussians
from core.toy import pinwheel as draw_pinwheel
from core.toy import rings as draw_rings
from core.validation import require_choice, require_number

Array = NDArray[np.float64]

MOONS_NOISE = 0.06
MAX_CENTRES = 12
MAX_REACH = 3.0
NUM_TRAIN = 20_000
NUM_TEST = 10_000
QUADRATURE_POINTS = 500

Centres = tuple[tuple[float, float], ...]

CENTRES: Centres = ((-1.2, -0.8), (1.3, -0.4), (0.0, 1.3))


@dataclass(frozen=True, kw_only=True)
class TargetConfig:
    """Which target, and how drawn.

    Attributes:
        name: a key of ``TARGETS``.
        seed: of the draws and of the split.
        centres: of the visitor's mixture.
        spread: standard deviation of its components.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    name: str = "two_moons"
    seed: int = 0
    centres: Centres = CENTRES
    spread: float = 0.35

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("target", self.name, TARGETS)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)
        require_number("number of centres", len(self.centres), at_least=1, at_most=MAX_CENTRES)
        for centre in self.centres:
            require_number("number of coordinates", len(centre), at_least=2, at_most=2)
            for value in centre:
                require_number("centre", value, at_least=-MAX_REACH, at_most=MAX_REACH)
        require_number("spread", self.spread, at_least=0.05, at_most=2)


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """A density in the plane.

    Attributes:
        draw: ``(n, generator) -> [n, 2]``.
        reach: practically all of it lies in ``[−reach, reach]²`` (of a bounded one: exactly).
        density: the mixture that it is, where it is one.
        log_density: nats ``[n]`` at points ``[n, 2]``; ``None`` where it is not known.
        entropy: nats; ``None`` where the density is not known.
        how: how the entropy was found.
        units: names of the axes.
    """

    draw: Callable[[int, np.random.Generator], Array]
    reach: float
    log_density: Callable[[ArrayLike], Array] | None = None
    entropy: float | None = None
    how: str = ""
    units: tuple[str, str] = ("x₁ (standardised)", "x₂ (standardised)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Training and held-out points, float64, read-only: ``[N, 2]`` and ``[N', 2]``."""

    x_train: Array
    x_test: Array


@lru_cache(maxsize=16)
def target(config: TargetConfig) -> Target:
    """The target that ``config`` describes."""
    return TARGETS[config.name](config)


@lru_cache(maxsize=8)
def draws(config: TargetConfig) -> Draws:
    """Seeded training and held-out points of the target, the rows of a table shuffled once."""
    generator = np.random.default_rng(config.seed)
    x = target(config).draw(NUM_TRAIN + NUM_TEST, generator)
    x = x[generator.permutation(len(x))]
    x.flags.writeable = False
    held_out = min(NUM_TEST, len(x) // 3)
    return Draws(x_train=x[held_out:], x_test=x[:held_out])


def quadrature_entropy(mixture: EqualMixture, reach: float) -> float:
    """``−∫ p log p`` of a mixture by the trapezoidal rule on ``[−reach, reach]²``, nats.

    The rule converges faster than any power for a smooth density that vanishes at the edges.
    """
    axis = np.linspace(-reach, reach, QUADRATURE_POINTS)
    p = mixture.grid_density(axis, axis)
    cell = (axis[1] - axis[0]) ** 2
    return float(-(p * np.log(np.maximum(p, 1e-300))).sum() * cell)


def _of_mixture(
    mixture: EqualMixture,
    draw: Callable[[int, np.random.Generator], Array],
    reach: float,
    units: tuple[str, str] = ("x₁ (standardised)", "x₂ (standardised)"),
) -> Target:
    return Target(
        draw=draw,
        reach=reach,
        log_density=mixture.log_density,
        entropy=quadrature_entropy(mixture, 1.6 * reach),
        how="quadrature",
        units=units,
    )


def _two_moons(_: TargetConfig) -> Target:
    mixture = arcs(MOONS_NOISE)
    mean, scale = mixture.moments()

    def draw(n: int, generator: np.random.Generator) -> Array:
        t = generator.uniform(0.0, np.pi, n)
        upper = np.stack([np.cos(t), np.sin(t)], axis=1)
        x = np.where(generator.random(n)[:, None] < 0.5, upper, [1.0, 0.5] - upper)
        return (x + MOONS_NOISE * generator.standard_normal((n, 2)) - mean) / scale

    return _of_mixture(mixture.standardised(mean, scale), draw, 2.4)


def _eight_gaussians(_: TargetConfig) -> Target:
    mixture = circle_of(8, 4.0, 0.5)
    scale = mixture.moments()[1]
    return _of_mixture(
        mixture.standardised(np.zeros(2), scale),
        lambda n, generator: eight_gaussians(n, generator)[0] / scale,
        2.4,
    )


def _mixture(config: TargetConfig) -> Target:
    centres = np.array(config.centres, dtype=np.float64)
    count = len(centres)
    mixture = EqualMixture(
        centres=centres, weights=np.full(count, 1 / count), deviation=np.full(2, config.spread)
    )

    def draw(n: int, generator: np.random.Generator) -> Array:
        chosen = centres[generator.integers(count, size=n)]
        return chosen + config.spread * generator.standard_normal((n, 2))

    reach = float(np.abs(centres).max()) + 5 * config.spread
    return _of_mixture(mixture, draw, reach, ("x₁", "x₂"))


def _rings(_: TargetConfig) -> Target:
    return Target(
        draw=lambda n, generator: draw_rings(n, generator)[0] / rings.SCALE,
        reach=3.5 / rings.SCALE,
        log_density=rings.log_density,
        entropy=rings.entropy(),
        how="quadrature over the radius",
    )


def _pinwheel(_: TargetConfig) -> Target:
    return Target(
        draw=lambda n, generator: draw_pinwheel(n, generator)[0] / pinwheel.SCALE,
        reach=3.6,
        log_density=pinwheel.log_density,
        entropy=pinwheel.entropy(),
        how="quadrature along and across an arm",
    )


def _checkerboard(_: TargetConfig) -> Target:
    """Uniform on eight unit cells of ``[−2, 2]²``, hence entropy ``log 8 − 2 log scale``."""
    scale = 4.0 / np.sqrt(12.0)

    def log_density(x: ArrayLike) -> Array:
        raw = np.asarray(x, dtype=np.float64) * scale
        cell = np.floor(np.clip(raw, -2.0, 2.0)).astype(int)
        inside = (np.abs(raw) <= 2.0).all(1) & ((cell[:, 0] + cell[:, 1]) % 2 == 0)
        return np.where(inside, 2 * np.log(scale) - np.log(8.0), -np.inf)

    return Target(
        draw=lambda n, generator: checkerboard(n, generator)[0] / scale,
        reach=2.0 / scale,
        log_density=log_density,
        entropy=float(np.log(8.0) - 2 * np.log(scale)),
        how="exact",
    )


def _zip_codes(_: TargetConfig) -> Target:
    path = Path(__file__).resolve().parent.parent / "data" / "us_zipcodes.npz"
    with np.load(path, allow_pickle=False) as archive:
        raw = archive["x"].astype(np.float64)
    table = (raw - raw.mean(0)) / raw.std(0)
    return Target(
        draw=lambda n, generator: table[generator.permutation(len(table))[:n]],
        reach=float(np.abs(table).max()) * 1.02,
        units=("longitude (standardised)", "latitude (standardised)"),
    )


TARGETS: dict[str, Callable[[TargetConfig], Target]] = {
    "two_moons": _two_moons,
    "eight_gaussians": _eight_gaussians,
    "rings": _rings,
    "pinwheel": _pinwheel,
    "checkerboard": _checkerboard,
    "mixture": _mixture,
    "zip_codes": _zip_codes,
}
"""What makes every target, by name, in the order of the menu."""
