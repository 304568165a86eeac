"""What a user can choose about an autoregressive flow: torch-free, frozen, validated.

``FlowConfig`` is fixed for the life of a run; ``FlowControls`` may change between any two steps.
"""

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from core.flow.targets import TargetConfig
from core.validation import require_choice, require_number

Base = Literal["normal", "uniform"]
Transformer = Literal["additive", "affine", "spline", "wave"]
Conditioner = Literal["none", "cumulative_sum", "linear", "made"]
Between = Literal["flip", "permute", "none"]
Start = Literal["random", "hand"]

VALID_PAIRS: dict[Transformer, tuple[Conditioner, ...]] = {
    "additive": ("none", "cumulative_sum", "linear", "made"),
    "affine": ("none", "linear", "made"),
    "spline": ("none", "linear", "made"),
    "wave": ("none",),
}
"""Which conditioners give a transformer what it takes.

The cumulative sum is one number per dimension, which only a shift can use. The wave
``z + a sin(bz)`` takes no parameters; it folds for ``ab > 1``, where it has no inverse.
"""

EVALUATION_ROWS = 2000
"""Points of each split on which the curves are computed: the first ones, always the same."""

LOG_SCALE_BOUND = math.log(1e3)
"""The log-scale of an affine layer stays within ± this: a stray step cannot overflow."""

MAX_LOG_SCALE = 6.0
"""By hand: what an affine layer can still be given, see ``LOG_SCALE_BOUND``."""

MAX_DATA_DIM = 256
MAX_LAYERS = 8
MAX_HIDDEN_LAYERS = 3
MAX_HIDDEN_WIDTH = 256
MAX_BINS = 32


@dataclass(frozen=True, kw_only=True)
class LayerConfig:
    """One layer: which τ, and what gives it its parameters.

    Raises:
        ValueError: naming the field and the choices, or the pair that makes no sense.
    """

    transformer: Transformer = "spline"
    conditioner: Conditioner = "made"

    def __post_init__(self) -> None:
        """Check both fields, and that they fit."""
        require_choice("transformer", self.transformer, get_args(Transformer))
        require_choice("conditioner", self.conditioner, VALID_PAIRS[self.transformer])


@dataclass(frozen=True, kw_only=True)
class FlowConfig:
    """The experiment: changing any of these starts a new run.

    Attributes:
        target: the density to learn.
        data_dim: D; training needs the D = 2 of the targets.
        base: standard normal on R^D, or uniform on ``[0, 1]^D``.
        layers: the layers in order, base first.
        conditioned_on: whether ``h_i`` is computed from z or from x (MAF).
        between: what happens to the order of dimensions between two layers.
        hidden_features: widths of the masked networks' hidden layers.
        bins: of the spline.
        bound: the spline bends ``[−bound, bound]`` (``[0, 1]`` on the uniform base).
        amplitude: a of the wave ``z + a sin(bz)``.
        frequency: b of the wave.
        start: random weights, or parameters set by hand.
        log_scale: by hand, of every dimension (of a spline: how strongly it bends).
        shift: by hand, of every dimension.
        coupling: by hand, how much of ``z_j``, j < i, is added to the parameters of dimension i.
        batch_size: B.
        seed: of initial weights, permutations and batches.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "flow"
    first_run: ClassVar[str] = "core.flow.initial:new_run"
    trainer: ClassVar[str] = "core.flow.training:FlowTrainer"

    target: TargetConfig = field(default_factory=TargetConfig)
    data_dim: int = 2
    base: Base = "normal"
    layers: tuple[LayerConfig, ...] = (LayerConfig(),) * 3
    conditioned_on: Literal["z", "x"] = "x"
    between: Between = "flip"
    hidden_features: tuple[int, ...] = (64, 64)
    bins: int = 8
    bound: float = 5.0
    amplitude: float = 0.5
    frequency: float = 1.0
    start: Start = "random"
    log_scale: float = 0.0
    shift: float = 0.0
    coupling: float = 0.0
    batch_size: int = 512
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("base", self.base, get_args(Base))
        require_choice("conditioned_on", self.conditioned_on, ("z", "x"))
        require_choice("between", self.between, get_args(Between))
        require_choice("start", self.start, get_args(Start))
        require_number("data_dim", self.data_dim, at_least=1, at_most=MAX_DATA_DIM)
        require_number("number of layers", len(self.layers), at_least=1, at_most=MAX_LAYERS)
        require_number("hidden layers", len(self.hidden_features), at_most=MAX_HIDDEN_LAYERS)
        for width in self.hidden_features:
            require_number("hidden_features", width, at_least=1, at_most=MAX_HIDDEN_WIDTH)
        require_number("bins", self.bins, at_least=2, at_most=MAX_BINS)
        require_number("bound", self.bound, above=0, at_most=100)
        require_number("amplitude", self.amplitude, at_least=0, at_most=100)
        require_number("frequency", self.frequency, above=0, at_most=100)
        require_number("log_scale", self.log_scale, at_least=-MAX_LOG_SCALE, at_most=MAX_LOG_SCALE)
        for name in ("shift", "coupling"):
            require_number(name, getattr(self, name), at_least=-10, at_most=10)
        require_number("batch_size", self.batch_size, at_least=1, at_most=4096)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the spline bends; it is the identity outside."""
        return (0.0, 1.0) if self.base == "uniform" else (-self.bound, self.bound)

    @property
    def is_invertible(self) -> bool:
        """Whether every layer is strictly monotone in its own dimension: no wave folds.

        At ``ab = 1`` the wave is flat in single points and still one to one; a density is infinite
        there. What says yes is inverted: ``test_a_wave_is_refused_only_where_it_folds``.
        """
        return not self._has_wave or self.amplitude * self.frequency <= 1.0

    @property
    def _has_wave(self) -> bool:
        return any(layer.transformer == "wave" for layer in self.layers)

    def why_not_trained(self) -> str:
        """Why maximum likelihood cannot train this flow, in one sentence; empty if it can."""
        steepness = self.amplitude * self.frequency
        if not self.is_invertible:
            return (
                f"`transformer` 'wave' folds, since ab = {steepness:g} is above 1: it has no "
                "inverse and so no likelihood"
            )
        if all(layer.transformer == "wave" for layer in self.layers):
            return "`transformer` 'wave' has no parameters: there is nothing to train"
        if self._has_wave and steepness == 1.0:
            return "`transformer` 'wave' is flat in places at ab = 1: densities are infinite there"
        if self.data_dim != 2:
            return f"`data_dim` must be 2 to train: targets lie in the plane, got {self.data_dim}"
        if self.base == "uniform" and any(lay.transformer != "spline" for lay in self.layers):
            return (
                "`transformer` must be 'spline' in every layer to train on a uniform `base`: only "
                "the spline maps [0, 1] onto itself, any other moves the support"
            )
        return ""


@dataclass(frozen=True, kw_only=True)
class FlowControls:
    """What may change while training.

    Attributes:
        learning_rate: of Adam.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        """Check the field."""
        require_number("learning_rate", self.learning_rate, above=0, at_most=1e3)
