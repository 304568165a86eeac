"""What a user can choose about a VAE: torch-free, frozen, validated.

``VAEConfig`` is fixed for the life of a run; ``VAEControls`` may change between any two steps.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from core.dataset import DatasetConfig
from core.validation import require_choice, require_number

Network = Literal["mlp", "linear"]
Mode = Literal["vae", "autoencoder"]
Activation = Literal["relu", "tanh", "silu"]
Output = Literal["identity", "sigmoid"]
VarianceMode = Literal["fixed", "optimal", "learned", "heteroscedastic"]
Prior = Literal["standard", "learned"]
Optimizer = Literal["adam", "sgd"]
Schedule = Literal["constant", "linear", "cyclical"]

LOG_VARIANCE_FLOOR = -7.0
"""Lowest log σ² of the optimal, learned and heteroscedastic modes: σ ≈ 0.03, or 8 grey levels."""

EVALUATION_ROWS = 500
"""Rows of each split on which the curves are computed: the first ones, always the same."""

MAX_LATENT_DIM = 32
MAX_LATTICE_DIM = 2
"""Latent dimensions up to which log p(x) of any decoder is integrated over the latent space."""

MAX_HIDDEN_LAYERS = 3
MAX_HIDDEN_WIDTH = 512
MAX_SAMPLES = 64


@dataclass(frozen=True, kw_only=True)
class VAEConfig:
    """The experiment: changing any of these starts a new run.

    Attributes:
        dataset: which data, and how drawn.
        network: multilayer perceptron, or linear encoder and decoder (probabilistic PCA; the
            encoder's log-variance is then one vector that does not depend on x).
        mode: variational, or plain autoencoder (``z = mean``, no sampling, no KL).
        latent_dim: L.
        hidden_features: widths of the encoder's hidden layers; the decoder mirrors them.
        activation: nonlinearity of the hidden layers.
        output: what turns the decoder's last layer into ``x_hat``.
        variance: how the decoder variance σ² is set.
        prior: ``N(0, I)``, or ``N(μ_z, σ_z² I)`` with μ_z and σ_z learned.
        optimizer: Adam, or plain gradient descent.
        batch_size: B.
        seed: of initial weights, batches and noise.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "vae"
    first_run: ClassVar[str] = "core.vae.initial:new_run"
    trainer: ClassVar[str] = "core.vae.training:VAETrainer"

    dataset: DatasetConfig = field(default_factory=DatasetConfig)
    network: Network = "mlp"
    mode: Mode = "vae"
    latent_dim: int = 2
    hidden_features: tuple[int, ...] = (256,)
    activation: Activation = "relu"
    output: Output = "sigmoid"
    variance: VarianceMode = "fixed"
    prior: Prior = "standard"
    optimizer: Optimizer = "adam"
    batch_size: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("network", self.network, get_args(Network))
        require_choice("mode", self.mode, get_args(Mode))
        require_choice("activation", self.activation, get_args(Activation))
        require_choice("output", self.output, get_args(Output))
        require_choice("variance", self.variance, get_args(VarianceMode))
        require_choice("prior", self.prior, get_args(Prior))
        require_choice("optimizer", self.optimizer, get_args(Optimizer))
        require_number("latent_dim", self.latent_dim, at_least=1, at_most=MAX_LATENT_DIM)
        require_number("hidden layers", len(self.hidden_features), at_most=MAX_HIDDEN_LAYERS)
        for width in self.hidden_features:
            require_number("hidden_features", width, at_least=1, at_most=MAX_HIDDEN_WIDTH)
        require_number("batch_size", self.batch_size, at_least=1, at_most=4096)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)
        if self.network == "linear" and self.output != "identity":
            raise ValueError(
                "`output` must be 'identity' when `network` is 'linear', got 'sigmoid'"
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """Hidden widths in use: none in a linear network."""
        return () if self.network == "linear" else self.hidden_features

    @property
    def is_variational(self) -> bool:
        """Whether z is sampled and a KL is paid."""
        return self.mode == "vae"

    @property
    def has_closed_form(self) -> bool:
        """Whether log p(x) has one: a linear decoder with one σ² (IT5410)."""
        is_plain = self.network == "linear" and self.variance != "heteroscedastic"
        return self.is_variational and is_plain

    @property
    def fits_lattice(self) -> bool:
        """Whether log p(x) can be integrated, whatever the decoder; an autoencoder has none."""
        return self.is_variational and self.latent_dim <= MAX_LATTICE_DIM

    @property
    def has_exact_evidence(self) -> bool:
        """Whether log p(x) is known, in one way or the other."""
        return self.has_closed_form or self.fits_lattice


@dataclass(frozen=True, kw_only=True)
class VAEControls:
    """What may change while training.

    Attributes:
        kl_weight: β.
        decoder_variance: σ², used where the variance mode is "fixed".
        learning_rate: of the optimiser.
        num_samples: M, Monte Carlo samples per datum.
        schedule: how β is reached: at once, linearly over ``warmup_steps``, or in cycles of
            ``warmup_steps`` whose first half rises linearly (Fu et al. 2019).
        warmup_steps: length of the warm-up or of a cycle, in steps.
        free_bits: λ_fb, nats per latent dimension below which the KL is not paid.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    kl_weight: float = 1.0
    decoder_variance: float = 0.05
    learning_rate: float = 2e-3
    num_samples: int = 1
    schedule: Schedule = "constant"
    warmup_steps: int = 1000
    free_bits: float = 0.0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("schedule", self.schedule, get_args(Schedule))
        require_number("kl_weight", self.kl_weight, at_least=0, at_most=1e6)
        require_number("decoder_variance", self.decoder_variance, above=0, at_most=1e6)
        require_number("learning_rate", self.learning_rate, above=0, at_most=1e3)
        require_number("num_samples", self.num_samples, at_least=1, at_most=MAX_SAMPLES)
        require_number("warmup_steps", self.warmup_steps, at_least=1, at_most=10**7)
        require_number("free_bits", self.free_bits, at_least=0, at_most=1e3)

    def kl_weight_at(self, step: int) -> float:
        """The β in force at ``step`` under the schedule."""
        if self.schedule == "constant":
            return self.kl_weight
        if self.schedule == "linear":
            return self.kl_weight * min(1.0, step / self.warmup_steps)
        phase = (step % self.warmup_steps) / self.warmup_steps
        return self.kl_weight * min(1.0, 2.0 * phase)

    @property
    def effective_weight(self) -> float:
        """βσ², the one knob that the optimum depends on when σ² is fixed (PIMA-7)."""
        return self.kl_weight * self.decoder_variance
