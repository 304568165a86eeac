"""What a user can choose about a hierarchical VAE: torch-free, frozen, validated.

``HierarchyConfig`` is fixed for the life of a run; ``HierarchyControls`` may change between any
two steps. The model is ``p(x|z1) p(z1|z2) p(z2)`` with ``p(z2) = N(0, I)`` (SUT-DL4 Q2).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from core.dataset import DATASETS, DatasetConfig
from core.validation import require_choice, require_number

Network = Literal["mlp", "linear"]
Link = Literal["mlp", "linear"]
LinkVariance = Literal["learned", "unit"]
Inference = Literal["bottom-up", "top-down"]
Start = Literal["ordinary", "small"]
Warming = Literal["none", "both", "top"]

LINK_LOG_VARIANCE_FLOOR = -7.0
"""Lowest learned log-variance of ``p(z1|z2)``: a link that memorises would make it smaller."""

START_SCALES = {"ordinary": 1.0, "small": 0.05}
"""What the last layers of ``p(z1|z2)`` and of the upper encoder start with, by that factor."""

EVALUATION_ROWS = 500
"""Rows of each split on which the curves are computed: the first ones, always the same."""

MAX_LATENT_DIM = 8
MAX_TOP_DIM = 4
MAX_WIDTH = 512


@dataclass(frozen=True, kw_only=True)
class HierarchyConfig:
    """The experiment: changing any of these starts a new run.

    Attributes:
        dataset: which data, and how drawn.
        network: perceptrons, or everything linear with constant variances (a closed form).
        latent_dim: L1, dimensions of z1.
        top_dim: L2, dimensions of z2.
        width: of the hidden layer between x and z1.
        top_width: of the hidden layers between z1 and z2.
        link: how the mean of ``p(z1|z2)`` depends on z2.
        link_variance: of ``p(z1|z2)``: learned, or 1.
        inference: ``q(z1|x) q(z2|z1)`` as in the homework, or ``q(z2|x) q(z1|z2, x)``, where
            q(z1|z2, x) is the product of what x says and ``p(z1|z2)`` (Sønderby et al. 2016).
        skip: whether the decoder sees z2, too.
        start: ordinary weights, or small last layers around z2: it starts asleep.
        batch_size: B.
        seed: of initial weights, batches and noise.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    lesson: ClassVar[str] = "hierarchy"
    first_run: ClassVar[str] = "core.hierarchy.initial:new_run"
    trainer: ClassVar[str] = "core.hierarchy.training:HierarchyTrainer"

    dataset: DatasetConfig = field(default_factory=lambda: DatasetConfig(name="digits"))
    network: Network = "mlp"
    latent_dim: int = 2
    top_dim: int = 1
    width: int = 64
    top_width: int = 32
    link: Link = "mlp"
    link_variance: LinkVariance = "learned"
    inference: Inference = "bottom-up"
    skip: bool = False
    start: Start = "ordinary"
    batch_size: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("network", self.network, get_args(Network))
        require_choice("link", self.link, get_args(Link))
        require_choice("link_variance", self.link_variance, get_args(LinkVariance))
        require_choice("inference", self.inference, get_args(Inference))
        require_choice("start", self.start, get_args(Start))
        require_number("latent_dim", self.latent_dim, at_least=1, at_most=MAX_LATENT_DIM)
        require_number("top_dim", self.top_dim, at_least=1, at_most=MAX_TOP_DIM)
        require_number("width", self.width, at_least=1, at_most=MAX_WIDTH)
        require_number("top_width", self.top_width, at_least=1, at_most=MAX_WIDTH)
        require_number("batch_size", self.batch_size, at_least=1, at_most=4096)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)
        if self.network == "linear" and self.link != "linear":
            raise ValueError("`link` must be 'linear' when `network` is 'linear', got 'mlp'")
        if self.network == "linear" and self.inference != "bottom-up":
            raise ValueError(
                "`inference` must be 'bottom-up' when `network` is 'linear', got 'top-down'"
            )

    @property
    def is_linear(self) -> bool:
        """Whether every map is: the model then has a closed form."""
        return self.network == "linear"

    @property
    def is_image(self) -> bool:
        """Whether x is an image, with values in [0, 1]."""
        return DATASETS[self.dataset.name].kind == "image"

    @property
    def has_evidence(self) -> bool:
        """Whether ``log p(x)`` is known exactly: all linear, or p(z1) of a plane and no skip."""
        return self.is_linear or (max(self.latent_dim, self.top_dim) <= 2 and not self.skip)

    @property
    def sees_x(self) -> bool:
        """Whether z2 is inferred from x itself."""
        return self.inference == "top-down"


@dataclass(frozen=True, kw_only=True)
class HierarchyControls:
    """What may change while training.

    The objective is ``T1 − β (T2 + β2 T3)``: β2 is the price of z2 relative to that of z1.

    Attributes:
        kl_weight: β, of both levels.
        top_price: β2; below 1, held constant, a linear model has no maximum.
        warming: what is warmed up: nothing, both levels (β) or only the upper one (β2).
        warmup_steps: until the weight is reached, in steps.
        free_bits: nats of every unit of z1 that are paid whether it says them or not.
        top_free_bits: the same for every unit of z2.
        decoder_variance: σ².
        learning_rate: of Adam.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    kl_weight: float = 1.0
    top_price: float = 1.0
    warming: Warming = "none"
    warmup_steps: int = 1000
    free_bits: float = 0.0
    top_free_bits: float = 0.0
    decoder_variance: float = 0.05
    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("kl_weight", self.kl_weight, at_least=0, at_most=1e6)
        require_number("top_price", self.top_price, at_least=0.5, at_most=1e3)
        require_choice("warming", self.warming, get_args(Warming))
        require_number("warmup_steps", self.warmup_steps, at_least=1, at_most=10**7)
        require_number("free_bits", self.free_bits, at_least=0, at_most=1e3)
        require_number("top_free_bits", self.top_free_bits, at_least=0, at_most=1e3)
        require_number("decoder_variance", self.decoder_variance, above=0, at_most=1e6)
        require_number("learning_rate", self.learning_rate, above=0, at_most=1e3)

    def weights_at(self, step: int) -> tuple[float, float]:
        """What a nat of z1 and a nat of z2 cost at ``step``: β and β·β2, as far as warmed up."""
        share = min(1.0, step / self.warmup_steps)
        both = share if self.warming == "both" else 1.0
        top = share if self.warming == "top" else 1.0
        return self.kl_weight * both, self.kl_weight * both * self.top_price * top
