"""The three sizes that are compared, and what both sides share."""

from dataclasses import dataclass

from core.dataset import Dataset, DatasetConfig, load_dataset
from core.vae.config import VAEConfig, VAEControls

DECODER_VARIANCE = 0.05


@dataclass(frozen=True, kw_only=True)
class Size:
    """One network on one data set, and how we train it.

    Attributes:
        data: name of the data set.
        data_dim: D.
        hidden: width of the hidden layer.
        latent_dim: L.
        recipe_images: how many images the recipe sees before its ELBO is the target.
        batch_size: ours, where the time to an ELBO is measured.
        learning_rate: ours, there.
    """

    data: str
    data_dim: int
    hidden: int
    latent_dim: int
    recipe_images: int
    batch_size: int
    learning_rate: float

    def dataset(self) -> Dataset:
        """The data, both splits."""
        return load_dataset(DatasetConfig(name=self.data))

    def config(self, batch_size: int | None = None) -> VAEConfig:
        """Our experiment."""
        return VAEConfig(
            dataset=DatasetConfig(name=self.data),
            hidden_features=(self.hidden,),
            latent_dim=self.latent_dim,
            batch_size=batch_size or self.batch_size,
        )

    def controls(self) -> VAEControls:
        """Our controls."""
        return VAEControls(decoder_variance=DECODER_VARIANCE, learning_rate=self.learning_rate)


DEFAULT_CONFIG, DEFAULT_CONTROLS = VAEConfig(), VAEControls()

SIZES = {
    "784-400-20": Size(
        data="mnist",
        data_dim=784,
        hidden=400,
        latent_dim=20,
        recipe_images=60_000,
        batch_size=64,
        learning_rate=4e-3,
    ),
    "784-256-2": Size(
        data="mnist",
        data_dim=784,
        hidden=256,
        latent_dim=2,
        recipe_images=60_000,
        batch_size=DEFAULT_CONFIG.batch_size,
        learning_rate=DEFAULT_CONTROLS.learning_rate,
    ),
    "64-64-2": Size(
        data="digits",
        data_dim=64,
        hidden=64,
        latent_dim=2,
        recipe_images=60_000,
        batch_size=128,
        learning_rate=1.6e-2,
    ),
}
