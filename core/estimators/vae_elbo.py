"""f = the negative ELBO of the trained VAE of the first lesson, on one held-out digit.

``−ELBO = E_q[−log p_θ(x|z)] + KL(q_φ ‖ p)``, φ the encoder's mean and log-variance for that digit
(PIMA-7 §2). The KL enters in closed form, or sampled as ``log q_φ(z) − log p(z)``: f depends on φ
either way, and what Naot gets differs.
"""

import math
from functools import lru_cache, partial

import torch
from torch import Tensor

from core.dataset import load_dataset
from core.estimators.config import Block, EstimatorsConfig
from core.estimators.problem import Parameters, Problem
from core.run import Run
from core.vae.layout import unflatten
from core.vae.networks import Weights, decode, encode
from core.vae.objective import LOG_2PI, kl_per_dim, log_likelihood
from core.vae.ready import ready_vae
from core.validation import require_number


def trained_vae() -> Run:
    """The run of the first lesson.

    Raises:
        ValueError: where its file is absent.
    """
    run = ready_vae()
    if run is None:
        raise ValueError(
            "`function` must not be the ELBO: there is no trained VAE on this machine"
        )
    return run


@lru_cache(maxsize=2)
def trained_weights(dtype: torch.dtype) -> Weights:
    """The weights of the trained VAE by name, ``[out, in]``."""
    run = trained_vae()
    flat = torch.tensor(run.state.parameters, dtype=dtype)
    return unflatten(flat, run.config, load_dataset(run.config.dataset).data_dim)


def held_out_digit(row: int, dtype: torch.dtype) -> Tensor:
    """A held-out image, shape ``[1, D]``.

    Raises:
        ValueError: when the row lies outside the held-out data.
    """
    x_test = load_dataset(trained_vae().config.dataset).x_test
    require_number("row", row, at_least=0, at_most=len(x_test) - 1)
    return torch.tensor(x_test[row : row + 1], dtype=dtype)


def elbo_problem(
    config: EstimatorsConfig, blocks: tuple[Block, ...], dtype: torch.dtype
) -> Problem:
    """The gradient of ``−ELBO`` for one digit, at what the encoder says of it.

    Its standard deviations are multiplied by ``config.sigma``: the encoder's own at 1.

    Raises:
        ValueError: when the VAE or the row is not there.
    """
    run, weights = trained_vae(), trained_weights(dtype)
    x = held_out_digit(config.row, dtype)
    with torch.no_grad():
        mean, log_var = encode(weights, run.config, x)
    return Problem(
        mean=mean[0].clone(),
        factor=config.sigma * (0.5 * log_var[0]).exp(),
        value=partial(_negative_elbo, x[0], config.test_function.kl == "sampled"),
        blocks=blocks,
        by_log_variance=True,
        depends_on_parameters=True,
    )


def _negative_elbo(x: Tensor, is_sampled: bool, z: Tensor, parameters: Parameters) -> Tensor:
    """``−log p(x|z) + KL`` or ``−log p(x|z) + log q(z) − log p(z)``, ``[...]``, nats (PIMA-7)."""
    run, weights = trained_vae(), trained_weights(z.dtype)
    x_hat, _ = decode(weights, run.config, z)
    log_var = z.new_tensor(math.log(run.controls.decoder_variance))
    distortion = -log_likelihood((x - x_hat).square(), log_var)
    mean, sigma = parameters
    if not is_sampled:
        return distortion + kl_per_dim(mean, 2 * sigma.log()).sum(-1)
    log_q = -0.5 * (((z - mean) / sigma).square() + LOG_2PI).sum(-1) - sigma.log().sum(-1)
    log_p = -0.5 * (z.square() + LOG_2PI).sum(-1)
    return distortion + log_q - log_p
