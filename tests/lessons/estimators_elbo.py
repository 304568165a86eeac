"""Claims about f = −ELBO of the trained VAE: where it comes from, and where Naot ends."""

import math

import numpy as np
import torch
from estimators_evidence import Found

from core.dataset import load_dataset
from core.estimators.vae_elbo import trained_weights
from core.vae.networks import encode
from core.vae.ready import ready_vae
from dashboard.lessons.estimators.race import ranges_of


def is_of_the_trained_vae(found: Found) -> bool:
    """F and q_φ are those of the run that the VAE lesson ships, at a held-out image."""
    run = ready_vae()
    assert run is not None
    assert found.config.is_elbo, "f is no ELBO"
    x = load_dataset(run.config.dataset).x_test[found.config.row : found.config.row + 1]
    mean, log_var = encode(trained_weights(torch.float32), run.config, torch.tensor(x))
    at = found.choice.component
    seen = found.witness
    return math.isclose(seen.mean, mean[0, at], rel_tol=1e-5) and math.isclose(
        seen.scale, math.exp(0.5 * log_var[0, at]), rel_tol=1e-5
    )


def is_descent_on_the_kl(found: Found) -> bool:
    """Naot's path is that of descent on the KL, step for step: no image is in it."""
    assert found.choice.race is not None
    assert "naive" in found.race.paths
    path, rate = found.race.paths["naive"], found.choice.race.learning_rate
    m, log_s = path[:-1].T
    descent = np.stack([m - rate * m, log_s - rate * (np.exp(2 * log_s) - 1)], axis=1)
    return bool(np.allclose(path[1:], descent, atol=1e-5))


def leaves_for_the_prior(found: Found) -> bool:
    """With every step μ comes nearer to 0, and log σ, in all by a third of the way and more."""
    path = np.abs(found.race.paths["naive"])
    shown = zip(
        ranges_of(found.race),
        (*found.race.paths["naive"].T, found.race.losses["naive"]),
        strict=True,
    )
    assert all(low < values.min() <= values.max() < high for (low, high), values in shown)
    return bool((np.diff(path, axis=0) < 0).all() and (path[-1] < 0.7 * path[0]).all())


def is_noise_where_the_kl_is_sampled(found: Found) -> bool:
    assert found.config.is_elbo, "there is no KL"
    row = found.other(function="elbo_sampled").row("naive")
    return abs(row.mean) < 4 * row.standard_error and row.sampled[0] > 0
