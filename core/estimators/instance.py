"""From a configuration to the problem that it describes."""

from functools import partial

import torch
from torch import Tensor

from core.estimators.config import Block, EstimatorsConfig
from core.estimators.functions import TestFunction
from core.estimators.problem import Parameters, Problem


def estimators_dtype(config: EstimatorsConfig) -> torch.dtype:
    """float64, but float32 for the network of the VAE, which was trained in it."""
    return torch.float32 if config.is_elbo else torch.float64


def problem_of(
    config: EstimatorsConfig,
    *,
    blocks: tuple[Block, ...] | None = None,
    dtype: torch.dtype = torch.float64,
) -> Problem:
    """The problem that ``config`` describes.

    Args:
        config: f, q_φ and block.
        blocks: other blocks than the configuration's.
        dtype: of all tensors.

    Raises:
        ValueError: when the factor is singular, or the VAE is not there.
    """
    chosen = blocks or (config.block,)
    if config.is_elbo:
        from core.estimators.vae_elbo import elbo_problem  # a whole VAE, for the ELBO alone

        return elbo_problem(config, chosen, dtype)
    gaussian = config.gaussian()
    return Problem(
        mean=torch.as_tensor(gaussian.mean, dtype=dtype),
        factor=torch.as_tensor(gaussian.factor, dtype=dtype),
        value=partial(_plain_value, config.test_function, config.k),
        blocks=chosen,
    )


def _plain_value(function: TestFunction, k: float, z: Tensor, _: Parameters) -> Tensor:
    """``f(z)``, free of φ: ``[...]`` from ``[..., d]``."""
    value: Tensor = function.value(torch, z, k)
    return value
