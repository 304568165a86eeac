"""Our side of the rows `vae.*`: what is measured inside a worker process."""

import time
from dataclasses import replace

import numpy as np
import torch
from sizes import SIZES, Size

from core.run import Budget
from core.training import advance, new_run
from core.vae.config import VAEConfig
from core.vae.objective import elbo_terms
from core.vae.precision import product_precision
from core.vae.training import VAETrainer

RECIPE_BATCH = 128


def seconds_to_elbo(name: str, elbo: float, seed: int, patience: float = 30.0) -> float:
    """Seconds of training until the held-out ELBO is at least ``elbo``.

    The held-out ELBO, over all held-out rows, is looked at about every 300 rows of MNIST or 100 of
    the digits; neither this look nor the recipe's own is on the clock.

    Raises:
        RuntimeError: when ``patience`` seconds of training were not enough.
    """
    size = SIZES[name]
    config, controls = replace(size.config(), seed=seed), size.controls()
    x = torch.tensor(size.dataset().x_test)
    noise = torch.randn((1, len(x), size.latent_dim), generator=torch.Generator().manual_seed(1))
    trainer = VAETrainer(config, "float32")
    trainer.load(new_run(config, controls).state)
    chunk = 5 if size.data == "mnist" else 2
    step, seconds, reached = 0, 0.0, -np.inf
    while reached < elbo:
        start = time.perf_counter()
        for _ in range(chunk):
            trainer.train_step(step, controls)
            step += 1
        seconds += time.perf_counter() - start
        if seconds > patience:
            raise RuntimeError(f"{name} reached {reached:.1f} of {elbo:.1f} in {patience} s")
        with torch.no_grad():
            terms = elbo_terms(trainer.weights, config, controls, x, noise)
            reached = (terms.log_likelihood - terms.kl.sum(1)).mean().item()
    return seconds


def images_per_second(name: str, images: int) -> float:
    """Images a second of ``advance`` at the recipe's batch size, records included."""
    size = SIZES[name]
    config, controls = size.config(RECIPE_BATCH), size.controls()
    run = advance(new_run(config, controls), controls, Budget(steps=1))
    steps = images // RECIPE_BATCH
    start = time.perf_counter()
    advance(run, controls, Budget(steps=steps))
    return steps * RECIPE_BATCH / (time.perf_counter() - start)


def share_of_peak(name: str, images: int) -> tuple[float, float]:
    """Operations a second of training's products, and of the same products alone.

    Products: forward and backward of every layer but the gradient of the data. Alone, each is
    ``torch.mm`` on resident matrices of the layer's own precision.
    """
    size = SIZES[name]
    config = size.config(RECIPE_BATCH)
    shapes = _products(size, config)
    operations = sum(2.0 * n * m * k for n, m, k in shapes)
    trained = images_per_second(name, images) / RECIPE_BATCH * operations
    return trained, operations / _seconds_of_products(shapes, steps=images // RECIPE_BATCH)


def _products(size: Size, config: VAEConfig) -> list[tuple[int, int, int]]:
    """``[n, k] × [k, m]`` as (n, m, k), of one step."""
    layers = [
        (size.data_dim, size.hidden, False),
        (size.hidden, 2 * size.latent_dim, True),
        (size.latent_dim, size.hidden, True),
        (size.hidden, size.data_dim, True),
    ]
    batch, products = config.batch_size, []
    for fan_in, fan_out, to_input in layers:
        products += [(batch, fan_out, fan_in), (fan_out, fan_in, batch)]
        if to_input:
            products.append((batch, fan_in, fan_out))
    return products


def _seconds_of_products(shapes: list[tuple[int, int, int]], steps: int) -> float:
    """Seconds a step of these products, one after the other."""
    pairs = []
    for n, m, k in shapes:
        # A layer's products share its precision; its weight is the product without the batch.
        others = [size for size in (n, m, k) if size != RECIPE_BATCH]
        precision = product_precision(torch.zeros(others[0], others[1]))
        pairs.append((torch.rand(n, k).to(precision), torch.rand(k, m).to(precision)))
    start = time.perf_counter()
    for _ in range(steps):
        for a, b in pairs:
            torch.mm(a, b)
    return (time.perf_counter() - start) / steps
