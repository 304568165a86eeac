"""Which VAE a question is about, as one value that travels to workers. Torch-free.

SUT-DL4 Q1: its prior may be replaced by a learned ``N(μ_z, σ_z² I)``; decoder and encoder are held
fixed, and log p(x), the posterior and every fit are then those of the new model.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.evidence.prior import IsotropicPrior
from core.vae.config import VAEConfig, VAEControls
from core.vae.layout import parameter_count, unflatten

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

    def as_trained(self) -> "Source":
        """The same model as one whose training had learned this prior.

        Its parameters hold ``prior.mean`` and ``prior.log_var``, in their own precision.
        """
        if self.prior is None:
            return self
        config = replace(self.config, prior="learned")
        data_dim = load_dataset(config.dataset).data_dim
        parameters = np.empty(parameter_count(config, data_dim), dtype=self.parameters.dtype)
        named = unflatten(parameters, config, data_dim)
        for name, values in unflatten(self.parameters, self.config, data_dim).items():
            named[name][...] = values
        named["prior.mean"][...] = self.prior.mean
        named["prior.log_var"][...] = math.log(self.prior.variance)
        return Source(parameters=parameters, config=config, controls=self.controls)
