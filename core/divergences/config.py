"""What a user can choose about a critic, a GAN and a judge: torch-free, frozen, validated.

A *critic* is a discriminator D trained alone on two densities of the line; a *judge* is one
trained alone on a GAN whose generator is frozen. D tells data (high) from model (low): its risk is
``R(D) = ½ E_d ℓ(D) + ½ E_g ℓ(−D)`` (SUT-DL4 Q3).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from core.divergences.losses import LOSSES, LossKey
from core.divergences.pair import PAIRS, PairConfig
from core.divergences.targets import TARGETS
from core.network_shape import Activation, NetworkShape, initial_parameters
from core.validation import require_choice, require_number

Source = Literal["fresh", "fixed"]
Leash = Literal["none", "bounded", "lipschitz"]
GanLoss = Literal["logistic", "squared", "hinge"]
GeneratorLoss = Literal["minimax", "non_saturating"]

BETA1S = (0.0, 0.5, 0.9)
"""Of Adam, in a GAN: how much of the last gradients is remembered."""

LATENT_DIM = 2
"""Of the GAN's z."""

MAX_FOURIER = 5
MAX_HIDDEN_LAYERS = 3
MAX_WIDTH = 256
MAX_BATCH_SIZE = 4096

Hidden = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CriticConfig:
    """One discriminator on the line: changing any of these starts a new run.

    Attributes:
        loss: ℓ, a key of ``LOSSES``.
        pair: the two densities.
        source: fresh draws at every step, or always the same points.
        points: of a side, where they are always the same.
        hidden: widths of D's hidden layers.
        fourier: frequencies that D sees of x.
        leash: what keeps D of the Wasserstein loss in bounds, which has no minimum otherwise:
            ``bounded`` |D| < 1 by a tanh, in which it saturates and stays above its infimum,
            ``lipschitz`` a penalty on slopes above 1, or nothing. The other losses need none
            and are not touched by it.
        batch_size: B, draws of a side at a step.
        decay_steps: over which the learning rate falls to its floor.
        seed: of weights, points and draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "divergences"
    first_run: ClassVar[str] = "core.divergences.initial:new_critic"
    trainer: ClassVar[str] = "core.divergences.critic_training:CriticTrainer"

    loss: LossKey = "logistic"
    pair: PairConfig = field(default_factory=lambda: PAIRS["C"])
    source: Source = "fresh"
    points: int = 50
    hidden: Hidden = (64, 64)
    fourier: int = 0
    leash: Leash = "lipschitz"
    batch_size: int = 512
    decay_steps: int = 4000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("loss", self.loss, LOSSES)
        require_choice("source", self.source, get_args(Source))
        require_number("points", self.points, at_least=10, at_most=2000)
        require_choice("leash", self.leash, get_args(Leash))
        _require_network(self.hidden, self.fourier)
        _require_draws(self.batch_size, self.seed)
        require_number("decay_steps", self.decay_steps, at_least=1, at_most=10**6)

    @property
    def critic_shape(self) -> NetworkShape:
        """Of D."""
        return NetworkShape(inputs=1, outputs=1, hidden=self.hidden, fourier=self.fourier)

    @property
    def leash_in_force(self) -> Leash:
        """The leash where the loss needs one, else none."""
        return self.leash if self.loss == "wasserstein" else "none"


@dataclass(frozen=True, kw_only=True)
class CriticControls:
    """What may change while a critic trains.

    Attributes:
        learning_rate: of Adam at step 0; it falls from there (``CriticConfig.decay_steps``).

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("learning_rate", self.learning_rate, above=0, at_most=10)


@dataclass(frozen=True, kw_only=True)
class GanConfig:
    """A GAN of the plane, ``x = G(z) + h ε``: changing any of these starts a new run.

    Attributes:
        target: a key of ``TARGETS``.
        loss: ℓ of the discriminator.
        generator_loss: G maximises D's risk, or minimises ``E ℓ(D(x))`` (Goodfellow 2014).
        noise: h, of the known noise that makes the density of G exact.
        hidden: widths of the hidden layers, of G and of D alike.
        fourier: frequencies that D sees of x; G sees z alone.
        activation: of both.
        batch_size: B, draws of a side at a step.
        seed: of weights, draws and noise.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "divergences"
    first_run: ClassVar[str] = "core.divergences.initial:new_gan"
    trainer: ClassVar[str] = "core.divergences.gan_training:GanTrainer"

    target: str = "ring"
    loss: GanLoss = "logistic"
    generator_loss: GeneratorLoss = "non_saturating"
    noise: float = 0.05
    hidden: Hidden = (64, 64)
    fourier: int = 0
    activation: Activation = "silu"
    batch_size: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("target", self.target, TARGETS)
        require_choice("loss", self.loss, get_args(GanLoss))
        require_choice("generator_loss", self.generator_loss, get_args(GeneratorLoss))
        require_number("noise", self.noise, at_least=0.05, at_most=0.3)
        _require_network(self.hidden, self.fourier)
        require_choice("activation", self.activation, get_args(Activation))
        _require_draws(self.batch_size, self.seed)

    @property
    def generator_shape(self) -> NetworkShape:
        """Of G: its parameters stand first in a run's."""
        return NetworkShape(
            inputs=LATENT_DIM, outputs=2, hidden=self.hidden, activation=self.activation
        )

    @property
    def critic_shape(self) -> NetworkShape:
        """Of D: its parameters follow those of G."""
        return NetworkShape(
            inputs=2,
            outputs=1,
            hidden=self.hidden,
            activation=self.activation,
            fourier=self.fourier,
        )


@dataclass(frozen=True, kw_only=True)
class GanControls:
    """What may change while a GAN trains.

    Attributes:
        critic_rate: learning rate of D.
        generator_rate: learning rate of G.
        beta1: of Adam, for both; a change starts its moments anew.
        critic_steps: k_D, steps of D before each step of G.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    critic_rate: float = 1e-3
    generator_rate: float = 1e-3
    beta1: float = 0.5
    critic_steps: int = 1

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("critic_rate", self.critic_rate, above=0, at_most=10)
        require_number("generator_rate", self.generator_rate, above=0, at_most=10)
        if self.beta1 not in BETA1S:
            raise ValueError(f"`beta1` must be one of {BETA1S}, got {self.beta1}")
        require_number("critic_steps", self.critic_steps, at_least=1, at_most=5)


def untrained(config: GanConfig) -> bytes:
    """G's parameters before any step, as a judge takes them."""
    return initial_parameters(config.generator_shape, config.seed).tobytes()


@dataclass(frozen=True, kw_only=True)
class JudgeConfig:
    """A discriminator trained alone on a GAN whose generator is frozen.

    Attributes:
        gan: where G comes from.
        generator: G's parameters, float32, as bytes: the configuration is a value, and a key.
        step: of the GAN's run at which G was frozen.
        hidden: widths of the judge's hidden layers.
        fourier: frequencies that it sees of x.
        loss: ℓ.
        batch_size: B, draws of a side at a step.
        decay_steps: over which the learning rate falls to its floor.
        seed: of weights and draws.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "divergences"
    first_run: ClassVar[str] = "core.divergences.initial:new_judge"
    trainer: ClassVar[str] = "core.divergences.judge_training:JudgeTrainer"

    gan: GanConfig = field(default_factory=GanConfig)
    generator: bytes = field(repr=False, default_factory=lambda: untrained(GanConfig()))
    step: int = 0
    hidden: Hidden = (64, 64)
    fourier: int = 5
    loss: GanLoss = "logistic"
    batch_size: int = 512
    decay_steps: int = 4000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        needed = 4 * self.gan.generator_shape.num_parameters
        if len(self.generator) != needed:
            raise ValueError(f"`generator` must be {needed} bytes, got {len(self.generator)}")
        require_number("step", self.step, at_least=0)
        _require_network(self.hidden, self.fourier)
        require_choice("loss", self.loss, get_args(GanLoss))
        _require_draws(self.batch_size, self.seed)
        require_number("decay_steps", self.decay_steps, at_least=1, at_most=10**6)

    @property
    def critic_shape(self) -> NetworkShape:
        """Of the judge."""
        return NetworkShape(inputs=2, outputs=1, hidden=self.hidden, fourier=self.fourier)


@dataclass(frozen=True, kw_only=True)
class JudgeControls(CriticControls):
    """What may change while a judge trains: the same, over ``JudgeConfig.decay_steps``."""


def _require_network(hidden: Hidden, fourier: int) -> None:
    require_number("hidden layers", len(hidden), at_least=1, at_most=MAX_HIDDEN_LAYERS)
    for width in hidden:
        require_number("hidden", width, at_least=1, at_most=MAX_WIDTH)
    require_number("fourier", fourier, at_least=0, at_most=MAX_FOURIER)


def _require_draws(batch_size: int, seed: int) -> None:
    require_number("batch_size", batch_size, at_least=1, at_most=MAX_BATCH_SIZE)
    require_number("seed", seed, at_least=0, at_most=2**31 - 1)
