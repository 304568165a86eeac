"""Which VAE a question is about, as one value that travels to workers. Torch-free.

SUT-DL4 Q1: its prior may be replaced by a learned ``N(μ_z, σ_z² I)``; decoder and encoder are held
fixed, and log p(x), the posterior and every fit are then those of the new model.
"""

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from core.evidence.prior import IsotropicPrior
from core.vae.config import VAEConfig, VAEControls

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A variational VAE with L ≤ 2; what else is refused where its evidence is asked for.

    Attributes:
        parameters: shape ``[P]``.
        config: the experiment.
        controls: what holds now: σ², where it is fixed.
        prior: in place of the model's own; ``None`` leaves that.

    Raises:
        ValueError: for a prior of another dimension than z.
    """

    parameters: Array
    config: VAEConfig
    controls: VAEControls
    prior: IsotropicPrior | None = None

    def __post_init__(self) -> None:
        """Check the prior against the configuration."""
        if self.prior is not None and len(self.prior.mean) != self.config.latent_dim:
            raise ValueError(
                f"`prior` must have as many dimensions as z, {self.config.latent_dim}, got "
                f"{len(self.prior.mean)}"
            )

    def with_prior(self, prior: IsotropicPrior | None) -> "Source":
        """The same decoder and encoder under another prior; ``None``: the model's own."""
        return replace(self, prior=prior)
