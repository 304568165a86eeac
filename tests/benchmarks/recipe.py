"""What people would use instead: the recipe of pytorch/examples `vae`, and pythae's trainer.

Written as its authors write it, on our data, with the Gaussian likelihood of our lesson: a
DataLoader over items that are converted from bytes one by one, an eager network, Adam with 1e-3,
batches of 128, torch's default number of threads.
"""

import math
import tempfile
import time
from typing import Any

import numpy as np
import torch
from sizes import DECODER_VARIANCE, SIZES, Size
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

BATCH_SIZE = 128
LEARNING_RATE = 1e-3


class ByteImages(Dataset):
    """Images in bytes, converted item by item: what torchvision's MNIST and ToTensor do."""

    def __init__(self, x: np.ndarray, shape: tuple[int, ...]) -> None:
        self.images = torch.from_numpy(np.round(255 * x).astype(np.uint8)).view(-1, *shape)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = np.array(self.images[index].numpy(), copy=True)
        image = torch.from_numpy(picture).view(*picture.shape, 1)
        image = image.permute((2, 0, 1)).contiguous()
        return image.to(dtype=torch.get_default_dtype()).div(255), 0


class VAE(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.fc1 = nn.Linear(size.data_dim, size.hidden)
        self.fc21 = nn.Linear(size.hidden, size.latent_dim)
        self.fc22 = nn.Linear(size.hidden, size.latent_dim)
        self.fc3 = nn.Linear(size.latent_dim, size.hidden)
        self.fc4 = nn.Linear(size.hidden, size.data_dim)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h1 = functional.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(functional.relu(self.fc3(z))))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def loss_function(recon_x: Tensor, x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """The negative ELBO of a batch, constant left out as recipes do."""
    fit = functional.mse_loss(recon_x, x, reduction="sum") / (2 * DECODER_VARIANCE)
    return fit - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


def held_out_elbo(model: VAE, x: Tensor) -> float:
    """Mean ELBO in nats, constant kept, one draw of z a row, the same draws every time."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        mu, logvar = model.encode(x)
        noise = torch.randn(mu.shape, generator=generator)
        recon = model.decode(mu + torch.exp(0.5 * logvar) * noise)
        loss = loss_function(recon, x, mu, logvar).item() / len(x)
    return -loss - 0.5 * x.shape[1] * math.log(2 * math.pi * DECODER_VARIANCE)


def train_recipe(name: str, images: int, seed: int) -> dict[str, float]:
    """Train on ``images`` images: seconds of training, images, and the ELBO that is reached."""
    size = SIZES[name]
    data = size.dataset()
    torch.manual_seed(seed)
    loader = DataLoader(
        ByteImages(data.x_train, data.image_shape), batch_size=BATCH_SIZE, shuffle=True
    )
    model = VAE(size)
    optimizer = optim.Adam(model.parameters(), lr=LEARNING_RATE)
    model.train()
    seen, train_loss = 0, 0.0
    start = time.perf_counter()
    while seen < images:
        for batch, _ in loader:
            x = batch.view(-1, size.data_dim)
            optimizer.zero_grad()
            recon_batch, mu, logvar = model(x)
            loss = loss_function(recon_batch, x, mu, logvar)
            loss.backward()
            train_loss += loss.item()
            optimizer.step()
            seen += len(x)
            if seen >= images:
                break
    seconds = time.perf_counter() - start
    elbo = held_out_elbo(model, torch.tensor(data.x_test))
    return {"seconds": seconds, "images": seen, "elbo": elbo}


def train_pythae(name: str, images: int, seed: int) -> dict[str, float]:
    """Whole epochs of pythae's trainer on the same data and sizes: seconds and images."""
    from pythae import models
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    size = SIZES[name]
    data = size.dataset()
    epochs = max(1, round(images / len(data.x_train)))
    torch.manual_seed(seed)
    model = models.VAE(
        models.VAEConfig(input_dim=(size.data_dim,), latent_dim=size.latent_dim),
        encoder=_pythae_encoder(size),
        decoder=_pythae_decoder(size),
    )
    with tempfile.TemporaryDirectory() as folder:
        trainer = BaseTrainer(
            model,
            train_dataset=_pythae_data(data.x_train),
            training_config=BaseTrainerConfig(
                output_dir=folder,
                num_epochs=epochs,
                learning_rate=LEARNING_RATE,
                per_device_train_batch_size=BATCH_SIZE,
                no_cuda=True,
            ),
        )
        trainer.prepare_training()
        start = time.perf_counter()
        for epoch in range(1, epochs + 1):
            trainer.train_step(epoch)
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "images": float(epochs * len(data.x_train))}


def _pythae_data(x: np.ndarray) -> Any:
    from pythae.data.datasets import BaseDataset

    return BaseDataset(torch.tensor(x), torch.zeros(len(x)))


def _pythae_encoder(size: Size) -> nn.Module:
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseEncoder

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(size.data_dim, size.hidden), nn.ReLU())
            self.embedding = nn.Linear(size.hidden, size.latent_dim)
            self.log_var = nn.Linear(size.hidden, size.latent_dim)

        def forward(self, x: Tensor) -> ModelOutput:
            h = self.layers(x)
            return ModelOutput(embedding=self.embedding(h), log_covariance=self.log_var(h))

    return Encoder()


def _pythae_decoder(size: Size) -> nn.Module:
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(
                nn.Linear(size.latent_dim, size.hidden),
                nn.ReLU(),
                nn.Linear(size.hidden, size.data_dim),
                nn.Sigmoid(),
            )

        def forward(self, z: Tensor) -> ModelOutput:
            return ModelOutput(reconstruction=self.layers(z))

    return Decoder()
